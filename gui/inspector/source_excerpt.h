// A few lines of source with their bytes in the margin.
#pragma once

#include <QWidget>

#include "gui/inspector/line_facts.h"

namespace heapprof::gui {

class SourceExcerptView : public QWidget {
    Q_OBJECT

public:
    explicit SourceExcerptView(QWidget* parent = nullptr);

    void showFacts(const LineFacts& facts);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        QString number, text, amount;
        double share = 0;  ///< of the greatest amount
    };
    double rowHeight() const;

    std::vector<Row> m_rows;
    std::size_t m_selected = 0;
};

}  // namespace heapprof::gui
