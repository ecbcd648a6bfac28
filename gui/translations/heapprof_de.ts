<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Amounts</name>
    <message>
        <source>%1 to %2</source>
        <comment>a range of amounts or times</comment>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>%1 block</source>
        <translation>%1 Block</translation>
    </message>
    <message numerus="yes">
        <source>%1 blocks</source>
        <translation>
            <numerusform>%1 Block</numerusform>
            <numerusform>%1 Blöcke</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AxisTicks</name>
    <message>
        <source>0 s</source>
        <translation>0 s</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 h %2</source>
        <translation>%1 h %2</translation>
    </message>
    <message>
        <source>%1 h %2:%3</source>
        <translation>%1 h %2:%3</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 M</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>BlockRows</name>
    <message>
        <source>from %1 to %2</source>
        <translation>von %1 bis %2</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>Funktion</translation>
    </message>
    <message>
        <source>The function that the line belongs to</source>
        <translation>Die Funktion, zu der die Zeile gehört</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>File and line</source>
        <translation>Datei und Zeile</translation>
    </message>
    <message>
        <source>An hour</source>
        <translation>Pro Stunde</translation>
    </message>
    <message>
        <source>What the line allocates, also by library code that it calls, grows by, as a steady trend</source>
        <translation>Um so viel wächst stetig, was die Zeile allokiert, auch durch Bibliothekscode, den sie aufruft</translation>
    </message>
    <message>
        <source>At least</source>
        <translation>Mindestens</translation>
    </message>
    <message>
        <source>In 39 of 40 cases; 0 where the trend may be chance</source>
        <translation>In 39 von 40 Fällen; 0, wo der Trend Zufall sein kann</translation>
    </message>
    <message>
        <source>First</source>
        <translation>Anfangs</translation>
    </message>
    <message>
        <source>At the beginning</source>
        <translation>Am Anfang</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>At the end</source>
        <translation>Am Ende</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Part of the total</source>
        <translation>Anteil an der Summe</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>Holds the true amount in 95 of 100 recordings; empty when everything was recorded</source>
        <translation>Enthält in 95 von 100 Aufzeichnungen die wahre Menge; leer, wenn alles aufgezeichnet wurde</translation>
    </message>
    <message>
        <source>In such blocks</source>
        <translation>In solchen Blöcken</translation>
    </message>
    <message>
        <source>Such blocks</source>
        <translation>Solche Blöcke</translation>
    </message>
    <message>
        <source>less than %1</source>
        <translation>weniger als %1</translation>
    </message>
    <message>
        <source>Block size</source>
        <translation>Blockgröße</translation>
    </message>
    <message>
        <source>As it was asked for</source>
        <translation>So, wie sie angefordert wurde</translation>
    </message>
    <message>
        <source>still alive at %1</source>
        <translation>noch belegt bei %1</translation>
    </message>
    <message>
        <source>Lived</source>
        <translation>Lebensdauer</translation>
    </message>
    <message>
        <source>From its allocation to its free, give or take one tick of the recorder&apos;s clock</source>
        <translation>Von der Allokation bis zur Freigabe, auf einen Takt der Uhr des Profilers genau</translation>
    </message>
</context>
<context>
    <name>Cells</name>
    <message numerus="yes">
        <source>%1 bytes</source>
        <translation>
            <numerusform>%1 Byte</numerusform>
            <numerusform>%1 Byte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 blocks</source>
        <translation>
            <numerusform>%1 Block</numerusform>
            <numerusform>%1 Blöcke</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 that grew or shrank</source>
        <translation>%1 von %2, die gewachsen oder geschrumpft sind</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>Between %1 and %2 in 95 of 100 recordings</source>
        <translation>In 95 von 100 Aufzeichnungen zwischen %1 und %2</translation>
    </message>
</context>
<context>
    <name>CommandLine</name>
    <message>
        <source>Shows captures of the heapprof heap profiler.</source>
        <translation>Zeigt Aufzeichnungen des Heap-Profilers heapprof.</translation>
    </message>
    <message>
        <source>Open in a process of its own, even when a workstation is running, and show the captures anew, not as they were left.</source>
        <translation>In einem eigenen Prozess öffnen, auch wenn schon eine Workstation läuft, und die Aufzeichnungen neu zeigen, nicht so, wie sie verlassen wurden.</translation>
    </message>
    <message>
        <source>Colours: light, dark or system.</source>
        <translation>Farben: light (hell), dark (dunkel) oder system.</translation>
    </message>
    <message>
        <source>Write one view of the capture to a file and end; needs no display. Its extension says what: %1.</source>
        <translation>Eine Ansicht der Aufzeichnung in eine Datei schreiben und enden; braucht keinen Bildschirm. Die Endung sagt, was: %1.</translation>
    </message>
    <message>
        <source>With --export: the time shown, in seconds; the peak when not given.</source>
        <translation>Mit --export: der gezeigte Zeitpunkt in Sekunden; ohne Angabe die Spitze.</translation>
    </message>
    <message>
        <source>With --export: show the difference from this time, in seconds.</source>
        <translation>Mit --export: die Änderung seit diesem Zeitpunkt zeigen, in Sekunden.</translation>
    </message>
    <message>
        <source>With --export: count only memory of these domains: python, native, mapped, shared, or several with commas; all when not given.</source>
        <translation>Mit --export: nur Speicher dieser Domänen zählen: python, native, mapped, shared, oder mehrere mit Kommas; ohne Angabe alle.</translation>
    </message>
    <message>
        <source>With --export: width and height of a picture, as in 1200x700; what the view needs when not given.</source>
        <translation>Mit --export: Breite und Höhe eines Bildes, wie in 1200x700; ohne Angabe, was die Ansicht braucht.</translation>
    </message>
    <message>
        <source>With --export: what is counted, bytes or blocks; bytes when not given.</source>
        <translation>Mit --export: was gezählt wird, bytes oder blocks (Blöcke); ohne Angabe bytes.</translation>
    </message>
    <message>
        <source>Print what to look at in the capture, and the processes of its run, without a window.</source>
        <translation>Ohne Fenster ausgeben, was an der Aufzeichnung auffällt, und die Prozesse ihres Laufs.</translation>
    </message>
    <message>
        <source>FILEBASE.hpm, .hpd, .hpc, or FILEBASE.</source>
        <translation>FILEBASE.hpm, .hpd, .hpc oder FILEBASE.</translation>
    </message>
    <message>
        <source>--theme %1: not one of light, dark, system</source>
        <translation>--theme %1: weder light noch dark noch system</translation>
    </message>
    <message>
        <source>--summary needs exactly one capture</source>
        <translation>--summary braucht genau eine Aufzeichnung</translation>
    </message>
    <message>
        <source>--summary and --export exclude each other</source>
        <translation>--summary und --export schließen einander aus</translation>
    </message>
    <message>
        <source>--%1 says something only together with --export</source>
        <translation>--%1 hat nur zusammen mit --export eine Bedeutung</translation>
    </message>
    <message>
        <source>--export needs exactly one capture</source>
        <translation>--export braucht genau eine Aufzeichnung</translation>
    </message>
    <message>
        <source>--at %1: not a number of seconds</source>
        <translation>--at %1: keine Sekundenzahl</translation>
    </message>
    <message>
        <source>--compare %1: not a number of seconds</source>
        <translation>--compare %1: keine Sekundenzahl</translation>
    </message>
    <message>
        <source>--domain %1: not of python, native, mapped, shared</source>
        <translation>--domain %1: keines von python, native, mapped, shared</translation>
    </message>
    <message>
        <source>--unit %1: not one of bytes, blocks</source>
        <translation>--unit %1: weder bytes noch blocks</translation>
    </message>
    <message>
        <source>--size %1: not WIDTHxHEIGHT with %2 to %3 pixels each</source>
        <translation>--size %1: nicht BREITExHÖHE mit je %2 bis %3 Pixeln</translation>
    </message>
    <message>
        <source>With --export: time, flow, flame, traces, parts (memory over time by what allocated it) or resident (what resident memory consists of).</source>
        <translation>Mit --export: time, flow, flame, traces, parts (Speicher im Zeitverlauf, nach dem, was ihn allokiert hat) oder resident (woraus der residente Speicher besteht).</translation>
    </message>
    <message>
        <source>--view %1: not one of time, flow, flame, traces, parts, resident</source>
        <translation>--view %1: keines von time, flow, flame, traces, parts, resident</translation>
    </message>
</context>
<context>
    <name>Composition</name>
    <message>
        <source>Python, live</source>
        <translation>Python, belegt</translation>
    </message>
    <message>
        <source>C allocator, live</source>
        <translation>C-Allokator, belegt</translation>
    </message>
    <message>
        <source>Mapped, live</source>
        <translation>Gemappt, belegt</translation>
    </message>
    <message>
        <source>From before the recording</source>
        <translation>Von vor der Aufzeichnung</translation>
    </message>
    <message>
        <source>In use, not recorded</source>
        <translation>Belegt, nicht erfasst</translation>
    </message>
    <message>
        <source>Free in Python&apos;s pools</source>
        <translation>Frei in Pythons Pools</translation>
    </message>
    <message>
        <source>Free in the C allocator</source>
        <translation>Frei im C-Allokator</translation>
    </message>
    <message>
        <source>Freed since then</source>
        <translation>Seither freigegeben</translation>
    </message>
    <message>
        <source>Stacks of threads</source>
        <translation>Stacks der Threads</translation>
    </message>
    <message>
        <source>Data of libraries</source>
        <translation>Daten der Bibliotheken</translation>
    </message>
    <message>
        <source>Code and files</source>
        <translation>Code und Dateien</translation>
    </message>
    <message>
        <source>Shared memory</source>
        <translation>Gemeinsamer Speicher</translation>
    </message>
    <message>
        <source>heapprof&apos;s own</source>
        <translation>heapprofs eigener</translation>
    </message>
    <message>
        <source>Not in RAM</source>
        <translation>Nicht im RAM</translation>
    </message>
    <message>
        <source>Unexplained</source>
        <translation>Ungeklärt</translation>
    </message>
    <message>
        <source>blocks of Python&apos;s allocators, as the other views show them</source>
        <translation>Blöcke von Pythons Allokatoren, wie die anderen Ansichten sie zeigen</translation>
    </message>
    <message>
        <source>blocks of the C allocator, as the other views show them</source>
        <translation>Blöcke des C-Allokators, wie die anderen Ansichten sie zeigen</translation>
    </message>
    <message>
        <source>mappings of the program, as far as they are in RAM</source>
        <translation>Mappings des Programms, soweit sie im RAM sind</translation>
    </message>
    <message>
        <source>in use in the allocators when the recording began, at most</source>
        <translation>in den Allokatoren belegt, als die Aufzeichnung begann; höchstens</translation>
    </message>
    <message>
        <source>what the allocators add to blocks, and what passes them by</source>
        <translation>was die Allokatoren den Blöcken hinzufügen und was an ihnen vorbeigeht</translation>
    </message>
    <message>
        <source>of C code, which --native records, and what the allocators add to blocks</source>
        <translation>von C-Code, den --native aufzeichnet, und was die Allokatoren den Blöcken hinzufügen</translation>
    </message>
    <message>
        <source>between small objects that live, where only new small objects have room</source>
        <translation>zwischen belegten kleinen Objekten, wo nur neue kleine Objekte Platz haben</translation>
    </message>
    <message>
        <source>given back by the program, and kept for the next blocks; as far as it is in RAM</source>
        <translation>vom Programm zurückgegeben und für die nächsten Blöcke behalten; soweit es im RAM ist</translation>
    </message>
    <message>
        <source>after it was measured what the allocators hold, which have kept it</source>
        <translation>nachdem gemessen wurde, was die Allokatoren halten; sie haben es behalten</translation>
    </message>
    <message>
        <source>as deep as each thread has ever been, and frames of Python functions</source>
        <translation>so tief, wie jeder Thread je war, und Frames von Python-Funktionen</translation>
    </message>
    <message>
        <source>pages of their files that were written to: variables, tables of addresses</source>
        <translation>beschriebene Seiten ihrer Dateien: Variablen, Tabellen von Adressen</translation>
    </message>
    <message>
        <source>of the interpreter and libraries, and mapped files; the kernel can reclaim them</source>
        <translation>des Interpreters und der Bibliotheken, und gemappte Dateien; der Kernel kann sie verdrängen</translation>
    </message>
    <message>
        <source>with other processes, as far as this one has touched it</source>
        <translation>mit anderen Prozessen, soweit dieser ihn benutzt hat</translation>
    </message>
    <message>
        <source>its tables, and what is mapped of its files</source>
        <translation>seine Tabellen, und was von seinen Dateien gemappt ist</translation>
    </message>
    <message>
        <source>counted above, but never touched or swapped out; or estimated too high</source>
        <translation>oben gezählt, aber nie benutzt oder ausgelagert; oder zu hoch geschätzt</translation>
    </message>
    <message>
        <source>private memory that is none of these</source>
        <translation>privater Speicher, der nichts davon ist</translation>
    </message>
    <message>
        <source>private memory that is none of these: likely mapped, which --native records</source>
        <translation>privater Speicher, der nichts davon ist: wohl gemappt, was --native aufzeichnet</translation>
    </message>
    <message>
        <source>%1 resident, %2 unexplained</source>
        <translation>%1 resident, %2 ungeklärt</translation>
    </message>
    <message>
        <source>Read at %1.</source>
        <translation>Gelesen bei %1.</translation>
    </message>
    <message>
        <source>Read at %1, what allocators hold at %2.</source>
        <translation>Gelesen bei %1; was Allokatoren halten, bei %2.</translation>
    </message>
    <message>
        <source>By the kernel&apos;s account %1 are anonymous, %2 of files, %3 shared.</source>
        <translation>Laut Kernel sind %1 anonym, %2 von Dateien, %3 gemeinsam.</translation>
    </message>
