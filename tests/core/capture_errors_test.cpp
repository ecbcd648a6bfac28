// The mistakes people make with captures: each gets an error that names the file and says what to do or what is wrong.
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>

#include "core/capture/capture.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

class CaptureErrorsTest : public QObject {
    Q_OBJECT

    static void expect(const std::filesystem::path& path, FileError::Kind kind, const char* part) {
        try {
            Capture::open(path);
            QFAIL("opened");
        } catch (const FileError& error) {
            QCOMPARE(error.kind(), kind);
            QVERIFY2(std::string(error.what()).find(part) != std::string::npos, error.what());
        }
    }

private slots:
    void everyNameOfACaptureOpensIt() {
        const TemporaryFolder folder;
        copyOfV1(folder, "a_tiny");
        for (const char* name : {"a_tiny", "a_tiny.hpm", "a_tiny.hpd", "a_tiny.hpc"})
            QCOMPARE(Capture::open(folder / name)->filebase(), folder / "a_tiny");
    }
    void noSuchFile() {
        const TemporaryFolder folder;
        expect(folder / "nothing.hpm", FileError::Kind::NotFound, "nothing.hpm: no such file");
        expect(folder / "nothing", FileError::Kind::NotFound, "no such file");
    }
    void onlyOneOfTheTwo() {
        const TemporaryFolder folder;
        const auto filebase = copyOfV1(folder, "a_tiny");
        std::filesystem::remove(folder / "a_tiny.hpd");
        expect(filebase, FileError::Kind::Missing, "a_tiny.hpd: is missing");
        std::filesystem::rename(folder / "a_tiny.hpm", folder / "a_tiny.hpd");
        expect(folder / "a_tiny.hpd", FileError::Kind::Missing, "a_tiny.hpm: is missing");
        std::filesystem::rename(folder / "a_tiny.hpd", folder / "a_tiny.hpc");
        expect(folder / "a_tiny.hpc", FileError::Kind::Missing, "digest alone");
    }
    void notACapture() {
        const TemporaryFolder folder;
        const std::string text = "import this\n";
        const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        for (const char* name : {"program.py", "x.hpm", "x.hpd"}) writeFile(folder / name, bytes);
        expect(folder / "program.py", FileError::Kind::NotACapture, "is not a heapprof capture");
        expect(folder / "x.hpm", FileError::Kind::NotACapture, "x.hpm: is not a heapprof capture");
        writeFile(folder / "x.hpm", {});
        expect(folder / "x.hpm", FileError::Kind::NotACapture, "is empty");
        ::mkfifo((folder / "pipe.hpm").c_str(), 0600);
        writeFile(folder / "pipe.hpd", {});
        expect(folder / "pipe.hpm", FileError::Kind::NotACapture, "is not a regular file");
    }
    void aDirectory() {
        const TemporaryFolder folder;
        std::filesystem::create_directory(folder / "d");
        std::filesystem::create_directory(folder / "e.hpm");
        writeFile(folder / "e.hpd", {});
        expect(folder / "d", FileError::Kind::IsDirectory, "is a directory");
        expect(folder / "e.hpm", FileError::Kind::IsDirectory, "is a directory");
    }
    void noPermission() {
        const TemporaryFolder folder;
        const auto filebase = copyOfV1(folder, "a_tiny");
        ::chmod((folder / "a_tiny.hpd").c_str(), 0);
        const AsOrdinaryUser ordinary;
        expect(filebase, FileError::Kind::NoPermission, "a_tiny.hpd: cannot open: Permission denied");
    }
    void aVersionFromTheFuture() {
        const TemporaryFolder folder;
        RecordedModel(folder / "x", Sampling::everything()).finish();
        for (const char* name : {"x.hpd", "x.hpm"}) {
            Contents bytes = readFile(folder / name);
            bytes[8] = 3;
            writeFile(folder / name, bytes);
            expect(folder / "x", FileError::Kind::Version, "newer heapprof (format version 3; this one reads up to 2)");
        }
    }
    void filesOfTwoRecordings() {
        const TemporaryFolder folder;
        RecordedModel(folder / "x", Sampling::everything(), 1).finish();
        RecordedModel(folder / "y", Sampling::everything(), 2).finish();
        std::filesystem::rename(folder / "y.hpd", folder / "x.hpd");
        expect(folder / "x", FileError::Kind::NotACapture, "x.hpd: belongs to another recording");
    }
    void impossibleSamplingTables() {
        const TemporaryFolder folder;
        const auto filebase = copyOfV1(folder, "h_default");
        Contents bytes = readFile(folder / "h_default.hpm");
        std::swap_ranges(bytes.begin() + 21, bytes.begin() + 29, bytes.begin() + 33);  // bounds out of order
        writeFile(folder / "h_default.hpm", bytes);
        expect(filebase, FileError::Kind::Damaged, "impossible sampling table");
    }
};

QTEST_APPLESS_MAIN(CaptureErrorsTest)
#include "capture_errors_test.moc"
