// The colours of a flame graph, for a light or a dark window.
#pragma once

#include <QPalette>
#include <QRgb>
#include <string_view>

#include "core/stacks/call_tree.h"

namespace heapprof::gui {

/// Warm: own code; blue: the standard library; green: site-packages; violet: native code; grey: the interpreter's own
/// frames. A module has the same hue in every picture. Text in textOn(fill) and paleTextOn(fill) is readable on every
/// fill: a contrast of at least kReadable.
class FlamePalette {
public:
    explicit FlamePalette(const QPalette& palette);

    QRgb background() const { return m_background; }
    QRgb total() const;
    QRgb withoutStack() const;
    QRgb match() const;
    /// `variation` tells neighbours of one module apart, by a little lightness.
    QRgb module(const ModuleName& module, std::uint32_t variation) const;
    /// A frame whose memory native code took.
    QRgb native(std::uint32_t variation) const;
    /// The middle of a kind's hues, for legends.
    QRgb kind(ModuleKind kind) const;
    /// A node of a difference: `ratio` is its growth (orange) or shrinkage (blue) over its magnitude, in [-1,
    /// 1]. People who cannot tell red from green tell these two apart.
    QRgb change(double ratio) const;
    /// Outlines of the selected line.
    QRgb selection() const { return m_selection; }

    static constexpr double kReadable = 4.5;
    static QRgb textOn(QRgb fill);
    /// Of what is said beside the name.
    static QRgb paleTextOn(QRgb fill);

private:
    struct Hues;
    static const Hues kNative;
    static Hues huesOf(ModuleKind kind);
    QRgb shade(const Hues& hues, double place, std::uint32_t variation) const;
    QRgb hsl(double hue, double saturation, double lightness) const;

    QRgb m_background;
    QRgb m_selection;
    bool m_dark;
};

}  // namespace heapprof::gui
