// The threads of a recording as rows: name, life, first and last seen.
#pragma once

#include <QAbstractTableModel>
#include <QStringList>
#include <QStyledItemDelegate>
#include <memory>
#include <vector>

#include "core/state/thread_lives.h"

namespace heapprof::gui {

class ThreadModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, Life, First, Last, Lasted, ColumnCount };
    /// What rows are sorted by, and of Life two shares of the recording: where it begins and ends.
    enum Role { SortRole = Qt::UserRole, LifeRole };

    using QAbstractTableModel::QAbstractTableModel;

    /// `lives` are of `recording`.
    void setLives(const Recording& recording, std::vector<ThreadLife> lives);
    const ThreadLife& life(int row) const { return m_lives[static_cast<std::size_t>(row)]; }
    /// As a filter has it; empty when it has none.
    const std::string& threadName(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Recording m_recording;
    std::vector<ThreadLife> m_lives;
};

/// Draws a life as a bar within the recording.
class LifeDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace heapprof::gui
