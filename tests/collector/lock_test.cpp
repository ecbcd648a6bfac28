// The collector's lock: one thread at a time, whoever is the bias owner meanwhile.
#include "collector/locking/lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <atomic>
#include <thread>
#include <vector>

using namespace heapprof;

namespace {

constinit Lock s_lock;
std::uint64_t s_count = 0;

/// Takes its time from reading to writing: additions that two threads make at once are lost.
void add(int times) {
    for (int i = 0; i < times; ++i) {
        s_lock.lock();
        const std::uint64_t before = s_count;
        for (int wait = 0; wait < 20; ++wait) __atomic_signal_fence(__ATOMIC_SEQ_CST);
        s_count = before + 1;
        s_lock.unlock();
    }
}

/// Each thread adds in stretches, as long as one needs to become the bias owner many times over.
std::uint64_t addInStretches(int threads, int stretches, int length) {
    s_count = 0;
    std::atomic<int> ready = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i)
        all.emplace_back([&] {
            ++ready;
            while (ready < threads) std::this_thread::yield();
            for (int stretch = 0; stretch < stretches; ++stretch) {
                add(length);
                std::this_thread::yield();
            }
        });
    for (std::thread& thread : all) thread.join();
    return s_count;
}

}  // namespace

class LockTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { s_lock.reset(); }

    void oneThreadAtATime_data() {
        QTest::addColumn<bool>("bias");
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("length");
        QTest::newRow("without bias") << false << 4 << 5'000;
        QTest::newRow("two take turns in long stretches") << true << 2 << 50'000;
        QTest::newRow("many") << true << 8 << 5'000;
        QTest::newRow("nobody long enough") << true << 4 << 10;
    }
    void oneThreadAtATime() {
        QFETCH(bool, bias);
        QFETCH(int, threads);
        QFETCH(int, length);
        if (bias) s_lock.allowBias();
        constexpr int kStretches = 40;
        QCOMPARE(addInStretches(threads, kStretches, length), std::uint64_t(threads) * kStretches * unsigned(length));
    }
    void othersWaitUntilTheBiasOwnerIsOutside() {
        s_lock.allowBias();
        add(5'000);
        s_lock.lock();
        std::atomic<bool> inside = false;
        std::thread other([&] {
            s_lock.lock();
            inside = true;
            s_lock.unlock();
        });
        QTest::qWait(50);
        const bool early = inside;
        s_lock.unlock();
        other.join();
        QVERIFY(!early);
        QVERIFY(inside);
    }
    void aChildThatIsForkedWhileTheLockIsHeld() {
        s_lock.allowBias();
        add(5'000);
        s_lock.lock();
        const pid_t child = fork();
        if (child == 0) {
            s_lock.reset();
            s_lock.allowBias();
            _exit(addInStretches(2, 10, 5'000) == 100'000 ? 0 : 1);
        }
        s_lock.unlock();
        int status = -1;
        QCOMPARE(waitpid(child, &status, 0), child);
        QCOMPARE(status, 0);
    }
    /// The last test: from here on nobody new can be.
    void moreThreadsThanCanEverBeBiasOwners() {
        s_lock.allowBias();
        s_count = 0;
        for (int i = 0; i < 1500; ++i) std::thread(add, 1'100).join();
        QCOMPARE(s_count, std::uint64_t{1500} * 1'100);
    }
};

QTEST_APPLESS_MAIN(LockTest)
#include "lock_test.moc"
