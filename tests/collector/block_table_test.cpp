// The table of recorded blocks against a map: neighbours and strangers, great sizes, odd addresses, growth.
#include "collector/memory/block_table.h"

#include <QtTest>
#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <vector>

using namespace heapprof;

namespace {

constexpr std::uintptr_t kArena = 0x7f12'3400'0000;

const void* pointer(std::uintptr_t address) { return reinterpret_cast<const void*>(address); }

/// A table and the map that it must equal.
class Checked {
public:
    explicit Checked(BlockTable::Expected expected) { m_created = m_table.emplace().create(expected); }

    bool created() const { return m_created; }
    bool holds(std::uintptr_t address) const { return m_blocks.contains(address); }
    const std::map<std::uintptr_t, RecordedBlock>& blocks() const { return m_blocks; }

    bool insert(std::uintptr_t address, std::uint64_t size) {
        const RecordedBlock block{address, size, m_nextOrdinal++, TraceIndex(static_cast<std::uint32_t>(size % 1000))};
        m_blocks[address] = block;
        return m_table->insert(address, block.size, block.ordinal, block.trace) &&
               g_filter.mayContain(pointer(address));
    }

    bool remove(std::uintptr_t address) {
        RecordedBlock removed;
        const bool found = m_table->remove(pointer(address), removed);
        const auto expected = m_blocks.find(address);
        if (expected == m_blocks.end()) return !found;
        const RecordedBlock block = expected->second;
        m_blocks.erase(expected);
        return found && removed.address == block.address && removed.size == block.size &&
               isOrdinalOf(removed.ordinal, block) && removed.trace == block.trace;
    }

    /// Records all blocks again, once; whether it was told of as many.
    bool recordAgain() {
        m_firstAgain = m_nextOrdinal;
        m_table->forEach([&](TraceIndex trace, std::uint64_t size, std::uint64_t& ordinal) {
            m_again.push_back({{}, size, {}, trace});
            ordinal = m_nextOrdinal++;
        });
        return m_again.size() == m_blocks.size();
    }

    bool filterKnowsAll() const {
        return std::ranges::all_of(m_blocks,
                                   [](const auto& entry) { return g_filter.mayContain(pointer(entry.first)); });
    }

    bool removeAll() {
        while (!m_blocks.empty())
            if (!remove(m_blocks.begin()->first)) return false;
        return true;
    }

private:
    /// Each of those that were recorded again stands for one block alone.
    bool isOrdinalOf(std::uint64_t ordinal, const RecordedBlock& block) {
        if (block.ordinal >= m_firstAgain || m_again.empty()) return ordinal == block.ordinal;
        if (ordinal < m_firstAgain || ordinal >= m_firstAgain + m_again.size()) return false;
        RecordedBlock& again = m_again[ordinal - m_firstAgain];
        const bool isThat = again.trace == block.trace && again.size == block.size && again.ordinal == 0;
        again.ordinal = 1;
        return isThat;
    }

    std::optional<BlockTable> m_table;
    std::vector<RecordedBlock> m_again;
    std::uint64_t m_firstAgain = 0;
    std::map<std::uintptr_t, RecordedBlock> m_blocks;
    std::uint64_t m_nextOrdinal = 0;
    bool m_created = false;
};

/// Adds and removes at random, among addresses that `draw` gives.
template <typename Draw>
bool equalsMap(Checked& table, int steps, Draw draw) {
    std::mt19937_64 random(7);
    for (int i = 0; i < steps; ++i) {
        const std::uintptr_t address = draw(random);
        const bool isRight = table.holds(address) || random() % 4 == 0
                                 ? table.remove(address)
                                 : table.insert(address, random() % 50 ? random() % 600 : random());
        if (!isRight) return false;
    }
    return table.filterKnowsAll();
}

}  // namespace

class BlockTableTest : public QObject {
    Q_OBJECT

    /// Of the present row of data.
    static BlockTable::Expected expected() {
        QFETCH_GLOBAL(int, expected);
        return static_cast<BlockTable::Expected>(expected);
    }

private slots:
    void initTestCase_data() {
        QTest::addColumn<int>("expected");
        QTest::newRow("few") << static_cast<int>(BlockTable::Expected::Few);
        QTest::newRow("all") << static_cast<int>(BlockTable::Expected::All);
    }

