#include "gui/common/result_texts.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ResultTexts)
};

QString text(const Instant& instant) { return QString::fromStdString(formatTime(instant)); }

}  // namespace

QString timesOf(const InstantResult& result) {
    if (!result.isInterval()) return text(result.time());
    return Words::tr("from %1 to %2").arg(text(result.begin()), text(result.end()));
}

QString subjectWithin(const InstantResult& result) {
    const QString end = text(result.time());
    if (!result.isInterval()) return Words::tr("live memory at %1").arg(end);
    switch (result.mode) {
        case IntervalMode::Change:
            break;
        case IntervalMode::StillAlive:
            if (result.generationOf && result.generationOf->until > result.end())
                return Words::tr("allocated %1, and still alive at %2")
                    .arg(timesOf(result), text(result.generationOf->until));
            return Words::tr("allocated %1, and still alive then").arg(timesOf(result));
        case IntervalMode::Allocated:
            return Words::tr("allocated %1, freed since or not").arg(timesOf(result));
        case IntervalMode::Temporary:
            return Words::tr("allocated %1, and freed within 10 ms").arg(timesOf(result));
    }
    return Words::tr("live memory at %1 minus that at %2").arg(end, text(*result.compareTime));
}

QString subjectOf(const InstantResult& result) {
    const QString end = text(result.time());
    if (!result.isInterval()) return Words::tr("Live memory at %1").arg(end);
    switch (result.mode) {
        case IntervalMode::Change:
            break;
        case IntervalMode::StillAlive:
            if (result.generationOf && result.generationOf->until > result.end())
                return Words::tr("Allocated %1, and still alive at %2")
                    .arg(timesOf(result), text(result.generationOf->until));
            return Words::tr("Allocated %1, and still alive then").arg(timesOf(result));
        case IntervalMode::Allocated:
            return Words::tr("Allocated %1, freed since or not").arg(timesOf(result));
        case IntervalMode::Temporary:
            return Words::tr("Allocated %1, and freed within 10 ms").arg(timesOf(result));
    }
    return Words::tr("Live memory at %1 minus that at %2").arg(end, text(*result.compareTime));
}

QString amountText(const InstantResult& result, std::int64_t amount) {
    return QString::fromStdString(result.isDifference() ? formatSignedAmount(amount, result.measure())
                                                        : formatAmount(amount, result.measure()));
}

QString amountWithUnit(const InstantResult& result, std::int64_t amount) {
    const QString text = QString::fromStdString(formatWithUnit(amount, result.measure()));
    return result.isDifference() && amount > 0 ? QLatin1Char('+') + text : text;
}

QString titleOf(Measure measure) { return measure == Measure::ByteCount ? Words::tr("Bytes") : Words::tr("Blocks"); }

QString outcomesUnknownText() {
    return Words::tr("This capture does not tell which allocation a free ends: it was made by version 1.");
}

QString emptyTextOf(const InstantResult& result) {
    if (!result.isAnswerable) return outcomesUnknownText();
    if (result.snapshot().total != Estimate{}) return Words::tr("No stacks are known of this memory.");
    if (result.isDifference()) return Words::tr("The two instants do not differ.");
    if (result.isInterval()) return Words::tr("Nothing of that kind was allocated in the interval.");
    return result.counted.filters.empty() ? Words::tr("No memory is live at this instant.")
                                          : Words::tr("No memory that passes the filters is live at this instant.");
}

}  // namespace heapprof::gui
