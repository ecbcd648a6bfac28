// Holds the one view state and its history.
#pragma once

#include <QObject>
#include <functional>
#include <vector>

#include "gui/state/view_state.h"

namespace heapprof::gui {

/// The only way to change what views show. Lives on the GUI thread.
class ViewStateStore : public QObject {
    Q_OBJECT

public:
    explicit ViewStateStore(QObject* parent = nullptr);

    const ViewState& state() const { return m_states[m_position]; }
    bool canGoBack() const { return m_position > 0; }
    bool canGoForward() const { return m_position + 1 < m_states.size(); }

    /// Applies `edit` to a copy of the state; when that changes it, the new one becomes the end of the history.
    void change(const std::function<void(ViewState&)>& edit);
    /// As change(), without a step in the history: for what follows the program by itself or the mouse while it drags.
    void adjust(const std::function<void(ViewState&)>& edit);
    /// Ends the search; false: there is none.
    bool leaveSearch();
    void back();
    void forward();
    /// Starts over, for another capture.
    void reset();

signals:
    void changed(const heapprof::gui::ViewState& now, const heapprof::gui::ViewState& before);

private:
    void moveTo(std::size_t position);

    std::vector<ViewState> m_states{ViewState{}};
    std::size_t m_position = 0;
};

}  // namespace heapprof::gui
