// The row of check boxes that says whose memory the views count: Python's, native, mapped, shared.
#pragma once

#include <QWidget>
#include <array>
#include <memory>

#include "gui/document/instant_result.h"
#include "gui/state/view_state_store.h"

class QCheckBox;

namespace heapprof::gui {

/// In sight only for a capture that has more than one domain. At least one box stays checked.
class DomainBar : public QWidget {
    Q_OBJECT

public:
    DomainBar(ViewStateStore& store, QWidget* parent);

    /// Null: no capture is open.
    void showCapture(const CaptureInfo* info);
    /// What each domain has at the instant shown; null: not known yet.
    void showInstant(std::shared_ptr<const InstantResult> result);
    /// Leaves the numbers out while they are of another instant than the view state's.
    void setStale(bool isStale);

private:
    void choose(Domain domain, bool isChecked);
    void updateBoxes();

    ViewStateStore& m_store;
    DomainSet m_recorded{Domain::Python};
    std::shared_ptr<const InstantResult> m_instant;
    bool m_isStale = false;
    std::array<QCheckBox*, kDomains.size()> m_boxes{};
};

}  // namespace heapprof::gui
