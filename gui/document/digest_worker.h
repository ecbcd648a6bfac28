// The thread that opens a capture, digests it, and follows it while it grows.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/digest/digest_builder.h"
#include "core/recording/recording.h"
#include "gui/document/timeline_reader.h"

namespace heapprof::gui {

/// Works from construction on; the destructor stops the work and joins. Members are safe from any thread.
class DigestWorker {
public:
    enum class State {
        Opening,
        Failed,  ///< the capture could not be opened, or its files vanished: `error` says why. What was digested stays.
        Building,
        Stopped,    ///< by stop(); go() continues
        Following,  ///< everything there is has been digested, and a program still writes more
        Complete,   ///< nothing more will come
    };
    /// How a capture that was being followed came to its end.
    enum class Ending { NotFollowed, Orderly, WriterDied, Shrunk, Replaced };

    struct Status {
        State state = State::Opening;
        Ending ending = Ending::NotFollowed;
        std::string error;
        Recording recording;  ///< of nothing until opened; without a digest until the first was published
        std::shared_ptr<const std::vector<Capture::Chunk>> fromHeaders;
        std::shared_ptr<const Timeline> timeline;  ///< as far as the digest goes, at least; null until known
        std::vector<Damage> damage;                ///< of both files
        std::string whyNoFile;                     ///< why the digest is in memory only; empty: it is kept
    };

    /// `changed` is called from the worker's thread whenever status() has changed.
    DigestWorker(std::filesystem::path path, std::function<void()> changed);
    ~DigestWorker();
    DigestWorker(const DigestWorker&) = delete;
    DigestWorker& operator=(const DigestWorker&) = delete;

    Status status() const;
    DigestProgress progress() const;
    void stop();
    void go();

private:
    void work(std::stop_token quit);
    void build(const std::shared_ptr<Capture>& capture, std::stop_token quit);
    /// Waits while stop() holds; the token of the run that may begin, or nothing when the worker shall quit.
    std::optional<std::stop_token> waitUntilWanted(std::stop_token quit);
    void publish(Capture& capture, DigestBuilder& builder, std::shared_ptr<const Timeline> timeline, State state,
                 Capture::Files files);
    void setProgress(const DigestProgress& progress);
    template <typename Edit>
    void change(Edit&& edit);

    const std::filesystem::path m_path;
    const std::function<void()> m_changed;

    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    Status m_status;
    bool m_isStopWanted = false;
    std::stop_source m_run;  // of the build under way

    std::atomic<std::uint64_t> m_events{0}, m_bytesDone{0}, m_bytesTotal{0};
    std::atomic<std::int64_t> m_time{0};
    std::jthread m_thread;  // last: joined before what it uses goes
};

}  // namespace heapprof::gui
