#include "gui/document/document.h"

#include "core/state/peak.h"
#include "core/state/unrecorded.h"
#include "core/text/text.h"
#include "gui/translations/core_texts.h"

namespace heapprof::gui {
namespace {
constexpr int kProgressInterval = 40;  // ms
constexpr int kSpeedInterval = 500;    // ms
constexpr std::size_t kMaxDamage = 3;  // regions described one by one
}  // namespace

Document::Document(const std::filesystem::path& path, QObject* parent)
    : QObject(parent), m_path(path), m_worker(path, [this] {
          if (!m_isStatusOnItsWay.exchange(true))
              QMetaObject::invokeMethod(this, &Document::takeStatus, Qt::QueuedConnection);
      }) {
    m_progressTimer.setInterval(kProgressInterval);
    connect(&m_progressTimer, &QTimer::timeout, this, [this] {
        measureSpeed();
        emit progressed();
    });
    m_progressTimer.start();
    m_speedTimer.start();
}

std::filesystem::path withoutExtension(std::filesystem::path path) {
    const auto extension = path.extension();
    if (extension == ".hpm" || extension == ".hpd" || extension == ".hpc") path.replace_extension();
    return path;
}

QString Document::name() const {
    return QString::fromStdString(printable(withoutExtension(m_path.filename()).string()));
}

double Document::fractionDone() const {
    if (state() == State::Complete || state() == State::Following) return 1;
    const DigestProgress now = progress();
    return now.bytesTotal == 0
               ? 0
               : std::min(1.0, static_cast<double>(now.bytesDone) / static_cast<double>(now.bytesTotal));
}

std::optional<double> Document::secondsLeft() const {
    if (state() != State::Building || m_bytesPerSecond <= 0) return std::nullopt;
    const DigestProgress now = progress();
    return static_cast<double>(now.bytesTotal - std::min(now.bytesTotal, now.bytesDone)) / m_bytesPerSecond;
}

void Document::takeStatus() {
    m_isStatusOnItsWay = false;
    m_status = m_worker.status();
    const bool isWorking = state() == State::Opening || state() == State::Building || state() == State::Following;
    if (isWorking && !m_progressTimer.isActive()) {
        m_progressTimer.start();
        m_speedTimer.restart();
        m_speedEvents = progress().events;
        m_speedBytes = progress().bytesDone;
    } else if (!isWorking) {
        m_progressTimer.stop();
        m_eventsPerSecond = m_bytesPerSecond = 0;
    }
    emit statusChanged();
}

void Document::measureSpeed() {
    const qint64 elapsed = m_speedTimer.elapsed();
    if (elapsed < kSpeedInterval) return;
    const DigestProgress now = progress();
    // What an earlier build left in the file arrives all at once and says nothing about the speed of this one.
    const bool isFirst = m_speedEvents == 0;
    if (!isFirst) {
        const double seconds = static_cast<double>(elapsed) * 1e-3;
        m_eventsPerSecond = static_cast<double>(now.events - m_speedEvents) / seconds;
        m_bytesPerSecond = static_cast<double>(now.bytesDone - m_speedBytes) / seconds;
    }
    m_speedEvents = now.events;
    m_speedBytes = now.bytesDone;
    m_speedTimer.restart();
}

QStringList Document::notices() const {
    QStringList result;
    const auto text = [](const std::string& untrusted) { return QString::fromStdString(printable(untrusted)); };
    if (!m_status.error.empty())
        result << (isOpen() ? tr("Reading stopped: %1. What was read so far is shown.").arg(fromCore(m_status.error))
                            : tr("Cannot open the capture. %1.").arg(fromCore(m_status.error)));
    const bool isContinued = m_status.ending != DigestWorker::Ending::NotFollowed && m_status.recording.hasCapture() &&
                             m_status.recording.metadata().cleanEnd &&
                             m_status.recording.metadata().endReason == EndReason::Continued;
    if (isContinued) result << tr("The recording goes on in new files; reload to see them.");
    switch (m_status.ending) {
        case DigestWorker::Ending::WriterDied:
            result << tr("The program stopped without ending the capture. Everything it had written is shown.");
            break;
        case DigestWorker::Ending::Shrunk:
            result << tr("The capture's event log became shorter while it was read. What was read before is shown.");
            break;
        case DigestWorker::Ending::Replaced:
            if (!isContinued)
                result << tr(
                    "The files of this capture were replaced or removed. What was read before is shown; reload to see "
                    "the new ones.");
            break;
        case DigestWorker::Ending::NotFollowed:
        case DigestWorker::Ending::Orderly:
            break;
    }
    if (m_status.timeline && m_status.recording.hasDigest() && state() == State::Complete &&
        !m_status.recording.metadata().domains.has(Domain::Native)) {
        if (const auto memory = unrecordedMemory(*m_status.timeline, peakBytes(m_status.recording)))
            result << tr("Resident memory reached %1, where %2 were recorded: the rest is likely native memory, which "
                         "native=True or --native records.")
                          .arg(text(formatBytes(memory->resident)), text(formatBytes(memory->recorded)));
    }
    if (m_status.recording.hasCapture())
        for (const std::string& warning : m_status.recording.metadata().warnings) result << fromCore(warning);
    for (std::size_t i = 0; i < m_status.damage.size() && i < kMaxDamage; ++i) result << textOf(m_status.damage[i]);
    if (m_status.damage.size() > kMaxDamage)
        result << tr("%n further damaged regions were left out.", nullptr,
                     static_cast<int>(m_status.damage.size() - kMaxDamage));
    if (!m_status.whyNoFile.empty())
        result << tr("The digest is kept in memory only: %1").arg(fromCore(m_status.whyNoFile));
    return result;
}

}  // namespace heapprof::gui
