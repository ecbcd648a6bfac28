// Source text on screen: its parts, their colours, and its direction.
#include "gui/source/syntax.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTest>
#include <algorithm>

#include "gui/common/code_line.h"
#include "gui/common/style.h"
#include "gui/common/syntax_colours.h"
#include "tests/gui/contrast.h"

namespace heapprof::gui {
namespace {

constexpr SyntaxKind kAll[]{SyntaxKind::Keyword, SyntaxKind::String,   SyntaxKind::Comment,
                            SyntaxKind::Number,  SyntaxKind::Function, SyntaxKind::Decorator};

/// "keyword:def function:load", and so on, of one line.
QString partsOf(const std::string& line, const std::vector<SyntaxSpan>& spans) {
    const QString text = QString::fromStdString(line);
    const char* const names[]{"keyword", "string", "comment", "number", "function", "decorator"};
    QStringList parts;
    for (const SyntaxSpan& span : spans)
        parts << QStringLiteral("%1:%2").arg(QLatin1String(names[static_cast<int>(span.kind)]),
                                             text.mid(span.begin, span.length).trimmed());
    return parts.join(u' ');
}

QStringList partsOf(const std::vector<std::string>& lines, const std::string& file = "a.py") {
    const Syntax syntax = syntaxOf(file, lines);
    QStringList result;
    for (std::size_t i = 0; i < syntax.size(); ++i) result << partsOf(lines[i], syntax[i]);
    return result;
}

}  // namespace

class SyntaxTest : public QObject {
    Q_OBJECT

private slots:
    void partsOfPythonAreFound() {
        const QStringList parts = partsOf({"@cached.property", "def load(size=12):", "    return None  # nothing",
                                           "name = 'a' + \"\u05E9\U0001F40D\" if True else b''", "x = a @ b"});
        QCOMPARE(parts[0], QStringLiteral("decorator:@cached.property"));
        QCOMPARE(parts[1], QStringLiteral("keyword:def function:load number:12"));
        QCOMPARE(parts[2], QStringLiteral("keyword:return keyword:None comment:# nothing"));
        QCOMPARE(parts[3], QStringLiteral("string:'a' string:\"\u05E9\U0001F40D\" keyword:if keyword:True keyword:else "
                                          "string:''"));
        QCOMPARE(parts[4], QString());
    }

    void stringsGoOverLines() {
        const QStringList parts = partsOf({"text = '''begin", "def no_code(): # none", "end''' + f(1)", "pass"});
        QVERIFY(parts[0].startsWith(QStringLiteral("string:")));
        QCOMPARE(parts[1], QStringLiteral("string:def no_code(): # none"));
        QCOMPARE(parts[2], QStringLiteral("string:end''' function:f number:1"));
        QCOMPARE(parts[3], QStringLiteral("keyword:pass"));
    }

    void otherLanguagesAreTold() {
        QCOMPARE(partsOf({"int f() { return 1; } // x"}, "native.cpp").first(),
                 QStringLiteral("keyword:int function:f keyword:return number:1 comment:// x"));
        QCOMPARE(partsOf({"pass"}, "script").first(), QStringLiteral("keyword:pass"));
    }

    void thereIsAnEnd() {
        QVERIFY(syntaxOf("a.py", std::vector<std::string>(kMostColouredLines + 1, "pass")).empty());
        const Syntax syntax = syntaxOf("a.py", {"x = '" + std::string(1u << 20, 'x') + "'", "pass"});
        QVERIFY(syntax[0].empty());
        QCOMPARE(syntax[1].size(), std::size_t{1});
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(syntaxOf("a.py", {"pass"}, stop.get_token()).empty());
    }

    void withoutTheLibrarysFilesTextIsPlain() {
        const QString setting = QStringLiteral("SOURCE_HIGHLIGHT_DATADIR");
        if (qEnvironmentVariableIsSet(qPrintable(setting))) {
            QVERIFY(syntaxOf("a.py", {"pass"}).empty());
            return;
        }
        QProcess self;  // the library asks for them once
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(setting, QStringLiteral("/there/is/no/such/folder"));
        self.setProcessEnvironment(environment);
        self.start(QCoreApplication::applicationFilePath(), {QLatin1String(QTest::currentTestFunction())});
        QVERIFY(self.waitForFinished());
        QVERIFY(self.exitStatus() == QProcess::NormalExit && self.exitCode() == 0);
    }

    void coloursAreReadable_data() {
        QTest::addColumn<bool>("dark");
        QTest::addRow("light") << false;
        QTest::addRow("dark") << true;
    }
    void coloursAreReadable() {
        QFETCH(bool, dark);
        const QPalette palette = paletteOf(dark);
        const Tones tones = tonesOf(dark);
        for (const SyntaxKind kind : kAll)
            for (const QColor& below : {tones.panel, tones.chosen, tones.hover}) {
                const double ratio = test::contrast(syntaxColour(kind, palette).rgb(), below.rgb());
                QVERIFY2(
                    ratio >= 4.5,
                    qPrintable(
                        QStringLiteral("kind %1 on %2: %3").arg(static_cast<int>(kind)).arg(below.name()).arg(ratio)));
            }
        QList<QRgb> colours;
        for (const SyntaxKind kind : kAll) colours << syntaxColour(kind, palette).rgb();
        std::ranges::sort(colours);
        QVERIFY(std::ranges::adjacent_find(colours) == colours.end());
    }

    /// A string of Hebrew between brackets: what follows it stands right of it.
    void textOfOtherDirectionsMovesNothing() {
        const QString text = QStringLiteral("f('\u05D0\u05D1\u05D2', 5)");
        const std::vector<SyntaxSpan> spans{{2, 5, SyntaxKind::String}};
        const CodeLine::Look look{codeFont(QFont()), paletteOf(false)};
        const CodeLine line(text, spans, look, 1000);
        const auto firstPixelOf = [](const CodeLine& shown, int position) {
            for (int x = 0; x < 1000; ++x)
                if (shown.positionAt(x) == position) return x;
            return -1;
        };
        int before = -1;
        for (const int position : {0, 1, 2, 6, 7, 9, 10}) {
            const int x = firstPixelOf(line, position);
            QVERIFY2(x > before, qPrintable(QString::number(position)));
            before = x;
        }
        QVERIFY(firstPixelOf(line, 3) > firstPixelOf(line, 5));  // the letters themselves run to the left
        QVERIFY(!line.positionAt(999) && !line.positionAt(-1));
    }

    void wordsAreNames() {
        const QString text = QStringLiteral("self.größe_2(x)");
        QCOMPARE(wordAt(text, 7), (std::optional<CodeRange>{{5, 7}}));
        QCOMPARE(wordAt(text, 0), (std::optional<CodeRange>{{0, 4}}));
        QVERIFY(!wordAt(text, 4) && !wordAt(text, 12) && !wordAt(text, 99) && !wordAt(text, -1));
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::SyntaxTest)
#include "syntax_test.moc"
