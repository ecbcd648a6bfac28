#include "gui/common/colours.h"

namespace heapprof::gui {

bool isDark(const QPalette& palette) { return palette.color(QPalette::Base).lightnessF() < 0.5F; }

QColor changeColour(int sign, const QPalette& palette) {
    if (sign == 0) return palette.color(QPalette::Text);
    if (isDark(palette)) return sign > 0 ? QColor(0xff, 0xab, 0x6b) : QColor(0x82, 0xb1, 0xff);
    return sign > 0 ? QColor(0xa8, 0x42, 0x00) : QColor(0x0d, 0x47, 0xa1);
}

}  // namespace heapprof::gui
