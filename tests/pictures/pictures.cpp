// Makes the pictures of the window, and compares them with their references. Usage:
//   heapprof-pictures make FOLDER light|dark [NAME [LANGUAGE]]
//                       at the scale that QT_SCALE_FACTOR says; above 1 those that are sharp, too; or only those with
//                       NAME in their name; in English, or in LANGUAGE
//   heapprof-pictures compare FOLDER REFERENCES DIFFERENCES
//   heapprof-pictures accept FOLDER REFERENCES
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFontDatabase>
#include <QImageWriter>
#include <QLockFile>
#include <QTextStream>

#include "gui/common/theme.h"
#include "gui/translations/translations.h"
#include "tests/gui/window_fixture.h"
#include "tests/pictures/comparison.h"
#include "tests/pictures/scenes.h"

namespace heapprof::test {
namespace {

QTextStream& out() {
    static QTextStream stream(stdout);
    return stream;
}

/// `compression` from 0 to 9.
void save(const QImage& image, const QString& path, int compression) {
    QImageWriter writer(path, "png");
    writer.setCompression(compression * 100 / 9);
    if (!writer.write(image)) qFatal("cannot write %s", qPrintable(path));
}

int make(const QDir& folder, const QString& themeName, const QString& part, const QString& language) {
    const auto theme = gui::themeOf(themeName);
    if (!theme) return 2;
    for (const char* family : {"Inter", "JetBrains Mono"})
        if (!QFontDatabase::families().contains(QLatin1String(family)))
            qFatal("The font %s is missing: tests/pictures.sh installs it.", family);
    if (!language.isEmpty()) gui::installTranslations(*qApp, {language});
    gui::applyTheme(*theme);
    QApplication::setCursorFlashTime(0);
    const bool isSharp = qApp->devicePixelRatio() > 1;
    const QString ending = QStringLiteral("-%1%2.png").arg(themeName, isSharp ? QStringLiteral("-2x") : QString());
    // Where the captures lie is to be seen in some pictures: it is the same every time.
    const QString place = QStringLiteral("/tmp/heapprof-pictures") + ending.chopped(4);
    QLockFile lock(place + QStringLiteral(".lock"));
    if (!lock.lock()) qFatal("cannot write to %s", qPrintable(place));
    const std::filesystem::path path = place.toStdString();
    const RecordedPrograms programs(path);
    prepareWindows(path / "config");
    Stage stage(programs);
    for (const Scene& scene : scenes()) {
        if ((isSharp && !scene.isAlsoSharp) || !QString::fromStdString(scene.name).contains(part)) continue;
        stage.prepare(scene.program, scene.size);
        if (scene.show) scene.show(stage);
        save(scene.isPassing ? stage.snapshot() : stage.photograph(),
             folder.filePath(QString::fromStdString(scene.name) + ending), 1);
    }
    return 0;
}

/// Of Qt, in which letters and margins differ from release to release.
const QString kVersion = QStringLiteral("qt-version");

QByteArray versionOf(const QDir& references) {
    QFile file(references.filePath(kVersion));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

int compare(const QDir& folder, const QDir& references, const QDir& differences) {
    int failed = 0;
    const auto fail = [&](const QString& name, const QString& why) {
        out() << name << ": " << why << Qt::endl;
        ++failed;
    };
    const QStringList made = folder.entryList({QStringLiteral("*.png")});
    for (const QString& name : made) {
        const QImage reference(references.filePath(name));
        if (reference.isNull()) {
            fail(name, QStringLiteral("there is no reference"));
            continue;
        }
        const QImage picture = reduced(QImage(folder.filePath(name)));
        const Difference difference = differenceOf(picture, reference);
        if (!difference.isTooMuch()) continue;
        const QString sheet = differences.filePath(name);
        save(besideEachOther(picture, reference), sheet, 9);
        fail(name, QStringLiteral("%1: %2").arg(difference.text(), sheet));
    }
    for (const QString& name : references.entryList({QStringLiteral("*.png")}))
        if (!made.contains(name)) fail(name, QStringLiteral("this picture was not made"));
    out() << made.size() << " pictures, of which " << failed << " are not what they were" << Qt::endl;
    const QByteArray version = versionOf(references);
    if (version == qVersion()) return failed == 0 ? 0 : 1;
    out() << "no failure, as this is Qt " << qVersion() << ", and the references are of Qt " << version << Qt::endl;
    return 0;
}

int accept(const QDir& folder, QDir references) {
    for (const QString& name : references.entryList({QStringLiteral("*.png")})) references.remove(name);
    for (const QString& name : folder.entryList({QStringLiteral("*.png")}))
        save(reduced(QImage(folder.filePath(name))), references.filePath(name), 9);
    QFile version(references.filePath(kVersion));
    return version.open(QIODevice::WriteOnly) && version.write(qVersion()) > 0 ? 0 : 1;
}

}  // namespace
}  // namespace heapprof::test

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    const QString task = arguments.value(1);
    if (arguments.size() >= 4 && task == QStringLiteral("make"))
        return heapprof::test::make(arguments[2], arguments[3], arguments.value(4), arguments.value(5));
    if (arguments.size() == 5 && task == QStringLiteral("compare"))
        return heapprof::test::compare(arguments[2], arguments[3], arguments[4]);
    if (arguments.size() == 4 && task == QStringLiteral("accept"))
        return heapprof::test::accept(arguments[2], arguments[3]);
    heapprof::test::out() << "make FOLDER light|dark [NAME [LANGUAGE]], compare FOLDER REFERENCES DIFFERENCES, or "
                             "accept FOLDER REFERENCES\n";
    return 2;
}
