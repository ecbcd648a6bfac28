// A flow graph on screen, with the hands that drive it.
#pragma once

#include <QApplication>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <cmath>

#include "gui/flowgraph/flow_graph_view.h"
#include "tests/gui/flow_graph_fixture.h"

namespace heapprof::gui::test {

/// The files of the program that these graphs are of.
inline const std::string kJoin = "/home/ada/src/aquarium/pipeline/join.py";
inline const std::string kParse = "/home/ada/src/aquarium/pipeline/parse.py";
inline const std::string kMain = "/home/ada/src/aquarium/main.py";

/// A view that is shown, with what tests need to get at.
struct Shown {
    ViewStateStore store;
    FlowGraphView view{store};
    FlowCanvas& canvas = *view.findChild<FlowCanvas*>(QStringLiteral("flowCanvas"));
    FlowScene& scene = *static_cast<FlowScene*>(canvas.scene());
    QLabel& note = *view.findChild<QLabel*>(QStringLiteral("flowNote"));
    QLabel& message = *view.findChild<QLabel*>(QStringLiteral("flowMessage"));

    Shown() {
        view.resize(1000, 700);
        view.show();
    }
    bool settle() {
        const bool settled = QTest::qWaitFor([this] { return !view.isBusy(); }, 30'000);
        QApplication::processEvents();  // the widgets' own layout
        return settled;
    }
    bool show(const std::shared_ptr<const InstantResult>& result) {
        view.showResult(result);
        return settle();
    }
    template <typename Widget>
    Widget& child(const char* name) {
        return *view.findChild<Widget*>(QString::fromLatin1(name));
    }

    QPoint onScreen(const QPointF& at) const { return canvas.viewportTransform().map(at).toPoint(); }
    QPointF middle(LineIndex line) const { return scene.boxRect(scene.boxOf(line).value()).center(); }
    /// A point on the row of `line` in its box.
    QPoint row(LineIndex line) const {
        const QRectF box = scene.boxRect(scene.boxOf(line).value());
        for (double y = box.top() + 1; y < box.bottom(); ++y)
            if (const auto hit = scene.boxAt(QPointF(box.left() + 12, y)); hit && hit->line == line)
                return onScreen(QPointF(box.left() + 12, y + 4));
        return {};
    }
    void click(const QPoint& at) { QTest::mouseClick(canvas.viewport(), Qt::LeftButton, {}, at); }
    void doubleClick(const QPoint& at) {
        click(at);
        QTest::mouseDClick(canvas.viewport(), Qt::LeftButton, {}, at);
    }
    void hover(const QPoint& at) {
        QMouseEvent event(QEvent::MouseMove, at, canvas.viewport()->mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
        QApplication::sendEvent(canvas.viewport(), &event);
    }
    void wheel(const QPoint& at, int delta) {
        QWheelEvent event(at, canvas.viewport()->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, {}, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(canvas.viewport(), &event);
    }
    bool isMiddle(LineIndex line) const {
        const QPointF distance = onScreen(middle(line)) - canvas.viewport()->rect().center();
        return std::abs(distance.x()) <= 2 && std::abs(distance.y()) <= 2;
    }
    std::size_t dimmed() const {
        std::size_t count = 0;
        for (std::size_t b = 0; b < scene.boxCount(); ++b) count += scene.boxLook(b).dimmed ? 1 : 0;
        return count;
    }
};

inline QImage page(FlowGraphView& view, double scale) {
    QImage image((view.pageSize() * scale).toSize(), QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    view.drawPage(painter, QSizeF(image.size()));
    return image;
}

/// The layout helper, but its process starts late by `seconds`.
inline QString slowHelper(const QTemporaryDir& dir, const char* seconds) {
    QFile file(dir.filePath(QStringLiteral("slow.sh")));
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write(QByteArray("#!/bin/sh\nsleep ") + seconds + "\nexec \"" +
               QFile::encodeName(QCoreApplication::applicationFilePath()) + "\" --layout\n");
    file.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
    return file.fileName();
}

/// A line that calls two others, which hold so many KiB.
inline FlowMaker twoBranches(std::int64_t left, std::int64_t right) {
    const FlowMaker::Call main{"main.py", 1, "main"};
    FlowMaker maker;
    maker.add({main, {"left.py", 2, "left"}}, {left << 10});
    maker.add({main, {"right.py", 3, "right"}}, {right << 10});
    return maker;
}

}  // namespace heapprof::gui::test
