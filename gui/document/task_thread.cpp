#include "gui/document/task_thread.h"

#include <utility>

namespace heapprof::gui {
namespace {
constexpr std::chrono::milliseconds kSlow{120};
}

TaskThread::TaskThread() : m_thread([this](std::stop_token quit) { loop(std::move(quit)); }) {}

TaskThread::~TaskThread() {
    clear();
    m_thread.request_stop();
}

void TaskThread::submit(Task task, Running running) {
    const std::lock_guard lock(m_mutex);
    m_waiting = std::move(task);
    const bool isSlow = std::chrono::steady_clock::now() - m_begun > kSlow;
    if (running == Running::Stop || (running == Running::StopIfSlow && isSlow)) m_stop.request_stop();
    m_wake.notify_one();
}

void TaskThread::clear() {
    const std::lock_guard lock(m_mutex);
    m_waiting = nullptr;
    m_stop.request_stop();
}

bool TaskThread::isBusy() const {
    const std::lock_guard lock(m_mutex);
    return m_isRunning || m_waiting;
}

void TaskThread::loop(std::stop_token quit) {
    std::unique_lock lock(m_mutex);
    while (m_wake.wait(lock, quit, [this] { return static_cast<bool>(m_waiting); })) {
        const Task task = std::exchange(m_waiting, nullptr);
        m_stop = std::stop_source();
        m_begun = std::chrono::steady_clock::now();
        m_isRunning = true;
        const std::stop_token stop = m_stop.get_token();
        lock.unlock();
        task(stop);
        lock.lock();
        m_isRunning = false;
    }
}

}  // namespace heapprof::gui
