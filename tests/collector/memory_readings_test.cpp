// Where a process has its memory, as the collector reads it: mappings, and pools of Python's allocator.
#include "collector/resident/memory_readings.h"

#include <sys/mman.h>
#include <unistd.h>

#include <QtTest>
#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "collector/resident/frame_chunks.h"
#include "collector/resident/page_map.h"
#include "collector/resident/python_pools.h"
#include "collector/system/own_proc.h"

using namespace heapprof;

namespace {

constexpr std::size_t kPool = 16384;

/// A pool header as CPython writes it: `count` blocks of `block` bytes are in use.
void makePool(char* at, std::uint32_t count, std::uint32_t block, std::size_t pool = kPool) {
    std::memcpy(at, &count, sizeof count);
    const std::uintptr_t free = reinterpret_cast<std::uintptr_t>(at) + 48;
    std::memcpy(at + 8, &free, sizeof free);
    const std::uint32_t fields[] = {0, block / 16 - 1, 48, static_cast<std::uint32_t>(pool) - block};
    std::memcpy(at + 32, fields, sizeof fields);
}

/// Aligned to pools.
class Arena {
public:
    explicit Arena(std::size_t pools) : m_bytes((pools + 1) * kPool) {
        m_memory =
            static_cast<char*>(mmap(nullptr, m_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    }
    ~Arena() { munmap(m_memory, m_bytes); }
    char* pool(std::size_t i) const {
        const auto first = (reinterpret_cast<std::uintptr_t>(m_memory) + kPool - 1) & ~(kPool - 1);
        return reinterpret_cast<char*>(first) + i * kPool;
    }
    std::uintptr_t begin() const { return reinterpret_cast<std::uintptr_t>(m_memory); }
    std::size_t bytes() const { return m_bytes; }

private:
    std::size_t m_bytes;
    char* m_memory;
};

std::optional<PageMap::Line> parsed(const char* text) { return parseMapping(text, text + std::strlen(text)); }

}  // namespace

class MemoryReadingsTest : public QObject {
    Q_OBJECT

private slots:
    void linesOfMapsAreRead() {
        const auto code = parsed("7f12a000-7f12b000 r-xp 00001000 fd:01 131 /usr/lib/x y.so (deleted)");
        QVERIFY(code && code->begin == 0x7f12a000 && code->end == 0x7f12b000);
        QVERIFY(code->isOfFile && code->hasName && code->mayExecute && !code->mayWrite && code->isPrivate);
        const auto plain = parsed("7f12a000-7f12b000 rw-p 00000000 00:00 0 ");
        QVERIFY(plain && plain->isPlain() && !plain->isGuard());
        QVERIFY(parsed("7f12a000-7f12b000 rw-p 00000000 00:00 0                          [anon:arena]")->isPlain());
        QVERIFY(!parsed("7f12a000-7f12b000 rw-p 00000000 00:00 0                          [heap]")->isPlain());
        QVERIFY(parsed("7ffd0000-7ffe0000 rw-p 00000000 00:00 0                          [stack]")->isMainStack);
        QVERIFY(parsed("7f12a000-7f12b000 ---p 00000000 00:00 0 ")->isGuard());
        const auto shared = parsed("7f12a000-7f12b000 rw-s 00000000 00:01 1029 /dev/zero (deleted)");
        QVERIFY(shared && !shared->isPrivate && !shared->isPlain());
        for (const char* none : {"", "7f", "xyz", "7f12a000-7f12b000", "7f12b000-7f12a000 rw-p 0 0:0 0"})
            QVERIFY2(!parsed(none), none);
    }

    void stacksOfThreadsCount() {
        PageMap map;
        own_proc::prepare();
        map.open();
        const auto before = map.read();
        QVERIFY(before);
        constexpr std::size_t kUsed = 2'000'000;
        std::optional<PageMap::Amounts> during;
        std::thread([&] {
            volatile char used[kUsed];
            for (std::size_t i = 0; i < kUsed; i += 1000) used[i] = 1;
            QVERIFY(used[1000] == 1);
            during = map.read();
        }).join();
        QVERIFY(during && during->stacks >= before->stacks + kUsed && during->stacks < before->stacks + 2 * kUsed);
        QVERIFY(before->data > 0 && before->data < std::uint64_t{100} << 20);
        map.close();
        QVERIFY(!map.read());
    }

