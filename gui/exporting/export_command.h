// The export of one view of one capture, from the command line and without a window.
#pragma once

#include <QSize>
#include <QString>
#include <optional>

#include "core/capture/domain_set.h"
#include "core/measure.h"
#include "gui/exporting/export_format.h"

namespace heapprof::gui {

struct ExportCommand {
    QString capture;
    QString output;
    std::optional<ExportView> view;        ///< unset: the one the format is about
    std::optional<double> at;              ///< seconds; unset: the peak (of these domains); beyond the end: the end
    std::optional<double> compare;         ///< seconds; the views show `at` minus this
    std::optional<DomainSet> domains;      ///< whose memory counts; unset: everybody's
    Measure measure = Measure::ByteCount;  ///< what is counted
    std::optional<QSize> size;             ///< of pictures, logical pixels; unset: what the view needs
};

/// Digests the capture, with its progress on stderr, and writes the file. Needs a QApplication. Returns 0, 1 when it
/// fails, or 2 when what was asked for makes no sense; the reason is one line on stderr.
int runExportCommand(const ExportCommand& command);

}  // namespace heapprof::gui