    void neighbours() {
        Checked table(expected());
        QVERIFY(table.created());
        QVERIFY(equalsMap(table, 300'000, [](auto& random) { return kArena + random() % 4096 * 16; }));
        QVERIFY(table.removeAll());
    }

    void blocksOffTheGranules() {
        Checked table(expected());
        QVERIFY(equalsMap(table, 300'000, [](auto& random) { return kArena + random() % 4096 * 8; }));
        QVERIFY(table.removeAll());
    }

    void addressesThatFoldToTheSamePlace() {
        Checked table(expected());
        QVERIFY(
            equalsMap(table, 300'000, [](auto& random) { return kArena + random() % 64 * 16 + (random() % 8 << 36); }));
        QVERIFY(table.removeAll());
    }

    void growth() {
        Checked table(expected());
        const std::uint64_t before = g_filter.mask;
        for (std::uintptr_t i = 0; i < 200'000; ++i) QVERIFY(table.insert(kArena + i * 4096 + i % 32 * 16, i));
        QVERIFY(g_filter.mask > before);
        QVERIFY(table.filterKnowsAll());
        QVERIFY(table.removeAll());
    }

    void sizesOfMoreThan32Bits() {
        Checked table(expected());
        for (const std::uint64_t size : {0xfffffffeull, 0xffffffffull, 0x100000000ull, ~0ull})
            for (const std::uintptr_t granule : {0, 3, 9, 20}) {
                const std::uintptr_t address = kArena + granule * 16 + (size & 0xf) * 512;
                if (table.holds(address)) QVERIFY(table.remove(address));
                QVERIFY(table.insert(address, size));
            }
        QVERIFY(table.removeAll());
    }

    void pagesThatAreEmptiedAndUsedAgain() {
        Checked table(expected());
        for (int round = 0; round < 50; ++round) {
            for (std::uintptr_t i = 0; i < 20'000; ++i) QVERIFY(table.insert(kArena + i * 16, 16));
            for (std::uintptr_t i = 0; i < 20'000; ++i) QVERIFY(table.remove(kArena + (i * 7919) % 20'000 * 16));
            QVERIFY(table.blocks().empty());
            QVERIFY(!g_filter.mayContain(pointer(kArena + 512)));
        }
    }

    void allAreRecordedAgain() {
        Checked table(expected());
        for (std::uintptr_t i = 0; i < 20'000; ++i) QVERIFY(table.insert(kArena + i * 16, i));
        for (std::uintptr_t i = 0; i < 20'000; i += 3) QVERIFY(table.remove(kArena + i * 16));
        for (std::uintptr_t i = 0; i < 500; ++i) {
            QVERIFY(table.insert((kArena << 1) + i * 4096 + i % 16, std::uint64_t{0xffffffff} + i));
            QVERIFY(table.insert((kArena << 1) + i * 4096 + 2048, 0));
        }
        QVERIFY(table.recordAgain());
        for (std::uintptr_t i = 0; i < 100; ++i) QVERIFY(table.insert((kArena << 2) + i * 64, i));
        QVERIFY(table.removeAll());
    }

    void aBlockThatIsThereAlready() {
        std::optional<BlockTable> table(std::in_place);
        QVERIFY(table->create(expected()));
        for (const std::uintptr_t offset : {0, 16, 24, 512}) {
            QVERIFY(table->insert(kArena + offset, 1, offset, TraceIndex(1)));
            QVERIFY(!table->insert(kArena + offset, 2, 0, TraceIndex(2)));
        }
        RecordedBlock removed;
        QVERIFY(table->remove(pointer(kArena + 24), removed));
        QCOMPARE(removed.ordinal, 24u);
        QCOMPARE(removed.size, 1u);
    }

    void aBlockThatIsNotThere() {
        Checked table(expected());
        QVERIFY(table.remove(kArena));
        QVERIFY(table.insert(kArena, 1));
        QVERIFY(table.remove(kArena + 16));
        QVERIFY(table.remove(kArena + 8));
        QVERIFY(table.remove(kArena));
        QVERIFY(table.remove(kArena));
    }
};

QTEST_APPLESS_MAIN(BlockTableTest)
#include "block_table_test.moc"
