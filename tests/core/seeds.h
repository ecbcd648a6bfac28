// The random programs that a test is run with.
#pragma once

#include <QTest>

namespace heapprof::test {

/// A column `seed`: with each someSampling() chooses otherwise.
inline void addSeeds() {
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 6; ++seed) QTest::addRow("%d", seed) << seed;
}

}  // namespace heapprof::test
