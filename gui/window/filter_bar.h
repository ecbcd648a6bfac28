// The filters that are set, as chips that can be removed one by one.
#pragma once

#include <QMenu>
#include <QPointer>
#include <QWidget>
#include <functional>
#include <memory>
#include <vector>

#include "core/capture/capture.h"
#include "gui/state/view_state_store.h"

class QToolButton;

namespace heapprof::gui {

/// Hidden while there are none.
class FilterBar : public QWidget {
    Q_OBJECT

public:
    explicit FilterBar(ViewStateStore& store, QWidget* parent = nullptr);

    /// Null: no capture is open.
    void showCapture(std::shared_ptr<const CaptureInfo> info);
    /// Adds a filter; for a tool bar, which takes it over.
    QToolButton* addButton() const { return m_add; }

private:
    void updateChips();
    void addChip(const QString& words, std::function<void(ViewState&)> remove);
    void offerFilters();
    void offerPattern(QMenu& menu);
    void offerLabels(QMenu& menu);
    void offerThreads();
    void add(const TraceFilter& filter);

    ViewStateStore& m_store;
    std::shared_ptr<const CaptureInfo> m_info;
    std::vector<TraceFilter> m_shown;
    QString m_shownHidden;
    std::vector<QToolButton*> m_chips;
    QToolButton* m_add;
    QPointer<QMenu> m_threads;  // within the menu of m_add, while there is one
};

}  // namespace heapprof::gui
