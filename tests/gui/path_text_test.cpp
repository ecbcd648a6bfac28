// A path comes back from its text as it was, whatever its bytes; and short forms of it say what they can.
#include "gui/common/path_text.h"

#include <QTest>
#include <random>

#include "gui/common/frame_labels.h"

using namespace heapprof::gui;

class PathTextTest : public QObject {
    Q_OBJECT

private slots:
    void texts_data();
    void texts();
    void anyBytes();
    void urls();
    void theEndOfALongPathIsShown();
    void filesOfPackagesAreToldApart();
};

void PathTextTest::texts_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("ascii") << QByteArray("/tmp/out.hpm") << QStringLiteral("/tmp/out.hpm");
    QTest::newRow("utf-8") << QByteArray("/caf\xc3\xa9/\xf0\x9f\x90\x8d")
                           << QString::fromUtf8("/caf\xc3\xa9/\xf0\x9f\x90\x8d");
    QTest::newRow("latin-1") << QByteArray("/caf\xe9/out") << QString::fromUtf16(u"/caf\xDCE9/out");
    QTest::newRow("cut off") << QByteArray("/a\xf0\x9f") << QString::fromUtf16(u"/a\xDCF0\xDC9F");
    QTest::newRow("a surrogate's bytes") << QByteArray("\xed\xb2\x80") << QString::fromUtf16(u"\xDCED\xDCB2\xDC80");
    QTest::newRow("empty") << QByteArray() << QString();
}

void PathTextTest::texts() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    QCOMPARE(textOfPath(bytes.toStdString()), text);
    QCOMPARE(pathOf(text).string(), bytes.toStdString());
}

void PathTextTest::anyBytes() {
    std::mt19937 random(3);
    for (int round = 0; round < 5000; ++round) {
        std::string bytes;
        for (unsigned i = random() % 12; i > 0; --i)
            bytes += static_cast<char>(random() % 4 == 0 ? 'a' : random() % 256);
        QCOMPARE(pathOf(textOfPath(bytes)).string(), bytes);
    }
}

void PathTextTest::urls() {
    QCOMPARE(pathOf(pathTextOf(QUrl(QStringLiteral("file:///caf%E9/a%20b.hpm")))).string(),
             std::string("/caf\xe9/a b.hpm"));
    QCOMPARE(pathTextOf(QUrl::fromLocalFile(QStringLiteral("/ä/100%.hpm"))), QStringLiteral("/ä/100%.hpm"));
}

void PathTextTest::theEndOfALongPathIsShown() {
    const QFontMetricsF metrics{QFont()};
    const QString path = QStringLiteral("/usr/lib/python3/site-packages/pandas/core/frame.py:12");
    const auto widthOf = [&](const QString& text) { return metrics.horizontalAdvance(text); };
    QCOMPARE(elidedPath(path, metrics, widthOf(path)), path);
    const QString end = QStringLiteral("\u2026/core/frame.py:12");
    QCOMPARE(elidedPath(path, metrics, widthOf(end)), end);
    QCOMPARE(elidedPath(path, metrics, widthOf(end) + widthOf(QStringLiteral("as"))), end);  // no part of a folder
    const QString name = QStringLiteral("frame.py:12");
    QCOMPARE(elidedPath(path, metrics, widthOf(name)), name);
    QCOMPARE(elidedPath(path, metrics, widthOf(QStringLiteral("\u2026.py:12")) + 1), QStringLiteral("\u2026.py:12"));
    const QString folder = QStringLiteral("/usr/lib/python3/site-packages/"), last = QStringLiteral("site-packages/");
    const QString shown = QStringLiteral("\u2026/site-packages/");
    QCOMPARE(elidedPath(folder, metrics, widthOf(shown) + 1), shown);
    QCOMPARE(elidedPath(folder, metrics, widthOf(last)), last);
}

void PathTextTest::filesOfPackagesAreToldApart() {
    QCOMPARE(fileLabel("/srv/app/io.py"), std::string("io.py"));
    QCOMPARE(fileLabel("/usr/lib/python3/json/__init__.py"), std::string("json/__init__.py"));
    QCOMPARE(fileLabel("gunicorn/__main__.py"), std::string("gunicorn/__main__.py"));
    QCOMPARE(fileLabel("__main__.py"), std::string("__main__.py"));
    QCOMPARE(fileLabel("/__init__.py"), std::string("__init__.py"));
    QCOMPARE(fileLabel(""), std::string());
}

QTEST_MAIN(PathTextTest)
#include "path_text_test.moc"
