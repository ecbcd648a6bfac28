// The rows of a source file: each of its lines with what it holds.
#pragma once

#include <memory>
#include <stop_token>
#include <unordered_map>

#include "gui/source/source_file.h"
#include "gui/traces/call_links.h"
#include "gui/traces/usage_rows.h"

namespace heapprof::gui {

/// Row i is line i + 1: its number, cumulative, share, self and text. No rows where the file could not be read.
class SourceRows final : public UsageRows {
public:
    enum { Number, Cumulative, Share, Self, Code };

    /// Looks through the capture's stacks: not for the GUI thread.
    SourceRows(std::shared_ptr<const InstantResult> result, StringIndex file, std::shared_ptr<const SourceFile> source,
               std::stop_token stop = {});

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_source->lines.size()); }
    std::vector<Column> columns() const override;
    std::string text(std::uint32_t row, int) const override { return m_source->lines[row]; }
    std::int64_t number(std::uint32_t row, int column) const override;
    /// Of every line that the capture knows, also when it holds nothing now.
    std::optional<LineIndex> line(std::uint32_t row) const override;

    const SourceFile& source() const { return *m_source; }
    /// What the rows' lines call.
    const CallLinks& links() const { return m_links; }
    static std::uint32_t numberOf(std::uint32_t row) { return row + 1; }

private:
    struct Known {
        LineIndex line;
        std::int64_t cumulative = 0, self = 0;  ///< bytes
    };

    std::shared_ptr<const SourceFile> m_source;
    CallLinks m_links;
    std::unordered_map<std::uint32_t, Known> m_known;  // by number
};

}  // namespace heapprof::gui
