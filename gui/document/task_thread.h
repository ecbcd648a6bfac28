// A thread of its own that does the newest thing it was asked for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace heapprof::gui {

/// Runs one task at a time; a task that has not begun is replaced by a newer one. The destructor stops the running task
/// and joins. Members are called from one thread, the owner's.
class TaskThread {
public:
    using Task = std::function<void(std::stop_token)>;
    enum class Running {
        LetFinish,   ///< the running task's result is still of use: only the waiting one is replaced
        StopIfSlow,  ///< a running task that takes longer than a few frames is stopped; quick ones finish, so that a
                     ///< user who drags sees results on the way
        Stop,
    };

    TaskThread();
    ~TaskThread();
    TaskThread(const TaskThread&) = delete;
    TaskThread& operator=(const TaskThread&) = delete;

    /// `task` must not throw.
    void submit(Task task, Running running);
    /// Drops the waiting task and stops the running one.
    void clear();
    /// Whether a task waits or runs.
    bool isBusy() const;

private:
    void loop(std::stop_token quit);

    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    Task m_waiting;
    bool m_isRunning = false;
    std::chrono::steady_clock::time_point m_begun;
    std::stop_source m_stop;
    std::jthread m_thread;  // last: joined before what it uses goes
};

}  // namespace heapprof::gui
