// What a window showed of a capture when it was left, kept beside the user's settings.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <optional>

#include "core/capture/metadata.h"
#include "gui/document/plot_result.h"

namespace heapprof::gui {

struct RememberedView {
    QJsonObject state;                       ///< as view_state_json.h has it
    std::optional<PlotRange::Span> inSight;  ///< of the time plot; unset: everything
    QString picture, table;                  ///< which are in sight
    QJsonObject columns;                     ///< of tables, as ViewArea has them
    QByteArray panes;                        ///< as ViewArea saves them

    bool operator==(const RememberedView&) const = default;
};

/// One small file for each capture, of which the newest 200 stay. A capture that was recorded anew under the same name
/// is another one. What cannot be read or written is as if it had never been there.
namespace remembered_views {

inline constexpr qsizetype kMost = 200;

/// `capture` is the path of one of its files, absolute.
std::optional<RememberedView> find(const QString& capture, const Metadata& metadata);
void keep(const QString& capture, const Metadata& metadata, const RememberedView& view);
void forget(const QString& capture);
/// Where the files lie.
QString folder();

}  // namespace remembered_views

}  // namespace heapprof::gui
