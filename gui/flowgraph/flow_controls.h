// The row of controls above a flow graph.
#pragma once

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QLabel>
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

/// Shows options; what the user does comes out as signals. Wraps onto more rows when narrow.
class FlowControls : public QWidget {
    Q_OBJECT

public:
    explicit FlowControls(QWidget* parent = nullptr);

    void setOptions(const FlowGraphOptions& options);

signals:
    void edited(const std::function<void(heapprof::FlowGraphOptions&)>& edit, bool continues);
    void fitRequested();
    void heaviestPathRequested();

private:
    ShareControl* m_minNode;
    ShareControl* m_minEdge;
    QCheckBox* m_collapse;
    QCheckBox* m_sizeBySelf;
};

}  // namespace heapprof::gui
