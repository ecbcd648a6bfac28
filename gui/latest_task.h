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

namespace heapprof::gui {

/// start() asks every earlier run to stop and drops its result, however late that comes. Lives on the GUI thread, where
/// `deliver` is called too; may be destroyed while work is running. `work` must own what it reads.
template <typename Result>
class LatestTask {
public:
    LatestTask() { m_gate->receiver = &m_receiver; }
    ~LatestTask() {
        m_stop.request_stop();
        const std::lock_guard lock(m_gate->mutex);
        m_gate->receiver = nullptr;
    }
    LatestTask(const LatestTask&) = delete;
    LatestTask& operator=(const LatestTask&) = delete;

    bool isRunning() const { return m_running; }

    void start(std::function<Result(std::stop_token)> work, std::function<void(Result)> deliver) {
        cancel();
        m_stop = std::stop_source();
        m_running = true;
        QThreadPool::globalInstance()->start([this, gate = m_gate, generation = m_generation, stop = m_stop.get_token(),
                                              work = std::move(work), deliver = std::move(deliver)] {
            if (stop.stop_requested()) return;
            const auto result = std::make_shared<std::optional<Result>>();
            try {
                result->emplace(work(stop));
            } catch (const std::exception& error) {
                qWarning("background work failed: %s", error.what());
            }
            const std::lock_guard lock(gate->mutex);
            if (!gate->receiver) return;  // `this` is gone
            QMetaObject::invokeMethod(
                gate->receiver,
                [this, generation, result, deliver] {
                    if (generation != m_generation) return;
                    m_running = false;
                    if (*result) deliver(std::move(**result));
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

    QObject m_receiver;  // queued deliveries die with it
    std::shared_ptr<Gate> m_gate = std::make_shared<Gate>();
    std::stop_source m_stop;
    std::uint64_t m_generation = 0;
    bool m_running = false;
};

}  // namespace heapprof::gui
