#include "gui/flamegraph/flame_palette.h"

#include <QColor>
#include <algorithm>
#include <array>
#include <cmath>

#include "gui/common/colours.h"

namespace heapprof::gui {

struct FlamePalette::Hues {
    double first, last, saturation;
    double darkLightness;  ///< of fills in a dark window; yellow and green look lighter than blue does
};

const FlamePalette::Hues FlamePalette::kNative{278, 278, 0.46, 0.38};

FlamePalette::Hues FlamePalette::huesOf(ModuleKind kind) {
    switch (kind) {
        case ModuleKind::Own:
            return {26, 44, 0.82, 0.29};
        case ModuleKind::StandardLibrary:
            return {212, 228, 0.45, 0.34};
        case ModuleKind::SitePackages:
            return {148, 172, 0.36, 0.30};
        case ModuleKind::Internal:
            break;
    }
    return {220, 220, 0.06, 0.33};
}

namespace {

/// FNV-1a: the same in every run and on every machine, which std::hash does not promise.
std::uint32_t stableHash(std::string_view text) {
    std::uint32_t hash = 2166136261u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash ^ hash >> 15;
}

/// https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
double luminance(QRgb colour) {
    static const auto linear = [] {
        std::array<double, 256> table;
        for (std::size_t channel = 0; channel < table.size(); ++channel) {
            const double value = static_cast<double>(channel) / 255;
            table[channel] = value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
        }
        return table;
    }();
    const auto at = [](int channel) { return linear[static_cast<std::size_t>(channel)]; };
    return 0.2126 * at(qRed(colour)) + 0.7152 * at(qGreen(colour)) + 0.0722 * at(qBlue(colour));
}

double contrast(QRgb one, QRgb other) {
    const auto [low, high] = std::minmax({luminance(one), luminance(other)});
    return (high + 0.05) / (low + 0.05);
}

QRgb mixed(QRgb one, QRgb other, double share) {
    const auto channel = [share](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * share)); };
    return qRgb(channel(qRed(one), qRed(other)), channel(qGreen(one), qGreen(other)),
                channel(qBlue(one), qBlue(other)));
}

}  // namespace

FlamePalette::FlamePalette(const QPalette& palette)
    : m_background(palette.color(QPalette::Base).rgb()),
      m_selection(palette.color(QPalette::Text).rgb()),
      m_dark(isDark(palette)) {}

QRgb FlamePalette::hsl(double hue, double saturation, double lightness) const {
    return QColor::fromHslF(static_cast<float>(hue / 360), static_cast<float>(saturation),
                            static_cast<float>(lightness))
        .rgb();
}

QRgb FlamePalette::total() const { return hsl(220, 0.08, m_dark ? 0.32 : 0.84); }
QRgb FlamePalette::withoutStack() const { return hsl(220, 0.03, m_dark ? 0.26 : 0.90); }
QRgb FlamePalette::match() const { return m_dark ? qRgb(0xf0, 0xd0, 0x30) : qRgb(0xff, 0xe0, 0x20); }

QRgb FlamePalette::module(const ModuleName& module, std::uint32_t variation) const {
    const Hues hues = huesOf(module.kind);
    return shade(hues, stableHash(module.name) % 1024 / 1023.0, variation);
}

QRgb FlamePalette::native(std::uint32_t variation) const { return shade(kNative, 0, variation); }

QRgb FlamePalette::shade(const Hues& hues, double place, std::uint32_t variation) const {
    // Multiplying spreads neighbouring numbers; the top bits are the well-mixed ones.
    const double shift = ((variation * 2654435761u) >> 24) / 255.0 - 0.5;
    const double lightness = m_dark ? hues.darkLightness + 0.06 * shift : 0.77 + 0.09 * shift;
    return hsl(hues.first + place * (hues.last - hues.first), m_dark ? hues.saturation * 0.72 : hues.saturation,
               lightness);
}

QRgb FlamePalette::kind(ModuleKind kind) const {
    const Hues hues = huesOf(kind);
    return hsl((hues.first + hues.last) / 2, m_dark ? hues.saturation * 0.72 : hues.saturation,
               m_dark ? hues.darkLightness : 0.77);
}

QRgb FlamePalette::change(double ratio) const {
    const double strength = std::min(1.0, std::abs(ratio));
    const double hue = ratio >= 0 ? 28 : 214;
    if (m_dark) return hsl(hue, 0.08 + (ratio >= 0 ? 0.68 : 0.50) * strength, 0.26 + 0.10 * strength);
    return hsl(hue, 0.10 + 0.78 * strength, 0.90 - 0.20 * strength);
}

QRgb FlamePalette::textOn(QRgb fill) {
    const QRgb dark = qRgb(0x14, 0x16, 0x1a);
    const QRgb light = qRgb(0xf6, 0xf7, 0xf9);
    return contrast(dark, fill) > contrast(light, fill) ? dark : light;
}

QRgb FlamePalette::paleTextOn(QRgb fill) {
    constexpr double kPalest = 0.32, kStep = 0.04;
    const QRgb text = textOn(fill);
    double paleness = kPalest;
    while (paleness > 0 && contrast(mixed(text, fill, paleness), fill) < kReadable) paleness -= kStep;
    return mixed(text, fill, std::max(0.0, paleness));
}

}  // namespace heapprof::gui
