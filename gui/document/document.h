// One opened capture, as the window knows it.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <atomic>
#include <optional>

#include "gui/document/digest_worker.h"

namespace heapprof::gui {

/// `path` without the extension of one of a capture's files.
std::filesystem::path withoutExtension(std::filesystem::path path);

/// Owns a capture and the work on it. Everything it publishes is immutable and shared; its members belong to the GUI
/// thread. Destroying it, at any moment, stops the work and waits for it.
class Document : public QObject {
    Q_OBJECT

public:
    using State = DigestWorker::State;

    /// Begins to open `path` (FILEBASE.hpm, .hpd, .hpc or FILEBASE) at once, on another thread.
    explicit Document(const std::filesystem::path& path, QObject* parent = nullptr);

    const std::filesystem::path& path() const { return m_path; }
    /// The file's name without folder and extension, for titles.
    QString name() const;
    const DigestWorker::Status& status() const { return m_status; }
    State state() const { return m_status.state; }
    bool isOpen() const { return m_status.recording.hasCapture(); }
    /// Following a program that still runs.
    bool isLive() const { return state() == State::Following; }

    /// The newest, also between two statusChanged().
    DigestProgress progress() const { return m_worker.progress(); }
    /// Share of the log digested, 0 to 1.
    double fractionDone() const;
    /// Over the last seconds; 0 when not known.
    double eventsPerSecond() const { return m_eventsPerSecond; }
    std::optional<double> secondsLeft() const;

    /// What is not as it should be, as sentences for people: why opening failed, damage, warnings of the capture.
    QStringList notices() const;

    void cancel() { m_worker.stop(); }
    void resume() { m_worker.go(); }

signals:
    /// status() has changed.
    void statusChanged();
    /// At most 25 a second while there is work.
    void progressed();

private:
    void takeStatus();
    void measureSpeed();

    const std::filesystem::path m_path;
    DigestWorker::Status m_status;
    QTimer m_progressTimer;
    QElapsedTimer m_speedTimer;
    std::uint64_t m_speedEvents = 0, m_speedBytes = 0;
    double m_eventsPerSecond = 0, m_bytesPerSecond = 0;
    std::atomic<bool> m_isStatusOnItsWay{false};
    DigestWorker m_worker;  // last: joined before anything above goes
};

}  // namespace heapprof::gui