</context>
<context>
    <name>CoreTexts</name>
    <message>
        <source>%1 (at byte %2)</source>
        <translation>%1 (bei Byte %2)</translation>
    </message>
    <message>
        <source>cannot create: %1</source>
        <translation>lässt sich nicht anlegen: %1</translation>
    </message>
    <message>
        <source>cannot map: %1</source>
        <translation>lässt sich nicht in den Speicher einblenden: %1</translation>
    </message>
    <message>
        <source>cannot open: %1</source>
        <translation>lässt sich nicht öffnen: %1</translation>
    </message>
    <message>
        <source>cannot read: %1</source>
        <translation>lässt sich nicht lesen: %1</translation>
    </message>
    <message>
        <source>cannot replace: %1</source>
        <translation>lässt sich nicht ersetzen: %1</translation>
    </message>
    <message>
        <source>cannot write: %1</source>
        <translation>lässt sich nicht schreiben: %1</translation>
    </message>
    <message>
        <source>is a directory</source>
        <translation>ist ein Verzeichnis</translation>
    </message>
    <message>
        <source>is not a regular file</source>
        <translation>ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>no such file</source>
        <translation>gibt es nicht</translation>
    </message>
    <message>
        <source>is missing: a capture is this file and the .hpm file beside it</source>
        <translation>fehlt: Eine Aufzeichnung besteht aus dieser Datei und der .hpm-Datei daneben</translation>
    </message>
    <message>
        <source>is missing: a capture is this file and the .hpd file beside it</source>
        <translation>fehlt: Eine Aufzeichnung besteht aus dieser Datei und der .hpd-Datei daneben</translation>
    </message>
    <message>
        <source>are missing: a digest alone cannot be shown</source>
        <translation>fehlen: Ein Digest allein lässt sich nicht zeigen</translation>
    </message>
    <message>
        <source>is not a heapprof capture (its name ends in .hpm or .hpd)</source>
        <translation>ist keine Aufzeichnung von heapprof (ihr Name endet auf .hpm oder .hpd)</translation>
    </message>
    <message>
        <source>is not a heapprof capture</source>
        <translation>ist keine Aufzeichnung von heapprof</translation>
    </message>
    <message>
        <source>is empty</source>
        <translation>ist leer</translation>
    </message>
    <message>
        <source>was written by a newer heapprof (format version %1; this one reads up to %2)</source>
        <translation>wurde von einem neueren heapprof geschrieben (Formatversion %1; dieses liest bis %2)</translation>
    </message>
    <message>
        <source>counts time in a unit this version does not know</source>
        <translation>zählt die Zeit in einer Einheit, die diese Version nicht kennt</translation>
    </message>
    <message>
        <source>belongs to another recording than the .hpm file beside it</source>
        <translation>gehört zu einer anderen Aufzeichnung als die .hpm-Datei daneben</translation>
    </message>
    <message>
        <source>ends inside its header</source>
        <translation>endet mitten in den Kopfdaten</translation>
    </message>
    <message>
        <source>has a damaged header</source>
        <translation>hat beschädigte Kopfdaten</translation>
    </message>
    <message>
        <source>has an impossible start time in its header</source>
        <translation>hat eine unmögliche Startzeit in den Kopfdaten</translation>
    </message>
    <message>
        <source>has more than 64 sampling ranges in its header</source>
        <translation>hat mehr als 64 Stichprobenbereiche in den Kopfdaten</translation>
    </message>
    <message>
        <source>has an impossible sampling table: %1</source>
        <translation>hat eine unmögliche Stichprobentabelle: %1</translation>
    </message>
    <message>
        <source>mean bytes between records must be at least 1, not %1</source>
        <translation>zwischen zwei Einträgen muss im Mittel mindestens 1 Byte liegen, nicht %1</translation>
    </message>
    <message>
        <source>more than 64 sampling ranges</source>
        <translation>mehr als 64 Stichprobenbereiche</translation>
    </message>
    <message>
        <source>probability %1 of the range below %2 bytes is not between 0 and 1</source>
        <translation>die Wahrscheinlichkeit %1 des Bereichs unter %2 Byte liegt nicht zwischen 0 und 1</translation>
    </message>
    <message>
        <source>sampling range bound %1 is not above the one before it</source>
        <translation>die Grenze %1 eines Stichprobenbereichs liegt nicht über der vorigen</translation>
    </message>
    <message>
        <source>a chunk is cut off</source>
        <translation>ein Abschnitt ist abgeschnitten</translation>
    </message>
    <message>
        <source>a chunk starts at an impossible time</source>
        <translation>ein Abschnitt beginnt zu einer unmöglichen Zeit</translation>
    </message>
    <message>
        <source>a chunk that does not continue the one before it</source>
        <translation>ein Abschnitt, der den vorigen nicht fortsetzt</translation>
    </message>
    <message>
        <source>a chunk that had been read is not there any more</source>
        <translation>ein schon gelesener Abschnitt ist nicht mehr da</translation>
    </message>
    <message>
        <source>a chunk was never finished</source>
        <translation>ein Abschnitt wurde nie beendet</translation>
    </message>
    <message>
        <source>a chunk&apos;s content does not match its hash</source>
        <translation>der Inhalt eines Abschnitts passt nicht zu seiner Prüfsumme</translation>
    </message>
    <message>
        <source>a free names an allocation that is not in its chunk</source>
        <translation>eine Freigabe nennt eine Allokation, die nicht in ihrem Abschnitt steht</translation>
    </message>
    <message>
        <source>a record is cut off</source>
        <translation>ein Eintrag ist abgeschnitten</translation>
    </message>
    <message>
        <source>an impossible line number; no stack trace behind it can be read</source>
        <translation>eine unmögliche Zeilennummer; kein Trace dahinter ist lesbar</translation>
    </message>
    <message>
        <source>an impossible record; nothing behind it can be read</source>
        <translation>ein unmöglicher Eintrag; nichts dahinter ist lesbar</translation>
    </message>
    <message>
        <source>an impossible record</source>
        <translation>ein unmöglicher Eintrag</translation>
    </message>
    <message>
        <source>damaged in very many places from here on</source>
        <translation>von hier an an sehr vielen Stellen beschädigt</translation>
    </message>
    <message>
        <source>no chunk where one must start</source>
        <translation>kein Abschnitt, wo einer beginnen muss</translation>
    </message>
    <message>
        <source>no further chunk can be found</source>
        <translation>es ist kein weiterer Abschnitt zu finden</translation>
    </message>
    <message>
        <source>the log changed where it was already read</source>
        <translation>das Protokoll hat sich geändert, wo es schon gelesen war</translation>
    </message>
    <message>
        <source>time leaves the possible range</source>
        <translation>die Zeit verlässt den möglichen Bereich</translation>
    </message>
    <message>
        <source>%1 events name stack traces that the .hpm file does not hold; they are shown as unknown</source>
        <translation>%1 Ereignisse nennen Traces, die nicht in der .hpm-Datei stehen; sie gelten als unbekannt</translation>
    </message>
    <message>
        <source>a segment is cut off</source>
        <translation>ein Segment ist abgeschnitten</translation>
    </message>
    <message>
        <source>a segment is missing</source>
        <translation>ein Segment fehlt</translation>
    </message>
    <message>
        <source>a segment lies outside the file</source>
        <translation>ein Segment liegt außerhalb der Datei</translation>
    </message>
    <message>
        <source>a segment&apos;s buckets do not match their hash</source>
        <translation>die Zeitschritte eines Segments passen nicht zu ihrer Prüfsumme</translation>
    </message>
    <message>
        <source>a segment&apos;s changes are damaged</source>
        <translation>die Änderungen eines Segments sind beschädigt</translation>
    </message>
    <message>
        <source>a segment&apos;s changes name a trace that does not exist</source>
        <translation>die Änderungen eines Segments nennen einen Trace, den es nicht gibt</translation>
    </message>
    <message>
        <source>a segment&apos;s content does not match its hash</source>
        <translation>der Inhalt eines Segments passt nicht zu seiner Prüfsumme</translation>
    </message>
    <message>
        <source>a segment&apos;s key frame is damaged</source>
        <translation>der Anfangsstand eines Segments ist beschädigt</translation>
    </message>
    <message>
        <source>a segment&apos;s key frame names a trace that does not exist</source>
        <translation>der Anfangsstand eines Segments nennt einen Trace, den es nicht gibt</translation>
    </message>
    <message>
        <source>buckets are missing</source>
        <translation>Zeitschritte fehlen</translation>
    </message>
    <message>
        <source>no segment where one must start</source>
        <translation>kein Segment, wo eines beginnen muss</translation>
    </message>
    <message>
        <source>segments are not in order</source>
        <translation>die Reihenfolge der Segmente stimmt nicht</translation>
    </message>
    <message>
        <source>segments lie in each other</source>
        <translation>Segmente überlappen einander</translation>
    </message>
    <message>
        <source>has lost more since it was digested</source>
        <translation>hat mehr verloren, seit der Digest entstand</translation>
    </message>
    <message>
        <source>is shorter than when it was digested: what happened in there is lost</source>
        <translation>ist kürzer als beim Erstellen des Digests: Was darin geschah, ist verloren</translation>
    </message>
    <message>
        <source>is being written by another process, or cannot be written</source>
        <translation>wird gerade von einem anderen Prozess geschrieben oder ist nicht beschreibbar</translation>
    </message>
    <message>
        <source>Read as if everything had been recorded, as asked for; its header says: %1.</source>
        <translation>Wie verlangt so gelesen, als wäre alles aufgezeichnet worden; in den Kopfdaten steht: %1.</translation>
    </message>
    <message>
        <source>Read as if everything had been recorded: the header says %1, but the events come faster than any program allocates. heapprof 1.0.2 did not sample on 64-bit Linux.</source>
        <translation>So gelesen, als wäre alles aufgezeichnet worden: In den Kopfdaten steht „%1“, aber die Ereignisse kommen schneller, als ein Programm allokiert. heapprof 1.0.2 nahm auf 64-Bit-Linux keine Stichproben.</translation>
    </message>
    <message>
        <source>everything recorded</source>
        <translation>alles aufgezeichnet</translation>
    </message>
    <message>
        <source>one record per %1 KiB allocated, on average</source>
        <translation>im Mittel ein Eintrag je %1 KiB Allokation</translation>
    </message>
    <message>
        <source>by size: %1</source>
        <translation>nach Größe: %1</translation>
    </message>
    <message>
        <source>below %1 B %2</source>
        <translation>unter %1 B %2</translation>
    </message>
    <message>
        <source>else %1</source>
        <translation>sonst %1</translation>
    </message>
    <message>
        <source>from %1 to %2</source>
        <translation>von %1 bis %2</translation>
    </message>
    <message>
        <source>from %1 on</source>
        <translation>ab %1</translation>
    </message>
    <message>
        <source>from byte %1 on</source>
        <translation>ab Byte %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 bytes at byte %2</source>
        <translation>
            <numerusform>%1 Byte bei Byte %2</numerusform>
            <numerusform>%1 Byte bei Byte %2</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2 (%3)</source>
        <translation>%1: %2 (%3)</translation>
    </message>
    <message>
        <source>digest in memory</source>
        <translation>Digest im Arbeitsspeicher</translation>
    </message>
    <message>
        <source>from %1 on: %2</source>
        <translation>ab %1: %2</translation>
    </message>
    <message numerus="yes">
        <source>and %1 more</source>
        <translation>
            <numerusform>und %1 weiterer Wechsel</numerusform>
            <numerusform>und %1 weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Digesting</name>
    <message>
        <source>warning: %1</source>
        <translation>Warnung: %1</translation>
    </message>
    <message>
        <source>Reading %1 %</source>
        <translation>Lese %1 %</translation>
    </message>
</context>
<context>
    <name>DomainTitles</name>
    <message>
        <source>native</source>
        <translation>nativ</translation>
    </message>
    <message>
        <source>mapped</source>
        <translation>gemappt</translation>
    </message>
    <message>
        <source>shared</source>
        <translation>gemeinsam</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Native</source>
        <translation>Nativ</translation>
    </message>
    <message>
        <source>Mapped</source>
        <translation>Gemappt</translation>
    </message>
    <message>
        <source>Shared</source>
        <translation>Gemeinsam</translation>
    </message>
    <message>
        <source> and </source>
        <translation> und </translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>Vim in a terminal</source>
        <translation>Vim in einem Terminal</translation>
    </message>
    <message>
        <source>%1 lies in an archive, where an editor does not open it.</source>
        <translation>%1 liegt in einem Archiv, wo kein Editor die Datei öffnet.</translation>
    </message>
    <message>
        <source>No editor is set: View, Editor.</source>
        <translation>Kein Editor gewählt: Ansicht, Editor.</translation>
    </message>
    <message>
        <source>%1 could not be started.</source>
        <translation>%1 ließ sich nicht starten.</translation>
    </message>
</context>
<context>
    <name>ExportCommand</name>
    <message>
        <source>%1: no format has this extension; use %2</source>
        <translation>%1: Kein Format hat diese Endung; möglich sind %2</translation>
    </message>
    <message>
        <source>the %1 view cannot be exported as %2</source>
        <translation>die Ansicht %1 lässt sich nicht als %2 exportieren</translation>
    </message>
    <message>
        <source>%1 was not recorded: this capture holds %2</source>
        <translation>%1 wurde nicht aufgezeichnet: Diese Aufzeichnung enthält %2</translation>
    </message>
    <message>
        <source>the capture holds no events: there is nothing to export</source>
        <translation>die Aufzeichnung enthält keine Ereignisse: Es gibt nichts zu exportieren</translation>
    </message>
    <message>
        <source>the capture does not tell what resident memory consists of</source>
        <translation>die Aufzeichnung sagt nicht, woraus der residente Speicher besteht</translation>
    </message>
