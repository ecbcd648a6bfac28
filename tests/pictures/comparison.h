// Whether a picture is what it was: compared reduced, tile by tile, so that letters may differ a little.
#pragma once

#include <QImage>
#include <QString>

namespace heapprof::test {

/// As references are kept: 240 pixels wide, with few colours.
QImage reduced(const QImage& picture);

struct Difference {
    double greatest = 0;  ///< of the mean colours of a tile, 0 to 255
    int tiles = 0;        ///< that differ by more than kTileTolerance
    bool isOtherSize = false;

    bool isTooMuch() const;
    /// For people.
    QString text() const;
};

inline constexpr int kTile = 6;               // reduced pixels
inline constexpr double kTileTolerance = 10;  // of 255
inline constexpr int kTilesTolerated = 2;

/// Of two reduced pictures.
Difference differenceOf(const QImage& picture, const QImage& reference);
/// Picture, reference and what differs, side by side; tiles that differ are framed.
QImage besideEachOther(const QImage& picture, const QImage& reference);

}  // namespace heapprof::test
