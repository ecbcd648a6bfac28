#include "gui/traces/table_columns.h"

#include <QEvent>
#include <QHeaderView>
#include <QJsonArray>
#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace heapprof::gui {
namespace {

constexpr int kLeastWidth = 8, kGreatestWidth = 10'000;

const QString kWidths = QStringLiteral("widths"), kOrder = QStringLiteral("order"), kHidden = QStringLiteral("hidden"),
              kShown = QStringLiteral("shown"), kSorted = QStringLiteral("sorted");

std::vector<int> numbersOf(const QJsonValue& json) {
    std::vector<int> numbers;
    for (const QJsonValue& each : json.toArray()) numbers.push_back(each.toInt(-1));
    return numbers;
}
QJsonArray toJson(const auto& numbers) {
    QJsonArray json;
    for (const int number : numbers) json.append(number);
    return json;
}

bool isPermutation(std::vector<int> numbers, int count) {
    std::ranges::sort(numbers);
    std::vector<int> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return numbers == all;
}

}  // namespace

TableColumns::TableColumns(QHeaderView* header)
    : QObject(header),
      m_header(header),
      m_sortColumn(header->sortIndicatorSection()),
      m_sortOrder(header->sortIndicatorOrder()) {
    header->viewport()->installEventFilter(this);
    connect(header, &QHeaderView::sectionResized, this, &TableColumns::changed);
    connect(header, &QHeaderView::sectionMoved, this, &TableColumns::changed);
    connect(header, &QHeaderView::sortIndicatorChanged, this, &TableColumns::changed);
}

void TableColumns::setWidths(std::vector<int> widths, std::optional<int> spare) {
    m_widths = std::move(widths);
    m_spare = spare;
    apply();
}

void TableColumns::hideEmpty(const std::vector<int>& columns) {
    const std::set<int> before = std::exchange(m_empty, std::set<int>(columns.begin(), columns.end()));
    for (int column = 0; column < m_header->count(); ++column) {
        const bool isEmpty = m_empty.contains(column);
        if (isEmpty == before.contains(column)) continue;
        m_header->setSectionHidden(column, isEmpty ? !m_wantShown.contains(column) : m_wantHidden.contains(column));
    }
}

QJsonObject TableColumns::arrangement() const {
    if (m_pending) return *m_pending;
    QJsonObject result;
    const int count = m_header->count();
    std::vector<int> widths, order, hidden, shown;
    for (int column = 0; column < count; ++column) {
        const bool isHidden = m_header->isSectionHidden(column), isEmpty = m_empty.contains(column);
        // A hidden column has no width of its own to tell.
        widths.push_back(isHidden ? 0 : m_header->sectionSize(column));
        order.push_back(m_header->logicalIndex(column));
        if (isHidden && (!isEmpty || m_wantHidden.contains(column))) hidden.push_back(column);
        if (!isHidden && (isEmpty || m_wantShown.contains(column))) shown.push_back(column);
    }
    if (m_isByUser && count > 0) result[kWidths] = toJson(widths);
    if (!std::ranges::is_sorted(order)) result[kOrder] = toJson(order);
    if (!hidden.empty()) result[kHidden] = toJson(hidden);
    if (!shown.empty()) result[kShown] = toJson(shown);
    const int sorted = m_header->sortIndicatorSection();
    if (sorted != m_sortColumn || m_header->sortIndicatorOrder() != m_sortOrder)
        result[kSorted] = toJson(std::array{sorted, int{m_header->sortIndicatorOrder() == Qt::AscendingOrder}});
    return result;
}

void TableColumns::arrange(const QJsonObject& arrangement) {
    m_pending = arrangement;
    if (hasWidths()) apply();
}

void TableColumns::apply() {
    const int count = m_header->count();
    const QJsonObject wanted = m_pending.value_or(QJsonObject());
    const bool isWanted = m_pending.has_value();
    m_pending.reset();
    const std::vector<int> widths = numbersOf(wanted[kWidths]);
    if (isWanted) {
        const std::vector<int> hidden = numbersOf(wanted[kHidden]), shown = numbersOf(wanted[kShown]);
        m_wantHidden = {hidden.begin(), hidden.end()};
        m_wantShown = {shown.begin(), shown.end()};
        m_isByUser = !widths.empty();
        const std::vector<int> order = numbersOf(wanted[kOrder]);
        const bool isOrder = isPermutation(order, count);
        for (int place = 0; place < count; ++place)
            m_header->moveSection(m_header->visualIndex(isOrder ? order[static_cast<std::size_t>(place)] : place),
                                  place);
        for (int column = 0; column < count; ++column)
            m_header->setSectionHidden(
                column, m_empty.contains(column) ? !m_wantShown.contains(column) : m_wantHidden.contains(column));
        const std::vector<int> sorted = numbersOf(wanted[kSorted]);
        if (sorted.size() == 2 && sorted[0] >= 0 && sorted[0] < count)
            m_header->setSortIndicator(sorted[0], sorted[1] == 1 ? Qt::AscendingOrder : Qt::DescendingOrder);
        else
            m_header->setSortIndicator(m_sortColumn, m_sortOrder);
    }
    for (std::size_t i = 0; i < m_widths.size() && i < static_cast<std::size_t>(count); ++i) {
        const bool isKnown = i < widths.size() && widths[i] >= kLeastWidth && widths[i] <= kGreatestWidth;
        m_header->resizeSection(static_cast<int>(i), isKnown ? widths[i] : m_widths[i]);
    }
    distribute();
}

void TableColumns::distribute() {
    if (m_isByUser || !m_spare || !hasWidths() || m_header->count() <= *m_spare) return;
    const int others = m_header->length() - m_header->sectionSize(*m_spare);
    m_header->resizeSection(
        *m_spare, std::max(m_widths[static_cast<std::size_t>(*m_spare)], m_header->viewport()->width() - others));
}

bool TableColumns::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) distribute();
    // The cursor tells that the mouse is at a border.
    if (event->type() == QEvent::MouseButtonPress && m_header->cursor().shape() == Qt::SplitHCursor) m_isByUser = true;
    return QObject::eventFilter(watched, event);
}

}  // namespace heapprof::gui
