// The filters that are set, as chips that can be removed one by one, and a button that adds one.
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/capture/capture.h"
#include "gui/state/view_state_store.h"

class QToolButton;

namespace heapprof::gui {

class FilterBar : public QWidget {
    Q_OBJECT

public:
    explicit FilterBar(ViewStateStore& store, QWidget* parent = nullptr);

    /// Null: no capture is open.
    void showCapture(std::shared_ptr<const CaptureInfo> info);

private:
    void updateChips();
    void offerThreads();

    ViewStateStore& m_store;
    std::shared_ptr<const CaptureInfo> m_info;
    std::vector<TraceFilter> m_shown;
    std::vector<QToolButton*> m_chips;
    QToolButton* m_add;
};

}  // namespace heapprof::gui
