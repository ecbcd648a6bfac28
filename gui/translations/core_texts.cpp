#include "gui/translations/core_texts.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>
#include <span>
#include <vector>

#include "core/text/text.h"
#include "gui/translations/translations.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(CoreTexts)
};

/// %1, %2 stand for what varies. A test looks for each reason of core/ in here.
constexpr const char* kSentences[]{
    QT_TRANSLATE_NOOP("CoreTexts", "%1 (at byte %2)"),
    QT_TRANSLATE_NOOP("CoreTexts", "cannot create: %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "cannot map: %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "cannot open: %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "cannot read: %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "cannot replace: %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "cannot write: %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "is a directory"),
    QT_TRANSLATE_NOOP("CoreTexts", "is not a regular file"),
    QT_TRANSLATE_NOOP("CoreTexts", "no such file"),
    QT_TRANSLATE_NOOP("CoreTexts", "is missing: a capture is this file and the .hpm file beside it"),
    QT_TRANSLATE_NOOP("CoreTexts", "is missing: a capture is this file and the .hpd file beside it"),
    QT_TRANSLATE_NOOP("CoreTexts", "are missing: a digest alone cannot be shown"),
    QT_TRANSLATE_NOOP("CoreTexts", "is not a heapprof capture (its name ends in .hpm or .hpd)"),
    QT_TRANSLATE_NOOP("CoreTexts", "is not a heapprof capture"),
    QT_TRANSLATE_NOOP("CoreTexts", "is empty"),
    QT_TRANSLATE_NOOP("CoreTexts", "was written by a newer heapprof (format version %1; this one reads up to %2)"),
    QT_TRANSLATE_NOOP("CoreTexts", "counts time in a unit this version does not know"),
    QT_TRANSLATE_NOOP("CoreTexts", "belongs to another recording than the .hpm file beside it"),
    QT_TRANSLATE_NOOP("CoreTexts", "ends inside its header"),
    QT_TRANSLATE_NOOP("CoreTexts", "has a damaged header"),
    QT_TRANSLATE_NOOP("CoreTexts", "has an impossible start time in its header"),
    QT_TRANSLATE_NOOP("CoreTexts", "has more than 64 sampling ranges in its header"),
    QT_TRANSLATE_NOOP("CoreTexts", "has an impossible sampling table: %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "mean bytes between records must be at least 1, not %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "more than 64 sampling ranges"),
    QT_TRANSLATE_NOOP("CoreTexts", "probability %1 of the range below %2 bytes is not between 0 and 1"),
    QT_TRANSLATE_NOOP("CoreTexts", "sampling range bound %1 is not above the one before it"),
    QT_TRANSLATE_NOOP("CoreTexts", "a chunk is cut off"),
    QT_TRANSLATE_NOOP("CoreTexts", "a chunk starts at an impossible time"),
    QT_TRANSLATE_NOOP("CoreTexts", "a chunk that does not continue the one before it"),
    QT_TRANSLATE_NOOP("CoreTexts", "a chunk that had been read is not there any more"),
    QT_TRANSLATE_NOOP("CoreTexts", "a chunk was never finished"),
    QT_TRANSLATE_NOOP("CoreTexts", "a chunk's content does not match its hash"),
    QT_TRANSLATE_NOOP("CoreTexts", "a free names an allocation that is not in its chunk"),
    QT_TRANSLATE_NOOP("CoreTexts", "a record is cut off"),
    QT_TRANSLATE_NOOP("CoreTexts", "an impossible line number; no stack trace behind it can be read"),
    QT_TRANSLATE_NOOP("CoreTexts", "an impossible record; nothing behind it can be read"),
    QT_TRANSLATE_NOOP("CoreTexts", "an impossible record"),
    QT_TRANSLATE_NOOP("CoreTexts", "damaged in very many places from here on"),
    QT_TRANSLATE_NOOP("CoreTexts", "no chunk where one must start"),
    QT_TRANSLATE_NOOP("CoreTexts", "no further chunk can be found"),
    QT_TRANSLATE_NOOP("CoreTexts", "the log changed where it was already read"),
    QT_TRANSLATE_NOOP("CoreTexts", "time leaves the possible range"),
    QT_TRANSLATE_NOOP("CoreTexts",
                      "%1 events name stack traces that the .hpm file does not hold; they are shown as unknown"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment is cut off"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment is missing"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment lies outside the file"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment's buckets do not match their hash"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment's changes are damaged"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment's changes name a trace that does not exist"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment's content does not match its hash"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment's key frame is damaged"),
    QT_TRANSLATE_NOOP("CoreTexts", "a segment's key frame names a trace that does not exist"),
    QT_TRANSLATE_NOOP("CoreTexts", "buckets are missing"),
    QT_TRANSLATE_NOOP("CoreTexts", "no segment where one must start"),
    QT_TRANSLATE_NOOP("CoreTexts", "segments are not in order"),
    QT_TRANSLATE_NOOP("CoreTexts", "segments lie in each other"),
    QT_TRANSLATE_NOOP("CoreTexts", "digest in memory"),
    QT_TRANSLATE_NOOP("CoreTexts", "has lost more since it was digested"),
    QT_TRANSLATE_NOOP("CoreTexts", "is shorter than when it was digested: what happened in there is lost"),
    QT_TRANSLATE_NOOP("CoreTexts", "is being written by another process, or cannot be written"),
    QT_TRANSLATE_NOOP("CoreTexts", "Read as if everything had been recorded, as asked for; its header says: %1."),
    QT_TRANSLATE_NOOP("CoreTexts",
                      "Read as if everything had been recorded: the header says %1, but the events come faster than "
                      "any program allocates. heapprof 1.0.2 did not sample on 64-bit Linux."),
    QT_TRANSLATE_NOOP("CoreTexts", "everything recorded"),
    QT_TRANSLATE_NOOP("CoreTexts", "one record per %1 KiB allocated, on average"),
    QT_TRANSLATE_NOOP("CoreTexts", "by size: %1"),
    QT_TRANSLATE_NOOP("CoreTexts", "below %1 B %2"),
    QT_TRANSLATE_NOOP("CoreTexts", "else %1"),
};

struct Sentence {
    const char* source;
    QRegularExpression pattern;
};

const std::vector<Sentence>& sentences() {
    static const std::vector<Sentence> all = [] {
        std::vector<Sentence> made;
        for (const char* source : kSentences) {
            QString pattern = QRegularExpression::escape(QString::fromUtf8(source));
            for (const char* place : {"\\%1", "\\%2"}) pattern.replace(QLatin1String(place), QStringLiteral("(.+)"));
            made.push_back({source, QRegularExpression(QRegularExpression::anchoredPattern(pattern))});
        }
        return made;
    }();
    return all;
}

QString translated(const QString& text);

/// Nothing when it is no sentence of core/.
std::optional<QString> sentenceOf(const QString& text) {
    for (const auto& [source, pattern] : sentences()) {
        const QRegularExpressionMatch match = pattern.match(text);
        if (!match.hasMatch()) continue;
        const QString words = Words::tr(source);
        switch (match.lastCapturedIndex()) {
            case 0:
                return words;
            case 1:
                return words.arg(translated(match.captured(1)));
            default:
                return words.arg(translated(match.captured(1)), translated(match.captured(2)));
        }
    }
    return std::nullopt;
}

/// Several with commas; nothing when one of them is no sentence of core/.
std::optional<QString> listOf(const QString& text) {
    const QString comma = QStringLiteral(", ");
    QStringList parts = text.split(comma);
    if (parts.size() == 1) return std::nullopt;
    for (QString& part : parts) {
        const auto sentence = sentenceOf(part);
        if (!sentence) return std::nullopt;
        part = *sentence;
    }
    return parts.join(comma);
}

/// A sentence, several, or one behind a path and a colon.
QString translated(const QString& text) {
    if (const auto list = listOf(text)) return *list;
    if (const auto sentence = sentenceOf(text)) return *sentence;
    const QString colon = QStringLiteral(": ");
    for (qsizetype at = text.indexOf(colon); at >= 0; at = text.indexOf(colon, at + 1))
        if (const auto sentence = sentenceOf(text.mid(at + colon.size())))
            return sentenceOf(text.left(at)).value_or(text.left(at)) + colon + *sentence;
    return text;
}

QString textOf(const Stretch& time) {
    const auto seconds = [](Micros at) { return plainNumber(toSeconds(at), 3) + QStringLiteral(" s"); };
    return time.end ? Words::tr("from %1 to %2").arg(seconds(time.begin), seconds(*time.end))
                    : Words::tr("from %1 on").arg(seconds(time.begin));
}

}  // namespace

