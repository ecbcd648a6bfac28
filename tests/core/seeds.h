// The random programs that a test is run with.
#pragma once

#include <QTest>

namespace heapprof::test {

/// A column `seed`: with each someSampling() chooses otherwise. Fewer under sanitizers, which look at how programs run
/// and slow them down.
inline void addSeeds(int count = HEAPPROF_TEST_SEEDS) {
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= count; ++seed) QTest::addRow("%d", seed) << seed;
}

}  // namespace heapprof::test
