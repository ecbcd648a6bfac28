#include "gui/common/hidden_frames_menu.h"

#include <QCoreApplication>
#include <QMenu>
#include <QStringList>

#include "core/text/text.h"
#include "gui/common/filter_texts.h"
#include "gui/state/view_state_store.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(HiddenFramesMenu)
};

struct Kind {
    bool HiddenFrames::* isHidden;
    ModuleKind code;
    const char* name;
};
constexpr Kind kKinds[]{{&HiddenFrames::internal, ModuleKind::Internal, "hideInternal"},
                        {&HiddenFrames::standardLibrary, ModuleKind::StandardLibrary, "hideStandardLibrary"},
                        {&HiddenFrames::sitePackages, ModuleKind::SitePackages, "hideSitePackages"}};

}  // namespace

void addHiddenFrames(QMenu& menu, ViewStateStore& store) {
    const HiddenFrames& hidden = store.state().tree.hidden;
    for (const Kind& kind : kKinds) {
        QAction* action = menu.addAction(nameOf(kind.code));
        action->setObjectName(QLatin1String(kind.name));
        action->setCheckable(true);
        action->setChecked(hidden.*kind.isHidden);
        QObject::connect(action, &QAction::triggered, &store, [&store, kind](bool isHidden) {
            store.change([&](ViewState& state) { state.tree.hidden.*kind.isHidden = isHidden; });
        });
    }
    for (const std::string& module : hidden.modules) {
        QAction* action = menu.addAction(Words::tr("module %1").arg(QString::fromStdString(printable(module))));
        action->setCheckable(true);
        action->setChecked(true);
        QObject::connect(action, &QAction::triggered, &store, [&store, module] {
            store.change([&](ViewState& state) { std::erase(state.tree.hidden.modules, module); });
        });
    }
}

QString textOf(const HiddenFrames& hidden) {
    QStringList parts;
    for (const Kind& kind : kKinds)
        if (kind.code != ModuleKind::Internal && hidden.*kind.isHidden) parts << nameOf(kind.code);
    for (const std::string& module : hidden.modules) parts << QString::fromStdString(printable(module));
    return parts.join(QStringLiteral(", "));
}

}  // namespace heapprof::gui