    void poolsAreCounted() {
        PythonPools pools;
        Arena arena(100);
        makePool(arena.pool(0), 10, 64);
        makePool(arena.pool(1), 1, 512);
        QVERIFY(!pools.learn(arena.pool(2) + 100, 60));  // nothing there
        QVERIFY(pools.learn(arena.pool(0) + 100, 60) && pools.learn(arena.pool(1) + 100, 500));
        QVERIFY(!pools.learn(arena.pool(0) + 100, 300));  // another size
        pools.addArena(arena.begin(), arena.bytes());
        const PythonPools::Amounts amounts = pools.count(-1);
        QCOMPARE(amounts.inUse, std::uint64_t(10 * 64 + 512));
        QCOMPARE(amounts.held, std::uint64_t(2 * kPool));
        pools.removeArena(arena.begin(), arena.bytes());
        QCOMPARE(pools.count(-1).held, std::uint64_t(0));
    }

    void whatIsNoPoolIsNotCounted() {
        PythonPools pools;
        Arena arena(10);
        makePool(arena.pool(0), 1, 64);
        QVERIFY(pools.learn(arena.pool(0) + 100, 60));
        makePool(arena.pool(1), 300, 64);           // more blocks than there is room for
        makePool(arena.pool(2), 1, 64, kPool / 4);  // another size of pools
        makePool(arena.pool(3), 1, 2048);           // no small block
        makePool(arena.pool(4), 1, 64);
        std::memset(arena.pool(4) + 8, 0x7f, 8);  // a free block elsewhere
        std::memset(arena.pool(5), 0xcd, kPool);
        pools.addArena(arena.begin(), arena.bytes());
        QCOMPARE(pools.count(-1).held, std::uint64_t(kPool));
    }