</context>
<context>
    <name>ExportFormat</name>
    <message>
        <source>Picture, PNG</source>
        <translation>Bild, PNG</translation>
    </message>
    <message>
        <source>Scalable picture, SVG</source>
        <translation>Skalierbares Bild, SVG</translation>
    </message>
    <message>
        <source>Document, PDF</source>
        <translation>Dokument, PDF</translation>
    </message>
    <message>
        <source>Profile for speedscope</source>
        <translation>Profil für speedscope</translation>
    </message>
    <message>
        <source>Collapsed stacks</source>
        <translation>Zusammengefasste Stacks</translation>
    </message>
    <message>
        <source>Flow graph for Graphviz, DOT</source>
        <translation>Flussgraph für Graphviz, DOT</translation>
    </message>
    <message>
        <source>Table, CSV</source>
        <translation>Tabelle, CSV</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation>%1 lässt sich nicht schreiben: %2.</translation>
    </message>
    <message>
        <source>Cannot export to %1: %2.</source>
        <translation>Export nach %1 nicht möglich: %2.</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Cannot export a picture of %1 by %2 pixels.</source>
        <translation>Ein Bild von %1 mal %2 Pixeln lässt sich nicht exportieren.</translation>
    </message>
    <message>
        <source>Cannot export to %1: the picture could not be drawn.</source>
        <translation>Export nach %1 nicht möglich: Das Bild ließ sich nicht zeichnen.</translation>
    </message>
    <message>
        <source>The recording does not tell what resident memory consists of.</source>
        <translation>Die Aufzeichnung sagt nicht, woraus der residente Speicher besteht.</translation>
    </message>
</context>
<context>
    <name>FilterTexts</name>
    <message>
        <source>own code</source>
        <translation>eigener Code</translation>
    </message>
    <message>
        <source>standard library</source>
        <translation>Standardbibliothek</translation>
    </message>
    <message>
        <source>site-packages</source>
        <translation>site-packages</translation>
    </message>
    <message>
        <source>interpreter</source>
        <translation>Interpreter</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>function %1</source>
        <translation>Funktion %1</translation>
    </message>
    <message>
        <source>file %1</source>
        <translation>Datei %1</translation>
    </message>
    <message>
        <source>module %1</source>
        <translation>Modul %1</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>thread %1</source>
        <translation>Thread %1</translation>
    </message>
    <message>
        <source>not %1</source>
        <translation>nicht %1</translation>
    </message>
    <message>
        <source>only %1</source>
        <translation>nur %1</translation>
    </message>
    <message>
        <source>label %1</source>
        <translation>Label %1</translation>
    </message>
</context>
<context>
    <name>FlamePage</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Deeper levels that are not drawn: %1</source>
        <translation>Tiefere Ebenen, die nicht gezeichnet sind: %1</translation>
    </message>
    <message>
        <source>%1; found: %2</source>
        <translation>%1; gefunden: %2</translation>
    </message>
</context>
<context>
    <name>FlameScene</name>
    <message>
        <source>cumulative %1</source>
        <translation>kumulativ %1</translation>
    </message>
    <message>
        <source> (95 %: %1)</source>
        <translation> (95 %: %1)</translation>
    </message>
    <message>
        <source>%1 of total</source>
        <translation>%1 der Summe</translation>
    </message>
    <message>
        <source>self %1</source>
        <translation>selbst %1</translation>
    </message>
    <message>
        <source>allocated by native code</source>
        <translation>von nativem Code allokiert</translation>
    </message>
    <message>
        <source>frames narrower than a pixel: %1</source>
        <translation>Frames schmaler als ein Pixel: %1</translation>
    </message>
    <message>
        <source>below %1</source>
        <translation>unter %1</translation>
    </message>
    <message>
        <source>a click zooms to them</source>
        <translation>ein Klick zoomt hinein</translation>
    </message>
    <message>
        <source>instances: %1</source>
        <translation>Vorkommen: %1</translation>
    </message>
</context>
<context>
    <name>FrameLabels</name>
    <message>
        <source>total</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>(no Python stack)</source>
        <translation>(kein Python-Stack)</translation>
    </message>
    <message>
        <source>(thread not known)</source>
        <translation>(Thread unbekannt)</translation>
    </message>
    <message>
        <source>thread %1</source>
        <translation>Thread %1</translation>
    </message>
    <message>
        <source>%1, number %2</source>
        <translation>%1, Nummer %2</translation>
    </message>
</context>
<context>
    <name>GenerationRows</name>
    <message>
        <source>Allocated</source>
        <translation>Allokiert</translation>
    </message>
    <message>
        <source>When: an interval between two marks, or a part of the time</source>
        <translation>Wann: ein Intervall zwischen zwei Marken oder ein Teil der Zeit</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>Marke</translation>
    </message>
    <message>
        <source>What the program said when the interval began</source>
        <translation>Was das Programm am Anfang des Intervalls meldete</translation>
    </message>
    <message>
        <source>Line behind most</source>
        <translation>Größte Zeile</translation>
    </message>
    <message>
        <source>Of what is still alive</source>
        <translation>Von dem, was noch belegt ist</translation>
    </message>
    <message>
        <source>Allocated in the interval, freed since or not</source>
        <translation>Im Intervall allokiert, inzwischen freigegeben oder nicht</translation>
    </message>
    <message>
        <source>Still alive</source>
        <translation>Übrig</translation>
    </message>
    <message>
        <source>Of that, not freed by %1</source>
        <translation>Davon bis %1 nicht freigegeben</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Part of all that these intervals left behind</source>
        <translation>Anteil an allem, was diese Intervalle hinterließen</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
</context>
<context>
    <name>HiddenFramesMenu</name>
    <message>
        <source>module %1</source>
        <translation>Modul %1</translation>
    </message>
</context>
<context>
    <name>ItemActions</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Als CSV kopieren</translation>
    </message>
</context>
<context>
    <name>LineMenu</name>
    <message>
        <source>Remove from &amp;Plot</source>
        <translation>Nicht mehr &amp;plotten</translation>
    </message>
    <message>
        <source>&amp;Plot This Line</source>
        <translation>Zeile &amp;plotten</translation>
    </message>
    <message>
        <source>&amp;Copy Place</source>
        <translation>Ort &amp;kopieren</translation>
    </message>
    <message>
        <source>Open in &amp;Editor</source>
        <translation>Im Edi&amp;tor öffnen</translation>
    </message>
    <message>
        <source>Hide &amp;Frames of module %1</source>
        <translation>&amp;Frames von Modul %1 ausblenden</translation>
    </message>
    <message>
        <source>&amp;Hide Stacks Through</source>
        <translation>&amp;Ohne Stacks durch</translation>
    </message>
    <message>
        <source>&amp;Only Stacks Through</source>
        <translation>&amp;Nur Stacks durch</translation>
    </message>
</context>
<context>
    <name>LinesSheet</name>
    <message>
        <source>Lines of code. %1: %2</source>
        <translation>Codezeilen. %1: %2</translation>
    </message>
    <message>
        <source>Smaller lines that are not listed: %1</source>
        <translation>Kleinere Zeilen, die hier fehlen: %1</translation>
    </message>
</context>
<context>
    <name>PartsScene</name>
    <message>
        <source>(thread without a name)</source>
        <translation>(Thread ohne Namen)</translation>
    </message>
    <message>
        <source>(no Python code)</source>
        <translation>(kein Python-Code)</translation>
    </message>
    <message>
        <source>others: %1</source>
        <translation>übrige: %1</translation>
    </message>
    <message>
        <source>(without the label)</source>
        <translation>(ohne dieses Label)</translation>
    </message>
</context>
<context>
    <name>PlotMarks</name>
    <message numerus="yes">
        <source>%1 events were lost from here on</source>
        <translation>
            <numerusform>Ab hier ging %1 Ereignis verloren</numerusform>
            <numerusform>Ab hier gingen %1 Ereignisse verloren</numerusform>
        </translation>
    </message>
    <message>
        <source>events lost from here</source>
        <translation>Ereignisse verloren</translation>
    </message>
    <message numerus="yes">
        <source>and %1 more</source>
        <translation>
            <numerusform>und %1 weiterer Eintrag</numerusform>
            <numerusform>und %1 weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Mark: %1</source>
        <translation>Marke: %1</translation>
    </message>
    <message>
        <source>Phase: %1</source>
        <translation>Phase: %1</translation>
    </message>
    <message>
        <source>Allocations were not recorded</source>
        <translation>Allokationen wurden nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Garbage collection, generation %1: %2</source>
        <translation>Garbage Collection, Generation %1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 garbage collections up to generation %2: %3 together</source>
        <translation>
            <numerusform>%1 Garbage Collection bis Generation %2: %3</numerusform>
            <numerusform>%1 Garbage Collections bis Generation %2: zusammen %3</numerusform>
        </translation>
    </message>
    <message>
        <source>from here on: %1</source>
        <translation>ab hier: %1</translation>
    </message>
</context>
<context>
    <name>PreferenceMenus</name>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>As the &amp;Desktop</source>
        <translation>&amp;Wie der Desktop</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Editor</source>
        <translation>Ed&amp;itor</translation>
    </message>
    <message>
        <source>Editor command</source>
        <translation>Editor-Befehl</translation>
    </message>
    <message>
        <source>A command, as in: editor {file} {line}</source>
        <translation>Ein Befehl, etwa: editor {file} {line}</translation>
    </message>
</context>
<context>
    <name>ProgramText</name>
    <message>
        <source>multiprocessing forkserver</source>
        <translation>multiprocessing-Forkserver</translation>
    </message>
    <message>
        <source>multiprocessing forkserver of %1</source>
        <translation>multiprocessing-Forkserver von %1</translation>
    </message>
    <message>
        <source>multiprocessing worker</source>
        <translation>multiprocessing-Worker</translation>
    </message>
    <message>
        <source>multiprocessing worker of %1</source>
        <translation>multiprocessing-Worker von %1</translation>
    </message>
    <message>
        <source>multiprocessing resource tracker</source>
        <translation>multiprocessing-Resource-Tracker</translation>
    </message>
</context>
<context>
    <name>ResidentKinds</name>
    <message>
        <source>Anonymous</source>
        <translation>Anonym</translation>
    </message>
    <message>
        <source>%1 anonymous</source>
        <translation>%1 anonym</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>%1 of files</source>
        <translation>%1 von Dateien</translation>
    </message>
    <message>
        <source>Shared</source>
        <translation>Gemeinsam</translation>
    </message>
    <message>
        <source>%1 shared</source>
        <translation>%1 gemeinsam</translation>
    </message>
</context>
<context>
    <name>ResultTexts</name>
    <message>
        <source>from %1 to %2</source>
        <translation>von %1 bis %2</translation>
    </message>
    <message>
        <source>live memory at %1</source>
        <translation>belegter Speicher bei %1</translation>
    </message>
    <message>
        <source>allocated %1, and still alive at %2</source>
        <translation>allokiert %1 und bei %2 noch belegt</translation>
    </message>
    <message>
        <source>allocated %1, and still alive then</source>
        <translation>allokiert %1 und dann noch belegt</translation>
    </message>
    <message>
        <source>allocated %1, freed since or not</source>
        <translation>allokiert %1, inzwischen freigegeben oder nicht</translation>
    </message>
    <message>
        <source>allocated %1, and freed within 10 ms</source>
        <translation>allokiert %1 und binnen 10 ms freigegeben</translation>
    </message>
    <message>
        <source>live memory at %1 minus that at %2</source>
        <translation>belegter Speicher bei %1 minus dem bei %2</translation>
    </message>
    <message>
        <source>Live memory at %1</source>
        <translation>Belegter Speicher bei %1</translation>
    </message>
    <message>
        <source>Allocated %1, and still alive at %2</source>
        <translation>Allokiert %1 und bei %2 noch belegt</translation>
    </message>
    <message>
        <source>Allocated %1, and still alive then</source>
        <translation>Allokiert %1 und dann noch belegt</translation>
    </message>
    <message>
        <source>Allocated %1, freed since or not</source>
        <translation>Allokiert %1, inzwischen freigegeben oder nicht</translation>
    </message>
    <message>
        <source>Allocated %1, and freed within 10 ms</source>
        <translation>Allokiert %1 und binnen 10 ms freigegeben</translation>
    </message>
    <message>
        <source>Live memory at %1 minus that at %2</source>
        <translation>Belegter Speicher bei %1 minus dem bei %2</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>This capture does not tell which allocation a free ends: it was made by version 1.</source>
        <translation>Diese Aufzeichnung sagt nicht, welche Allokation eine Freigabe beendet: Sie stammt von Version 1.</translation>
    </message>
    <message>
        <source>No stacks are known of this memory.</source>
        <translation>Von diesem Speicher sind keine Stacks bekannt.</translation>
    </message>
    <message>
        <source>The two instants do not differ.</source>
        <translation>Die beiden Zeitpunkte unterscheiden sich nicht.</translation>
    </message>
    <message>
        <source>Nothing of that kind was allocated in the interval.</source>
        <translation>Nichts dergleichen wurde im Intervall allokiert.</translation>
    </message>
    <message>
        <source>No memory is live at this instant.</source>
        <translation>Zu diesem Zeitpunkt ist kein Speicher belegt.</translation>
    </message>
    <message>
        <source>No memory that passes the filters is live at this instant.</source>
        <translation>Zu diesem Zeitpunkt ist kein Speicher belegt, den die Filter durchlassen.</translation>
    </message>
</context>
<context>
    <name>RunTexts</name>
    <message>
        <source>process %1</source>
        <translation>Prozess %1</translation>
    </message>
    <message>
        <source>peak %1</source>
        <translation>Spitze %1</translation>
    </message>
    <message>
        <source>still being recorded</source>
        <translation>wird noch aufgezeichnet</translation>
    </message>
    <message>
        <source>cannot be read; it may be of this run</source>
        <translation>nicht lesbar; vielleicht aus diesem Lauf</translation>
    </message>
    <message>
        <source>Most memory: %1</source>
        <translation>Am meisten Speicher: %1</translation>
    </message>
    <message>
        <source>Processes of this run</source>
        <translation>Prozesse dieses Laufs</translation>
    </message>
    <message>
        <source>%1 (this one)</source>
        <translation>%1 (dieser)</translation>
    </message>
    <message>
        <source>child of %1</source>
        <translation>Kind von %1</translation>
    </message>
