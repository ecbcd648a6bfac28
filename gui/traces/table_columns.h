// Widths, order and visibility of a table's columns, and by which it is sorted.
#pragma once

#include <QJsonObject>
#include <QList>
#include <QObject>
#include <optional>
#include <set>
#include <vector>

#include "gui/traces/cells.h"

class QFontMetrics;
class QHeaderView;

namespace heapprof::gui {

/// How much room a column gets, in pixels.
struct ColumnWidth {
    int usual = 0;
    /// Where there is too little room, all columns are narrowed towards this.
    int least = 0;
    /// Where there is not even room for the least widths, columns go, those of the greatest rank first, and come back
    /// with the room; those of rank 0 stay.
    int rank = 0;
};

/// That of a column with such cells and that title; of texts for a name.
ColumnWidth widthOf(CellKind kind, const QString& title, const QFontMetrics& metrics);

/// Belongs to a header, whose sort indicator then is as a new user meets it; what the user makes of it can be kept.
/// Until the user sets a width, the columns fit into the table's width, and one of them gets what the others leave.
class TableColumns : public QObject {
    Q_OBJECT

public:
    explicit TableColumns(QHeaderView* header);

    /// Once the header has its columns, and again when there are more or less: what a new user meets. Of the room that
    /// is left `spare` gets all; unset: the usual widths, whatever room there is.
    void setWidths(std::vector<ColumnWidth> widths, std::optional<int> spare);
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
    void fit();
    void showWanted();
    void resized(int column, int before, int now);
    int leastOf(int column) const;
    int usualOf(int column) const;
    std::set<int> withoutRoom(int room) const;
    bool isHiddenByUs(int column) const { return m_empty.contains(column) || m_withoutRoom.contains(column); }
    bool isWanted(int column) const {
        return isHiddenByUs(column) ? m_wantShown.contains(column) : !m_wantHidden.contains(column);
    }
    bool hasWidths() const { return !m_widths.empty(); }
    bool isFitted() const { return m_spare && !m_isByUser; }

    QHeaderView* m_header;
    int m_sortColumn;
    Qt::SortOrder m_sortOrder;
    std::vector<ColumnWidth> m_widths;  // those that the program set
    std::optional<int> m_spare;
    std::set<int> m_empty, m_withoutRoom;
    // What the user wanted otherwise than we did, whether the table has such columns now or not.
    std::set<int> m_wantHidden, m_wantShown;
    std::optional<QJsonObject> m_pending;  // until there are columns
    bool m_isByUser = false;               // widths
    bool m_isArranging = false;            // what is resized now is not by the user
};

}  // namespace heapprof::gui
