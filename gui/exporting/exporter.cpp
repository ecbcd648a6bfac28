#include "gui/exporting/exporter.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QImage>
#include <QPageLayout>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <exception>
#include <sstream>

#include "core/output/exports.h"
#include "gui/common/filter_texts.h"

namespace heapprof::gui {
namespace {

constexpr int kDotsPerInch = 96;
constexpr double kLargestSide = 32000;  // of a picture, pixels

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Exporter)
};

QString save(const QString& path, const QByteArray& content) {
    QSaveFile file(path);
    file.setDirectWriteFallback(true);  // a folder that takes no new files may hold one that can be written
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
        return Words::tr("Cannot write %1: %2.").arg(QDir::toNativeSeparators(path), file.errorString());
    return {};
}

QByteArray png(const PicturePage& page) {
    const QSize pixels = (page.size * page.pixelRatio).toSize();
    QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
    if (image.isNull()) return {};
    image.setDevicePixelRatio(page.pixelRatio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    page.draw(painter, page.size);
    painter.end();
    QByteArray content;
    QBuffer buffer(&content);
    buffer.open(QIODevice::WriteOnly);
    return image.save(&buffer, "PNG") ? content : QByteArray();
}

QByteArray svg(const PicturePage& page) {
    QByteArray content;
    QBuffer buffer(&content);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(kDotsPerInch);
    generator.setSize(page.size.toSize());
    generator.setViewBox(QRectF(QPointF(), page.size));
    generator.setTitle(page.title);
    QPainter painter(&generator);
    page.draw(painter, page.size);
    painter.end();
    return content;
}

QByteArray pdf(const PicturePage& page) {
    QByteArray content;
    QBuffer buffer(&content);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kDotsPerInch);
    writer.setTitle(page.title);
    writer.setCreator(QStringLiteral("heapprof"));
    writer.setPageLayout(
        QPageLayout(QPageSize(page.size * 72.0 / kDotsPerInch, QPageSize::Point, QString(), QPageSize::ExactMatch),
                    QPageLayout::Portrait, QMarginsF()));
    QPainter painter(&writer);
    page.draw(painter, page.size);
    painter.end();
    return content;
}

template <typename Write>
QString saveText(const QString& path, Write&& write) {
    std::ostringstream out;
    try {
        write(out);
    } catch (const std::exception& error) {
        return Words::tr("Cannot export to %1: %2.")
            .arg(QDir::toNativeSeparators(path), QString::fromUtf8(error.what()));
    }
    const std::string_view text = out.view();
    return save(path, QByteArray(text.data(), static_cast<qsizetype>(text.size())));
}

}  // namespace

QString exportTitle(const QString& name, const Counted& counted, const Recording& recording) {
    QStringList parts;
    if (counted.measure == Measure::BlockCount) parts << Words::tr("blocks");
    if (!counted.domains.includes(recording.metadata().domains))
        parts << QString::fromStdString(namesOf(counted.domains));
    for (const TraceFilter& filter : counted.filters) parts << textOf(filter, recording.traces());
    return parts.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, parts.join(QStringLiteral(", ")));
}

QString exportPicture(const QString& path, ExportFormat format, const PicturePage& page) {
    const QSizeF pixels = page.size * (format == ExportFormat::Png ? page.pixelRatio : 1);
    if (page.size.isEmpty() || pixels.width() > kLargestSide || pixels.height() > kLargestSide)
        return Words::tr("Cannot export a picture of %1 by %2 pixels.")
            .arg(pixels.width(), 0, 'f', 0)
            .arg(pixels.height(), 0, 'f', 0);
    const QByteArray content = format == ExportFormat::Png   ? png(page)
                               : format == ExportFormat::Svg ? svg(page)
                                                             : pdf(page);
    if (content.isEmpty())
        return Words::tr("Cannot export to %1: the picture could not be drawn.").arg(QDir::toNativeSeparators(path));
    return save(path, content);
}

QString exportInstant(const QString& path, ExportFormat format, const InstantResult& result,
                      const FlowGraphOptions& flow, const QString& title) {
    return saveText(path, [&](std::ostream& out) {
        switch (format) {
            case ExportFormat::Speedscope:
                return writeSpeedscope(out, result.snapshot(), result.traces(), title.toStdString(), result.measure());
            case ExportFormat::Collapsed:
                return writeCollapsed(out, result.snapshot(), result.traces(), result.measure());
            case ExportFormat::Dot:
                return writeDot(out, result.diagram(flow), result.traces(), flow.sizeBySelfUsage);
            case ExportFormat::Csv:
                return writeCsv(out, result.lines(), result.traces());
            case ExportFormat::Png:
            case ExportFormat::Svg:
            case ExportFormat::Pdf:
                break;
        }
        throw std::invalid_argument("not a data format");
    });
}

QString exportComposition(const QString& path, const InstantResult& result) {
    const auto composition = compositionOf(result);
    if (!composition) return Words::tr("The recording does not tell what resident memory consists of.");
    return saveText(path, [&](std::ostream& out) { writeCsv(out, *composition); });
}

QString exportTotal(const QString& path, std::span<const TotalStep> steps, std::int64_t wallStart, Measure measure) {
    return saveText(path, [&](std::ostream& out) { writeCsv(out, steps, wallStart, measure); });
}

}  // namespace heapprof::gui