</context>
<context>
    <name>SourceFile</name>
    <message>
        <source>This code was not read from a file.</source>
        <translation>Dieser Code wurde nicht aus einer Datei gelesen.</translation>
    </message>
    <message>
        <source>It is not known in which directory %1 lies.</source>
        <translation>Es ist nicht bekannt, in welchem Verzeichnis %1 liegt.</translation>
    </message>
    <message>
        <source>There is no file %1 on this machine.</source>
        <translation>Die Datei %1 gibt es auf diesem Rechner nicht.</translation>
    </message>
    <message>
        <source>The archive %1 does not hold %2.</source>
        <translation>Das Archiv %1 enthält %2 nicht.</translation>
    </message>
    <message>
        <source>%1 is a directory.</source>
        <translation>%1 ist ein Verzeichnis.</translation>
    </message>
    <message>
        <source>%1 is a device or a pipe, not a file.</source>
        <translation>%1 ist ein Gerät oder eine Pipe, keine Datei.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>%1 lässt sich nicht lesen: %2.</translation>
    </message>
    <message>
        <source>The archive %1 cannot be read: %2.</source>
        <translation>Das Archiv %1 lässt sich nicht lesen: %2.</translation>
    </message>
    <message>
        <source>%1 is too large to be shown: more than %2.</source>
        <translation>%1 ist zu groß, um gezeigt zu werden: mehr als %2.</translation>
    </message>
    <message>
        <source>%1 is not text.</source>
        <translation>%1 ist kein Text.</translation>
    </message>
    <message>
        <source>The file has been changed since the recording.</source>
        <translation>Die Datei wurde seit der Aufzeichnung geändert.</translation>
    </message>
    <message>
        <source>Its encoding, %1, is not known here; it is shown as Latin-1.</source>
        <translation>Ihre Kodierung, %1, ist hier unbekannt; sie wird als Latin-1 gezeigt.</translation>
    </message>
    <message>
        <source>From line %1 on some bytes are not valid %2.</source>
        <translation>Ab Zeile %1 sind einige Bytes kein gültiges %2.</translation>
    </message>
    <message>
        <source>It is shown without colours: it has more than %1 lines.</source>
        <translation>Sie wird ohne Farben gezeigt: Sie hat mehr als %1 Zeilen.</translation>
    </message>
</context>
<context>
    <name>SourceRows</name>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Its number in the file</source>
        <translation>Ihre Nummer in der Datei</translation>
    </message>
    <message>
        <source>Cumulative</source>
        <translation>Kumulativ</translation>
    </message>
    <message>
        <source>Allocated by the line and what it calls</source>
        <translation>Von der Zeile allokiert und von dem, was sie aufruft</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Part of the total</source>
        <translation>Anteil an der Summe</translation>
    </message>
    <message>
        <source>Self</source>
        <translation>Selbst</translation>
    </message>
    <message>
        <source>Allocated by the line itself</source>
        <translation>Von der Zeile selbst allokiert</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelltext</translation>
    </message>
    <message>
        <source>As the file is now. Ctrl and click on a call: go there</source>
        <translation>Wie die Datei jetzt ist. Strg+Klick auf einen Aufruf: dorthin springen</translation>
    </message>
</context>
<context>
    <name>SummaryTexts</name>
    <message>
        <source>%1 were there when the recording began</source>
        <translation>%1 waren da, als die Aufzeichnung begann</translation>
    </message>
    <message>
        <source>%1 had been freed, and not given back to the system</source>
        <translation>%1 waren freigegeben, aber nicht ans System zurückgegeben</translation>
    </message>
    <message>
        <source>%1 are of allocators, stacks, code and files</source>
        <translation>%1 sind von Allokatoren, Stacks, Code und Dateien</translation>
    </message>
    <message>
        <source>%1 were not recorded: likely native memory, which --native records</source>
        <translation>%1 wurden nicht aufgezeichnet: wohl nativer Speicher, den --native aufzeichnet</translation>
    </message>
    <message>
        <source>process %1</source>
        <translation>Prozess %1</translation>
    </message>
    <message>
        <source>Python %1</source>
        <translation>Python %1</translation>
    </message>
    <message>
        <source>Python %1, process %2</source>
        <translation>Python %1, Prozess %2</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>auf %1</translation>
    </message>
    <message numerus="yes">
        <source>%1, %2 events</source>
        <translation>
            <numerusform>%1, %2 Ereignis</numerusform>
            <numerusform>%1, %2 Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>Recorded: %1</source>
        <translation>Umfang: %1</translation>
    </message>
    <message>
        <source>%1 of it through %2</source>
        <translation>%1 davon durch %2</translation>
    </message>
    <message>
        <source>; most in %1: %2</source>
        <translation>; das meiste in %1: %2</translation>
    </message>
    <message>
        <source>Peak: %1 at %2</source>
        <translation>Spitze: %1 bei %2</translation>
    </message>
    <message>
        <source>Grows by %1 an hour</source>
        <translation>Wächst um %1 pro Stunde</translation>
    </message>
    <message>
        <source>%1; at least %2 an hour (95 %)</source>
        <translation>%1; mindestens %2 pro Stunde (95 %)</translation>
    </message>
    <message>
        <source>Left at the end: %1 allocated after %2</source>
        <translation>Am Ende übrig: %1, allokiert nach %2</translation>
    </message>
    <message>
        <source>Allocated in all: %1, %2 a second</source>
        <translation>Insgesamt allokiert: %1, %2 pro Sekunde</translation>
    </message>
    <message>
        <source>Temporary: %1 freed within 10 ms</source>
        <translation>Temporär: %1 binnen 10 ms freigegeben</translation>
    </message>
    <message>
        <source>Resident memory: %1 at %2, where %3 are recorded</source>
        <translation>Residenter Speicher: %1 bei %2, wo %3 aufgezeichnet sind</translation>
    </message>
    <message>
        <source>Ended when its files reached the size they were allowed</source>
        <translation>Endete, als die Dateien die erlaubte Größe erreicht hatten</translation>
    </message>
    <message>
        <source>Incomplete: something could not be written</source>
        <translation>Unvollständig: etwas konnte nicht geschrieben werden</translation>
    </message>
    <message>
        <source>Goes on in newer files</source>
        <translation>Geht in neueren Dateien weiter</translation>
    </message>
    <message>
        <source>Begins with what was alive in older files</source>
        <translation>Beginnt mit dem, was in älteren Dateien belegt war</translation>
    </message>
</context>
<context>
    <name>UsageRows</name>
    <message>
        <source>(no Python stack)</source>
        <translation>(kein Python-Stack)</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>Funktion</translation>
    </message>
    <message>
        <source>The function that the line belongs to</source>
        <translation>Die Funktion, zu der die Zeile gehört</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>File and line</source>
        <translation>Datei und Zeile</translation>
    </message>
    <message>
        <source>Of all change</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Part of all that grew or shrank</source>
        <translation>Anteil an allem, was wuchs oder schrumpfte</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Part of the total</source>
        <translation>Anteil an der Summe</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>Holds the true amount in 95 of 100 recordings; empty when everything was recorded</source>
        <translation>Enthält in 95 von 100 Aufzeichnungen die wahre Menge; leer, wenn alles aufgezeichnet wurde</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Live allocations</source>
        <translation>Belegte Blöcke</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>In these blocks</source>
        <translation>In diesen Blöcken</translation>
    </message>
    <message>
        <source>Self</source>
        <translation>Selbst</translation>
    </message>
    <message>
        <source>Allocated by the line itself</source>
        <translation>Von der Zeile selbst allokiert</translation>
    </message>
    <message>
        <source>Cumulative</source>
        <translation>Kumulativ</translation>
    </message>
    <message>
        <source>Allocated by the line and what it calls</source>
        <translation>Von der Zeile allokiert und von dem, was sie aufruft</translation>
    </message>
    <message>
        <source>Innermost line</source>
        <translation>Innerste Zeile</translation>
    </message>
    <message>
        <source>Where the memory was allocated</source>
        <translation>Wo der Speicher allokiert wurde</translation>
    </message>
    <message>
        <source>What is alive of the trace</source>
        <translation>Was vom Trace noch belegt ist</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Thread</translation>
    </message>
    <message>
        <source>The thread that allocated</source>
        <translation>Der Thread, der allokiert hat</translation>
    </message>
    <message>
        <source>Trace</source>
        <translation>Trace</translation>
    </message>
    <message>
        <source>The trace&apos;s number in the capture</source>
        <translation>Die Nummer des Trace in der Aufzeichnung</translation>
    </message>
    <message>
        <source>What is alive of the traces in which it calls the selected line</source>
        <translation>Was von den Traces noch belegt ist, in denen sie die gewählte Zeile aufruft</translation>
    </message>
    <message>
        <source>What is alive of the traces in which the selected line calls it</source>
        <translation>Was von den Traces noch belegt ist, in denen die gewählte Zeile sie aufruft</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>What the program called its work: labels, and asyncio&apos;s task</source>
        <translation>Wie das Programm seine Arbeit genannt hat: Labels und Tasks von asyncio</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::Banner</name>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Dismiss the warnings</source>
        <translation>Die Warnungen schließen</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>heapprof::gui::CallFollower</name>
    <message>
        <source>&amp;Go to Callee</source>
        <translation>Zum A&amp;ufgerufenen</translation>
    </message>
    <message>
        <source>None that the capture knows</source>
        <translation>Keiner, den die Aufzeichnung kennt</translation>
    </message>
    <message>
        <source>The capture knows of no call on this line.</source>
        <translation>Die Aufzeichnung kennt keinen Aufruf in dieser Zeile.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::CallTreeModel</name>
    <message>
        <source>Frame</source>
        <translation>Frame</translation>
    </message>
    <message>
        <source>Cumulative</source>
        <translation>Kumulativ</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Self</source>
        <translation>Selbst</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::CallersCalleesPage</name>
    <message>
        <source>Callers of the selected line</source>
        <translation>Aufrufer der gewählten Zeile</translation>
    </message>
    <message>
        <source>Lines called by the selected line</source>
        <translation>Von der gewählten Zeile aufgerufene Zeilen</translation>
    </message>
    <message>
        <source>Callers</source>
        <translation>Aufrufer</translation>
    </message>
    <message>
        <source>Callees</source>
        <translation>Aufgerufene</translation>
    </message>
    <message>
        <source>Select a line of code in any view to see who calls it.</source>
        <translation>Wählen Sie in einer Ansicht eine Codezeile, um zu sehen, wer sie aufruft.</translation>
    </message>
    <message>
        <source>Select a line of code in any view to see what it calls.</source>
        <translation>Wählen Sie in einer Ansicht eine Codezeile, um zu sehen, was sie aufruft.</translation>
    </message>
    <message>
        <source>Callers of %1</source>
        <translation>Aufrufer von %1</translation>
    </message>
    <message>
        <source>Callees of %1</source>
        <translation>Aufgerufene von %1</translation>
    </message>
    <message>
        <source>Nothing that is live calls this line.</source>
        <translation>Nichts, was Speicher belegt, ruft diese Zeile auf.</translation>
    </message>
    <message>
        <source>This line calls nothing that is live.</source>
        <translation>Diese Zeile ruft nichts auf, was Speicher belegt.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::CaptureList</name>
    <message>
        <source>shown now</source>
        <translation>wird gezeigt</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::CommandPalette</name>
    <message>
        <source>Type a command</source>
        <translation>Befehl eingeben</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::CompositionBar</name>
    <message>
        <source>%1: %2, %3
%4</source>
        <translation>%1: %2, %3
%4</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::CompositionView</name>
    <message>
        <source>Parts of resident memory</source>
        <translation>Teile des residenten Speichers</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Was es ist</translation>
    </message>
    <message>
        <source>What resident memory consists of could not be read: %1</source>
        <translation>Woraus der residente Speicher besteht, war nicht zu lesen: %1</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
    <message>
        <source>This recording does not tell what resident memory consists of.</source>
        <translation>Diese Aufzeichnung sagt nicht, woraus der residente Speicher besteht.</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::Document</name>
    <message>
        <source>Reading stopped: %1. What was read so far is shown.</source>
        <translation>Das Lesen wurde beendet: %1. Gezeigt wird, was bis dahin gelesen war.</translation>
    </message>
    <message>
        <source>Cannot open the capture. %1.</source>
        <translation>Die Aufzeichnung lässt sich nicht öffnen. %1.</translation>
    </message>
    <message>
        <source>The program stopped without ending the capture. Everything it had written is shown.</source>
        <translation>Das Programm endete, ohne die Aufzeichnung abzuschließen. Alles, was es geschrieben hatte, wird gezeigt.</translation>
    </message>
    <message>
        <source>The capture&apos;s event log became shorter while it was read. What was read before is shown.</source>
        <translation>Das Ereignisprotokoll der Aufzeichnung wurde beim Lesen kürzer. Gezeigt wird, was vorher gelesen war.</translation>
    </message>
    <message>
        <source>The files of this capture were replaced or removed. What was read before is shown; reload to see the new ones.</source>
        <translation>Die Dateien dieser Aufzeichnung wurden ersetzt oder entfernt. Gezeigt wird, was vorher gelesen war; „Neu laden“ zeigt die neuen.</translation>
    </message>
    <message>
        <source>Resident memory reached %1, where %2 were recorded: the rest is likely native memory, which native=True or --native records.</source>
        <translation>Der residente Speicher erreichte %1, aufgezeichnet wurden %2: Der Rest ist wohl nativer Speicher, den native=True oder --native aufzeichnet.</translation>
    </message>
    <message numerus="yes">
        <source>%n further damaged regions were left out.</source>
        <translation>
            <numerusform>%n weiterer beschädigter Bereich wurde ausgelassen.</numerusform>
            <numerusform>%n weitere beschädigte Bereiche wurden ausgelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The digest is kept in memory only: %1</source>
        <translation>Der Digest bleibt nur im Arbeitsspeicher: %1</translation>
    </message>
    <message>
        <source>The recording goes on in new files; reload to see them.</source>
        <translation>Die Aufzeichnung geht in neuen Dateien weiter; „Neu laden“ zeigt sie.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::DomainBar</name>
    <message>
        <source>Memory that C code took from the C allocator (malloc, new)</source>
        <translation>Speicher, den C-Code vom C-Allokator geholt hat (malloc, new)</translation>
    </message>
    <message>
        <source>Memory that C code took from the system by anonymous mappings</source>
        <translation>Speicher, den C-Code durch anonyme Mappings vom System geholt hat</translation>
    </message>
    <message>
        <source>Memory that the program shares with other processes: shared_memory, mappings of files that are nowhere but in memory</source>
        <translation>Speicher, den das Programm mit anderen Prozessen teilt: shared_memory, Mappings von Dateien, die es nur im Speicher gibt</translation>
    </message>
    <message>
        <source>Memory that Python&apos;s own allocators handed out</source>
        <translation>Speicher, den Pythons eigene Allokatoren vergeben haben</translation>
    </message>
    <message>
        <source>Count memory of:</source>
        <translation>Speicher zählen von:</translation>
    </message>
    <message>
        <source>
