// Computes what the time plot draws.
#pragma once

#include <functional>
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
    using Publish = std::function<void(std::shared_ptr<const PlotResult>)>;

    /// Null when there is nothing to draw or `stop` was requested. Where many events have to be read for it, calls
    /// `publishRough` first with what is known without them. Throws FileError.
    std::shared_ptr<const PlotResult> compute(const PlotRequest& request, std::stop_token stop,
                                              const Publish& publishRough = {});

private:
    /// The digested part of what is shown.
    struct Axis {
        Micros begin, end;
        std::size_t steps = 0;
        bool operator==(const Axis&) const = default;
    };
    struct Curve {
        Axis axis;  // no steps: not known
        std::vector<TotalStep> steps;
    };
    struct Series {
        LineIndex line;
        Counted counted;
        std::shared_ptr<const Digest> digest;
        FilteredBuckets buckets;
        Curve curve;
    };
    static Axis axisOf(const PlotResult& result, Micros digested, std::size_t steps);
    void addRough(PlotResult& result, const PlotRequest& request, const Axis& axis, std::stop_token stop);
    void addExact(PlotResult& result, const PlotRequest& request, const Axis& axis, std::stop_token stop);
    /// How many events addExact() will read, roughly.
    std::uint64_t eventsToRead(const PlotRequest& request, const Axis& axis) const;
    bool isTotalKnown(const PlotRequest& request) const;
    static bool isKnown(const Series& series, const PlotRequest& request);
    Series& lineSeries(const PlotRequest& request, LineIndex line, std::stop_token stop);

    /// The buckets of what counts, where that is not the bytes of everything.
    struct Part {
        std::shared_ptr<const Capture> capture;
        std::shared_ptr<const Digest> digest;  ///< null: not all of its buckets are known
        unsigned revision = 0;
        Counted counted;
        FilteredBuckets buckets;
    };
    bool isPartKnown(const PlotRequest& request) const;
    const FilteredBuckets& partOf(const PlotRequest& request, std::stop_token stop);

    /// The total of what counts.
    struct Total {
        std::shared_ptr<const Digest> digest;
        Counted counted;
        Peak peak;
        Curve curve;
    };
    std::vector<Series> m_series;
    Part m_part;
    Total m_total;
};

}  // namespace heapprof::gui