QString fromCore(const std::string& english) { return translated(QString::fromStdString(printable(english))); }

QString textOf(const Damage& damage) {
    QString place = damage.length == 0
                        ? Words::tr("from byte %1 on").arg(damage.offset)
                        : Words::tr("%1 bytes at byte %2", nullptr, pluralOf(static_cast<std::int64_t>(damage.length)))
                              .arg(damage.length)
                              .arg(damage.offset);
    if (damage.time) place += QStringLiteral(", ") + textOf(*damage.time);
    return Words::tr("%1: %2 (%3)").arg(QString::fromStdString(printable(damage.path)), fromCore(damage.reason), place);
}

QString textOf(const Sampling& sampling) { return fromCore(describe(sampling)); }

QString textOf(const SamplingRules& rules) {
    constexpr std::size_t kMost = 4;
    QStringList parts{textOf(rules.first)};
    for (const SamplingRules::Switch& each : std::span(rules.switches).first(std::min(rules.switches.size(), kMost)))
        parts << Words::tr("from %1 on: %2").arg(QString::fromStdString(formatTime(each.time)), textOf(each.sampling));
    if (rules.switches.size() > kMost)
        parts << Words::tr("and %1 more", nullptr, static_cast<int>(rules.switches.size() - kMost))
                     .arg(rules.switches.size() - kMost);
    return parts.join(QStringLiteral("; "));
}

}  // namespace heapprof::gui