Change from %1 to %2: %3; the views show %4</source>
        <translation>
Änderung von %1 bis %2: %3; die Ansichten zeigen %4</translation>
    </message>
    <message>
        <source>
At %1: %2; the views count %3</source>
        <translation>
Bei %1: %2; die Ansichten zählen %3</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::EmptyPage</name>
    <message>
        <source>Nothing was recorded</source>
        <translation>Nichts wurde aufgezeichnet</translation>
    </message>
    <message>
        <source>&amp;Open Another Capture…</source>
        <translation>Andere Aufzeichnung ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>The program allocated nothing while heapprof recorded: it may have been started too late, or stopped or paused at once.</source>
        <translation>Das Programm hat nichts allokiert, während heapprof aufzeichnete: Vielleicht begann die Aufzeichnung zu spät oder wurde sofort beendet oder angehalten.</translation>
    </message>
    <message>
        <source>None of the program&apos;s allocations was chosen (%1): a smaller samplingRate, or --sample, records more.</source>
        <translation>Keine Allokation des Programms kam in die Stichprobe (%1): Eine kleinere samplingRate, oder --sample, zeichnet mehr auf.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FilterBar</name>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>+ Filter</source>
        <translation>+ Filter</translation>
    </message>
    <message>
        <source>Count only some stacks, or leave some out</source>
        <translation>Nur manche Stacks zählen oder manche auslassen</translation>
    </message>
    <message>
        <source>&amp;Line and Filters</source>
        <translation>&amp;Zeile und Filter</translation>
    </message>
    <message>
        <source>hidden frames: %1</source>
        <translation>ausgeblendete Frames: %1</translation>
    </message>
    <message>
        <source>Remove this filter</source>
        <translation>Diesen Filter entfernen</translation>
    </message>
    <message>
        <source>Remove the filter: %1</source>
        <translation>Filter entfernen: %1</translation>
    </message>
    <message>
        <source>Select a line of code to filter by it</source>
        <translation>Wählen Sie eine Codezeile, um nach ihr zu filtern</translation>
    </message>
    <message>
        <source>Hide What Is Allocated &amp;In</source>
        <translation>Ohne A&amp;llokationen aus</translation>
    </message>
    <message>
        <source>Only What Is &amp;Allocated In</source>
        <translation>Nur &amp;Allokationen aus</translation>
    </message>
    <message>
        <source>Hide &amp;Frames Of</source>
        <translation>F&amp;rames ausblenden</translation>
    </message>
    <message>
        <source>Only &amp;Thread</source>
        <translation>Nur &amp;Thread</translation>
    </message>
    <message>
        <source>Stacks that match /regex/; !regex: all others</source>
        <translation>Stacks, auf die /Regex/ passt; !Regex: alle anderen</translation>
    </message>
    <message>
        <source>Only &amp;Label</source>
        <translation>Nur &amp;Label</translation>
    </message>
    <message>
        <source>&amp;Any Value</source>
        <translation>&amp;Jeder Wert</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>(leer)</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FittedTabs</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>tabs</comment>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Tables whose tabs have no room</source>
        <translation>Tabellen, deren Reiter keinen Platz haben</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FlameCanvas</name>
    <message>
        <source>Flame graph</source>
        <translation>Flammengraph</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FlameGraphView</name>
    <message>
        <source>One frame per</source>
        <translation>Ein Frame je</translation>
    </message>
    <message>
        <source>What makes two frames the same</source>
        <translation>Was zwei Frames zu einem macht</translation>
    </message>
    <message>
        <source>By line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>By function</source>
        <translation>Funktion</translation>
    </message>
    <message>
        <source>By file</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>By module</source>
        <translation>Modul</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Icicle</source>
        <translation>Eiszapfen</translation>
    </message>
    <message>
        <source>Flame</source>
        <translation>Flamme</translation>
    </message>
    <message>
        <source>Icicle: the root is above; flame: it is below</source>
        <translation>Eiszapfen: die Wurzel ist oben; Flamme: sie ist unten</translation>
    </message>
    <message>
        <source>Bottom-up</source>
        <translation>Bottom-up</translation>
    </message>
    <message>
        <source>The allocating lines first, their callers behind</source>
        <translation>Die allokierenden Zeilen zuerst, dahinter ihre Aufrufer</translation>
    </message>
    <message>
        <source>Merge recursion</source>
        <translation>Rekursion falten</translation>
    </message>
    <message>
        <source>A frame that is already on the stack is left out</source>
        <translation>Ein Frame, der schon auf dem Stack ist, wird ausgelassen</translation>
    </message>
    <message>
        <source>Threads first</source>
        <translation>Threads vorn</translation>
    </message>
    <message>
        <source>The threads stand below the root, each over its own stacks</source>
        <translation>Die Threads stehen unter der Wurzel, jeder über seinen Stacks</translation>
    </message>
    <message>
        <source>Hide frames</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Cut code out of the stacks, in every view</source>
        <translation>Code aus den Stacks herausschneiden, in allen Ansichten</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Leave the focused frame</source>
        <translation>Den fokussierten Frame verlassen</translation>
    </message>
    <message>
        <source>Instances of the selected line</source>
        <translation>Vorkommen der gewählten Zeile</translation>
    </message>
    <message>
        <source>Frame under the cursor</source>
        <translation>Frame unter dem Mauszeiger</translation>
    </message>
    <message>
        <source>The flame graph could not be drawn: %1</source>
        <translation>Der Flammengraph ließ sich nicht zeichnen: %1</translation>
    </message>
    <message>
        <source>&amp;Focus on This Frame</source>
        <translation>&amp;Diesen Frame fokussieren</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
    <message>
        <source>Click selects, double click or Enter focuses, Escape goes back; the wheel moves, Ctrl+wheel zooms.</source>
        <translation>Klick wählt, Doppelklick/Eingabe fokussiert, Esc geht zurück; Rad verschiebt, Strg+Rad zoomt.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FlameLegend</name>
    <message>
        <source>growth</source>
        <translation>Wachstum</translation>
    </message>
    <message>
        <source>shrinkage</source>
        <translation>Schrumpfung</translation>
    </message>
    <message>
        <source>native</source>
        <translation>nativ</translation>
    </message>
    <message>
        <source>What the colours mean</source>
        <translation>Was die Farben bedeuten</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FlameMinimap</name>
    <message>
        <source>Overview of the flame graph</source>
        <translation>Übersicht des Flammengraphen</translation>
    </message>
    <message>
        <source>The whole flame graph: drag the frame, or click where it shall go; a double click shows everything</source>
        <translation>Der ganze Flammengraph: Ziehen Sie den Rahmen oder klicken Sie, wohin er soll; ein Doppelklick zeigt alles</translation>
    </message>
    <message>
        <source>In sight: from %1 % to %2 % of the width</source>
        <translation>Sichtbar: von %1 % bis %2 % der Breite</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FlowCanvas</name>
    <message>
        <source>Flow graph</source>
        <translation>Flussgraph</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FlowControls</name>
    <message>
        <source>Smallest &amp;line:</source>
        <translation>Kleinste &amp;Zeile:</translation>
    </message>
    <message>
        <source>Leave out lines with a smaller share of the total</source>
        <translation>Zeilen mit kleinerem Anteil an der Summe auslassen</translation>
    </message>
    <message>
        <source>Smallest &amp;call:</source>
        <translation>Kleinster A&amp;ufruf:</translation>
    </message>
    <message>
        <source>Leave out calls that carry a smaller share of their caller&apos;s memory</source>
        <translation>Aufrufe mit kleinerem Anteil am Speicher ihres Aufrufers auslassen</translation>
    </message>
    <message>
        <source>&amp;Join runs</source>
        <translation>&amp;Ketten verbinden</translation>
    </message>
    <message>
        <source>Si&amp;ze by self</source>
        <translation>G&amp;röße nach Selbst</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Show the whole graph (0, or double click on the background)</source>
        <translation>Den ganzen Graphen zeigen (0 oder Doppelklick auf den Hintergrund)</translation>
    </message>
    <message>
        <source>Heaviest path</source>
        <translation>Schwerster Pfad</translation>
    </message>
    <message>
        <source>Follow the calls that carry most, to the line that holds more than it passes on (H)</source>
        <translation>Den Aufrufen mit dem meisten Speicher folgen, bis zur Zeile, die mehr behält, als sie weitergibt (H)</translation>
    </message>
    <message>
        <source>Draw lines that only lead to each other as one box</source>
        <translation>Zeilen, die nur zueinander führen, als einen Kasten zeichnen</translation>
    </message>
    <message>
        <source>Draw lines larger the more memory they allocate themselves</source>
        <translation>Zeilen umso größer zeichnen, je mehr Speicher sie selbst allokieren</translation>
    </message>
    <message>
        <source>Options…</source>
        <translation>Optionen…</translation>
    </message>
    <message>
        <source>What the graph leaves out, and how it is drawn</source>
        <translation>Was der Graph auslässt, und wie er gezeichnet wird</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::FlowGraphView</name>
    <message>
        <source>total</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>other</source>
        <translation>Übrige</translation>
    </message>
    <message numerus="yes">
        <source>… %1 more lines …</source>
        <translation>
            <numerusform>… %1 weitere Zeile …</numerusform>
            <numerusform>… %1 weitere Zeilen …</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Focus on Callers and Callees</source>
        <translation>&amp;Aufrufer und Aufgerufene fokussieren</translation>
    </message>
    <message>
        <source>Show S&amp;maller Lines</source>
        <translation>K&amp;leinere Zeilen zeigen</translation>
    </message>
    <message>
        <source>&amp;Heaviest Path</source>
        <translation>&amp;Schwerster Pfad</translation>
    </message>
    <message>
        <source>Show the &amp;Whole Graph</source>
        <translation>&amp;Ganzen Graphen zeigen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
    <message>
        <source>The flow graph could not be drawn.
%1</source>
        <translation>Der Flussgraph ließ sich nicht zeichnen.
