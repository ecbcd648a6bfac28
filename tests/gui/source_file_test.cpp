// Source files as they are read: where they lie, out of what, in which encoding, and what is said of them.
#include "gui/source/source_file.h"

#include <zip.h>

#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <fstream>

#include "gui/source/editor.h"
#include "gui/source/path_map.h"
#include "gui/source/path_rules.h"
#include "gui/source/source_encoding.h"
#include "gui/source/source_lines.h"
#include "tests/core/temporary_folder.h"

namespace heapprof::gui {
namespace {

void write(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

/// An archive as zipapp makes them, without the program before it.
void writeArchive(const std::filesystem::path& path, const std::string& member, const std::string& bytes) {
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    QVERIFY(zip_file_add(archive, member.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0);
    QVERIFY(zip_close(archive) == 0);
}

std::string contentsOf(const std::filesystem::path& path) {
    const test::Contents bytes = test::readFile(path);
    return {bytes.begin(), bytes.end()};
}

std::shared_ptr<const SourceFile> read(const std::filesystem::path& path) { return readSourceFile({path.string()}); }

using Lines = std::vector<std::string>;

}  // namespace

class SourceFileTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("heapprof-test"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                           QString::fromStdString((m_folder / "config").string()));
    }

    void whatTheCaptureKeepsIsShownWhateverLiesOnTheDisk() {
        CaptureInfo info;
        info.metadata.sources["<cell 1>"] = "# coding: latin-1\n\tkept = '\xC3\xA9'\n";
        info.metadata.sources["/etc/hostname"] = "x = 1\n";
        const auto cell = readSourceFile(sourceQueryOf(info, "<cell 1>"));
        QCOMPARE(cell->problem, SourceProblem::None);
        QCOMPARE(cell->lines.at(1), std::string("    kept = '\xC3\xA9'"));
        QVERIFY(noteOf(*cell).isEmpty());
        QCOMPARE(readSourceFile(sourceQueryOf(info, "/etc/hostname"))->lines.at(0), std::string("x = 1"));
        QCOMPARE(readSourceFile(sourceQueryOf(info, "<cell 2>"))->problem, SourceProblem::NoFile);
        QVERIFY(!openInEditor(sourceQueryOf(info, "<cell 1>"), 1).isEmpty());
    }
    void theEncodingIsThatOfPep263_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("encoding");
        QTest::addColumn<QString>("second");
        const auto row = [](const char* name, const QByteArray& bytes, const char* encoding, const QString& second) {
            QTest::addRow("%s", name) << bytes << QString::fromLatin1(encoding) << second;
        };
        row("default", "\n\xC3\xA9", "utf-8", QStringLiteral("\u00E9"));
        row("mark", "\xEF\xBB\xBFpass\n\xC3\xA9", "utf-8", QStringLiteral("\u00E9"));
        row("emacs", "# -*- coding: latin-1 -*-\n\xE9", "latin-1", QStringLiteral("\u00E9"));
        row("vim", "#!/bin/python\n# vim: set fileencoding=iso8859_15 : \xA4", "iso8859_15",
            QStringLiteral("# vim: set fileencoding=iso8859_15 : \u20AC"));
        row("windows", "#coding=cp1252\n\x80", "cp1252", QStringLiteral("\u20AC"));
        row("cyrillic", "# coding: koi8_r\n\xD0", "koi8_r", QStringLiteral("\u043F"));
        row("japanese", "# coding: Shift_JIS\n\x83\x5C", "Shift_JIS", QStringLiteral("\u30BD"));  // ends as a backslash
        row("chinese", "\f# coding: gbk\n\xD6\xD0", "gbk", QStringLiteral("\u4E2D"));
        row("stateful", "# coding: iso2022_jp\n\x1B$B$\"\x1B(B", "iso2022_jp", QStringLiteral("\u3042"));
        row("no comment", "x = 'coding: latin-1'\n\xC3\xA9", "utf-8", QStringLiteral("\u00E9"));
        row("after code", "pass\n# coding: latin-1 \xC3\xA9", "utf-8", QStringLiteral("# coding: latin-1 \u00E9"));
        row("third line", "\n# \xC3\xA9\n# coding: latin-1", "utf-8", QStringLiteral("# \u00E9"));
    }
    void theEncodingIsThatOfPep263() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, encoding);
        QFETCH(QString, second);
        const SourceText text = decodeSource({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        QCOMPARE(QString::fromStdString(text.encoding), encoding);
        QCOMPARE(QString::fromStdString(text.lines.at(1)), second);
        QVERIFY(text.isEncodingKnown);
        QCOMPARE(text.invalidLine, std::size_t{0});
    }

    void whatCannotBeDecodedIsSaid() {
        write(m_folder / "unknown.py", "# coding: klingon\nname = '\xE9'\n");
        const auto unknown = read(m_folder / "unknown.py");
        QCOMPARE(unknown->lines.at(1), std::string("name = '\u00E9'"));
        QVERIFY(noteOf(*unknown).contains(QStringLiteral("klingon")));
        write(m_folder / "invalid.py", "fine\n\xE9 is no UTF-8\nfine\n");
        const auto invalid = read(m_folder / "invalid.py");
        QCOMPARE(invalid->lines.at(1), std::string("\uFFFD is no UTF-8"));
        QVERIFY(noteOf(*invalid).contains(QStringLiteral("line 2")));
        write(m_folder / "cut.py", "# coding: shift_jis\n\x83");
        QCOMPARE(read(m_folder / "cut.py")->invalidLine, std::size_t{2});
        // The character itself is none that is wrong.
        write(m_folder / "replaced.py", "\uFFFD\n");
        QVERIFY(noteOf(*read(m_folder / "replaced.py")).isEmpty());
    }

    void linesEndAsCPythonEndsThem() {
        QCOMPARE(decodeSource("a\nb\r\nc\rd\f\ne\u2028f\x0Bg\u0085h\n").lines,
                 (Lines{"a", "b", "c", "d\f", "e\u2028f\x0Bg\u0085h"}));
        QCOMPARE(decodeSource("").lines.size(), std::size_t{0});
        QCOMPARE(decodeSource("\n\nlast").lines, (Lines{"", "", "last"}));
    }

    void whatTurnsTextAroundIsWrittenOut() {
        write(m_folder / "turned.py", "a = '\u202E\u2066' # \u05E9\n\tb\n");
        QCOMPARE(read(m_folder / "turned.py")->lines, (Lines{"a = '\\u202E\\u2066' # \u05E9", "    b"}));
    }

    void filesInArchivesAreRead() {
        const auto archive = m_folder / "archive.zip";
        writeArchive(archive, "package/module.py", "first\n# the line\n");
        for (const char* name : {"archive.zip", "app.pyz", "appended.pex"}) {
            const auto path = m_folder / name;
            if (path != archive) write(path, "#!/usr/bin/env python3\n" + contentsOf(archive));
            const auto file = read(path / "package/module.py");
            QVERIFY2(file->problem == SourceProblem::None, qPrintable(noteOf(*file)));
            QCOMPARE(file->lines.at(1), std::string("# the line"));
            QCOMPARE(file->archive, path.string());
        }
        QVERIFY(noteOf(*read(archive / "package/other.py")).contains(QStringLiteral("does not hold package/other.py")));
        write(m_folder / "none.zip", "this is no archive");
        QVERIFY(read(m_folder / "none.zip" / "module.py")->problem == SourceProblem::Archive);
        QVERIFY(noteOf(*read(m_folder / "none.zip" / "module.py")).contains(QStringLiteral("cannot be read: ")));
        std::string damaged = contentsOf(archive);
        for (std::size_t i = 47; i < 57; ++i) damaged[i] = static_cast<char>(~damaged[i]);  // of what is packed
        write(m_folder / "damaged.zip", damaged);
        QVERIFY(read(m_folder / "damaged.zip" / "package/module.py")->problem == SourceProblem::Archive);
    }

    void anArchiveCannotFillTheMemory() {
        writeArchive(m_folder / "bomb.zip", "bomb.py", std::string(50u << 20, ' '));
        QVERIFY(std::filesystem::file_size(m_folder / "bomb.zip") < 1u << 20);
        QVERIFY(readSourceBytes((m_folder / "bomb.zip" / "bomb.py").string()).problem == SourceProblem::TooLarge);
        SourceBytes endless;
        std::size_t given = 0;
        QVERIFY(readBounded(endless, [&given](char*, std::size_t size) -> std::int64_t {
            given += size;
            return given < 20 * kLargestSource ? static_cast<std::int64_t>(size) : 0;
        }));
        QVERIFY(endless.problem == SourceProblem::TooLarge && endless.bytes.empty());
        QVERIFY(given < kLargestSource + (1u << 20));
    }

    void whyThereIsNoTextIsSaid_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        for (const auto& [file, says] : std::initializer_list<std::pair<const char*, const char*>>{
                 {"gone.py", "There is no file"},
                 {"folder", "is a directory"},
                 {"/dev/zero", "is a device"},
                 {"large.py", "too large to be shown: more than 4.00 MiB"},
                 {"module.so", "is not text"},
                 {"closed.py", "cannot be read: "},
                 {"<string>", "not read from a file"},
                 {"", "not read from a file"}})
            QTest::addRow("%s", file) << QString::fromLatin1(file) << QString::fromLatin1(says);
    }
    void whyThereIsNoTextIsSaid() {
        QFETCH(QString, file);
        QFETCH(QString, says);
        std::filesystem::create_directories(m_folder / "folder");
        write(m_folder / "large.py", std::string(kLargestSource + 1, 'x'));
        write(m_folder / "module.so", std::string("\x7F"
                                                  "ELF\0\0",
                                                  6));
        write(m_folder / "closed.py", "x");
        std::filesystem::permissions(m_folder / "closed.py", std::filesystem::perms::none);
        const test::AsOrdinaryUser ordinary;
        const auto found = readSourceFile({file.toStdString(), (m_folder / "").string()});
        QVERIFY(found->lines.empty());
        QVERIFY2(noteOf(*found).contains(says), qPrintable(noteOf(*found)));
        QVERIFY(readSourceLines({{{file.toStdString(), (m_folder / "").string()}, 1}})[0].empty());
    }

    void aChangedFileIsReadAnewAndSaidToBe() {
        const auto path = m_folder / "changing.py";
        write(path, "before\n");
        const auto before = readSourceFile({path.string(), {}, 1});
        QCOMPARE(before->lines, (Lines{"before"}));
        QVERIFY(before->isNewer && noteOf(*before).contains(QStringLiteral("changed since the recording")));
        QCOMPARE(readSourceFile({path.string(), {}, 1}), before);  // kept
        const std::int64_t tomorrow = (std::int64_t{::time(nullptr)} + 86'400) * 1'000'000'000;
        QVERIFY(noteOf(*readSourceFile({path.string(), {}, tomorrow})).isEmpty());
        write(path, "after that\n");
        QCOMPARE(readSourceFile({path.string(), {}, 1})->lines, (Lines{"after that"}));
    }

    void relativeNamesLieWhereTheProgramWasStarted() {
        write(m_folder / "started" / "package" / "here.py", "here\n");
        const std::string directory = (m_folder / "started").string();
        QCOMPARE(readSourceFile({"package/here.py", directory})->lines, (Lines{"here"}));
        QCOMPARE(readSourceFile({"./package/../package/here.py", directory})->lines, (Lines{"here"}));
        const auto lost = readSourceFile({"package/here.py", ""});
        QVERIFY(noteOf(*lost).contains(QStringLiteral("not known in which directory")));
    }

    void rulesLeadToFilesOfOtherMachines() {
        const PathRules rules{{"/app", "/home/me/app"}, {"/app/vendor", "/home/me/vendor"}, {"/one.py", "/two.py"}};
        const auto mapped = [&](const char* file) { return mappedPath(rules, file).value_or("nothing"); };
        QCOMPARE(mapped("/app/main.py"), std::string("/home/me/app/main.py"));
        QCOMPARE(mapped("/app/./x/../main.py"), std::string("/home/me/app/main.py"));
        QCOMPARE(mapped("/app/vendor/six.py"), std::string("/home/me/vendor/six.py"));
        QCOMPARE(mapped("/apple/main.py"), std::string("nothing"));
        QCOMPARE(mapped("/one.py"), std::string("/two.py"));
        QCOMPARE(mapped("relative.py"), std::string("nothing"));
        QCOMPARE(mappedPath({{"/app/", "/here/"}}, "/app/a.py").value_or(""), std::string("/here/a.py"));

        const auto between = [](const char* recorded, const char* chosen) { return ruleBetween(recorded, chosen); };
        QCOMPARE(between("/app/sales/parse.py", "/home/me/src/app/sales/parse.py"),
                 (PathRule{"/app", "/home/me/src/app"}));
        QCOMPARE(between("/srv/app/sales/parse.py", "/home/me/work/sales/parse.py"),
                 (PathRule{"/srv/app", "/home/me/work"}));
        QCOMPARE(between("/app/parse.py", "/home/me/parse_new.py"),
                 (PathRule{"/app/parse.py", "/home/me/parse_new.py"}));
        QCOMPARE(between("/srv/app.pyz/sales/parse.py", "/home/me/app.pyz"), (PathRule{"/srv", "/home/me"}));
        QCOMPARE(between("/a.py", "/b/a.py"), (PathRule{"/a.py", "/b/a.py"}));
    }

    void aRuleIsUsedWhereItLeadsToAFile() {
        write(m_folder / "mine" / "mapped.py", "mine\n");
        write(m_folder / "theirs" / "only.py", "theirs\n");
        const std::string theirs = (m_folder / "theirs").string(), mine = (m_folder / "mine").string();
        const PathRules rules{{theirs, mine}};
        QCOMPARE(readSourceFile({"mapped.py", theirs, 0, rules})->lines, (Lines{"mine"}));
        QCOMPARE(readSourceFile({theirs + "/only.py", {}, 0, rules})->lines, (Lines{"theirs"}));
        // Where neither is there, what is said is about where the user said it would be.
        QVERIFY(noteOf(*readSourceFile({theirs + "/gone.py", {}, 0, rules})).contains(QString::fromStdString(mine)));
    }

    void rulesAreKept() {
        QSettings().clear();
        QSignalSpy changes(&PathMap::shared(), &PathMap::changed);
        PathMap::shared().add({"/a", "/b"});
        PathMap::shared().add({"/c", "/d"});
        PathMap::shared().add({"/a", "/e"});
        QCOMPARE(changes.size(), 3);
        QCOMPARE(PathMap::shared().rules(), (PathRules{{"/c", "/d"}, {"/a", "/e"}}));
        QCOMPARE(sourceQueryOf(CaptureInfo(), "/a/x.py").rules, PathMap::shared().rules());
        QSettings settings;
        QCOMPARE(settings.beginReadArray(QStringLiteral("sourcePaths")), 2);
        settings.setArrayIndex(1);
        QCOMPARE(settings.value(QStringLiteral("to")).toString(), QStringLiteral("/e"));
        PathMap::shared().remove("/c");
        PathMap::shared().remove("/a");
        QVERIFY(PathMap::shared().rules().empty());
    }

private:
    test::TemporaryFolder m_folder;
};

}  // namespace heapprof::gui

QTEST_GUILESS_MAIN(heapprof::gui::SourceFileTest)
#include "source_file_test.moc"
