#include "gui/window/recent_captures.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <filesystem>
#include <utility>

#include "core/text/text.h"
#include "gui/common/path_text.h"
#include "gui/common/program_text.h"
#include "gui/document/document.h"
#include "gui/summary/run_texts.h"

namespace heapprof::gui {
namespace {

constexpr std::size_t kCurveSteps = 96;
constexpr std::uintmax_t kLargestMetadata = 64 << 20;  // more would take seconds and much memory, for a list

QString nameOf(const QString& file) {
    return QString::fromStdString(printable(withoutExtension(pathOf(file).filename()).string()));
}

}  // namespace

void RecentCaptures::setFiles(const QStringList& files) {
    m_files = files;
    show({});
    m_isReadingWanted = true;
    if (isVisible()) readFiles();
}

void RecentCaptures::showEvent(QShowEvent* event) {
    CaptureList::showEvent(event);
    readFiles();
}

void RecentCaptures::readFiles() {
    if (!std::exchange(m_isReadingWanted, false)) return;
    m_task.start([files = m_files](std::stop_token stop) { return read(files, stop); },
                 [this](const KnownByFile& known) { show(known); });
}

void RecentCaptures::show(const KnownByFile& known) {
    std::vector<CaptureRow> rows;
    for (const QString& file : m_files) {
        CaptureRow row{file, nameOf(file), QDir::toNativeSeparators(QFileInfo(file).absolutePath()), {}, {}, {}, false};
        if (const auto found = known.find(file); found != known.end()) {
            if (const auto& overview = found->second.overview) {
                row.lead = textOf(overview->program);
                if (overview->metadata.wallStart != 0)
                    row.facts << QLocale().toString(
                        QDateTime::fromMSecsSinceEpoch(overview->metadata.wallStart / 1'000'000), QLocale::ShortFormat);
                row.facts += factsOf(*overview);
                row.curve = overview->curve;
            } else if (!found->second.problem.isEmpty()) {
                row.facts << found->second.problem;
            }
        }
        rows.push_back(std::move(row));
    }
    setRows(std::move(rows));
}

RecentCaptures::KnownByFile RecentCaptures::read(const QStringList& files, const std::stop_token& stop) {
    KnownByFile known;
    for (const QString& file : files) {
        if (stop.stop_requested()) break;
        Known& each = known[file];
        std::error_code unknown;
        const auto size = std::filesystem::file_size(withoutExtension(pathOf(file)) += ".hpm", unknown);
        if (!unknown && size > kLargestMetadata) continue;
        try {
            each.overview = overviewOf(pathOf(file), kCurveSteps);
        } catch (const std::exception&) {
            each.problem =
                std::filesystem::exists(pathOf(file), unknown) ? tr("cannot be read") : tr("is not there any more");
        }
    }
    return known;
}

}  // namespace heapprof::gui
