// The user's own editor, at a line of code.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "gui/source/source_file.h"

namespace heapprof::gui {

/// A command line; {file} and {line} stand for the place. Words are separated by
/// spaces, double quotes keep them together.
struct EditorPreset {
    QString name;
    QString command;
};
const std::vector<EditorPreset>& editorPresets();

/// The command in use: what the user set, or the first preset whose program is installed; empty: none is.
QString editorCommand();
/// Empty: back to what is installed.
void setEditorCommand(const QString& command);

/// Program and arguments for a place; empty when `command` is.
QStringList editorArguments(const QString& command, const QString& file, std::uint32_t line);
/// Starts the editor; empty, or a sentence that says why it could not be started. As slow as the disk; any thread.
QString openInEditor(const SourceQuery& source, std::uint32_t line);

}  // namespace heapprof::gui
