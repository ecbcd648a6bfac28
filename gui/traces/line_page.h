// A tab of the trace browser that is about the selected line.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "gui/document/instant_result.h"

namespace heapprof::gui {

class LinePage : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// Null: nothing is known yet.
    virtual void showLine(std::shared_ptr<const InstantResult> result, std::optional<LineIndex> line) = 0;
    virtual bool isBusy() const = 0;
    /// What is in sight, the older one where there are two; null while there is nothing.
    virtual std::shared_ptr<const InstantResult> shownResult() const = 0;

signals:
    /// The user went to another line.
    void picked(heapprof::LineIndex line);
    void settled();
};

}  // namespace heapprof::gui
