// The row of controls above a flow graph.
#pragma once

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QFrame>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QWidget>
#include <functional>
#include <vector>

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

/// Shows options; what the user does comes out as signals. Wraps onto more rows when narrow, or as long as it is
/// compact is one row, with most of it behind a button.
class FlowControls : public QWidget {
    Q_OBJECT

public:
    explicit FlowControls(QWidget* parent = nullptr);

    void setOptions(const FlowGraphOptions& options);
    void setCompact(bool isCompact);
    /// How high it is at this width while it is not compact.
    int wholeHeight(int width) const;

signals:
    void edited(const std::function<void(heapprof::FlowGraphOptions&)>& edit, bool continues);
    void fitRequested();
    void heaviestPathRequested();

private:
    ShareControl* m_minNode;
    ShareControl* m_minEdge;
    QCheckBox* m_collapse;
    QCheckBox* m_sizeBySelf;
    QToolButton* m_options;
    QFrame* m_popup;                        // below m_options: has the others while this is compact
    std::vector<QWidget*> m_kept, m_moved;  // by setCompact()
    bool m_isCompact = false;
};

}  // namespace heapprof::gui