%1</translation>
    </message>
    <message>
        <source>The flow graph could not be drawn: %1</source>
        <translation>Der Flussgraph ließ sich nicht zeichnen: %1</translation>
    </message>
    <message>
        <source>A simpler layout than usual: %1</source>
        <translation>Ein einfacheres Layout als sonst: %1</translation>
    </message>
    <message>
        <source>This is %1.</source>
        <translation>Zu sehen: %1.</translation>
    </message>
    <message>
        <source>Laying out %1 …</source>
        <translation>Layout für %1 …</translation>
    </message>
    <message>
        <source>The selected line is not among those shown.</source>
        <translation>Die gewählte Zeile ist nicht dabei.</translation>
    </message>
    <message>
        <source>The match is not among those shown.</source>
        <translation>Der Treffer ist nicht dabei.</translation>
    </message>
    <message>
        <source>Escape ends the focus.</source>
        <translation>Esc beendet den Fokus.</translation>
    </message>
    <message>
        <source>The heaviest path is lit.</source>
        <translation>Der schwerste Pfad ist hervorgehoben.</translation>
    </message>
    <message>
        <source>1 smaller line</source>
        <translation>1 kleinere Zeile</translation>
    </message>
    <message numerus="yes">
        <source>%L1 smaller lines</source>
        <translation>
            <numerusform>%L1 kleinere Zeile</numerusform>
            <numerusform>%L1 kleinere Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>No recorded memory is alive at this instant.</source>
        <translation>Zu diesem Zeitpunkt ist kein aufgezeichneter Speicher belegt.</translation>
    </message>
    <message>
        <source>No Python stack is known for the memory alive at this instant.</source>
        <translation>Zum Speicher, der zu diesem Zeitpunkt belegt ist, ist kein Python-Stack bekannt.</translation>
    </message>
    <message numerus="yes">
        <source>All %L1 lines are smaller than %2 of the total. Move “Smallest line” to the left to see them.</source>
        <translation>
            <numerusform>Die eine Zeile (%L1) ist kleiner als %2 der Summe. Schieben Sie „Kleinste Zeile“ nach links, um sie zu sehen.</numerusform>
            <numerusform>Alle %L1 Zeilen sind kleiner als %2 der Summe. Schieben Sie „Kleinste Zeile“ nach links, um sie zu sehen.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2. Coloured field: self / cumulative = share of the total.</source>
        <translation>%1: %2. Farbiges Feld: selbst / kumulativ = Anteil an der Summe.</translation>
    </message>
    <message>
        <source>Left field: at %1 (%2). Right field: at %3 (%4). Each: self / cumulative = share of the total; below: growth.</source>
        <translation>Linkes Feld: bei %1 (%2). Rechtes Feld: bei %3 (%4). Jeweils: selbst / kumulativ = Anteil an der Summe; darunter: Wachstum.</translation>
    </message>
    <message>
        <source>%1 hidden</source>
        <translation>%1 ausgelassen</translation>
    </message>
    <message>
        <source>1 smaller call hidden</source>
        <translation>1 kleinerer Aufruf ausgelassen</translation>
    </message>
    <message numerus="yes">
        <source>%L1 smaller calls hidden</source>
        <translation>
            <numerusform>%L1 kleinerer Aufruf ausgelassen</numerusform>
            <numerusform>%L1 kleinere Aufrufe ausgelassen</numerusform>
        </translation>
    </message>
    <message>
        <source>, </source>
        <translation>, </translation>
    </message>
    <message>
        <source>without a Python stack</source>
        <translation>ohne Python-Stack</translation>
    </message>
    <message>
        <source>%1; without a stack</source>
        <translation>%1; ohne Stack</translation>
    </message>
    <message>
        <source>%1, %2 of all</source>
        <translation>%1, %2 von allem</translation>
    </message>
    <message>
        <source>All memory that is shown</source>
        <translation>Der gesamte gezeigte Speicher</translation>
    </message>
    <message>
        <source>In no other box: %1</source>
        <translation>In keinem anderen Kasten: %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 lines that only lead to each other</source>
        <translation>
            <numerusform>%1 Zeile, die nur zu sich selbst führt</numerusform>
            <numerusform>%1 Zeilen, die nur zueinander führen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Self: %1</source>
        <translation>Selbst: %1</translation>
    </message>
    <message>
        <source>Cumulative: %1, %2</source>
        <translation>Kumulativ: %1, %2</translation>
    </message>
    <message>
        <source>Self: %1, %2</source>
        <translation>Selbst: %1, %2</translation>
    </message>
    <message>
        <source>Without a Python stack: %1</source>
        <translation>Ohne Python-Stack: %1</translation>
    </message>
    <message>
        <source>Click: show the greatest of them, from %1 of the total</source>
        <translation>Klick: die größten davon zeigen, ab %1 der Summe</translation>
    </message>
    <message>
        <source>At %1:</source>
        <translation>Bei %1:</translation>
    </message>
    <message>
        <source>%1, %2 of the total</source>
        <translation>%1, %2 der Summe</translation>
    </message>
    <message>
        <source>Dotted: a smaller call, or by way of lines that are hidden</source>
        <translation>Gepunktet: ein kleinerer Aufruf oder einer über ausgelassene Zeilen</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::Headline</name>
    <message>
        <source>95 %: %1</source>
        <translation>95 %: %1</translation>
    </message>
    <message>
        <source>live at %1</source>
        <translation>belegt bei %1</translation>
    </message>
    <message>
        <source>peak of the recording</source>
        <translation>Spitze der Aufzeichnung</translation>
    </message>
    <message>
        <source>peak of what counts</source>
        <translation>Spitze des Gezählten</translation>
    </message>
    <message>
        <source>%1 and %2 blocks a second</source>
        <translation>%1 und %2 Blöcke pro Sekunde</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::HeatStrip</name>
    <message>
        <source>Amounts of the whole file</source>
        <translation>Mengen der ganzen Datei</translation>
    </message>
    <message>
        <source>Where in the file the memory is; click to go there</source>
        <translation>Wo in der Datei der Speicher ist; ein Klick führt hin</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::Inspector</name>
    <message>
        <source>Find This File…</source>
        <translation>Datei suchen …</translation>
    </message>
    <message>
        <source>Callers</source>
        <translation>Aufrufer</translation>
    </message>
    <message>
        <source>Callees</source>
        <translation>Aufgerufene</translation>
    </message>
    <message>
        <source>Selected line</source>
        <translation>Gewählte Zeile</translation>
    </message>
    <message>
        <source>More…</source>
        <translation>Mehr …</translation>
    </message>
    <message>
        <source>What else can be done with this line</source>
        <translation>Was sich mit dieser Zeile sonst tun lässt</translation>
    </message>
    <message>
        <source>‹ Summary</source>
        <translation>‹ Überblick</translation>
    </message>
    <message>
        <source>Select no line, and show the summary</source>
        <translation>Keine Zeile wählen und den Überblick zeigen</translation>
    </message>
    <message>
        <source>Say where the file is on this machine</source>
        <translation>Angeben, wo die Datei auf diesem Rechner liegt</translation>
    </message>
    <message>
        <source>Cumulative</source>
        <translation>Kumulativ</translation>
    </message>
    <message>
        <source>Self</source>
        <translation>Selbst</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Zeitverlauf</translation>
    </message>
    <message>
        <source>Finding out…</source>
        <translation>Wird ermittelt …</translation>
    </message>
    <message>
        <source>%1 of all</source>
        <translation>%1 von allem</translation>
    </message>
    <message>
        <source>95 %: %1</source>
        <translation>95 %: %1</translation>
    </message>
    <message>
        <source>(no function)</source>
        <translation>(keine Funktion)</translation>
    </message>
    <message>
        <source>%1 each</source>
        <translation>je %1</translation>
    </message>
    <message>
        <source>Reading the source…</source>
        <translation>Quelltext wird gelesen …</translation>
    </message>
    <message>
        <source>The file has no such line.</source>
        <translation>Diese Zeile gibt es in der Datei nicht.</translation>
    </message>
    <message>
        <source>Remove from Plot</source>
        <translation>Nicht plotten</translation>
    </message>
    <message>
        <source>Plot</source>
        <translation>Plotten</translation>
    </message>
    <message>
        <source>Draw the line&apos;s curve no longer</source>
        <translation>Die Kurve der Zeile nicht mehr zeichnen</translation>
    </message>
    <message>
        <source>Draw the line&apos;s curve below the total</source>
        <translation>Die Kurve der Zeile unter der Summe zeichnen</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::LayoutProcess</name>
    <message>
        <source>Laying out %1 boxes and %2 calls took too long.</source>
        <translation>Das Layout von %1 Kästen und %2 Aufrufen dauerte zu lange.</translation>
    </message>
    <message>
        <source>The layout helper cannot be started: %1</source>
        <translation>Das Layout-Hilfsprogramm lässt sich nicht starten: %1</translation>
    </message>
    <message>
        <source>The layout helper&apos;s answer cannot be read.</source>
        <translation>Die Antwort des Layout-Hilfsprogramms ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The layout helper crashed.</source>
        <translation>Das Layout-Hilfsprogramm ist abgestürzt.</translation>
    </message>
    <message>
        <source>The layout helper ended with code %1.</source>
        <translation>Das Layout-Hilfsprogramm endete mit Code %1.</translation>
    </message>
    <message>
        <source>The layout helper ended with code %1: %2</source>
        <translation>Das Layout-Hilfsprogramm endete mit Code %1: %2</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::LineCurve</name>
    <message>
        <source>up to %1</source>
        <translation>bis zu %1</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::MainWindow</name>
    <message>
        <source>Open a Capture</source>
        <translation>Aufzeichnung öffnen</translation>
    </message>
    <message>
        <source>heapprof captures (*.hpm *.hpd *.hpc);;All files (*)</source>
        <translation>Aufzeichnungen von heapprof (*.hpm *.hpd *.hpc);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>heapprof</source>
        <translation>heapprof</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 — heapprof</source>
        <translation>%1 — heapprof</translation>
    </message>
    <message>
        <source>Time Plot</source>
        <translation>Zeitdiagramm</translation>
    </message>
    <message>
        <source>Flow Graph</source>
        <translation>Flussgraph</translation>
    </message>
    <message>
        <source>Flame Graph</source>
        <translation>Flammengraph</translation>
    </message>
    <message>
        <source>Memory over Time</source>
        <translation>Speicher im Zeitverlauf</translation>
    </message>
    <message>
        <source>Traces</source>
        <translation>Traces</translation>
    </message>
    <message>
        <source>The time plot cannot be exported as %1.</source>
        <translation>Das Zeitdiagramm lässt sich nicht als %1 exportieren.</translation>
    </message>
    <message>
        <source>The flow graph cannot be exported as %1.</source>
        <translation>Der Flussgraph lässt sich nicht als %1 exportieren.</translation>
    </message>
    <message>
        <source>The flame graph cannot be exported as %1.</source>
        <translation>Der Flammengraph lässt sich nicht als %1 exportieren.</translation>
    </message>
    <message>
        <source>The memory over time cannot be exported as %1.</source>
        <translation>Der Speicher im Zeitverlauf lässt sich nicht als %1 exportieren.</translation>
    </message>
    <message>
        <source>The traces cannot be exported as %1.</source>
        <translation>Die Traces lassen sich nicht als %1 exportieren.</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>&amp;Reload</source>
        <translation>&amp;Neu laden</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Copy View as &amp;Picture</source>
        <translation>Ansicht als &amp;Bild kopieren</translation>
    </message>
    <message>
        <source>Copy Selected &amp;Line</source>
        <translation>Gewählte &amp;Zeile kopieren</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation>&amp;Vorwärts</translation>
    </message>
    <message>
        <source>Follow the &amp;End</source>
        <translation>Dem &amp;Ende folgen</translation>
    </message>
    <message>
        <source>● LIVE · follow</source>
        <translation>● LIVE · folgen</translation>
    </message>
    <message>
        <source>The program is still running: show its newest state as it comes (%1)</source>
        <translation>Das Programm läuft noch: immer den neuesten Stand zeigen (%1)</translation>
    </message>
    <message>
        <source>Show &amp;All of the Time</source>
        <translation>&amp;Gesamte Zeit zeigen</translation>
    </message>
    <message>
        <source>Count Bl&amp;ocks, not Bytes</source>
        <translation>B&amp;löcke statt Bytes zählen</translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation>&amp;Befehle …</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <source>Next &amp;Match</source>
        <translation>&amp;Nächster Treffer</translation>
    </message>
    <message>
        <source>&amp;Previous Match</source>
        <translation>&amp;Vorheriger Treffer</translation>
    </message>
    <message>
        <source>&amp;Only Matching Stacks</source>
        <translation>Nur &amp;passende Stacks</translation>
    </message>
    <message>
        <source>&amp;Not Matching Stacks</source>
        <translation>N&amp;icht passende Stacks</translation>
    </message>
    <message>
        <source>&amp;Threads…</source>
        <translation>&amp;Threads …</translation>
    </message>
    <message>
        <source>Forget What Was Shown &amp;of This Capture</source>
        <translation>Gemerkte Ansicht dieser Aufzeichnung ve&amp;rgessen</translation>
    </message>
    <message>
        <source>&amp;Reset the Arrangement</source>
        <translation>&amp;Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open &amp;Recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Selected &amp;Line</source>
        <translation>&amp;Gewählte Zeile</translation>
    </message>
    <message>
        <source>No line is selected</source>
        <translation>Keine Zeile gewählt</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>F&amp;loat, or Put Back</source>
        <translation>Ab- o&amp;der andocken</translation>
    </message>
    <message>
        <source>Source &amp;Paths…</source>
        <translation>Quell&amp;pfade …</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Mouse and Keys</source>
        <translation>&amp;Maus und Tasten</translation>
    </message>
    <message>
        <source>&amp;About heapprof</source>
        <translation>&amp;Über heapprof</translation>
    </message>
    <message>
        <source>Main Tools</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>Exportieren: %1</translation>
    </message>
    <message>
        <source>There is nothing to export yet.</source>
        <translation>Noch gibt es nichts zu exportieren.</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportiert nach %1</translation>
    </message>
    <message>
        <source>The view is too large to copy as a picture.</source>
        <translation>Die Ansicht ist zu groß, um sie als Bild zu kopieren.</translation>
    </message>
    <message>
        <source>Click in the time plot</source>
        <translation>Klick ins Zeitdiagramm</translation>
    </message>
    <message>
        <source>the instant that all views show</source>
        <translation>der Zeitpunkt, den alle Ansichten zeigen</translation>
    </message>
    <message>
        <source>Click on a mark, a phase, a collection</source>
        <translation>Klick auf Marke, Phase, Garbage Collection</translation>
    </message>
    <message>
        <source>its time, or the interval that it is</source>
        <translation>ihr Zeitpunkt oder ihr Intervall</translation>
    </message>
    <message>
        <source>Drag in the time plot, or Shift and click</source>
        <translation>Ziehen im Zeitdiagramm oder Umschalt+Klick</translation>
    </message>
    <message>
        <source>an interval; its ends can be dragged</source>
        <translation>ein Intervall; seine Enden lassen sich ziehen</translation>
    </message>
    <message>
        <source>Escape in the time plot</source>
        <translation>Esc im Zeitdiagramm</translation>
    </message>
    <message>
        <source>end the interval</source>
        <translation>das Intervall beenden</translation>
    </message>
    <message>
        <source>Wheel, plus, minus</source>
        <translation>Rad, Plus, Minus</translation>
    </message>
    <message>
        <source>zoom in time</source>
        <translation>die Zeit zoomen</translation>
    </message>
    <message>
        <source>Ctrl and drag, Page Up, Page Down</source>
        <translation>Strg+Ziehen, Bild auf, Bild ab</translation>
    </message>
    <message>
        <source>move in time</source>
        <translation>die Zeit verschieben</translation>
    </message>
    <message>
        <source>Double click, 0</source>
        <translation>Doppelklick, 0</translation>
    </message>
    <message>
        <source>show all of the time</source>
        <translation>die gesamte Zeit zeigen</translation>
    </message>
    <message>
        <source>Drag the frame or its edges below the time plot</source>
        <translation>Rahmen unter dem Zeitdiagramm oder Rand ziehen</translation>
    </message>
    <message>
        <source>move in time, show more or less of it</source>
        <translation>die Zeit verschieben, mehr oder weniger davon zeigen</translation>
    </message>
    <message>
        <source>Right click, Menu key in the time plot</source>
        <translation>Rechtsklick, Menütaste im Zeitdiagramm</translation>
    </message>
    <message>
        <source>an instant, an interval, threads</source>
        <translation>ein Zeitpunkt, ein Intervall, Threads</translation>
    </message>
    <message>
        <source>Left, Right (with Ctrl: faster)</source>
        <translation>Links, Rechts (mit Strg: schneller)</translation>
    </message>
    <message>
        <source>move the instant</source>
        <translation>den Zeitpunkt verschieben</translation>
    </message>
    <message>
        <source>[, ]</source>
        <translation>[, ]</translation>
    </message>
    <message>
        <source>go to the mark before, after</source>
        <translation>zur vorigen, nächsten Marke</translation>
    </message>
    <message>
        <source>Click on a line of code in any view</source>
        <translation>Klick auf eine Codezeile in einer Ansicht</translation>
    </message>
    <message>
        <source>show it in all views</source>
        <translation>sie in allen Ansichten zeigen</translation>
    </message>
    <message>
        <source>Right click, Menu key</source>
        <translation>Rechtsklick, Menütaste</translation>
    </message>
    <message>
        <source>what can be done with the line: plot, filter, copy</source>
        <translation>was sich mit der Zeile tun lässt: plotten, filtern, kopieren</translation>
    </message>
    <message>
        <source>Ctrl and click on a call in the source, Ctrl and Enter</source>
        <translation>Strg+Klick auf Aufruf im Quelltext, Strg+Eingabe</translation>
    </message>
    <message>
        <source>go to what it calls</source>
        <translation>zu dem springen, was er aufruft</translation>
    </message>
    <message>
        <source>Double click, Enter in a picture</source>
        <translation>Doppelklick, Eingabe in einem Bild</translation>
    </message>
    <message>
        <source>focus on a frame or a line</source>
        <translation>einen Frame oder eine Zeile fokussieren</translation>
    </message>
    <message>
        <source>Arrow keys in a picture</source>
        <translation>Pfeiltasten in einem Bild</translation>
    </message>
    <message>
        <source>walk from frame to frame, from line to line</source>
        <translation>von Frame zu Frame gehen, von Zeile zu Zeile</translation>
    </message>
    <message>
        <source>H in the flow graph</source>
        <translation>H im Flussgraphen</translation>
    </message>
    <message>
        <source>the heaviest path</source>
        <translation>der schwerste Pfad</translation>
    </message>
    <message>
        <source>Wheel, Ctrl and wheel in the flame graph</source>
        <translation>Rad, Strg+Rad im Flammengraphen</translation>
    </message>
    <message>
        <source>move, zoom; in the flow graph the wheel zooms</source>
        <translation>verschieben, zoomen; im Flussgraphen zoomt das Rad</translation>
    </message>
    <message>
        <source>Shift and wheel, drag in the flame graph</source>
        <translation>Umschalt+Rad, Ziehen im Flammengraphen</translation>
    </message>
    <message>
        <source>move sideways, anywhere; two fingers zoom</source>
        <translation>seitwärts, beliebig verschieben; zwei Finger zoomen</translation>
    </message>
    <message>
        <source>Click on frames narrower than a pixel</source>
        <translation>Klick auf Frames schmaler als ein Pixel</translation>
    </message>
    <message>
        <source>zoom to them</source>
        <translation>hineinzoomen</translation>
    </message>
    <message>
        <source>Drag or click in an overview</source>
        <translation>Ziehen oder Klick in einer Übersicht</translation>
    </message>
    <message>
        <source>move what is in sight; the flame graph&apos;s takes arrow keys, too</source>
        <translation>den Ausschnitt verschieben; beim Flammengraphen auch Pfeiltasten</translation>
    </message>
    <message>
        <source>count blocks, or bytes again, in all views</source>
        <translation>in allen Ansichten Blöcke zählen oder wieder Bytes</translation>
    </message>
    <message>
        <source>find in every view; Enter, F3: the next match, with Shift: the one before</source>
        <translation>überall suchen; Eingabe, F3: nächster Treffer, mit Umschalt: voriger</translation>
    </message>
    <message>
        <source>Escape</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>leave the search, the focus, the interval, the selection</source>
        <translation>Suche, Fokus, Intervall, Auswahl verlassen</translation>
    </message>
    <message>
        <source>every command, by its name</source>
        <translation>jeder Befehl, nach Namen</translation>
    </message>
    <message>
        <source>?</source>
        <translation>?</translation>
    </message>
    <message>
        <source>this list</source>
        <translation>diese Liste</translation>
    </message>
    <message>
        <source>undo and redo what the views show</source>
        <translation>rückgängig machen und wiederholen, was die Ansichten zeigen</translation>
    </message>
    <message>
        <source>Mouse and Keys</source>
        <translation>Maus und Tasten</translation>
    </message>
    <message>
        <source>About heapprof</source>
        <translation>Über heapprof</translation>
    </message>
    <message>
        <source>&lt;h3&gt;heapprof workstation %1&lt;/h3&gt;&lt;p&gt;Shows what a sampling heap profiler recorded of a Python program.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later. It uses Qt %2, Qt Charts, Graphviz, GNU source-highlight and libzip.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;heapprof-Workstation %1&lt;/h3&gt;&lt;p&gt;Zeigt, was ein Heap-Profiler von einem Python-Programm durch Stichproben aufgezeichnet hat.&lt;/p&gt;&lt;p&gt;Freie Software unter der GNU General Public License, Version 3 oder später. Sie benutzt Qt %2, Qt Charts, Graphviz, GNU source-highlight und libzip.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&amp;Clear This List</source>
        <translation>Diese Liste &amp;leeren</translation>
    </message>
    <message>
        <source>Resident Memory</source>
        <translation>Residenter Speicher</translation>
    </message>
    <message>
        <source>Resident memory cannot be exported as %1.</source>
        <translation>Residenter Speicher kann nicht als %1 exportiert werden.</translation>
    </message>
    <message>
        <source>R, Shift+R</source>
        <translation>R, Umschalt+R</translation>
    </message>
    <message>
        <source>show or hide resident memory, its kinds</source>
        <translation>residenten Speicher, seine Arten ein- oder ausblenden</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::MeasureBar</name>
    <message>
        <source>What memory is counted in</source>
        <translation>Worin Speicher gezählt wird</translation>
    </message>
    <message>
        <source>How much memory: every view counts bytes</source>
        <translation>Wie viel Speicher: jede Ansicht zählt Bytes</translation>
    </message>
    <message>
        <source>How many allocations, whatever their sizes: every view counts blocks</source>
        <translation>Wie viele Allokationen, gleich welcher Größe: jede Ansicht zählt Blöcke</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::ModeBar</name>
    <message>
        <source>What the views show</source>
        <translation>Was die Ansichten zeigen</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Belegt</translation>
    </message>
    <message>
        <source>The memory in use at the instant</source>
        <translation>Der Speicher, der zum Zeitpunkt belegt ist</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>What the memory in use grew and shrank by between two instants</source>
        <translation>Um wie viel der belegte Speicher zwischen zwei Zeitpunkten wuchs und schrumpfte</translation>
    </message>
    <message>
        <source>Still alive</source>
        <translation>Übrig</translation>
    </message>
    <message>
        <source>What was allocated in the interval and is in use at its end: what it left behind</source>
        <translation>Was im Intervall allokiert wurde und an seinem Ende noch belegt ist: was es hinterließ</translation>
    </message>
    <message>
        <source>Allocated</source>
        <translation>Allokiert</translation>
    </message>
    <message>
        <source>All that was allocated in the interval, freed since or not: churn</source>
        <translation>Alles, was im Intervall allokiert wurde, inzwischen freigegeben oder nicht: der Umsatz</translation>
    </message>
    <message>
        <source>Temporary</source>
        <translation>Temporär</translation>
    </message>
    <message>
        <source>What was allocated in the interval and freed within 10 ms</source>
        <translation>Was im Intervall allokiert und binnen 10 ms freigegeben wurde</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::Overview</name>
    <message>
        <source>Overview of the flow graph</source>
        <translation>Übersicht des Flussgraphen</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::PartsChart</name>
    <message>
        <source>Memory over time, by part</source>
        <translation>Speicher im Zeitverlauf, nach Teilen</translation>
    </message>
    <message>
        <source>Share of the total, by what allocated it</source>
        <translation>Anteil an der Summe, nach dem, was allokiert hat</translation>
    </message>
    <message>
        <source>Memory, by what allocated it</source>
        <translation>Speicher, nach dem, was ihn allokiert hat</translation>
    </message>
    <message>
        <source>Blocks, by what allocated them</source>
        <translation>Blöcke, nach dem, was sie allokiert hat</translation>
    </message>
    <message>
        <source>%1, %2 of %3 at %4</source>
        <translation>%1, %2 von %3 bei %4</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::PartsView</name>
    <message>
        <source>One part per</source>
        <translation>Ein Teil je</translation>
    </message>
    <message>
        <source>By line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>By function</source>
        <translation>Funktion</translation>
    </message>
    <message>
        <source>By file</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>By module</source>
        <translation>Modul</translation>
    </message>
    <message>
        <source>By thread</source>
        <translation>Thread</translation>
    </message>
    <message>
        <source>By domain</source>
        <translation>Domäne</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Menge</translation>
    </message>
    <message>
        <source>How much each part has</source>
        <translation>Wie viel jeder Teil hat</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>How much of the total each part has</source>
        <translation>Wie viel der Summe jeder Teil hat</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>Teile</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Memory over time could not be divided: %1</source>
        <translation>Der Speicher im Zeitverlauf ließ sich nicht aufteilen: %1</translation>
    </message>
    <message>
        <source>No memory was recorded in this interval</source>
        <translation>In diesem Intervall wurde kein Speicher aufgezeichnet</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
    <message>
        <source>What the memory is divided by: the code that allocates itself, the thread, the domain, or a label that the program has set</source>
        <translation>Wonach der Speicher aufgeteilt ist: dem Code, der selbst allokiert, dem Thread, der Domäne oder einem Label, das das Programm gesetzt hat</translation>
    </message>
    <message>
        <source>By label %1</source>
        <translation>Nach Label %1</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::PicturePane</name>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::PlotChart</name>
    <message>
        <source>%1, from %2</source>
        <translation>%1, ab %2</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::PlotOverview</name>
    <message>
        <source>Overview of the recording</source>
        <translation>Übersicht der Aufzeichnung</translation>
    </message>
    <message>
        <source>The whole recording: drag the frame or its edges, or click where it shall go; a double click shows everything</source>
        <translation>Die ganze Aufzeichnung: Ziehen Sie den Rahmen oder seine Ränder oder klicken Sie, wohin er soll; ein Doppelklick zeigt alles</translation>
    </message>
    <message>
        <source>In sight: from %1 to %2</source>
        <translation>Sichtbar: von %1 bis %2</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::PlotUnitBar</name>
    <message>
        <source>What the plot shows of pinned lines</source>
        <translation>Was das Diagramm von geplotteten Zeilen zeigt</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Menge</translation>
    </message>
    <message>
        <source>What pinned lines have, with the total</source>
        <translation>Was geplottete Zeilen haben, mit der Summe</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>How much of the total pinned lines have</source>
        <translation>Wie viel der Summe geplottete Zeilen haben</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::RecentCaptures</name>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>is not there any more</source>
        <translation>nicht mehr da</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::RunProcesses</name>
    <message>
        <source>Processes of this run</source>
        <translation>Prozesse dieses Laufs</translation>
    </message>
    <message>
        <source>Processes of this run: %1</source>
        <translation>Prozesse dieses Laufs: %1</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::SearchField</name>
    <message>
        <source>Find line, function, file, /regex/</source>
        <translation>Zeile, Funktion, Datei, /Regex/</translation>
    </message>
    <message>
        <source>Find in all views</source>
        <translation>In allen Ansichten suchen</translation>
    </message>
    <message>
        <source>Words of a function, a file, a line, in any case; or /regular expression/ on &quot;function file:line&quot;.
