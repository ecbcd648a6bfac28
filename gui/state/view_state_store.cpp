#include "gui/state/view_state_store.h"

namespace heapprof::gui {
namespace {
constexpr std::size_t kHistoryLimit = 1000;
}

ViewStateStore::ViewStateStore(QObject* parent) : QObject(parent) {}

void ViewStateStore::change(const std::function<void(ViewState&)>& edit) {
    ViewState next = state();
    edit(next);
    if (next == state()) return;
    const ViewState before = state();
    m_states.resize(m_position + 1);
    m_states.push_back(std::move(next));
    if (m_states.size() > kHistoryLimit) m_states.erase(m_states.begin());
    m_position = m_states.size() - 1;
    emit changed(state(), before);
}

void ViewStateStore::adjust(const std::function<void(ViewState&)>& edit) {
    const ViewState before = state();
    edit(m_states[m_position]);
    if (state() != before) emit changed(state(), before);
}

bool ViewStateStore::leaveSearch() {
    if (state().search.text.empty()) return false;
    change([](ViewState& next) { next.search = {}; });
    return true;
}

void ViewStateStore::back() {
    if (canGoBack()) moveTo(m_position - 1);
}

void ViewStateStore::forward() {
    if (canGoForward()) moveTo(m_position + 1);
}

void ViewStateStore::reset() {
    const ViewState before = state();
    m_states.assign(1, ViewState{});
    m_position = 0;
    if (state() != before) emit changed(state(), before);
}

void ViewStateStore::moveTo(std::size_t position) {
    const ViewState before = state();
    m_position = position;
    emit changed(state(), before);
}

}  // namespace heapprof::gui
