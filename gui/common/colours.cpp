#include "gui/common/colours.h"

#include <array>

namespace heapprof::gui {

bool isDark(const QPalette& palette) { return palette.color(QPalette::Base).lightnessF() < 0.5F; }

QColor matchColour(const QPalette& palette) {
    return isDark(palette) ? QColor(0xf0, 0xd0, 0x30) : QColor(0xff, 0xe0, 0x20);
}

QColor matchBackground(const QPalette& palette, bool isAt) {
    QColor colour = matchColour(palette);
    colour.setAlphaF(isAt ? 0.55F : 0.2F);
    return colour;
}

QColor changeColour(int sign, const QPalette& palette) {
    if (sign == 0) return palette.color(QPalette::Text);
    if (isDark(palette)) return sign > 0 ? QColor(0xff, 0xab, 0x6b) : QColor(0x82, 0xb1, 0xff);
    return sign > 0 ? QColor(0xa8, 0x42, 0x00) : QColor(0x0d, 0x47, 0xa1);
}

QColor seriesColour(std::size_t position) {
    static constexpr std::array kColours{0xE8793A, 0x3BA55D, 0xB45BCF, 0xC9A227, 0x20A4B5,
                                         0xD9486E, 0x8C6D4F, 0x7F8CE6, 0x9DB548, 0xDE8FC0};
    return QColor::fromRgb(static_cast<QRgb>(kColours[position % kColours.size()]) | 0xFF000000u);
}

}  // namespace heapprof::gui
