#include "gui/source/editor.h"

#include <QCoreApplication>
#include <QProcess>
#include <QSettings>
#include <QStandardPaths>

namespace heapprof::gui {
namespace {

const QString kSetting = QStringLiteral("editor");

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Editor)
};

bool isInstalled(const QString& command) {
    const QStringList words = QProcess::splitCommand(command);
    return !words.isEmpty() && !QStandardPaths::findExecutable(words.first()).isEmpty();
}

}  // namespace

const std::vector<EditorPreset>& editorPresets() {
    static const std::vector<EditorPreset> presets{
        {QStringLiteral("Visual Studio Code"), QStringLiteral("code --goto {file}:{line}")},
        {QStringLiteral("PyCharm"), QStringLiteral("pycharm --line {line} {file}")},
        {QStringLiteral("Emacs"), QStringLiteral("emacsclient --no-wait --alternate-editor=emacs +{line} {file}")},
        {QStringLiteral("Vim"), QStringLiteral("gvim +{line} {file}")},
        {Words::tr("Vim in a terminal"), QStringLiteral("x-terminal-emulator -e vim +{line} {file}")},
    };
    return presets;
}

QString editorCommand() {
    if (const QString chosen = QSettings().value(kSetting).toString(); !chosen.isEmpty()) return chosen;
    for (const EditorPreset& preset : editorPresets())
        if (isInstalled(preset.command)) return preset.command;
    return {};
}

void setEditorCommand(const QString& command) {
    if (command.trimmed().isEmpty())
        QSettings().remove(kSetting);
    else
        QSettings().setValue(kSetting, command.trimmed());
}

QStringList editorArguments(const QString& command, const QString& file, std::uint32_t line) {
    QStringList words = QProcess::splitCommand(command);
    for (QString& word : words) {  // {line} first: the file's name may hold anything
        word.replace(QStringLiteral("{line}"), QString::number(line));
        word.replace(QStringLiteral("{file}"), file);
    }
    return words;
}

QString openInEditor(const SourceQuery& source, std::uint32_t line) {
    if (source.text) {
        SourceFile none;
        none.problem = SourceProblem::NoFile;
        return noteOf(none);
    }
    const auto file = readSourceFile(source);
    // Whatever else is wrong with it, the editor may know more of it than we do.
    const bool isThere = file->problem == SourceProblem::None || file->problem == SourceProblem::TooLarge ||
                         file->problem == SourceProblem::NotText;
    if (!isThere) return noteOf(*file);
    QString path = QString::fromStdString(file->path);
    if (!file->archive.empty()) return Words::tr("%1 lies in an archive, where an editor does not open it.").arg(path);
    QStringList words = editorArguments(editorCommand(), path, line);
    if (words.isEmpty()) return Words::tr("No editor is set: View, Editor.");
    const QString program = words.takeFirst();
    if (QProcess::startDetached(program, words)) return {};
    return Words::tr("%1 could not be started.").arg(program);
}

}  // namespace heapprof::gui
