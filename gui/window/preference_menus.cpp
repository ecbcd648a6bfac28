#include "gui/window/preference_menus.h"

#include <QActionGroup>
#include <QCoreApplication>
#include <QMenu>
#include <QWidgetAction>

#include "gui/common/text_field.h"
#include "gui/common/theme.h"
#include "gui/source/editor.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PreferenceMenus)
};

}  // namespace

QMenu* makeThemeMenu(QWidget* parent) {
    auto* menu = new QMenu(Words::tr("&Colours"), parent);
    auto* group = new QActionGroup(menu);
    for (const auto& [theme, name] : {std::pair(Theme::System, Words::tr("As the &Desktop")),
                                      {Theme::Light, Words::tr("&Light")},
                                      {Theme::Dark, Words::tr("&Dark")}}) {
        QAction* action = menu->addAction(name);
        action->setObjectName(QStringLiteral("theme-") + nameOf(theme));
        action->setCheckable(true);
        group->addAction(action);
        QObject::connect(action, &QAction::triggered, [theme = theme] { chooseTheme(theme); });
        QObject::connect(menu, &QMenu::aboutToShow, action,
                         [action, theme = theme] { action->setChecked(appliedTheme() == theme); });
    }
    return menu;
}

QMenu* makeEditorMenu(QWidget* parent) {
    auto* menu = new QMenu(Words::tr("&Editor"), parent);
    menu->setObjectName(QStringLiteral("editorMenu"));
    auto* field = new MenuField;
    field->setObjectName(QStringLiteral("editorCommand"));
    field->setAccessibleName(Words::tr("Editor command"));
    field->setPlaceholderText(Words::tr("A command, as in: editor {file} {line}"));
    field->setMinimumWidth(field->fontMetrics().averageCharWidth() * 46);
    for (const EditorPreset& preset : editorPresets())
        QObject::connect(menu->addAction(preset.name), &QAction::triggered, field,
                         [&preset] { setEditorCommand(preset.command); });
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(field);
    menu->addAction(action);
    QObject::connect(menu, &QMenu::aboutToShow, field, [field] { field->setText(editorCommand()); });
    QObject::connect(field, &QLineEdit::returnPressed, menu, [menu, field] {
        setEditorCommand(field->text());
        menu->close();
    });
    return menu;
}

}  // namespace heapprof::gui
