#include "gui/common/style.h"

#include <QApplication>
#include <QFontDatabase>

#include "gui/common/colours.h"

namespace heapprof::gui {
namespace {

/// %1 panel, %2 line, %3 chip, %4 hover, %5 chosen, %6 dim, %7 accent, %8 text.
const char* const kSheet = R"(
QMainWindow::separator { background: %2; width: 1px; height: 1px; }
QToolBar { background: %1; border: 0; border-bottom: 1px solid %2; padding: 4px 8px; spacing: 4px; }
QToolBar QToolButton { border: 0; border-radius: 6px; padding: 5px 8px; color: %6; }
QToolBar QToolButton:hover { background: %4; }
QToolBar QToolButton:pressed, QToolBar QToolButton:checked { background: %5; color: %7; }
#liveFollow { border: 1px solid #2F9E44; border-radius: 10px; padding: 2px 10px; color: %6; }
#liveFollow:checked { background: #2F9E44; color: white; }
QToolBar::separator { background: %2; width: 1px; margin: 5px 4px; }
QMenuBar { background: %1; }
QMenuBar::item { padding: 4px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: %4; }
QStatusBar { background: %1; border-top: 1px solid %2; color: %6; }
QStatusBar::item { border: 0; }
QTabWidget::pane { border: 0; border-top: 1px solid %2; }
QTabBar { background: %1; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: %6; padding: 9px 2px 8px 2px; margin: 0 9px 0 9px;
    border: 0; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: %8; border-bottom-color: %7; }
QTabBar::tab:hover:!selected { color: %8; }
QTabBar QToolButton { background: %1; border: 0; padding: 0; }
QHeaderView { background: %1; border: 0; }
QHeaderView::section { background: %1; color: %6; border: 0; border-bottom: 1px solid %2; padding: 5px 1px 5px 8px; }
QHeaderView::down-arrow, QHeaderView::up-arrow { subcontrol-origin: border; subcontrol-position: top center;
    top: 1px; width: 8px; height: 8px; image: url(:/heapprof/icons/chevron-down.svg); }
QHeaderView::up-arrow { image: url(:/heapprof/icons/chevron-up.svg); }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 3px 8px; }
QToolButton:hover { background: %4; }
QToolButton:checked { background: %5; color: %7; }
QToolButton::menu-indicator { image: none; }
QComboBox { background: %1; border: 1px solid %2; border-radius: 6px; padding: 3px 4px 3px 8px; }
QComboBox::drop-down { border: 0; width: 20px; }
QComboBox::down-arrow { width: 10px; height: 10px; image: url(:/heapprof/icons/chevron-down.svg); }
QPushButton { background: %1; border: 1px solid %2; border-radius: 6px; padding: 4px 12px; }
QPushButton:hover { background: %4; }
QPushButton:default { border-color: %7; }
QCheckBox::indicator { width: 13px; height: 13px; background: %1; border: 1px solid %6; border-radius: 4px; }
QCheckBox::indicator:hover { border-color: %7; }
QCheckBox::indicator:checked { background: %7; border-color: %7; image: url(:/heapprof/icons/check.svg); }
QCheckBox::indicator:disabled { border-color: %2; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: %2; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: %6; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QProgressBar { background: %3; border: 0; border-radius: 4px; text-align: center; color: %8; }
QProgressBar::chunk { background: %2; border-radius: 4px; }
QLineEdit { background: %1; border: 1px solid %2; border-radius: 6px; padding: 3px 6px; }
QLineEdit:focus { border-color: %7; }
QTableView, QTreeView, QListView { background: %1; border: 0; outline: 0; selection-background-color: %5;
    selection-color: %8; }
QTableView::item { padding: 0 5px; border: 0; }
QTreeView::item { padding: 2px 5px 2px 0; border: 0; }
QTreeView::item:selected { background: %5; color: %8; }
QTableView::item:selected { background: %5; color: %8; }
#segments { background: %3; border-radius: 7px; }
#segments QToolButton { border: 0; border-radius: 5px; padding: 3px 11px; color: %6; }
#segments QToolButton:hover { color: %8; }
#segments QToolButton:checked { background: %1; color: %8; }
#search { background: transparent; border: 0; padding: 2px 0; }
#searchKeys { border: 1px solid %2; border-radius: 4px; padding: 1px 5px; color: %6; }
#searchField QToolButton { border: 0; border-radius: 4px; padding: 3px; }
#moreTabs { color: %6; }
#moreTabs:hover { color: %8; }
#filterChip { background: %3; border-radius: 11px; padding: 3px 10px; color: %8; }
#filterChip:hover { background: %5; }
#paneHeader { background: %1; border-bottom: 1px solid %2; }
#headline { background: %1; }
#inspector, #inspectorPage, #summaryPage { background: %1; }
)";

}  // namespace

