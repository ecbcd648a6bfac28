// What a window shows of a capture that holds nothing.
#pragma once

#include <QWidget>

#include "core/capture/metadata.h"

class QLabel;

namespace heapprof::gui {

class EmptyPage : public QWidget {
    Q_OBJECT

public:
    explicit EmptyPage(QWidget* parent = nullptr);

    /// Says why there may be nothing in a capture of that kind, which has been read to its end.
    void showCapture(const Metadata& metadata);

signals:
    void openWanted();

private:
    QLabel* m_why;
};

}  // namespace heapprof::gui
