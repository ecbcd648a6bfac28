// One stack trace, dressed with the source text of its lines.
#pragma once

#include <QAbstractTableModel>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "gui/common/latest_task.h"
#include "gui/document/instant_result.h"

class QTableView;

namespace heapprof::gui {

class ElidedLabel;

/// The frames of one trace, innermost first.
class StackModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum ColumnIndex { Name, Location, Source, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setStack(std::shared_ptr<const InstantResult> result, std::vector<FrameIndex> innermostFirst);
    /// Parallel to the frames.
    void setSources(std::vector<std::string> sources);
    const std::vector<FrameIndex>& frames() const { return m_frames; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const InstantResult> m_result;
    std::vector<FrameIndex> m_frames;
    std::vector<std::string> m_sources;
};

class StackPane : public QWidget {
    Q_OBJECT

public:
    explicit StackPane(QWidget* parent = nullptr);

    void showTrace(std::shared_ptr<const InstantResult> result, std::optional<TraceIndex> trace);
    /// Whether the stack shown passes through `line`.
    bool passesThrough(LineIndex line) const;
    bool isBusy() const { return m_sourceTask.isRunning(); }

signals:
    void picked(heapprof::LineIndex line, bool byKeyboard);
    void settled();

private:
    void readSources();

    std::shared_ptr<const InstantResult> m_result;
    ElidedLabel* m_title;
    QTableView* m_view;
    StackModel* m_model;
    LatestTask<std::vector<std::string>> m_sourceTask{readingThreads()};
};

}  // namespace heapprof::gui
