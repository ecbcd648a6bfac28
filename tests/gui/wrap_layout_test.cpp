#include "gui/common/wrap_layout.h"

#include <QTest>
#include <QVBoxLayout>

using heapprof::gui::WrapLayout;

namespace {

/// Can shrink to half of the width it would like.
class Block : public QWidget {
public:
    explicit Block(int width) : m_width(width) {}
    QSize sizeHint() const override { return {m_width, 20}; }
    QSize minimumSizeHint() const override { return {m_width / 2, 20}; }

private:
    int m_width;
};

struct Row {
    explicit Row(std::initializer_list<int> widths) {
        layout->setContentsMargins(5, 3, 5, 3);
        layout->setSpacing(10);
        for (const int width : widths) layout->addWidget(blocks.emplace_back(new Block(width)));
    }
    void resize(int width) {
        height = layout->heightForWidth(width);
        layout->setGeometry(QRect(0, 0, width, height));
    }

    QWidget window;
    WrapLayout* layout = new WrapLayout(&window);
    std::vector<Block*> blocks;
    int height = 0;
};

}  // namespace

class WrapLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void wideEnough_oneRow() {
        Row row({100, 60, 40});
        QCOMPARE(row.layout->sizeHint(), QSize(230, 26));
        row.resize(400);
        QCOMPARE(row.height, 26);
        QCOMPARE(row.blocks[0]->geometry(), QRect(5, 3, 100, 20));
        QCOMPARE(row.blocks[2]->geometry(), QRect(185, 3, 40, 20));
    }

    void shrinksBeforeItWraps() {
        Row row({100, 60, 40});
        row.resize(150);
        QCOMPARE(row.height, 26);
        QCOMPARE(row.blocks[0]->geometry(), QRect(5, 3, 70, 20));
        QCOMPARE(row.blocks[1]->width(), 30);
        QCOMPARE(row.blocks[2]->geometry().right(), 144);
    }

    void whatDoesNotFitBeginsARow() {
        Row row({100, 60, 40});
        row.resize(100);
        QCOMPARE(row.height, 50);
        QCOMPARE(row.blocks[1]->geometry(), QRect(65, 3, 30, 20));
        QCOMPARE(row.blocks[2]->geometry(), QRect(5, 27, 40, 20));
        QCOMPARE(row.layout->minimumSize().width(), 60);
    }

    void hiddenWidgetsLeaveNoGap() {
        Row row({100, 60, 40});
        row.blocks[0]->hide();
        row.resize(400);
        QCOMPARE(row.blocks[1]->geometry(), QRect(5, 3, 60, 20));
        QCOMPARE(row.layout->sizeHint().width(), 120);
    }

    void mirroredFromRightToLeft() {
        Row row({100, 60});
        row.window.setLayoutDirection(Qt::RightToLeft);
        row.resize(400);
        QCOMPARE(row.blocks[0]->geometry().right(), 394);
        QCOMPARE(row.blocks[1]->geometry().right(), 284);
    }

    void tellsWhetherThereIsRoomForOneMore() {
        Row row({100, 60, 40});  // at least 50, 30 and 20
        const QWidget* last = row.blocks[2];
        for (const bool isInSight : {true, false}) {
            row.blocks[2]->setVisible(isInSight);
            QVERIFY(row.layout->hasRoomFor(last, 10 + 120));   // all in one row
            QVERIFY(!row.layout->hasRoomFor(last, 10 + 119));  // one row without it
            QVERIFY(row.layout->hasRoomFor(last, 10 + 89));    // in the second of two
        }
    }

    void worksInsideAnotherLayout() {
        QWidget window;
        auto* rows = new QVBoxLayout(&window);
        auto* wrap = new WrapLayout;
        rows->addLayout(wrap);
        auto* rest = new QWidget;
        rows->addWidget(rest, 1);
        std::vector<Block*> blocks;
        for (int i = 0; i < 6; ++i) wrap->addWidget(blocks.emplace_back(new Block(100)));
        for (const int width : {900, 250, 120}) {
            const QRect area(0, 0, width, 600);
            rows->setGeometry(area);
            QVERIFY(area.contains(blocks.back()->geometry()));
            QVERIFY(rest->y() > blocks.back()->geometry().bottom());
        }
    }

    void givesItemsBack() {
        Row row({100, 60});
        const std::unique_ptr<QLayoutItem> taken(row.layout->takeAt(0));
        QCOMPARE(taken->widget(), row.blocks[0]);
        QCOMPARE(row.layout->count(), 1);
        QVERIFY(row.layout->takeAt(1) == nullptr && row.layout->itemAt(-1) == nullptr);
    }
};

QTEST_MAIN(WrapLayoutTest)
#include "wrap_layout_test.moc"
