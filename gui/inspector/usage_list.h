// A short list of lines of code with their amounts and a meter; a click picks one.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "gui/inspector/line_facts.h"

namespace heapprof::gui {

class UsageList : public QWidget {
    Q_OBJECT

public:
    explicit UsageList(QWidget* parent = nullptr);

    /// What `result` says of them; meters are shares of `whole`.
    void setCalls(std::vector<LineFacts::Call> calls, std::int64_t whole, std::shared_ptr<const InstantResult> result);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

signals:
    void picked(heapprof::LineIndex line);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    int rowHeight() const;
    std::optional<std::size_t> rowAt(const QPointF& position) const;

    std::vector<LineFacts::Call> m_calls;
    std::int64_t m_whole = 1;
    std::shared_ptr<const InstantResult> m_result;
    std::optional<std::size_t> m_current;
};

}  // namespace heapprof::gui
