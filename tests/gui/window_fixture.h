// What tests of whole windows begin with.
#pragma once

#include <QCoreApplication>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>
#include <QString>
#include <QTest>
#include <memory>

#include "gui/common/icons.h"
#include "gui/flowgraph/layout_process.h"
#include "gui/window/main_window.h"
#include "gui/window/remembered_views.h"
#include "tests/core/temporary_folder.h"

namespace heapprof::test {

/// Once: settings in the folder `settings`, caches beside those of no user, and the program that lays graphs out.
inline void prepareWindows(const std::filesystem::path& settings) {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("heapprof-test"));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, QString::fromStdString(settings.string()));
    gui::initResources();
    gui::LayoutProcess::setProgram(QStringLiteral(HEAPPROF_WORKSTATION_PATH));
}
inline void prepareWindows(const TemporaryFolder& folder) { prepareWindows(folder / "config"); }

/// As a new user meets it; of its own size when `size` is invalid. Null when it does not come to the screen.
inline std::unique_ptr<gui::MainWindow> freshWindow(QSize size = {}) {
    QSettings().clear();
    QDir(gui::remembered_views::folder()).removeRecursively();
    auto window = std::make_unique<gui::MainWindow>();
    if (size.isValid()) window->resize(size);
    window->show();
    return QTest::qWaitForWindowExposed(window.get()) ? std::move(window) : nullptr;
}

}  // namespace heapprof::test
