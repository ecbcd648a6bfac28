// What the comparison of pictures lets pass, and what it does not.
#include "tests/pictures/comparison.h"

#include <QPainter>
#include <QTest>

namespace heapprof::test {
namespace {

constexpr QSize kSize(1600, 1000);

/// As a window: a head, and text in three panes.
struct Look {
    QColor ground = Qt::white, text = QColor(0x1c, 0x21, 0x28), curve = QColor(0x2a, 0x63, 0xd6);
    QPointF shift;  // of the letters
    int border = 1150;
    bool hasRightPane = true;
    int lines = 12;
};

QImage drawn(const Look& look) {
    QImage image(kSize, QImage::Format_RGB32);
    image.fill(look.ground);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRectF(60, 200, 1500, 120), look.curve);
    painter.setPen(look.text);
    painter.drawLine(look.border, 340, look.border, 960);
    QFont font;
    font.setPixelSize(13);
    painter.setFont(font);
    for (int line = 0; line < look.lines; ++line) {
        const double y = 380 + 24 * line;
        painter.drawText(QPointF(20, y) + look.shift, QStringLiteral("find_doubtful (shop/join.py:16)  178 MiB"));
        if (look.hasRightPane)
            painter.drawText(QPointF(look.border + 20, y) + look.shift, QStringLiteral("Allocated in all: 428 MiB"));
    }
    painter.end();
    return reduced(image);
}

}  // namespace

class ComparisonTest : public QObject {
    Q_OBJECT

private slots:
    void theSamePictureIsTheSame() {
        QVERIFY(!differenceOf(drawn({}), drawn({})).isTooMuch());
        QCOMPARE(differenceOf(drawn({}), drawn({})).greatest, 0.0);
    }
    void lettersMayLieElsewhereByAPixel() {
        for (const QPointF shift : {QPointF(0.3, 0), QPointF(1, 0), QPointF(0, 1)}) {
            Look look;
            look.shift = shift;
            const Difference difference = differenceOf(drawn(look), drawn({}));
            QVERIFY2(!difference.isTooMuch(), qPrintable(difference.text()));
        }
    }
    void aPaneThatIsGoneIsFound() {
        Look look;
        look.hasRightPane = false;
        QVERIFY(differenceOf(drawn(look), drawn({})).isTooMuch());
    }
    void linesThatAreCutOffAreFound() {
        Look look;
        look.lines = 10;
        QVERIFY(differenceOf(drawn(look), drawn({})).isTooMuch());
    }
    void aBorderThatHasMovedIsFound() {
        Look look;
        look.border = 1110;
        QVERIFY(differenceOf(drawn(look), drawn({})).isTooMuch());
    }
    void otherColoursAreFound() {
        Look curve, scheme;
        curve.curve = QColor(0x2a, 0x8a, 0xd6);
        scheme.ground = QColor(0x1e, 0x21, 0x26);
        scheme.text = QColor(0xe6, 0xe9, 0xee);
        QVERIFY(differenceOf(drawn(curve), drawn({})).isTooMuch());
        QVERIFY(differenceOf(drawn(scheme), drawn({})).isTooMuch());
    }
    void anotherSizeIsFound() {
        QVERIFY(
            differenceOf(reduced(QImage(kSize, QImage::Format_RGB32)), reduced(QImage(900, 600, QImage::Format_RGB32)))
                .isTooMuch());
    }
};

}  // namespace heapprof::test

QTEST_MAIN(heapprof::test::ComparisonTest)
#include "comparison_test.moc"
