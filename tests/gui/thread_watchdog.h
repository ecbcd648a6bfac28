// Knows how long the window's thread could not react.
#pragma once

#include <QApplication>
#include <QEvent>
#include <algorithm>
#include <ctime>
#include <functional>
#include <string>

namespace heapprof::test {

/// An application that notes the longest time one event took its thread, in milliseconds of that thread's CPU time:
/// what other programs did meanwhile does not count.
class ThreadWatchdog : public QApplication {
public:
    struct Block {
        double milliseconds = 0;
        std::string whose;  ///< the receiver's class, and the event's type
    };

    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (m_isInside) return QApplication::notify(receiver, event);
        // Both may be gone afterwards.
        const std::string name = receiver->metaObject()->className();
        const int type = event->type();
        bool result = false;
        watch(name + ", event " + std::to_string(type), [&] { result = QApplication::notify(receiver, event); });
        return result;
    }
    /// Does `act`, which is one block like an event.
    void watch(const std::string& name, const std::function<void()>& act) {
        const double before = threadMilliseconds();
        m_isInside = true;
        act();
        m_isInside = false;
        if (const double took = threadMilliseconds() - before; took > m_longest.milliseconds) m_longest = {took, name};
    }
    const Block& longest() const { return m_longest; }
    void forget() { m_longest = {}; }

private:
    static double threadMilliseconds() {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
    }

    Block m_longest;
    bool m_isInside = false;
};

}  // namespace heapprof::test
