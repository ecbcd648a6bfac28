// Files that grow by appending, when a signal handler forks in the middle of it: its child goes on in there.
#include "core/bytes/append_file.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string>

#include "core/capture/metadata_writer.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

enum class ForkAt { Nowhere, Before, Place, Mapping, Advice, After };

ForkAt s_forkAt = ForkAt::Nowhere;
pid_t s_child = -1;
constexpr std::size_t kMine = 1 << 17;
std::uint8_t* s_childsOwn = nullptr;

/// A signal handler's fork.
void forkIfAt(ForkAt here) {
    if (s_forkAt != here) return;
    s_forkAt = ForkAt::Nowhere;
    s_child = fork();
    if (s_child != 0) return;
    AppendFile::leaveAllToParent();
    // What the handler does in the child before it returns.
    void* own = mmap(nullptr, kMine, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (own == MAP_FAILED) _exit(2);
    s_childsOwn = static_cast<std::uint8_t*>(own);
    std::memset(s_childsOwn, 1, kMine);
}

}  // namespace

// The system's calls that a window is made by, each with a signal before it.
extern "C" void* mmap(void* address, std::size_t length, int protection, int flags, int file, off_t offset) noexcept {
    if (protection == PROT_NONE) forkIfAt(ForkAt::Place);
    if (flags & MAP_SHARED) forkIfAt(ForkAt::Mapping);
    return reinterpret_cast<void*>(syscall(SYS_mmap, address, length, protection, flags, file, offset));
}
extern "C" int madvise(void* address, std::size_t length, int advice) noexcept {
    if (advice == MADV_DONTFORK) forkIfAt(ForkAt::Advice);
    const long result = syscall(SYS_madvise, address, length, advice);
    if (advice == MADV_DONTFORK) forkIfAt(ForkAt::After);
    return static_cast<int>(result);
}

class AppendFileTest : public QObject {
    Q_OBJECT

private slots:
    void aShortFileTakesLittleAndGrowsAsItIsNeeded() {
        const TemporaryFolder folder;
        const std::string path = folder / "x";
        AppendFile file;
        QCOMPARE(file.create(path.c_str(), true), 0);
        std::size_t length = 0;
        std::uint8_t* const bytes = file.window(0, length);
        QVERIFY(bytes);
        QCOMPARE(length, AppendFile::kLeast);
        QCOMPARE(std::filesystem::file_size(path), AppendFile::kLeast);
        QVERIFY(file.extend(0, 10'000) >= 10'000);
        QVERIFY(std::filesystem::file_size(path) < AppendFile::kWindow);
        QCOMPARE(file.extend(0, AppendFile::kWindow), AppendFile::kWindow);
        std::memset(bytes, 1, AppendFile::kWindow);
        file.close(AppendFile::kWindow);
        QVERIFY(std::ranges::count(readFile(path), 1) == AppendFile::kWindow);
    }
    void filesOfOneBudgetTakeNoMoreTogether() {
        const TemporaryFolder folder;
        ByteBudget budget;
        budget.set(100'000);
        AppendFile files[2];
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(files[i].create((folder / std::to_string(i)).c_str(), false), 0);
            files[i].limitTo(&budget);
        }
        std::size_t length = 0;
        QVERIFY(files[0].window(0, length) && files[1].window(0, length));
        QVERIFY(files[0].extend(0, AppendFile::kWindow) == AppendFile::kWindow);
        QVERIFY(files[1].extend(0, AppendFile::kWindow) < AppendFile::kWindow);
        QCOMPARE(files[1].error(), AppendFile::kBudgetSpent);
        files[1].close(100);
        QCOMPARE(files[0].error(), 0);
        files[0].close(200);
        QCOMPARE(budget.left(), std::uint64_t{100'000 - 300});  // what they did not need is given back
    }
    void aChildForkedDuringAWindowLeavesTheFileAlone_data() {
        QTest::addColumn<ForkAt>("at");
        QTest::newRow("before it") << ForkAt::Before;
        QTest::newRow("before its place is found") << ForkAt::Place;
        QTest::newRow("before the file is there") << ForkAt::Mapping;
        QTest::newRow("when children have it, too") << ForkAt::Advice;
        QTest::newRow("when children have it no longer") << ForkAt::After;
    }
    void aChildForkedDuringAWindowLeavesTheFileAlone() {
        QFETCH(ForkAt, at);
        constexpr std::uint8_t kParents = 0x70, kChilds = 0xee;
        const TemporaryFolder folder;
        AppendFile file;
        s_forkAt = ForkAt::Nowhere;
        QCOMPARE(file.create((folder / "x").c_str(), true), 0);
        std::size_t length = 0;
        std::uint8_t* bytes = file.window(0, length);
        QVERIFY(bytes && length >= AppendFile::kLeast);
        length = file.extend(0, AppendFile::kWindow);
        QCOMPARE(length, AppendFile::kWindow);
        std::memset(bytes, kParents, length);
        s_child = -1;
        s_forkAt = at;
        forkIfAt(ForkAt::Before);
        if (s_child != 0) bytes = file.window(length, length);
        if (s_child == 0) {
            if (bytes) std::memset(bytes, kChilds, length);
            bytes = file.window(1 << 24, length);
            if (bytes) std::memset(bytes, kChilds, length);
            file.discard();
            _exit(std::count(s_childsOwn, s_childsOwn + kMine, 1) == kMine ? 0 : 1);
        }
        QVERIFY(bytes && s_child > 0);
        std::memset(bytes, kParents, length);
        int status = -1;
        QCOMPARE(waitpid(s_child, &status, 0), s_child);
        QCOMPARE(status, 0);
        file.close(AppendFile::kWindow + length);
        const Contents contents = readFile(folder / "x");
        QCOMPARE(contents.size(), AppendFile::kWindow + length);
        QVERIFY(std::ranges::count(contents, kParents) == std::ranges::ssize(contents));
    }
    void aChildForkedBetweenTwoBlocksHasNoneToStoreTo() {
        const TemporaryFolder folder;
        FileHeader header;
        header.magic = kMetadataMagic;
        MetadataWriter writer;
        QCOMPARE(writer.create((folder / "x.hpm").c_str(), header), 0);
        const std::string text(MetadataWriter::kMaxText, 'x');
        s_child = -1;
        s_forkAt = ForkAt::Place;
        while (s_child < 0) writer.string(text);
        if (s_child == 0) {  // what is being recorded needs further records, and shorter ones
            for (int i = 0; i < 100; ++i) writer.string("short");
            writer.end(Micros(1), EndReason::Stopped);
            writer.close();
            _exit(0);
        }
        int status = -1;
        QCOMPARE(waitpid(s_child, &status, 0), s_child);
        QCOMPARE(status, 0);
        writer.string(text);
        QCOMPARE(writer.error(), 0);
        writer.close();
    }
};

QTEST_APPLESS_MAIN(AppendFileTest)
#include "append_file_test.moc"