Tones tonesOf(bool isDark) {
    if (isDark)
        return {QColor(0x1e, 0x21, 0x26), QColor(0x36, 0x3a, 0x43), QColor(0x29, 0x2d, 0x34),
                QColor(0x2a, 0x2e, 0x36), QColor(0x22, 0x31, 0x4d), QColor(0x9a, 0xa4, 0xb1),
                QColor(0x6e, 0xa3, 0xff), QColor(0xff, 0x6b, 0x9d), QColor(0xc4, 0x87, 0x3a)};
    return {QColor(0xff, 0xff, 0xff), QColor(0xe0, 0xe3, 0xe9), QColor(0xee, 0xf1, 0xf5),
            QColor(0xf0, 0xf3, 0xf7), QColor(0xe8, 0xf0, 0xfe), QColor(0x5c, 0x66, 0x72),
            QColor(0x2a, 0x63, 0xd6), QColor(0xc2, 0x25, 0x5c), QColor(0xef, 0xa5, 0x52)};
}

Tones tonesOf(const QPalette& palette) { return tonesOf(isDark(palette)); }

QPalette paletteOf(bool isDark) {
    const Tones tones = tonesOf(isDark);
    const QColor text = isDark ? QColor(0xe6, 0xe9, 0xee) : QColor(0x1c, 0x21, 0x28);
    const QColor window = isDark ? QColor(0x19, 0x1b, 0x20) : QColor(0xf5, 0xf6, 0xf8);
    QPalette palette(isDark ? tones.chip : QColor(0xf0, 0xf2, 0xf5), window);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, text);
    palette.setColor(QPalette::Base, tones.panel);
    palette.setColor(QPalette::AlternateBase, isDark ? QColor(0x22, 0x25, 0x2b) : QColor(0xf8, 0xf9, 0xfb));
    palette.setColor(QPalette::ToolTipBase, isDark ? QColor(0x2f, 0x33, 0x3b) : QColor(0xff, 0xff, 0xff));
    palette.setColor(QPalette::Highlight, isDark ? QColor(0x3b, 0x78, 0xd8) : tones.accent);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, tones.accent);
    palette.setColor(QPalette::BrightText, QColor(0xff, 0x5a, 0x5a));
    palette.setColor(QPalette::PlaceholderText, tones.dim);
    const QColor disabled = isDark ? QColor(0x74, 0x7c, 0x87) : QColor(0x98, 0xa1, 0xac);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    return palette;
}

QString styleSheetOf(bool isDark) {
    const Tones tones = tonesOf(isDark);
    QString sheet = QLatin1String(kSheet);
    for (const QColor& colour : {tones.panel, tones.line, tones.chip, tones.hover, tones.chosen, tones.dim,
                                 tones.accent, paletteOf(isDark).color(QPalette::Text)})
        sheet = sheet.arg(colour.name());
    return sheet;
}

QFont textFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (!qEnvironmentVariableIsSet("XDG_CURRENT_DESKTOP") &&
        QFontDatabase::families().contains(QStringLiteral("Inter"))) {
        font.setFamily(QStringLiteral("Inter"));
        font.setPointSizeF(9.75);  // 13 pixels on an ordinary screen
    }
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    font.setFeature("tnum", 1);  // figures below each other
#endif
    return font;
}

QFont codeFont(const QFont& text) {
    static const QString family = QFontDatabase::families().contains(QStringLiteral("JetBrains Mono"))
                                      ? QStringLiteral("JetBrains Mono")
                                      : QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
    QFont font(family);
    font.setStyleHint(QFont::Monospace);
    if (text.pointSizeF() > 0) font.setPointSizeF(text.pointSizeF() * 0.92);
    return font;
}

QFont headlineFont(QFont text) {
    if (text.pointSizeF() > 0) text.setPointSizeF(text.pointSizeF() * 1.6);
    text.setWeight(QFont::DemiBold);
    return text;
}

QFont smallFont(QFont text) {
    if (text.pointSizeF() > 0) text.setPointSizeF(text.pointSizeF() * 0.85);
    return text;
}

QFont captionFont(QFont text) {
    text = smallFont(std::move(text));
    text.setWeight(QFont::DemiBold);
    text.setCapitalization(QFont::AllUppercase);
    text.setLetterSpacing(QFont::PercentageSpacing, 104);
    return text;
}

}  // namespace heapprof::gui
