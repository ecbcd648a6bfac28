// The row of controls above a flow graph.
#pragma once

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QToolButton>
#include <QWidget>
#include <functional>

#include "core/stacks/flow_diagram.h"

namespace heapprof::gui {

/// A share from 0 to 100 %, by a slider with finer steps for small values, and by number.
class ShareControl : public QWidget {
    Q_OBJECT

public:
    ShareControl(const QString& label, const QString& explanation, const QString& objectName,
                 QWidget* parent = nullptr);
    /// In [0, 1]; emits nothing.
    void setShare(double share);

signals:
    /// `continues`: a later step of the same drag of the slider.
    void shareChanged(double share, bool continues);

private:
    QSlider* m_slider;
    QDoubleSpinBox* m_number;
    bool m_dragged = false;
};

/// Shows options and the state of the search; what the user does comes out as signals. Wraps onto more rows when
/// narrow.
class FlowControls : public QWidget {
    Q_OBJECT

public:
    explicit FlowControls(QWidget* parent = nullptr);

    void setOptions(const FlowGraphOptions& options);
    /// `current` counts from 1; 0: at none yet. Without `searching` nothing is said.
    void setMatches(bool searching, std::size_t current, std::size_t count);
    void focusSearch();
    QLineEdit* search() const { return m_search; }

signals:
    void edited(const std::function<void(heapprof::FlowGraphOptions&)>& edit, bool continues);
    void searchChanged(const QString& text);
    void searchNext(bool backwards);
    void fitRequested();
    void heaviestPathRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLineEdit* m_search;
    QLabel* m_matches;
    ShareControl* m_minNode;
    ShareControl* m_minEdge;
    QCheckBox* m_collapse;
    QCheckBox* m_sizeBySelf;
};

}  // namespace heapprof::gui
