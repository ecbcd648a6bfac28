// What can be kept of a view, and as which kind of file.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace heapprof::gui {

enum class ExportView { Time, Flow, Flame, Traces, Parts, Resident };
enum class ExportFormat { Png, Svg, Pdf, Speedscope, Collapsed, Dot, Csv };

/// By the extension of a file's name; unset when there is no such format.
std::optional<ExportFormat> exportFormatOf(const QString& fileName);
/// ".png", ".speedscope.json"...
QString extensionOf(ExportFormat format);
/// For people: "Picture, PNG".
QString nameOf(ExportFormat format);
/// As QFileDialog wants it: "Picture, PNG (*.png)".
QString filterOf(ExportFormat format);
/// What a view can be kept as, the most natural first.
std::vector<ExportFormat> formatsOf(ExportView view);
/// The view a format is about when nobody says.
ExportView defaultViewOf(ExportFormat format);
bool isPicture(ExportFormat format);
/// Every extension, for messages.
QStringList allExtensions();

/// "time", "flow", "flame", "traces", "parts", "resident".
std::optional<ExportView> exportViewOf(const QString& name);
QString nameOf(ExportView view);

}  // namespace heapprof::gui
