// What flow graph, flame graph and trace browser have in common: a view of one instant, or of an interval.
#pragma once

#include <QPainter>
#include <QString>
#include <QWidget>
#include <memory>

#include "gui/document/instant_result.h"
#include "gui/state/view_state_store.h"

namespace heapprof::gui {

/// A view reads one immutable result and the one view state; it changes the view state through the store and knows no
/// other view. GUI thread only.
class InstantView : public QWidget {
    Q_OBJECT

public:
    InstantView(ViewStateStore& store, QWidget* parent) : QWidget(parent), m_store(store) {}

    /// Shows `result`; null: nothing is known yet.
    virtual void showResult(std::shared_ptr<const InstantResult> result) = 0;
    /// Whether the view is still preparing the last result (a layout that runs elsewhere); settled() follows.
    virtual bool isBusy() const { return false; }
    /// What is still on screen of an earlier result than the last, unless the view itself says so; else null.
    virtual const InstantResult* outdated() const { return nullptr; }
    /// Why the last result could not be drawn, as a sentence for people; empty: it was, or is still being prepared.
    virtual QString problem() const { return {}; }
    /// The size of a page that holds the whole view, in logical pixels.
    virtual QSizeF pageSize() const = 0;
    /// Draws the whole view, not just what is scrolled into sight, into a page of `size`; for PNG, SVG and PDF. Uses
    /// the widget's palette.
    virtual void drawPage(QPainter& painter, const QSizeF& size) = 0;

signals:
    /// The view begins to prepare something: it may be outdated() until settled().
    void preparing();
    /// The view has become idle: what it shows is the last result.
    void settled();

protected:
    ViewStateStore& store() const { return m_store; }
    const ViewState& state() const { return m_store.state(); }

private:
    ViewStateStore& m_store;
};

}  // namespace heapprof::gui
