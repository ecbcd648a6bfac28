#include "gui/traces/source_rows.h"

#include <QCoreApplication>
#include <unordered_map>

#include "gui/source/source_lines.h"

namespace heapprof::gui {
namespace {

constexpr std::uint32_t kWholeFile = 1u << 30;  // lines

struct Words {
    Q_DECLARE_TR_FUNCTIONS(SourceRows)
};

class SourceRows final : public UsageRows {
public:
    enum { Number, Cumulative, Share, Self, Code };

    SourceRows(std::shared_ptr<const InstantResult> result, LineIndex line)
        : UsageRows(result, CellStyle{result->isDifference(), result->shareBase(), true, result->measure()}) {
        const TraceTable& traces = m_result->traces();
        const Metadata& metadata = m_result->info->metadata;
        m_source = readSourceExcerpt({traces.file(line), 1}, kWholeFile,
                                     metadata.process ? metadata.process->workingDirectory : std::string(),
                                     metadata.wallStart);
        for (const LineUsage& usage : m_result->lines().lines)
            if (traces.line(usage.line).file == traces.line(line).file)
                m_usages.emplace(traces.line(usage.line).line, usage);
    }

    std::string note() const override {
        return m_source.isNewer ? Words::tr("changed since the recording").toStdString() : std::string();
    }
    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_source.lines.size()); }
    std::vector<Column> columns() const override {
        return {{Words::tr("Line"), Words::tr("Its number in the file"), CellKind::Identifier},
                {Words::tr("Cumulative"), Words::tr("Allocated by the line and what it calls"), CellKind::Amount},
                {Words::tr("Share"), Words::tr("Part of the total"), CellKind::Share},
                {Words::tr("Self"), Words::tr("Allocated by the line itself"), CellKind::Amount},
                {Words::tr("Source"), Words::tr("As the file is now"), CellKind::Code}};
    }
    std::string text(std::uint32_t row, int) const override { return m_source.lines[row]; }
    std::int64_t number(std::uint32_t row, int column) const override {
        const LineUsage* usage = usageOf(row);
        switch (column) {
            case Number:
                return numberOf(row);
            case Self:
                return usage ? m_result->amountOf(usage->self) : 0;
            default:
                return usage ? m_result->amountOf(usage->cumulative) : 0;
        }
    }
    std::optional<LineIndex> line(std::uint32_t row) const override {
        const LineUsage* usage = usageOf(row);
        return usage ? std::optional(usage->line) : std::nullopt;
    }

private:
    std::uint32_t numberOf(std::uint32_t row) const { return m_source.first + row; }
    const LineUsage* usageOf(std::uint32_t row) const {
        const auto found = m_usages.find(numberOf(row));
        return found == m_usages.end() ? nullptr : &found->second;
    }

    SourceExcerpt m_source;
    std::unordered_map<std::uint32_t, LineUsage> m_usages;  // by number
};

}  // namespace

std::shared_ptr<const UsageRows> makeSourceRows(std::shared_ptr<const InstantResult> result, LineIndex line) {
    return std::make_shared<SourceRows>(std::move(result), line);
}

}  // namespace heapprof::gui
