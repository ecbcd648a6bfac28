#include "gui/traces/source_rows.h"

#include <QCoreApplication>
#include <utility>

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(SourceRows)
};

}  // namespace

SourceRows::SourceRows(std::shared_ptr<const InstantResult> result, StringIndex file,
                       std::shared_ptr<const SourceFile> source, std::stop_token stop)
    : UsageRows(result, CellStyle{result->isDifference(), result->shareBase(), true, result->measure()}),
      m_source(std::move(source)),
      m_links(*result, file, stop) {
    const TraceTable& traces = m_result->traces();
    for (std::uint32_t i = 0; i < traces.lineCount(); ++i)
        if (const Line& line = traces.line(LineIndex(i)); line.file == file)
            m_known.emplace(line.line, Known{LineIndex(i)});
    for (const LineUsage& usage : m_result->lines().lines) {
        const Line& line = traces.line(usage.line);
        if (line.file != file) continue;
        Known& known = m_known[line.line];
        known = {usage.line, m_result->amountOf(usage.cumulative), m_result->amountOf(usage.self)};
    }
}

std::vector<Column> SourceRows::columns() const {
    return {{Words::tr("Line"), Words::tr("Its number in the file"), CellKind::Identifier},
            {Words::tr("Cumulative"), Words::tr("Allocated by the line and what it calls"), CellKind::Amount},
            {Words::tr("Share"), Words::tr("Part of the total"), CellKind::Share},
            {Words::tr("Self"), Words::tr("Allocated by the line itself"), CellKind::Amount},
            {Words::tr("Source"), Words::tr("As the file is now. Ctrl and click on a call: go there"), CellKind::Code}};
}

std::int64_t SourceRows::number(std::uint32_t row, int column) const {
    if (column == Number) return numberOf(row);
    const auto known = m_known.find(numberOf(row));
    if (known == m_known.end()) return 0;
    return column == Self ? known->second.self : known->second.cumulative;
}

std::optional<LineIndex> SourceRows::line(std::uint32_t row) const {
    const auto known = m_known.find(numberOf(row));
    return known == m_known.end() ? std::nullopt : std::optional(known->second.line);
}

}  // namespace heapprof::gui