Enter: next match, Shift+Enter: previous match, Escape: end</source>
        <translation>Wörter einer Funktion, Datei oder Zeile, groß oder klein; oder /regulärer Ausdruck/ auf „Funktion Datei:Zeile“.
Eingabe: nächster Treffer, Umschalt+Eingabe: voriger Treffer, Esc: Ende</translation>
    </message>
    <message>
        <source>What is found</source>
        <translation>Was gefunden ist</translation>
    </message>
    <message>
        <source>Previous match (Shift+Enter)</source>
        <translation>Voriger Treffer (Umschalt+Eingabe)</translation>
    </message>
    <message>
        <source>Next match (Enter)</source>
        <translation>Nächster Treffer (Eingabe)</translation>
    </message>
    <message>
        <source>Count only what matches, or all but that</source>
        <translation>Nur die Treffer zählen oder alles außer ihnen</translation>
    </message>
    <message>
        <source>End the search (Escape)</source>
        <translation>Die Suche beenden (Esc)</translation>
    </message>
    <message>
        <source>&amp;Only Matching</source>
        <translation>&amp;Nur Treffer</translation>
    </message>
    <message>
        <source>&amp;Not Matching</source>
        <translation>&amp;Ohne Treffer</translation>
    </message>
    <message>
        <source>no match</source>
        <translation>kein Treffer</translation>
    </message>
    <message>
        <source>1 line</source>
        <translation>1 Zeile</translation>
    </message>
    <message numerus="yes">
        <source>%1 lines</source>
        <translation>
            <numerusform>%1 Zeile</numerusform>
            <numerusform>%1 Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::ShareControl</name>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::SourceExcerptView</name>
    <message>
        <source>Source</source>
        <translation>Quelltext</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::SourcePage</name>
    <message>
        <source>Find This File…</source>
        <translation>Datei suchen …</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelltext</translation>
    </message>
    <message>
        <source>Say where the file is on this machine</source>
        <translation>Angeben, wo die Datei auf diesem Rechner liegt</translation>
    </message>
    <message>
        <source>Paths…</source>
        <translation>Pfade …</translation>
    </message>
    <message>
        <source>Where the files of other machines are looked for</source>
        <translation>Wo die Dateien anderer Rechner gesucht werden</translation>
    </message>
    <message>
        <source>Select a line of code in any view to see its file.</source>
        <translation>Wählen Sie in einer Ansicht eine Codezeile, um ihre Datei zu sehen.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::SourcePathsDialog</name>
    <message>
        <source>Find a Source File</source>
        <translation>Quelldatei suchen</translation>
    </message>
    <message>
        <source>Source Paths</source>
        <translation>Quellpfade</translation>
    </message>
    <message>
        <source>Where is this file on this machine?</source>
        <translation>Wo liegt diese Datei auf diesem Rechner?</translation>
    </message>
    <message>
        <source>Where the file is</source>
        <translation>Wo die Datei liegt</translation>
    </message>
    <message>
        <source>The file, or the archive that it lies in</source>
        <translation>Die Datei oder das Archiv, in dem sie liegt</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Durchsuchen …</translation>
    </message>
    <message>
        <source>&amp;Use</source>
        <translation>&amp;Übernehmen</translation>
    </message>
    <message>
        <source>Paths of other machines</source>
        <translation>Pfade anderer Rechner</translation>
    </message>
    <message>
        <source>Path in the capture</source>
        <translation>Pfad in der Aufzeichnung</translation>
    </message>
    <message>
        <source>/path/in/the/capture</source>
        <translation>/Pfad/in/der/Aufzeichnung</translation>
    </message>
    <message>
        <source>Path on this machine</source>
        <translation>Pfad auf diesem Rechner</translation>
    </message>
    <message>
        <source>/path/on/this/machine</source>
        <translation>/Pfad/auf/diesem/Rechner</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>Find %1</source>
        <translation>%1 suchen</translation>
    </message>
    <message>
        <source>%1 (%1)</source>
        <translation>%1 (%1)</translation>
    </message>
    <message>
        <source>Archives (*.zip *.egg *.whl *.pyz *.pex)</source>
        <translation>Archive (*.zip *.egg *.whl *.pyz *.pex)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Other files of the same program are then found in the same way.</source>
        <translation>Andere Dateien desselben Programms werden dann ebenso gefunden.</translation>
    </message>
    <message>
        <source>What is in %1 is then looked for in %2.</source>
        <translation>Was in %1 liegt, wird dann in %2 gesucht.</translation>
    </message>
    <message>
        <source>Look for them there no longer</source>
        <translation>Dort nicht mehr suchen</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>None: files are looked for where the program had them.</source>
        <translation>Keine: Dateien werden dort gesucht, wo das Programm sie hatte.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::StackModel</name>
    <message>
        <source>Function</source>
        <translation>Funktion</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Source as it is now</source>
        <translation>Quelltext, wie er jetzt ist</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::StackPane</name>
    <message>
        <source>Stack of the selected trace, innermost frame first</source>
        <translation>Stack des gewählten Trace, innerster Frame zuerst</translation>
    </message>
    <message>
        <source>Select a trace to see its stack.</source>
        <translation>Wählen Sie einen Trace, um seinen Stack zu sehen.</translation>
    </message>
    <message>
        <source>This memory was allocated without a Python stack.</source>
        <translation>Dieser Speicher wurde ohne Python-Stack allokiert.</translation>
    </message>
    <message>
        <source>Stack, innermost frame first</source>
        <translation>Stack, innerster Frame zuerst</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::StartPage</name>
    <message>
        <source>Recent captures</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Where does the memory go?</source>
        <translation>Wo bleibt der Speicher?</translation>
    </message>
    <message>
        <source>&amp;Open a Capture…</source>
        <translation>Aufzeichnung ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open the .hpm or .hpd file that heapprof wrote, or drop it here.</source>
        <translation>Öffnen Sie die .hpm- oder .hpd-Datei, die heapprof geschrieben hat, oder ziehen Sie sie hierher.</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>%1 wird geöffnet …</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::StatusArea</name>
    <message>
        <source>%1 G</source>
        <translation>%1 G</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 M</translation>
    </message>
    <message>
        <source>%1 k</source>
        <translation>%1 k</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Reading the capture</source>
        <translation>Lesen der Aufzeichnung</translation>
    </message>
    <message>
        <source>Stop reading; what has been read stays</source>
        <translation>Das Lesen beenden; was gelesen ist, bleibt</translation>
    </message>
    <message>
        <source>Read the rest of the capture</source>
        <translation>Den Rest der Aufzeichnung lesen</translation>
    </message>
    <message>
        <source>Stop Reading</source>
        <translation>Lesen beenden</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet …</translation>
    </message>
    <message>
        <source>%1 events/s</source>
        <translation>%1 Ereignisse/s</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 events</source>
        <translation>
            <numerusform>%1 Ereignis</numerusform>
            <numerusform>%1 Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>Recording has ended</source>
        <translation>Aufzeichnung beendet</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::SummaryPage</name>
    <message>
        <source>Summary</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Once the recording has been read, what to look at is said here.</source>
        <translation>Sobald die Aufzeichnung gelesen ist, steht hier, was auffällt.</translation>
    </message>
    <message>
        <source>Up to %1; the program is still running.</source>
        <translation>Bis %1; das Programm läuft noch.</translation>
    </message>
    <message>
        <source>What to look at</source>
        <translation>Was auffällt</translation>
    </message>
    <message>
        <source>What to look at, without the filters</source>
        <translation>Was auffällt, ohne die Filter</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::ThreadModel</name>
    <message>
        <source>(thread without a name)</source>
        <translation>(Thread ohne Namen)</translation>
    </message>
    <message>
        <source>From the first recorded allocation of the thread to its last</source>
        <translation>Von der ersten aufgezeichneten Allokation des Threads bis zur letzten</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Thread</translation>
    </message>
    <message>
        <source>Life</source>
        <translation>Leben</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>Zuerst gesehen</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt gesehen</translation>
    </message>
    <message>
        <source>Lasted</source>
        <translation>Dauer</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::ThreadsDialog</name>
    <message>
        <source>&amp;Only This Thread</source>
        <translation>&amp;Nur diesen Thread</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Find a thread</source>
        <translation>Thread suchen</translation>
    </message>
    <message>
        <source>Count only what threads of this name allocated, in every view</source>
        <translation>In allen Ansichten nur zählen, was Threads dieses Namens allokiert haben</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message numerus="yes">
        <source>%1 threads. A click makes the life of one the interval.</source>
        <translation>
            <numerusform>%1 Thread. Ein Klick macht sein Leben zum Intervall.</numerusform>
            <numerusform>%1 Threads. Ein Klick macht das Leben eines Threads zum Intervall.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::TimePlot</name>
    <message>
        <source>Memory over time</source>
        <translation>Speicher im Zeitverlauf</translation>
    </message>
    <message>
        <source>Arrow keys move the time that all views show; plus and minus zoom.</source>
        <translation>Pfeiltasten verschieben den Zeitpunkt, den alle Ansichten zeigen; Plus und Minus zoomen.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>compared with %1</source>
        <translation>verglichen mit %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>ab %1</translation>
    </message>
    <message>
        <source> (%1 in %2)</source>
        <translation> (%1 in %2)</translation>
    </message>
    <message>
        <source>Memory: %1</source>
        <translation>Speicher: %1</translation>
    </message>
    <message>
        <source>Blocks: %1</source>
        <translation>Blöcke: %1</translation>
    </message>
    <message>
        <source>Memory that passes the filters</source>
        <translation>Speicher, den die Filter durchlassen</translation>
    </message>
    <message>
        <source>Blocks that pass the filters</source>
        <translation>Blöcke, die die Filter durchlassen</translation>
    </message>
    <message>
        <source>Total memory</source>
        <translation>Speicher insgesamt</translation>
    </message>
    <message>
        <source>All blocks</source>
        <translation>Alle Blöcke</translation>
    </message>
    <message>
        <source>%1 (estimated; band: 95 % interval)</source>
        <translation>%1 (geschätzt; Band: 95-%-Intervall)</translation>
    </message>
    <message>
        <source>Peak %1 at %2</source>
        <translation>Spitze %1 bei %2</translation>
    </message>
    <message>
        <source>Peak of the part read: %1 at %2</source>
        <translation>Spitze des gelesenen Teils: %1 bei %2</translation>
    </message>
    <message>
        <source>Peak so far: %1 at %2</source>
        <translation>Bisherige Spitze: %1 bei %2</translation>
    </message>
    <message>
        <source>Nothing recorded yet</source>
        <translation>Noch nichts aufgezeichnet</translation>
    </message>
    <message>
        <source>No memory was recorded in this interval</source>
        <translation>In diesem Intervall wurde kein Speicher aufgezeichnet</translation>
    </message>
    <message>
        <source>Share of the total</source>
        <translation>Anteil an der Summe</translation>
    </message>
    <message>
        <source>Resident memory</source>
        <translation>Residenter Speicher</translation>
    </message>
    <message>
        <source>up to %1, not read yet</source>
        <translation>bis zu %1, noch nicht gelesen</translation>
    </message>
    <message>
        <source>%1 in total</source>
        <translation>%1 insgesamt</translation>
    </message>
    <message>
        <source>up to %1 within this pixel</source>
        <translation>bis zu %1 innerhalb dieses Pixels</translation>
    </message>
    <message>
        <source>%1, %2 %3</source>
        <translation>%1, %2 %3</translation>
    </message>
    <message>
        <source>%1 resident</source>
        <translation>%1 resident</translation>
    </message>
    <message>
        <source>, read %1 s ago</source>
        <translation>, vor %1 s gelesen</translation>
    </message>
    <message>
        <source> and not since</source>
        <translation> und seither nicht</translation>
    </message>
    <message>
        <source>; %1 more are the profiler&apos;s</source>
        <translation>; %1 weitere gehören dem Profiler</translation>
    </message>
    <message>
        <source>%1, at %2</source>
        <translation>%1, um %2</translation>
    </message>
    <message>
        <source>more is counted than is resident: some was not touched yet, or is swapped out</source>
        <translation>gezählt ist mehr, als resident ist: manches wurde noch nicht benutzt oder ist ausgelagert</translation>
    </message>
    <message>
        <source>%1 reserved by mappings, counted is what is in RAM</source>
        <translation>%1 durch Mappings reserviert, gezählt wird, was im RAM ist</translation>
    </message>
    <message>
        <source>Show &amp;Instant %1</source>
        <translation>&amp;Zeitpunkt %1 zeigen</translation>
    </message>
    <message>
        <source>&amp;Other End of the Interval at %1</source>
        <translation>Andere&amp;s Ende des Intervalls bei %1</translation>
    </message>
    <message>
        <source>The &amp;Phase from %1 to %2</source>
        <translation>Die &amp;Phase von %1 bis %2</translation>
    </message>
    <message>
        <source>&amp;Zoom to the Interval</source>
        <translation>Auf das &amp;Intervall zoomen</translation>
    </message>
    <message>
        <source>Show &amp;All of the Time</source>
        <translation>&amp;Gesamte Zeit zeigen</translation>
    </message>
    <message>
        <source>&amp;Resident Memory</source>
        <translation>&amp;Residenter Speicher</translation>
    </message>
    <message>
        <source>+ Kinds</source>
        <translation>+ Arten</translation>
    </message>
    <message>
        <source>&amp;Kinds of Resident Memory</source>
        <translation>Ar&amp;ten residenten Speichers</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::TraceBrowser</name>
    <message>
        <source>Nothing was allocated in that time.</source>
        <translation>In dieser Zeit wurde nichts allokiert.</translation>
    </message>
    <message>
        <source>Lines of code</source>
        <translation>Codezeilen</translation>
    </message>
    <message>
        <source>Call tree from the outermost frame</source>
        <translation>Aufrufbaum vom äußersten Frame aus</translation>
    </message>
    <message>
        <source>Call tree from the allocating frame</source>
        <translation>Aufrufbaum vom allokierenden Frame aus</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Top-down</source>
        <translation>Top-down</translation>
    </message>
    <message>
        <source>Bottom-up</source>
        <translation>Bottom-up</translation>
    </message>
    <message>
        <source>Callers and callees</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>Traces</source>
        <translation>Traces</translation>
    </message>
    <message>
        <source>Growth</source>
        <translation>Wachstum</translation>
    </message>
    <message>
        <source>Lines that grow steadily</source>
        <translation>Zeilen, die stetig wachsen</translation>
    </message>
    <message>
        <source>No line grows or shrinks steadily.</source>
        <translation>Keine Zeile wächst oder schrumpft stetig.</translation>
    </message>
    <message>
        <source>Generations</source>
        <translation>Generationen</translation>
    </message>
    <message>
        <source>What each interval left behind</source>
        <translation>Was jedes Intervall hinterließ</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>Größen</translation>
    </message>
    <message>
        <source>Sizes of blocks</source>
        <translation>Größen der Blöcke</translation>
    </message>
    <message>
        <source>The sizes of blocks are known of Live and of Allocated.</source>
        <translation>Die Größen der Blöcke sind bei „Belegt“ und „Allokiert“ bekannt.</translation>
    </message>
    <message>
        <source>Lifetimes</source>
        <translation>Lebensdauern</translation>
    </message>
    <message>
        <source>How long blocks live</source>
        <translation>Wie lange Blöcke leben</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelltext</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::TracesPage</name>
    <message>
        <source>Stack traces</source>
        <translation>Traces</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::UsageTable</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>The search finds nothing here.</source>
        <translation>Die Suche findet hier nichts.</translation>
    </message>
</context>
<context>
    <name>heapprof::gui::ViewArea</name>
    <message>
        <source>Flame</source>
        <translation>Flamme</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Zeitverlauf</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Float or close this pane</source>
        <translation>Diesen Bereich abdocken oder schließen</translation>
    </message>
    <message>
        <source>Pane: %1</source>
        <translation>Bereich: %1</translation>
    </message>
    <message>
        <source>&amp;Float, or Put Back</source>
        <translation>&amp;Ab- oder andocken</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <source>Still showing %1</source>
        <translation>Noch zu sehen: %1</translation>
    </message>
    <message>
        <source>Showing %1: what follows is not read yet</source>
        <translation>Zu sehen: %1; was folgt, ist noch nicht gelesen</translation>
    </message>
    <message>
        <source>Resident</source>
        <translation>Resident</translation>
    </message>
</context>
</TS>