    void manyPoolsAreEstimated() {
        PythonPools pools;
        Arena arena(20'000);
        for (std::size_t i = 0; i < 20'000; ++i) makePool(arena.pool(i), 1 + i % 100, 64);
        QVERIFY(pools.learn(arena.pool(0) + 100, 60));
        pools.addArena(arena.begin(), arena.bytes());
        double sum = 0;
        for (int i = 0; i < 100; ++i) {
            const PythonPools::Amounts amounts = pools.count(-1);
            QVERIFY(qAbs(static_cast<double>(amounts.held) / (20'000. * kPool) - 1) < 0.01);
            sum += static_cast<double>(amounts.inUse);
        }
        QVERIFY(qAbs(sum / 100 / (20'000. * 64 * 50.5) - 1) < 0.02);
    }

    void olderPoolsAreReadWhereverTheyGo() {
        PythonPools pools;
        own_proc::prepare();
        const int memory = own_proc::open("mem");
        QVERIFY(memory >= 0);
        auto older = std::make_unique<Arena>(50);
        const Arena newer(1);
        makePool(newer.pool(0), 1, 64);
        QVERIFY(pools.learn(newer.pool(0) + 100, 60));
        for (std::size_t i = 0; i < 50; i += 2) makePool(older->pool(i), 7, 64);
        pools.addOlder(older->begin(), older->begin() + older->bytes());
        QCOMPARE(pools.count(memory).held, std::uint64_t(25 * kPool));
        QCOMPARE(pools.count(memory).inUse, std::uint64_t(25 * 7 * 64));
        QCOMPARE(pools.count(-1).held, std::uint64_t(0));
        // A new arena in the middle of it: what lies there counts once.
        pools.addArena(reinterpret_cast<std::uintptr_t>(older->pool(10)), 10 * kPool);
        QCOMPARE(pools.count(memory).held, std::uint64_t(25 * kPool));
        pools.removeArena(reinterpret_cast<std::uintptr_t>(older->pool(10)), 10 * kPool);
        QCOMPARE(pools.count(memory).held, std::uint64_t(20 * kPool));
        older.reset();  // unmapped: nothing is there, and nothing happens
        QCOMPARE(pools.count(memory).held, std::uint64_t(0));
        ::close(memory);
    }

    void pagesThatWereNeverTouchedStaySo() {
        PythonPools pools;
        own_proc::prepare();
        const int memory = own_proc::open("mem");
        const Arena newer(1), reserved(4000);
        makePool(newer.pool(0), 1, 64);
        QVERIFY(pools.learn(newer.pool(0) + 100, 60));
        makePool(reserved.pool(1), 1, 64);
        pools.addOlder(reserved.begin(), reserved.begin() + reserved.bytes());
        for (int i = 0; i < 20; ++i) pools.count(memory);
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        std::vector<std::uint64_t> pages(reserved.bytes() / page);
        const int map = own_proc::open("pagemap");
        QVERIFY(pread(map, pages.data(), pages.size() * 8, static_cast<off_t>(reserved.begin() / page * 8)) > 0);
        ::close(map);
        ::close(memory);
        QCOMPARE(std::ranges::count_if(pages, [](std::uint64_t entry) { return entry >> 63; }), 1);
    }

    void chunksOfFramesCountAsFarAsTheyAreInRam() {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        const Arena memory(8);
        FrameChunks chunks;
        QVERIFY(chunks.isEmpty());
        QCOMPARE(chunks.count(), std::uint64_t(0));
        for (std::size_t i : {0, 1, 2}) chunks.add(reinterpret_cast<std::uintptr_t>(memory.pool(i)), kPool);
        std::memset(memory.pool(0), 1, kPool);
        *memory.pool(1) = 1;
        QCOMPARE(chunks.count(), std::uint64_t(kPool + page));
        chunks.add(reinterpret_cast<std::uintptr_t>(memory.pool(0)), 2 * kPool);  // another in its place
        QCOMPARE(chunks.count(), std::uint64_t(kPool + 2 * page));
        chunks.remove(reinterpret_cast<std::uintptr_t>(memory.pool(0)));
        chunks.remove(reinterpret_cast<std::uintptr_t>(memory.pool(5)));  // not known
        QCOMPARE(chunks.count(), std::uint64_t(page));
        for (std::size_t i : {1, 2}) chunks.remove(reinterpret_cast<std::uintptr_t>(memory.pool(i)));
        QVERIFY(chunks.isEmpty());
    }

    void manyChunksOfFramesAreEstimated() {
        constexpr std::size_t kChunks = 10'000;
        FrameChunks chunks;
        auto memory = std::make_unique<Arena>(kChunks);
        for (std::size_t i = 0; i < kChunks; ++i) {
            std::memset(memory->pool(i), 1, i % 3 == 0 ? kPool : kPool / 4);
            chunks.add(reinterpret_cast<std::uintptr_t>(memory->pool(i)), kPool);
        }
        for (int turn = 0; turn < 30; ++turn)
            QVERIFY(qAbs(static_cast<double>(chunks.count()) / (kChunks / 2. * kPool) - 1) < 0.05);
        for (std::size_t i = 0; i < kChunks; ++i)
            if (i % 3 != 0) chunks.remove(reinterpret_cast<std::uintptr_t>(memory->pool(i)));
        QVERIFY(qAbs(static_cast<double>(chunks.count()) / (kChunks / 3. * kPool) - 1) < 0.01);
        memory.reset();  // unmapped
        QCOMPARE(chunks.count(), std::uint64_t(0));
    }

    void theAllocatorTellsWhatItHolds() {
        c_allocator::find();
        const auto before = c_allocator::read();
        if (!before) QSKIP("this C library cannot tell");
        std::vector<std::unique_ptr<char[]>> blocks;
        for (int i = 0; i < 10'000; ++i) blocks.push_back(std::make_unique<char[]>(1000));
        const auto during = c_allocator::read();
        QVERIFY(during->inUse > before->inUse + 10'000'000 && during->inUse < before->inUse + 12'000'000);
        for (std::size_t i = 0; i < blocks.size(); i += 2) blocks[i].reset();
        const auto after = c_allocator::read();
        QVERIFY(after->free > during->free + 4'500'000);
    }
};

QTEST_GUILESS_MAIN(MemoryReadingsTest)
#include "memory_readings_test.moc"
