#include "gui/application/application.h"

#include <QApplication>
#include <QFileInfo>
#include <cstdio>
#include <utility>

#include "gui/application/options.h"
#include "gui/application/single_instance.h"
#include "gui/common/icons.h"
#include "gui/common/path_text.h"
#include "gui/exporting/summary_command.h"
#include "gui/translations/translations.h"
#include "gui/window/main_window.h"

namespace heapprof::gui {
namespace {

QStringList absolute(const QStringList& files) {
    QStringList result;
    for (const QString& file : files) result << QFileInfo(file).absoluteFilePath();
    return result;
}

}  // namespace

Application::~Application() {
    const QVector<MainWindow*> windows = std::exchange(m_windows, {});
    qDeleteAll(windows);
}

void Application::open(const QStringList& files) {
    if (files.isEmpty() && m_windows.isEmpty()) emptyWindow();
    for (const QString& file : files) emptyWindow()->open(file);
    MainWindow* newest = m_windows.last();
    newest->setWindowState(newest->windowState() & ~Qt::WindowMinimized);
    newest->raise();
    newest->activateWindow();
}

MainWindow* Application::emptyWindow() {
    for (MainWindow* window : m_windows)
        if (window->isEmpty()) return window;
    auto* window = new MainWindow;
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->setRestoresViews(m_restoresViews);
    m_windows.append(window);
    connect(window, &QObject::destroyed, this, [this, window] { m_windows.removeOne(window); });
    connect(window, &MainWindow::openInOtherWindows, this, &Application::open);
    window->show();
    return window;
}

int Application::run(int argc, char** argv) {
    QCoreApplication::setApplicationName(QStringLiteral("heapprof-workstation"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HEAPPROF_VERSION));
    QCoreApplication::setOrganizationName(QStringLiteral("heapprof"));
    QStringList arguments;
    for (int i = 0; i < argc; ++i) arguments << textOfPath(argv[i]);
    ApplicationOptions options = parseCommandLine(arguments);
    if (options.startsNothing()) {
        QCoreApplication speaker(argc, argv);  // there are no translations without one
        installTranslations(speaker);
        options = parseCommandLine(arguments);
        std::fputs(options.message.toLocal8Bit().constData(), options.exitCode == 0 ? stdout : stderr);
        return options.exitCode;
    }
    // An export paints into files: it must work, and look the same, wherever there is no display.
    const bool hasWindow = !options.exporting && !options.printsSummary;
    if (!hasWindow && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");

    QApplication application(argc, argv);
    QGuiApplication::setDesktopFileName(QStringLiteral("heapprof-workstation"));
    initResources();
    installTranslations(application);
    applyTheme(options.theme.value_or(hasWindow ? chosenTheme() : Theme::System));
    if (options.exporting) return runExportCommand(*options.exporting);
    if (options.printsSummary) return runSummaryCommand(options.files.constFirst());

    const QStringList files = absolute(options.files);
    SingleInstance instance(SingleInstance::defaultName());
    if (!options.newWindow) {
        if (instance.handOver(files)) return 0;
        instance.listen();
    }
    QGuiApplication::setWindowIcon(applicationIcon());
    Application workstation;
    workstation.setRestoresViews(!options.newWindow);
    connect(&instance, &SingleInstance::filesReceived, &workstation, &Application::open);
    workstation.open(files);
    return QApplication::exec();
}

}  // namespace heapprof::gui
