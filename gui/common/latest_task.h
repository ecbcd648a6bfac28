// Runs work off the GUI thread and delivers only the newest result.
#pragma once

#include <QMetaObject>
#include <QObject>
#include <QThreadPool>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace heapprof::gui {

/// Ours, not Qt's: painting waits for a thread of QThreadPool::globalInstance(), and what views prepare may take
/// seconds.
inline QThreadPool& workThreads() {
    static QThreadPool pool;
    return pool;
}

/// For what reads source files: a disk that does not answer keeps these threads, and nothing else; nor does the end of
/// the program wait for it.
inline QThreadPool& readingThreads() {
    static auto* const pool = [] {
        auto* threads = new QThreadPool;
        threads->setMaxThreadCount(8);  // they wait more than they work
        return threads;
    }();
    return *pool;
}

/// start() asks every earlier run to stop and drops its result, however late that comes. Lives on the GUI thread, where
/// `deliver` is called too, or `fail` with the reason when `work` threw; may be destroyed while work is running. `work`
/// must own what it reads.
template <typename Result>
class LatestTask {
public:
    explicit LatestTask(QThreadPool& threads = workThreads()) : m_threads(threads) { m_gate->receiver = &m_receiver; }
    ~LatestTask() {
        m_stop.request_stop();
        const std::lock_guard lock(m_gate->mutex);
        m_gate->receiver = nullptr;
    }
    LatestTask(const LatestTask&) = delete;
    LatestTask& operator=(const LatestTask&) = delete;

    bool isRunning() const { return m_running; }

    void start(std::function<Result(std::stop_token)> work, std::function<void(Result)> deliver,
               std::function<void(std::string)> fail = {}) {
        cancel();
        m_stop = std::stop_source();
        m_running = true;
        m_threads.start([this, gate = m_gate, generation = m_generation, stop = m_stop.get_token(),
                         work = std::move(work), deliver = std::move(deliver), fail = std::move(fail)] {
            if (stop.stop_requested()) return;
            const auto result = std::make_shared<std::optional<Result>>();
            std::string reason;
            try {
                result->emplace(work(stop));
            } catch (const std::exception& error) {
                reason = error.what();
                qWarning("background work failed: %s", error.what());
            }
            const std::lock_guard lock(gate->mutex);
            if (!gate->receiver) return;  // `this` is gone
            QMetaObject::invokeMethod(
                gate->receiver,
                [this, generation, result, reason, deliver, fail] {
                    if (generation != m_generation) return;
                    m_running = false;
                    if (*result)
                        deliver(std::move(**result));
                    else if (fail)
                        fail(reason);
                },
                Qt::QueuedConnection);
        });
    }

    void cancel() {
        m_stop.request_stop();
        ++m_generation;
        m_running = false;
    }

private:
    struct Gate {
        std::mutex mutex;
        QObject* receiver = nullptr;
    };

    QThreadPool& m_threads;
    QObject m_receiver;  // queued deliveries die with it
    std::shared_ptr<Gate> m_gate = std::make_shared<Gate>();
    std::stop_source m_stop;
    std::uint64_t m_generation = 0;
    bool m_running = false;
};

}  // namespace heapprof::gui
