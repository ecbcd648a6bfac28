#include "tests/pictures/comparison.h"

#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace heapprof::test {
namespace {

constexpr int kWidth = 240;
constexpr int kColourStep = 12;

using Colour = std::array<double, 3>;

Colour meanOf(const QImage& image, const QRect& tile) {
    Colour sum{};
    for (int y = tile.top(); y <= tile.bottom(); ++y) {
        const auto* row = reinterpret_cast<const QRgb*>(image.constScanLine(y));
        for (int x = tile.left(); x <= tile.right(); ++x) {
            sum[0] += qRed(row[x]);
            sum[1] += qGreen(row[x]);
            sum[2] += qBlue(row[x]);
        }
    }
    for (double& channel : sum) channel /= tile.width() * tile.height();
    return sum;
}

double distance(const Colour& a, const Colour& b) {
    double greatest = 0;
    for (std::size_t channel = 0; channel < a.size(); ++channel)
        greatest = std::max(greatest, std::abs(a[channel] - b[channel]));
    return greatest;
}

void forEachTile(const QImage& a, const QImage& b, const std::function<void(const QRect&, double)>& visit) {
    const QImage first = a.convertToFormat(QImage::Format_RGB32), second = b.convertToFormat(QImage::Format_RGB32);
    for (int y = 0; y < first.height(); y += kTile)
        for (int x = 0; x < first.width(); x += kTile) {
            const QRect tile = QRect(x, y, kTile, kTile) & first.rect();
            visit(tile, distance(meanOf(first, tile), meanOf(second, tile)));
        }
}

}  // namespace

QImage reduced(const QImage& picture) {
    QImage small = picture.scaledToWidth(kWidth, Qt::SmoothTransformation).convertToFormat(QImage::Format_RGB888);
    small.setDevicePixelRatio(1);
    for (int y = 0; y < small.height(); ++y) {
        uchar* row = small.scanLine(y);
        for (int x = 0; x < 3 * small.width(); ++x)
            row[x] = static_cast<uchar>(std::min(255, (row[x] + kColourStep / 2) / kColourStep * kColourStep));
    }
    return small;
}

bool Difference::isTooMuch() const { return isOtherSize || tiles > kTilesTolerated; }

QString Difference::text() const {
    return isOtherSize ? QStringLiteral("it has another size")
                       : QStringLiteral("%1 tiles differ, by up to %2 of 255").arg(tiles).arg(greatest, 0, 'f', 1);
}

Difference differenceOf(const QImage& picture, const QImage& reference) {
    Difference difference;
    difference.isOtherSize = picture.size() != reference.size();
    if (difference.isOtherSize) return difference;
    forEachTile(picture, reference, [&](const QRect&, double by) {
        difference.greatest = std::max(difference.greatest, by);
        if (by > kTileTolerance) ++difference.tiles;
    });
    return difference;
}

QImage besideEachOther(const QImage& picture, const QImage& reference) {
    constexpr int kGap = 8;
    const int height = std::max(picture.height(), reference.height());
    QImage sheet(3 * kWidth + 2 * kGap, height, QImage::Format_RGB32);
    sheet.fill(Qt::gray);
    QPainter painter(&sheet);
    painter.drawImage(0, 0, picture);
    painter.drawImage(kWidth + kGap, 0, reference);
    if (picture.size() != reference.size()) return sheet;
    const QPoint third(2 * (kWidth + kGap), 0);
    painter.drawImage(third, picture);
    painter.setCompositionMode(QPainter::CompositionMode_Difference);
    painter.drawImage(third, reference);
    painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
    painter.setPen(Qt::red);
    forEachTile(picture, reference, [&](const QRect& tile, double by) {
        if (by > kTileTolerance) painter.drawRect(tile.translated(third).adjusted(0, 0, -1, -1));
    });
    return sheet;
}

}  // namespace heapprof::test
