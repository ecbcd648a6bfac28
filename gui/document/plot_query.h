// Computes what the time plot draws.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "gui/document/plot_result.h"

namespace heapprof::gui {

struct PlotRequest {
    Recording recording;                                             ///< has no digest before anything was digested
    std::shared_ptr<const std::vector<Capture::Chunk>> fromHeaders;  ///< null or empty: not known
    std::shared_ptr<const Timeline> timeline;                        ///< null: not known
    PlotRange range;
    std::vector<LineIndex> lines;
    std::optional<LineIndex> selected;  ///< as one of them, drawn elsewhere
    Counted counted;
};

/// Keeps the series of lines and of what counts between requests, so that zooming reduces and does not read again.
/// One thread at a time.
class PlotQuery {
public:
    /// Null when there is nothing to draw or `stop` was requested. Throws FileError.
    std::shared_ptr<const PlotResult> compute(const PlotRequest& request, std::stop_token stop);

private:
    struct Series {
        LineIndex line;
        Counted counted;
        std::shared_ptr<const Digest> digest;
        FilteredBuckets buckets;
    };
    const Series& lineSeries(const PlotRequest& request, LineIndex line, std::stop_token stop);
    /// `part` as in partOf(); null: everything.
    Peak peakOf(const PlotRequest& request, const FilteredBuckets* part, std::stop_token stop);

    /// Of [0, `last`]; null when `stop` was requested. `part` as before.
    std::shared_ptr<const PlotResult::Whole> wholeOf(const PlotRequest& request, const FilteredBuckets* part,
                                                     Micros last, std::stop_token stop);

    /// The buckets of what counts, where that is not everything.
    struct Part {
        std::shared_ptr<const Capture> capture;
        std::shared_ptr<const Digest> digest;  ///< null: not all of its buckets are known
        unsigned revision = 0;
        Counted counted;
        FilteredBuckets buckets;
    };
    const FilteredBuckets& partOf(const PlotRequest& request, std::stop_token stop);

    std::vector<Series> m_series;
    Part m_part;
    std::shared_ptr<const PlotResult::Whole> m_whole;  // of these:
    std::shared_ptr<const Digest> m_wholeDigest;
    std::shared_ptr<const std::vector<Capture::Chunk>> m_wholeHeaders;
    Counted m_wholeCounted;
    std::shared_ptr<const Digest> m_peakDigest;  // of m_peak
    Counted m_peakCounted;
    Peak m_peak;
};

}  // namespace heapprof::gui
