#include "gui/common/syntax_colours.h"

#include "gui/common/colours.h"

namespace heapprof::gui {

QColor syntaxColour(SyntaxKind kind, const QPalette& palette) {
    struct Pair {
        QRgb light, dark;
    };
    const auto colours = [kind]() -> Pair {
        switch (kind) {
            case SyntaxKind::Keyword:
                return {0xff7a2fc4, 0xffc8a2ff};
            case SyntaxKind::String:
                return {0xff1a6e3a, 0xff93d6a1};
            case SyntaxKind::Comment:
                return {0xff5c6672, 0xff9aa4b1};
            case SyntaxKind::Number:
                return {0xff9a4a00, 0xfff0b072};
            case SyntaxKind::Function:
                return {0xff1f56b8, 0xff8bbcff};
            case SyntaxKind::Decorator:
                return {0xff9c3b6a, 0xfff29ac0};
        }
        return {0xff000000, 0xffffffff};
    }();
    return QColor::fromRgb(isDark(palette) ? colours.dark : colours.light);
}

}  // namespace heapprof::gui
