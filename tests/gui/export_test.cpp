// Exports as the command line makes them: the real program, without a display.
#include <QFile>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include "core/digest/digest_builder.h"
#include "core/state/time_series.h"
#include "core/summary/findings.h"
#include "gui/exporting/export_format.h"
#include "gui/summary/summary_texts.h"
#include "tests/core/digested.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/recorded_capture.h"

namespace heapprof::gui {
namespace {

using test::TemporaryFolder;

struct Ran {
    int code = -1;
    QString out, error;
};

/// Short for the many literals below.
QString operator""_s(const char* utf8, std::size_t size) {
    return QString::fromUtf8(utf8, static_cast<qsizetype>(size));
}

QString text(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

QByteArray content(const std::filesystem::path& path) {
    QFile file(text(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class ExportTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { m_capture = text(test::copyOfV1(m_folder, "c_spike_all")); }

    void theSummaryIsPrinted() {
        const Ran ran = run({"--summary"_s, m_capture});
        QCOMPARE(ran.code, 0);
        const Recording recording = test::digested(Capture::open(m_capture.toStdString()));
        const FunctionNames names(recording.traces());
        const auto found = findings(recording);
        QVERIFY(!found.empty());
        for (const Finding& finding : found) {
            const FindingText words = textOf(finding, *recording.sharedInfo(), names);
            QVERIFY2(ran.out.contains(words.title) && ran.out.contains(words.detail), qPrintable(ran.out));
        }
        QVERIFY(ran.out.contains(factsText(recording)));
        QCOMPARE(run({"--summary"_s}).code, 2);
        QCOMPARE(run({"--summary"_s, "--export"_s, "x.png"_s, m_capture}).code, 2);
        const Ran missing = run({"--summary"_s, "/there/is/no/such.hpm"_s});
        QCOMPARE(missing.code, 1);
        QVERIFY(missing.error.contains("/there/is/no/such.hpm"_s));
    }

    void everyViewGivesEveryFormatItHas_data() {
        QTest::addColumn<int>("view");
        QTest::addColumn<int>("format");
        for (const ExportView view : {ExportView::Time, ExportView::Flow, ExportView::Flame, ExportView::Traces})
            for (const ExportFormat format : formatsOf(view))
                QTest::newRow(qPrintable(nameOf(view) + extensionOf(format)))
                    << static_cast<int>(view) << static_cast<int>(format);
    }
    void everyViewGivesEveryFormatItHas() {
        QFETCH(int, view);
        QFETCH(int, format);
        const auto which = static_cast<ExportView>(view);
        const auto kind = static_cast<ExportFormat>(format);
        const auto path = m_folder / ("out" + extensionOf(kind).toStdString());
        QFile::remove(text(path));
        const Ran ran = run({"--export"_s, text(path), "--view"_s, nameOf(which), "--size"_s, "900x500"_s, m_capture});
        QVERIFY2(ran.code == 0, qPrintable(ran.error));
        const QByteArray bytes = content(path);
        QVERIFY(bytes.size() > 100);
        switch (kind) {
            case ExportFormat::Png: {
                const QImage image(text(path));
                QCOMPARE(image.size(), QSize(900, 500));
                QSet<QRgb> colours;
                for (int x = 0; x < image.width(); x += 3)
                    for (int y = 0; y < image.height(); y += 3) colours.insert(image.pixel(x, y));
                QVERIFY2(colours.size() > 8, "the picture is empty");
                break;
            }
            case ExportFormat::Svg:
                QVERIFY(bytes.contains("<svg") && bytes.contains("<text"));
                break;
            case ExportFormat::Pdf:
                QVERIFY(bytes.startsWith("%PDF-"));
                break;
            case ExportFormat::Speedscope: {
                const QJsonObject profile = QJsonDocument::fromJson(bytes).object();
                QVERIFY(profile.contains(QStringLiteral("profiles")));
                break;
            }
            case ExportFormat::Collapsed:
                QVERIFY(bytes.contains("c_spike.py:") && bytes.contains(';'));
                break;
            case ExportFormat::Dot:
                QVERIFY(bytes.startsWith("digraph") && bytes.contains("c_spike.py"));
                break;
            case ExportFormat::Csv:
                QVERIFY(bytes.startsWith(which == ExportView::Time ? "begin_seconds" : "file"));
                break;
        }
    }

    void theDefaultInstantIsThePeak() {
        const QByteArray peak = collapsedAt({});
        QVERIFY(bytesOf(peak) > 30'000'000);
        QVERIFY(bytesOf(collapsedAt({"--at"_s, "0.5"_s})) < 20'000'000);
        // Beyond the end is the end.
        QCOMPARE(collapsedAt({"--at"_s, "1e9"_s}), collapsedAt({"--at"_s, "99999"_s}));
    }

    void comparingGivesTheDifference() {
        const qint64 late = bytesOf(collapsedAt({"--at"_s, "6"_s})), early = bytesOf(collapsedAt({"--at"_s, "2"_s}));
        const qint64 between = bytesOf(collapsedAt({"--at"_s, "6"_s, "--compare"_s, "2"_s}));
        QVERIFY(late > early && std::abs(between - (late - early)) < (late - early) / 10);
    }

    void domainsCanBeChosen() {
        const auto base = nativeCapture();
        const auto totalOf = [&](const QStringList& arguments) {
            const auto path = m_folder / "domains.collapsed.txt";
            QFile::remove(text(path));
            const Ran ran = run(QStringList{"--export"_s, text(path), base} + arguments);
            return ran.code == 0 ? bytesOf(content(path)) : -1;
        };
        const QStringList at{"--at"_s, "4"_s};
        const qint64 all = totalOf(at);
        qint64 sum = 0;
        for (const char* name : {"python", "native", "mapped", "shared"})
            sum += totalOf(at + QStringList{"--domain"_s, QString::fromLatin1(name)});
        QVERIFY(all > 0);
        QCOMPARE(sum, all);
        QCOMPARE(totalOf(at + QStringList{"--domain"_s, "python,native,mapped,shared"_s}), all);
        QCOMPARE(totalOf(at + QStringList{"--domain=native,mapped,shared"_s}),
                 all - totalOf(at + QStringList{"--domain"_s, "python"_s}));
        // The peak is that of the domains, and the picture says whose memory it shows.
        const auto capture = Capture::open(m_folder / "domains-capture");
        const Recording recording = test::recordingOf(capture, openDigest(*capture));
        const Peak peak = peakOf(recording, TraceSet::ofDomains(recording.traces(), {Domain::Native}));
        QVERIFY(peak.instant != peakOf(recording).instant);
        QCOMPARE(totalOf({"--domain"_s, "native"_s}), qint64{peak.amount});
        const auto svg = m_folder / "domains.svg";
        QCOMPARE(run({"--export"_s, text(svg), "--domain"_s, "native"_s, base}).code, 0);
        QVERIFY(content(svg).contains("Memory: native"));
        QVERIFY(content(svg).contains("domains-capture (native)"));
    }

    void blocksCanBeCounted() {
        const Recording recording = test::digested(Capture::open(m_capture.toStdString()));
        const Peak peak = peakOf(recording, {}, {}, Measure::BlockCount);
        const QStringList blocks{"--unit"_s, "blocks"_s};
        QCOMPARE(bytesOf(collapsedAt(blocks)), qint64{peak.amount});
        const auto at = [&](const QString& seconds) {
            return bytesOf(collapsedAt(blocks + QStringList{"--at"_s, seconds}));
        };
        QCOMPARE(at("2"_s), qint64{totalAt(recording, Micros(2'000'000)).blocks});
        QCOMPARE(bytesOf(collapsedAt({"--at"_s, "2"_s, "--unit"_s, "bytes"_s})),
                 qint64{totalAt(recording, Micros(2'000'000)).bytes});
        const auto csv = m_folder / "blocks.csv", svg = m_folder / "blocks.svg";
        QCOMPARE(run(QStringList{"--export"_s, text(csv), "--view"_s, "time"_s, m_capture} + blocks).code, 0);
        QVERIFY(content(csv).startsWith("begin_seconds,end_seconds,least_blocks,greatest_blocks,last_blocks,"));
        QCOMPARE(content(csv).trimmed().split('\n').last().split(',')[4].toLongLong(),
                 qint64{totalAt(recording, recording.end()).blocks});
        for (const char* view : {"time", "flow", "flame", "traces", "parts"}) {
            QCOMPARE(
                run(QStringList{"--export"_s, text(svg), "--view"_s, QString::fromLatin1(view), m_capture} + blocks)
                    .code,
                0);
            QVERIFY2(!content(svg).contains("MiB") || std::string_view(view) == "traces", view);
        }
    }

    void sizeAndThemeAreUsed() {
        const auto light = m_folder / "light.png", dark = m_folder / "dark.png";
        QCOMPARE(run({"--export"_s, text(light), "--size"_s, "400x300"_s, "--theme"_s, "light"_s, m_capture}).code, 0);
        QCOMPARE(run({"--export"_s, text(dark), "--size"_s, "400x300"_s, "--theme"_s, "dark"_s, m_capture}).code, 0);
        QCOMPARE(QImage(text(light)).size(), QSize(400, 300));
        QVERIFY(QImage(text(light)).pixelColor(2, 2).lightness() > 200);
        QVERIFY(QImage(text(dark)).pixelColor(2, 2).lightness() < 80);
    }

    void mistakesAreOneClearLine_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const QString out = text(m_folder / "out.png");
        QTest::newRow("unknown ending") << QStringList{"--export"_s, "out.xyz"_s, "CAPTURE"_s} << 2
                                        << ".speedscope.json"_s;
        QTest::newRow("no ending") << QStringList{"--export"_s, "out"_s, "CAPTURE"_s} << 2 << ".svg"_s;
        QTest::newRow("unknown view") << QStringList{"--export"_s, out, "--view"_s, "pie"_s, "CAPTURE"_s} << 2
                                      << "time, flow, flame, traces"_s;
        QTest::newRow("view without this format")
            << QStringList{"--export"_s, "out.dot"_s, "--view"_s, "time"_s, "CAPTURE"_s} << 2 << "time"_s;
        QTest::newRow("no number") << QStringList{"--export"_s, out, "--at"_s, "soon"_s, "CAPTURE"_s} << 2 << "soon"_s;
        QTest::newRow("infinite") << QStringList{"--export"_s, out, "--at"_s, "inf"_s, "CAPTURE"_s} << 2 << "inf"_s;
        QTest::newRow("negative") << QStringList{"--export"_s, out, "--compare=-5"_s, "CAPTURE"_s} << 2 << "-5"_s;
        QTest::newRow("no size") << QStringList{"--export"_s, out, "--size"_s, "0x0"_s, "CAPTURE"_s} << 2 << "0x0"_s;
        QTest::newRow("no theme") << QStringList{"--export"_s, out, "--theme"_s, "pink"_s, "CAPTURE"_s} << 2
                                  << "pink"_s;
        QTest::newRow("no domain") << QStringList{"--export"_s, out, "--domain"_s, "heap"_s, "CAPTURE"_s} << 2
                                   << "python, native, mapped, shared"_s;
        QTest::newRow("no unit") << QStringList{"--export"_s, out, "--unit"_s, "pages"_s, "CAPTURE"_s} << 2
                                 << "bytes, blocks"_s;
        QTest::newRow("unit without export") << QStringList{"--unit"_s, "blocks"_s, "CAPTURE"_s} << 2 << "--export"_s;
        QTest::newRow("empty domain") << QStringList{"--export"_s, out, "--domain"_s, "native,"_s, "CAPTURE"_s} << 2
                                      << "native,"_s;
        QTest::newRow("domain without export")
            << QStringList{"--domain"_s, "native"_s, "CAPTURE"_s} << 2 << "--export"_s;
        QTest::newRow("domain not recorded")
            << QStringList{"--export"_s, out, "--domain"_s, "python,native"_s, "CAPTURE"_s} << 2
            << "native was not recorded: this capture holds python"_s;
        QTest::newRow("no capture") << QStringList{"--export"_s, out} << 2 << "exactly one"_s;
        QTest::newRow("two captures") << QStringList{"--export"_s, out, "CAPTURE"_s, "CAPTURE"_s} << 2
                                      << "exactly one"_s;
        QTest::newRow("unknown option") << QStringList{"--exprot"_s, out, "CAPTURE"_s} << 2 << "exprot"_s;
        QTest::newRow("view without export") << QStringList{"--view"_s, "flow"_s, "CAPTURE"_s} << 2 << "--export"_s;
        QTest::newRow("no such capture") << QStringList{"--export"_s, out, "/nonexistent/x.hpm"_s} << 1
                                         << "/nonexistent/x"_s;
        QTest::newRow("folder missing") << QStringList{"--export"_s, "/nonexistent/out.png"_s, "CAPTURE"_s} << 1
                                        << "/nonexistent/out.png"_s;
        QTest::newRow("path is a folder")
            << QStringList{"--export"_s, text(m_folder / "folder.png"), "CAPTURE"_s} << 1 << "folder.png"_s;
    }
    void mistakesAreOneClearLine() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, says);
        std::filesystem::create_directories(m_folder / "folder.png");
        for (QString& argument : arguments)
            if (argument == QLatin1String("CAPTURE")) argument = m_capture;
        const Ran ran = run(arguments);
        QVERIFY2(ran.code == code, qPrintable(ran.error));
        QStringList lines = ran.error.split(u'\n', Qt::SkipEmptyParts);
        lines.removeIf([](const QString& line) { return !line.startsWith(QLatin1String("heapprof-workstation: ")); });
        QVERIFY2(lines.size() == 1, qPrintable(ran.error));
        QVERIFY2(lines.first().contains(says), qPrintable(lines.first()));
    }

    void aFailedExportKeepsTheOldFile() {
        const auto path = m_folder / "kept.png";
        QCOMPARE(run({"--export"_s, text(path), m_capture}).code, 0);
        const QByteArray before = content(path);
        QCOMPARE(run({"--export"_s, text(path), "/nonexistent/x"_s}).code, 1);
        QCOMPARE(content(path), before);
    }

    void helpAndVersionNeedNoDisplay() {
        const Ran help = run({"--help"_s});
        QCOMPARE(help.code, 0);
        for (const char* option :
             {"--export", "--view", "--at", "--compare", "--domain", "--size", "--summary", "--theme", "--new-window"})
            QVERIFY(help.out.contains(QLatin1String(option)));
        QVERIFY(run({"--version"_s}).out.startsWith("heapprof-workstation "_s));
    }

private:
    Ran run(const QStringList& arguments) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(QLatin1String(name));
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), text(m_folder / "config"));
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(text(m_folder / ""));
        process.start(QStringLiteral(HEAPPROF_WORKSTATION_PATH), arguments);
        if (!process.waitForFinished(60000)) return {-1, {}, QStringLiteral("timed out: ") + process.errorString()};
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                QString::fromLocal8Bit(process.readAllStandardOutput()),
                QString::fromLocal8Bit(process.readAllStandardError())};
    }
    QByteArray collapsedAt(const QStringList& arguments) {
        const auto path = m_folder / "stacks.collapsed.txt";
        QFile::remove(text(path));
        run(QStringList{"--export"_s, text(path), m_capture} + arguments);
        return content(path);
    }
    QString nativeCapture() {
        test::RecordedCapture capture = test::RecordedCapture::ofAllDomains(m_folder / "domains-capture");
        capture.grow(20'000, Micros(5'000'000));
        capture.end();
        return text(capture.filebase());
    }
    static qint64 bytesOf(const QByteArray& collapsed) {
        qint64 total = 0;
        for (const QByteArray& line : collapsed.split('\n')) total += line.mid(line.lastIndexOf(' ') + 1).toLongLong();
        return total;
    }

    TemporaryFolder m_folder;
    QString m_capture;
};

}  // namespace heapprof::gui

QTEST_GUILESS_MAIN(heapprof::gui::ExportTest)
#include "export_test.moc"
