// One finding: a title and a sentence that can be clicked.
#pragma once

#include <QAbstractButton>

#include "gui/summary/summary_texts.h"

namespace heapprof::gui {

class FindingCard : public QAbstractButton {
    Q_OBJECT

public:
    explicit FindingCard(const FindingText& text, QWidget* parent = nullptr);

    const FindingText& words() const { return m_text; }
    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

signals:
    void chosen();

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QFont titleFont() const;

    FindingText m_text;
    QString m_title, m_detail;  // as they are drawn
};

}  // namespace heapprof::gui
