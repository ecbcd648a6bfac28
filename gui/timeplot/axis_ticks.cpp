#include "gui/timeplot/axis_ticks.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/text/text.h"
#include "gui/translations/translations.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AxisTicks)
};

constexpr double kMillisecond = 1e3, kSecond = 1e6, kMinute = 60e6, kHour = 3600e6, kDay = 86400e6;

/// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
double niceInterval(double min) {
    const double power = std::pow(10.0, std::floor(std::log10(min)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= min * (1 - 1e-9)) return factor * power;
    return 10 * power;
}

double niceTimeInterval(double min) {
    if (min <= 10 * kSecond) return std::max(1.0, niceInterval(min));
    for (const double step : {15 * kSecond, 30 * kSecond, kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute,
                              30 * kMinute, kHour, 2 * kHour, 3 * kHour, 6 * kHour, 12 * kHour, kDay})
        if (step >= min) return step;
    return kDay * niceInterval(min / kDay);
}

/// Digits after the point that tell multiples of `interval` apart.
int decimalsOf(double interval) { return std::clamp(static_cast<int>(std::ceil(-std::log10(interval) - 1e-9)), 0, 9); }

QString number(double value, double interval) { return plainNumber(value, decimalsOf(interval)); }

QString timeLabel(double micros, double interval, double end) {
    if (micros == 0) return Words::tr("0 s");
    if (end < kMillisecond) return Words::tr("%1 µs").arg(number(micros, interval));
    if (end < kSecond) return Words::tr("%1 ms").arg(number(micros / kMillisecond, interval / kMillisecond));
    if (end < 2 * kMinute) return Words::tr("%1 s").arg(number(micros / kSecond, interval / kSecond));
    const double hours = std::floor(micros / kHour);
    const double minutes = std::floor((micros - hours * kHour) / kMinute);
    const double seconds = (micros - hours * kHour - minutes * kMinute) / kSecond;
    const int decimals = decimalsOf(interval / kSecond);
    const QString secondsText = plainNumber(seconds, decimals).rightJustified(decimals ? decimals + 3 : 2, u'0');
    const bool withSeconds = std::fmod(interval, kMinute) != 0;
    if (hours == 0) {
        if (!withSeconds) return Words::tr("%1 min").arg(minutes);
        return minutes == 0 ? Words::tr("%1 s").arg(secondsText)
                            : Words::tr("%1 min %2 s").arg(minutes).arg(secondsText);
    }
    if (std::fmod(interval, kHour) == 0) return Words::tr("%1 h").arg(hours);
    const QString minutesText = QString::number(minutes).rightJustified(2, u'0');
    if (!withSeconds) return Words::tr("%1 h %2").arg(hours).arg(minutesText);
    return Words::tr("%1 h %2:%3").arg(hours).arg(minutesText, secondsText);
}

AxisTicks ticksFrom(double begin, double end, double interval, const auto& label) {
    AxisTicks result{interval, {}};
    // Counted, not added up, so that rounding does not pile up; the bound is against intervals below the doubles'
    // steps.
    const double first = std::ceil(begin / interval - 1e-9);
    for (int i = 0; i < 100; ++i) {
        const double value = (first + i) * interval;
        if (value > end + interval * 1e-9) break;
        result.ticks.push_back({value, label(value)});
    }
    return result;
}

}  // namespace

AxisTicks timeTicks(Micros begin, Micros end, int most) {
    const double from = static_cast<double>(begin.count), to = static_cast<double>(end.count);
    const double interval = niceTimeInterval((to - from) / std::max(1, most));
    return ticksFrom(from, to, interval, [&](double value) { return timeLabel(value, interval, to); });
}

AxisTicks byteTicks(double top, int most) {
    static constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t unit = 0;
    double scale = 1;
    while (top / scale >= 1024 && unit + 1 < kUnits.size()) {
        scale *= 1024;
        ++unit;
    }
    const double min = top / scale / std::max(1, most);
    const double inUnits = unit == 0 ? std::max(1.0, niceInterval(min)) : niceInterval(min);
    return ticksFrom(0, top, inUnits * scale, [&](double value) {
        return value == 0 ? QStringLiteral("0 B")
                          : QStringLiteral("%1 %2").arg(number(value / scale, inUnits), QLatin1String(kUnits[unit]));
    });
}

AxisTicks blockTicks(double top, int most) {
    constexpr double kMany = 1e7;  // longer labels would have no room
    const double interval = std::max(1.0, niceInterval(top / std::max(1, most)));
    return ticksFrom(0, top, interval, [&](double value) {
        return top < kMany || value == 0 ? QString::fromStdString(formatBlocks(std::llround(value)))
                                         : Words::tr("%1 M").arg(number(value / 1e6, interval / 1e6));
    });
}

AxisTicks amountTicks(double top, int most, Measure measure) {
    return measure == Measure::ByteCount ? byteTicks(top, most) : blockTicks(top, most);
}

AxisTicks shareTicks(double top, int most) {
    const double interval = niceInterval(top / std::max(1, most));
    return ticksFrom(0, top, interval,
                     [&](double value) { return Words::tr("%1 %").arg(number(value * 100, interval * 100)); });
}

}  // namespace heapprof::gui
