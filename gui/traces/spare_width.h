// Gives what a table's columns leave of its width to one of them.
#pragma once

#include <QObject>

class QHeaderView;

namespace heapprof::gui {

/// Until the user sets a width. The column keeps its width where the others leave less than that.
class SpareWidth : public QObject {
    Q_OBJECT

public:
    explicit SpareWidth(QHeaderView* header);

    /// After widths were set by the program: `column` gets it, now and whenever the table changes its width.
    void giveTo(int column);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void distribute();

    QHeaderView* m_header;
    int m_column = 0;
    int m_least = 0;  // what the program set
    bool m_isByUser = false;
};

}  // namespace heapprof::gui
