#include "gui/traces/table_columns.h"

#include <QEvent>
#include <QFontMetrics>
#include <QHeaderView>
#include <QJsonArray>
#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace heapprof::gui {
namespace {

constexpr int kLeastWidth = 8, kGreatestWidth = 10'000, kTitleMargin = 14;
// Newer ones take the width of the sort indicator from the title's room, though it stands above the title.
constexpr int kSortIndicator = QT_VERSION >= QT_VERSION_CHECK(6, 5, 0) ? 10 : 0;

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

ColumnWidth widthOf(CellKind kind, const QString& title, const QFontMetrics& metrics) {
    struct Digits {
        int usual, least, rank;
    };
    const auto digits = [kind]() -> Digits {
        switch (kind) {
            case CellKind::Text:
            case CellKind::Code:
                return {24, 13, 0};
            case CellKind::Amount:
                return {13, 10, 0};
            case CellKind::Share:
                return {19, 10, 0};  // "+100.0 %", with or without a bar
            case CellKind::Interval:
                return {24, 18, 2};  // "2,643,313 to 2,875,123"; "1,000 to 1,023 MiB"
            case CellKind::Other:
                return {13, 10, 3};
            case CellKind::Identifier:
                break;
        }
        return {13, 8, 4};
    }();
    const int digit = metrics.horizontalAdvance(QLatin1Char('0'));
    const int least = std::max(digit * digits.least, metrics.horizontalAdvance(title) + kTitleMargin);
    return {std::max(digit * digits.usual, least), least, digits.rank};
}

TableColumns::TableColumns(QHeaderView* header)
    : QObject(header),
      m_header(header),
      m_sortColumn(header->sortIndicatorSection()),
      m_sortOrder(header->sortIndicatorOrder()) {
    header->viewport()->installEventFilter(this);
    connect(header, &QHeaderView::sectionResized, this, &TableColumns::resized);
    connect(header, &QHeaderView::sectionMoved, this, &TableColumns::changed);
    connect(header, &QHeaderView::sortIndicatorChanged, this, [this] {
        fit();
        emit changed();
    });
}

void TableColumns::setWidths(std::vector<ColumnWidth> widths, std::optional<int> spare) {
    if (hasWidths() && !m_pending) m_pending = arrangement();
    m_widths = std::move(widths);
    m_spare = spare;
    apply();
}

void TableColumns::hideEmpty(const std::vector<int>& columns) {
    const std::set<int> before = std::exchange(m_empty, std::set<int>(columns.begin(), columns.end()));
    if (m_empty == before) return;
    showWanted();
    fit();
}

QJsonObject TableColumns::arrangement() const {
    if (m_pending) return *m_pending;
    QJsonObject result;
    const int count = m_header->count();
    std::vector<int> widths, order, hidden, shown;
    for (int column = 0; column < count; ++column) {
        // A hidden column has no width of its own to tell.
        widths.push_back(m_header->isSectionHidden(column) ? 0 : m_header->sectionSize(column));
        order.push_back(m_header->logicalIndex(column));
        // Beside widths that the user chose nothing comes and goes with the room.
        if (m_wantHidden.contains(column) || (m_isByUser && m_withoutRoom.contains(column))) hidden.push_back(column);
        if (m_wantShown.contains(column)) shown.push_back(column);
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
    const bool hasWishes = m_pending.has_value();
    m_pending.reset();
    const std::vector<int> widths = numbersOf(wanted[kWidths]);
    if (hasWishes) {
        const std::vector<int> hidden = numbersOf(wanted[kHidden]), shown = numbersOf(wanted[kShown]);
        m_wantHidden = {hidden.begin(), hidden.end()};
        m_wantShown = {shown.begin(), shown.end()};
        m_isByUser = !widths.empty();
        const std::vector<int> order = numbersOf(wanted[kOrder]);
        const bool isOrder = isPermutation(order, count);
        for (int place = 0; place < count; ++place)
            m_header->moveSection(m_header->visualIndex(isOrder ? order[static_cast<std::size_t>(place)] : place),
                                  place);
        m_withoutRoom.clear();
        const std::vector<int> sorted = numbersOf(wanted[kSorted]);
        if (sorted.size() == 2 && sorted[0] >= 0 && sorted[0] < count)
            m_header->setSortIndicator(sorted[0], sorted[1] == 1 ? Qt::AscendingOrder : Qt::DescendingOrder);
        else
            m_header->setSortIndicator(m_sortColumn, m_sortOrder);
    }
    showWanted();
    m_isArranging = true;
    for (std::size_t i = 0; i < m_widths.size() && i < static_cast<std::size_t>(count); ++i) {
        const bool isKnown = i < widths.size() && widths[i] >= kLeastWidth && widths[i] <= kGreatestWidth;
        m_header->resizeSection(static_cast<int>(i), isKnown ? widths[i] : m_widths[i].usual);
    }
    m_isArranging = false;
    fit();
}

void TableColumns::showWanted() {
    m_isArranging = true;
    for (int column = 0; column < m_header->count(); ++column)
        if (m_header->isSectionHidden(column) == isWanted(column))
            m_header->setSectionHidden(column, !isWanted(column));
    m_isArranging = false;
}

int TableColumns::leastOf(int column) const {
    return m_widths[static_cast<std::size_t>(column)].least +
           (column == m_header->sortIndicatorSection() ? kSortIndicator : 0);
}

int TableColumns::usualOf(int column) const {
    return std::max(m_widths[static_cast<std::size_t>(column)].usual, leastOf(column));
}

/// The columns that have to go.
std::set<int> TableColumns::withoutRoom(int room) const {
    std::vector<int> columns;
    int needed = 0;
    for (int column = 0; column < static_cast<int>(m_widths.size()); ++column) {
        const ColumnWidth& width = m_widths[static_cast<std::size_t>(column)];
        const bool isShown = m_empty.contains(column) ? m_wantShown.contains(column) : !m_wantHidden.contains(column);
        if (!isShown) continue;
        needed += leastOf(column);
        if (width.rank > 0 && !m_wantShown.contains(column)) columns.push_back(column);
    }
    std::ranges::stable_sort(columns, std::greater(),
                             [&](int column) { return m_widths[static_cast<std::size_t>(column)].rank; });
    std::set<int> result;
    for (const int column : columns) {
        if (needed <= room) break;
        result.insert(column);
        needed -= leastOf(column);
    }
    return result;
}

void TableColumns::fit() {
    if (!isFitted() || m_header->count() != static_cast<int>(m_widths.size())) return;
    const int room = m_header->viewport()->width();
    m_withoutRoom = withoutRoom(room);
    showWanted();
    int least = 0, usual = 0;
    for (int column = 0; column < m_header->count(); ++column) {
        if (m_header->isSectionHidden(column)) continue;
        least += leastOf(column);
        usual += usualOf(column);
    }
    const double part = usual <= least ? 1 : std::clamp((room - least) / static_cast<double>(usual - least), 0.0, 1.0);
    m_isArranging = true;
    int others = 0;
    for (int column = 0; column < m_header->count(); ++column) {
        if (m_header->isSectionHidden(column) || column == *m_spare) continue;
        const int size = leastOf(column) + static_cast<int>(part * (usualOf(column) - leastOf(column)));
        m_header->resizeSection(column, size);
        others += size;
    }
    m_header->resizeSection(*m_spare, std::max(leastOf(*m_spare), room - others));
    m_isArranging = false;
}

/// A column that is shown or hidden has no width before or after.
void TableColumns::resized(int column, int before, int now) {
    if (!m_isArranging && (before == 0) != (now == 0)) {
        const bool isOurs = isHiddenByUs(column);
        if (now == 0) {
            m_wantShown.erase(column);
            if (!isOurs) m_wantHidden.insert(column);
        } else {
            m_wantHidden.erase(column);
            if (isOurs) m_wantShown.insert(column);
        }
        QMetaObject::invokeMethod(this, &TableColumns::fit, Qt::QueuedConnection);  // once it is done
    }
    emit changed();
}

bool TableColumns::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) fit();
    // The cursor tells that the mouse is at a border.
    if (event->type() == QEvent::MouseButtonPress && m_header->cursor().shape() == Qt::SplitHCursor) m_isByUser = true;
    return QObject::eventFilter(watched, event);
}

}  // namespace heapprof::gui
