// What memory is made of over time, named and coloured: what PartsView draws. Immutable.
#pragma once

#include <QColor>
#include <QString>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/state/parts_over_time.h"
#include "gui/document/instant_result.h"
#include "gui/document/plot_result.h"
#include "gui/state/parts_options.h"
#include "gui/state/trace_filter.h"

namespace heapprof::gui {

struct PartsScene {
    /// What the series depends on: neither on the instant nor on the mode.
    struct Question {
        std::shared_ptr<const Digest> digest;
        std::shared_ptr<const CaptureInfo> info;
        Counted counted;
        PlotRange range;
        PartsBy by = PartsBy::Line;
        std::string label;  ///< by label

        bool operator==(const Question&) const = default;
    };
    struct Entry {
        QString name;
        QColor colour;
        std::optional<LineIndex> line;      ///< by line
        std::optional<FrameIndex> frame;    ///< one of the code that the part is; unset: it is no code
        std::optional<TraceFilter> filter;  ///< that leaves the part; by line its stacks, wherever the line is in them
        Estimate now;                       ///< what `result` says of it
    };

    std::shared_ptr<const InstantResult> result;
    Question question;
    std::shared_ptr<const TraceParts> parts;
    std::shared_ptr<const PartsOverTime> series;
    std::vector<Entry> entries;  ///< parallel to series->parts; then, where there are any, all others together
    std::int64_t shareBase = 0;  ///< what the entries are parts of, now

    /// The amount of entry number `entry` at instant number `instant` of the series.
    std::int64_t amount(std::size_t entry, std::size_t instant) const {
        return entry < series->parts.size() ? series->parts[entry].amounts[instant] : series->others[instant];
    }
};

/// `known`, which may be null, is asked for the series: it need not be found again when the question is the same. Null
/// when `stop` was requested. Throws FileError.
std::shared_ptr<const PartsScene> makePartsScene(std::shared_ptr<const InstantResult> result, const PlotRange& range,
                                                 const PartsOptions& options, const PartsScene* known,
                                                 std::stop_token stop);

/// By entry of `scene`: whether the code that it is holds a match, as frames of the flame graph do.
std::vector<bool> matchesIn(const PartsScene& scene, const SearchMatches& matches);

}  // namespace heapprof::gui
