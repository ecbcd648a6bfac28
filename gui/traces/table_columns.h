// Widths, order and visibility of a table's columns, and by which it is sorted.
#pragma once

#include <QJsonObject>
#include <QList>
#include <QObject>
#include <optional>
#include <set>
#include <vector>

class QHeaderView;

namespace heapprof::gui {

/// Belongs to a header, whose sort indicator then is as a new user meets it; what the user makes of it can be kept.
/// Until the user sets a width, one column gets what the others leave of the table's width.
class TableColumns : public QObject {
    Q_OBJECT

public:
    explicit TableColumns(QHeaderView* header);

    /// Once the header has its columns: what a new user meets. `spare` keeps its width where the others leave less than
    /// that; unset: no column gets more.
    void setWidths(std::vector<int> widths, std::optional<int> spare);
    /// Hides `columns`, which say nothing, and shows what was hidden so before; what the user shows or hides stays.
    void hideEmpty(const std::vector<int>& columns);

    /// Empty where everything is as a new user meets it.
    QJsonObject arrangement() const;
    /// What arrangement() was; what does not fit is left out.
    void arrange(const QJsonObject& arrangement);

signals:
    /// By the user, or because there is another room.
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void apply();
    void distribute();
    bool hasWidths() const { return !m_widths.empty(); }

    QHeaderView* m_header;
    int m_sortColumn;
    Qt::SortOrder m_sortOrder;
    std::vector<int> m_widths;  // those that the program set
    std::optional<int> m_spare;
    std::set<int> m_empty;
    // What the user wanted when the table was left, whether it has such columns now or not.
    std::set<int> m_wantHidden, m_wantShown;
    std::optional<QJsonObject> m_pending;  // until there are columns
    bool m_isByUser = false;               // widths
};

}  // namespace heapprof::gui
