#include "gui/exporting/export_format.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

namespace heapprof::gui {
namespace {

struct FormatText {
    ExportFormat format;
    const char* extension;
    const char* name;
};
constexpr std::array kFormats{
    FormatText{ExportFormat::Png, ".png", QT_TRANSLATE_NOOP("ExportFormat", "Picture, PNG")},
    FormatText{ExportFormat::Svg, ".svg", QT_TRANSLATE_NOOP("ExportFormat", "Scalable picture, SVG")},
    FormatText{ExportFormat::Pdf, ".pdf", QT_TRANSLATE_NOOP("ExportFormat", "Document, PDF")},
    FormatText{ExportFormat::Speedscope, ".speedscope.json",
               QT_TRANSLATE_NOOP("ExportFormat", "Profile for speedscope")},
    FormatText{ExportFormat::Collapsed, ".collapsed.txt", QT_TRANSLATE_NOOP("ExportFormat", "Collapsed stacks")},
    FormatText{ExportFormat::Dot, ".dot", QT_TRANSLATE_NOOP("ExportFormat", "Flow graph for Graphviz, DOT")},
    FormatText{ExportFormat::Csv, ".csv", QT_TRANSLATE_NOOP("ExportFormat", "Table, CSV")},
};
constexpr std::array<const char*, 6> kViews{"time", "flow", "flame", "traces", "parts", "resident"};

const FormatText& textOf(ExportFormat format) {
    return *std::find_if(kFormats.begin(), kFormats.end(),
                         [format](const FormatText& text) { return text.format == format; });
}

}  // namespace

std::optional<ExportFormat> exportFormatOf(const QString& fileName) {
    for (const FormatText& text : kFormats)
        if (fileName.endsWith(QLatin1String(text.extension), Qt::CaseInsensitive)) return text.format;
    return std::nullopt;
}

QString extensionOf(ExportFormat format) { return QLatin1String(textOf(format).extension); }
QString nameOf(ExportFormat format) { return QCoreApplication::translate("ExportFormat", textOf(format).name); }
QString filterOf(ExportFormat format) { return QStringLiteral("%1 (*%2)").arg(nameOf(format), extensionOf(format)); }

std::vector<ExportFormat> formatsOf(ExportView view) {
    using enum ExportFormat;
    switch (view) {
        case ExportView::Time:
            return {Png, Svg, Pdf, Csv};
        case ExportView::Flow:
            return {Png, Svg, Pdf, Dot, Csv, Speedscope, Collapsed};
        case ExportView::Flame:
            return {Png, Svg, Pdf, Speedscope, Collapsed, Csv};
        case ExportView::Traces:
            return {Csv, Speedscope, Collapsed, Png, Svg, Pdf};
        case ExportView::Parts:
            return {Png, Svg, Pdf};
        case ExportView::Resident:
            return {Csv, Png, Svg, Pdf};
    }
    return {};
}

ExportView defaultViewOf(ExportFormat format) {
    switch (format) {
        case ExportFormat::Png:
        case ExportFormat::Svg:
        case ExportFormat::Pdf:
            return ExportView::Time;
        case ExportFormat::Speedscope:
        case ExportFormat::Collapsed:
            return ExportView::Flame;
        case ExportFormat::Dot:
            return ExportView::Flow;
        case ExportFormat::Csv:
            break;
    }
    return ExportView::Traces;
}

bool isPicture(ExportFormat format) {
    return format == ExportFormat::Png || format == ExportFormat::Svg || format == ExportFormat::Pdf;
}

QStringList allExtensions() {
    QStringList extensions;
    for (const FormatText& text : kFormats) extensions << QLatin1String(text.extension);
    return extensions;
}

std::optional<ExportView> exportViewOf(const QString& name) {
    for (std::size_t i = 0; i < kViews.size(); ++i)
        if (name == QLatin1String(kViews[i])) return static_cast<ExportView>(i);
    return std::nullopt;
}

QString nameOf(ExportView view) { return QLatin1String(kViews[static_cast<std::size_t>(view)]); }

}  // namespace heapprof::gui
