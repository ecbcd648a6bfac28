#include <algorithm>
#include <cstdlib>

#include "gui/traces/usage_rows.h"

namespace heapprof::gui {
namespace {

/// Sorts positions by a key of their row; keys are made once, not once per comparison.
template <typename Key>
void sortBy(std::vector<std::uint32_t>& order, const std::vector<Key>& keyOfRow, bool descending) {
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return descending ? keyOfRow[b] < keyOfRow[a] : keyOfRow[a] < keyOfRow[b];
    });
}

}  // namespace

std::vector<std::uint32_t> orderRows(const UsageRows& rows, const std::vector<CellKind>& kinds,
                                     const SearchMatches* matches, int column, bool descending, std::stop_token stop) {
    std::vector<std::uint32_t> order;
    const std::uint32_t count = rows.size();
    for (std::uint32_t row = 0; row < count && !stop.stop_requested(); ++row)
        if (!matches || rows.isFound(row, *matches)) order.push_back(row);
    if (column < 0 || static_cast<std::size_t>(column) >= kinds.size() || stop.stop_requested()) return order;
    if (isText(kinds[static_cast<std::size_t>(column)])) {
        std::vector<std::string> keys(count);
        for (const std::uint32_t row : order) keys[row] = rows.text(row, column);
        sortBy(order, keys, descending);
    } else {
        std::vector<std::int64_t> keys(count);
        for (const std::uint32_t row : order) keys[row] = std::abs(rows.number(row, column));
        sortBy(order, keys, descending);
    }
    return order;
}

}  // namespace heapprof::gui
