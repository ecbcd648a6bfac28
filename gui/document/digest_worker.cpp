#include "gui/document/digest_worker.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace heapprof::gui {
namespace {

using Clock = std::chrono::steady_clock;
// A new event is to be seen within a tenth of a second, and looking costs next to nothing.
constexpr std::chrono::milliseconds kPollInterval{40};
// Views fill a few times a second; publishing never takes more than a tenth of the time.
constexpr std::chrono::milliseconds kPublishInterval{250};
constexpr int kPublishShare = 10;

}  // namespace

DigestWorker::DigestWorker(std::filesystem::path path, std::function<void()> changed)
    : m_path(std::move(path)),
      m_changed(std::move(changed)),
      m_thread([this](std::stop_token quit) { work(std::move(quit)); }) {}

DigestWorker::~DigestWorker() {
    m_thread.request_stop();
    stop();
}

DigestWorker::Status DigestWorker::status() const {
    const std::lock_guard lock(m_mutex);
    return m_status;
}

DigestProgress DigestWorker::progress() const { return {m_events, m_bytesDone, m_bytesTotal, Micros(m_time)}; }

void DigestWorker::stop() {
    const std::lock_guard lock(m_mutex);
    m_isStopWanted = true;
    m_run.request_stop();
    m_wake.notify_all();
}

void DigestWorker::go() {
    const std::lock_guard lock(m_mutex);
    m_isStopWanted = false;
    m_wake.notify_all();
}

void DigestWorker::work(std::stop_token quit) {
    std::string error;
    try {
        const std::shared_ptr<Capture> capture = Capture::open(m_path);
        change([&](Status& status) {
            status.recording = Recording(capture, capture->info(), nullptr);
            status.damage = status.recording.info().damage;
            status.state = State::Building;
        });
        auto chunks = std::make_shared<const std::vector<Capture::Chunk>>(capture->chunks());
        change([&](Status& status) { status.fromHeaders = std::move(chunks); });
        build(capture, quit);
        return;
    } catch (const std::exception& problem) {
        error = problem.what();
    }
    change([&](Status& status) {
        status.state = State::Failed;
        status.error = std::move(error);
    });
}

void DigestWorker::build(const std::shared_ptr<Capture>& capture, std::stop_token quit) {
    DigestBuilder builder(capture);
    TimelineReader marks(capture);
    while (!quit.stop_requested()) {
        const auto run = waitUntilWanted(quit);
        if (!run) return;
        // Asked before reading, so that what the program writes last is not missed.
        const bool isBeingWritten = capture->isBeingWritten();
        const Capture::Files files = capture->files();
        const bool isFollowed = isBeingWritten && files == Capture::Files::Kept;
        capture->refresh();
        Clock::time_point due = Clock::now();
        builder.run(*run, [&](const DigestProgress& progress) {
            setProgress(progress);
            if (Clock::now() < due) return;
            const auto begun = Clock::now();
            if (isBeingWritten) capture->refresh();
            marks.readUpTo(progress.bytesDone, *run);
            publish(*capture, builder, marks.timeline(), status().state, files);
            const auto done = Clock::now();
            due = done + std::max<Clock::duration>(kPublishInterval, (done - begun) * kPublishShare);
        });
        setProgress(builder.progress());
        if (quit.stop_requested()) return;
        capture->refresh();  // the traces of the events just read
        const bool isStopped = run->stop_requested();
        const State reached = isStopped ? State::Stopped : isFollowed ? State::Following : State::Complete;
        // A digest that lay on disk is there at once; the marks are in the log alone.
        publish(*capture, builder, marks.timeline(), isStopped ? reached : status().state, files);
        marks.readUpTo(capture->eventsLength(), *run);
        publish(*capture, builder, marks.timeline(), reached, files);
        if (isStopped) continue;
        if (!isFollowed) return;
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, quit, kPollInterval, [this] { return m_isStopWanted; });
    }
}

std::optional<std::stop_token> DigestWorker::waitUntilWanted(std::stop_token quit) {
    std::unique_lock lock(m_mutex);
    if (m_isStopWanted) {
        m_status.state = State::Stopped;
        lock.unlock();
        m_changed();
        lock.lock();
        if (!m_wake.wait(lock, quit, [this] { return !m_isStopWanted; })) return std::nullopt;
        m_status.state = State::Building;
        lock.unlock();
        m_changed();
        lock.lock();
    }
    m_run = std::stop_source();
    if (m_isStopWanted) m_run.request_stop();
    return m_run.get_token();
}

void DigestWorker::publish(Capture& capture, DigestBuilder& builder, std::shared_ptr<const Timeline> timeline,
                           State state, Capture::Files files) {
    const Status before = status();
    const Recording recording(before.recording.sharedCapture(), capture.info(), builder.digest());
    std::vector<Damage> damage = recording.info().damage;
    const std::vector<Damage> ofEvents = builder.damage();
    damage.insert(damage.end(), ofEvents.begin(), ofEvents.end());
    Ending ending = before.ending;
    if (state == State::Complete && files != Capture::Files::Kept)
        ending = files == Capture::Files::Shrunk ? Ending::Shrunk : Ending::Replaced;
    else if (before.state == State::Following && state == State::Complete)
        ending = recording.metadata().cleanEnd ? Ending::Orderly : Ending::WriterDied;
    if (before.state == state && before.recording == recording && before.timeline == timeline) return;
    change([&](Status& status) {
        status.state = state;
        status.ending = ending;
        status.recording = recording;
        status.timeline = std::move(timeline);
        status.damage = std::move(damage);
        status.whyNoFile = builder.file() ? std::string() : builder.whyNoFile();
    });
}

void DigestWorker::setProgress(const DigestProgress& progress) {
    m_events = progress.events;
    m_bytesDone = progress.bytesDone;
    m_bytesTotal = progress.bytesTotal;
    m_time = progress.time.count;
}

template <typename Edit>
void DigestWorker::change(Edit&& edit) {
    {
        const std::lock_guard lock(m_mutex);
        edit(m_status);
    }
    m_changed();
}

}  // namespace heapprof::gui
