// The command line.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>

#include "gui/common/theme.h"
#include "gui/exporting/export_command.h"

namespace heapprof::gui {

struct ApplicationOptions {
    QStringList files;  ///< as given
    bool newWindow = false;
    std::optional<Theme> theme;  ///< unset: what the user chose in the window
    std::optional<ExportCommand> exporting;
    bool printsSummary = false;  ///< of the one file

    /// What to print instead of starting: the help or the version (exitCode 0), or an error (exitCode 2).
    QString message;
    int exitCode = 0;
    bool startsNothing() const { return !message.isEmpty(); }
};

/// Needs no application object.
ApplicationOptions parseCommandLine(const QStringList& arguments);

}  // namespace heapprof::gui
