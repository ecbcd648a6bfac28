#include "gui/window/filter_bar.h"

#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWidgetAction>
#include <set>

#include "core/text/text.h"
#include "gui/common/filter_texts.h"
#include "gui/common/hidden_frames_menu.h"
#include "gui/common/line_menu.h"
#include "gui/common/natural_order.h"
#include "gui/common/style.h"
#include "gui/common/text_field.h"
#include "gui/common/wrap_layout.h"
#include "gui/state/search_text.h"

namespace heapprof::gui {
namespace {
constexpr std::size_t kMaxThreads = 200;
constexpr std::size_t kMaxValues = 200;  // of a label
constexpr int kPatternWidth = 42;        // letters

/// A name of the program's as the text of an action: without a mnemonic.
QString actionText(const std::string& name) {
    return QString::fromStdString(printable(name)).replace(u'&', QStringLiteral("&&"));
}
}  // namespace

FilterBar::FilterBar(ViewStateStore& store, QWidget* parent) : QWidget(parent), m_store(store), m_add(new QToolButton) {
    setObjectName(QStringLiteral("filterBar"));
    setAccessibleName(tr("Filters"));
    auto* layout = new WrapLayout(this);
    layout->setContentsMargins(2 * kGrid, kGrid, 2 * kGrid, kGrid);
    layout->setSpacing(kGrid);
    m_add->setObjectName(QStringLiteral("addFilter"));
    m_add->setText(tr("+ Filter"));
    m_add->setToolTip(tr("Count only some stacks, or leave some out"));
    m_add->setAutoRaise(true);
    m_add->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(tr("&Line and Filters"), m_add);
    m_add->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &FilterBar::offerFilters);
    connect(&store, &ViewStateStore::changed, this, &FilterBar::updateChips);
    showCapture(nullptr);
}

void FilterBar::showCapture(std::shared_ptr<const CaptureInfo> info) {
    m_info = std::move(info);
    m_add->setEnabled(m_info != nullptr);
    updateChips();
    if (m_info && m_threads && m_add->menu()->isVisible()) offerThreads();
}

void FilterBar::updateChips() {
    const std::vector<TraceFilter> filters = m_info ? m_store.state().filters : std::vector<TraceFilter>();
    const QString hidden = m_info ? textOf(m_store.state().tree.hidden) : QString();
    setVisible(!filters.empty() || !hidden.isEmpty());
    if (filters == m_shown && hidden == m_shownHidden) return;
    m_shown = filters;
    m_shownHidden = hidden;
    for (QToolButton* chip : m_chips) {
        chip->hide();
        chip->deleteLater();  // its click may be what brought us here
    }
    m_chips.clear();
    if (!hidden.isEmpty())
        addChip(tr("hidden frames: %1").arg(hidden), [](ViewState& state) { state.tree.hidden = HiddenFrames(); });
    for (const TraceFilter& filter : filters)
        addChip(textOf(filter, *m_info->traces), [filter](ViewState& state) { std::erase(state.filters, filter); });
}

void FilterBar::addChip(const QString& words, std::function<void(ViewState&)> remove) {
    auto* chip = new QToolButton;
    chip->setObjectName(QStringLiteral("filterChip"));
    chip->setText(words + QStringLiteral("  \u00D7"));
    chip->setToolTip(tr("Remove this filter"));
    chip->setAccessibleName(tr("Remove the filter: %1").arg(words));
    connect(chip, &QToolButton::clicked, this, [this, remove = std::move(remove)] { m_store.change(remove); });
    layout()->addWidget(chip);
    m_chips.push_back(chip);
}

void FilterBar::offerFilters() {
    QMenu& menu = *m_add->menu();
    clearMenu(menu);
    if (!m_info) return;
    addLineFilters(menu, m_store, *m_info);
    if (menu.isEmpty()) menu.addAction(tr("Select a line of code to filter by it"))->setEnabled(false);
    menu.addSeparator();
    offerPattern(menu);
    for (const bool areExcluded : {false, true}) {
        QMenu* codes = menu.addMenu(areExcluded ? tr("Hide What Is Allocated &In") : tr("Only What Is &Allocated In"));
        codes->setObjectName(areExcluded ? QStringLiteral("codeHide") : QStringLiteral("codeOnly"));
        for (const ModuleKind code : {ModuleKind::Own, ModuleKind::SitePackages, ModuleKind::StandardLibrary}) {
            const TraceFilter filter{TraceFilter::By::Code, {}, {}, {}, areExcluded, code};
            connect(codes->addAction(nameOf(code)), &QAction::triggered, this, [this, filter] { add(filter); });
        }
    }
    QMenu* hidden = menu.addMenu(tr("Hide &Frames Of"));
    hidden->setObjectName(QStringLiteral("hiddenFrames"));
    addHiddenFrames(*hidden, m_store);
    offerLabels(menu);
    m_threads = menu.addMenu(tr("Only &Thread"));
    m_threads->setObjectName(QStringLiteral("threadOnly"));
    offerThreads();
}

/// The capture's labels, by name; nothing where it has none.
void FilterBar::offerLabels(QMenu& menu) {
    const TraceTable& traces = *m_info->traces;
    const std::vector<std::string> names = traces.labelNames();
    if (names.empty()) return;
    QMenu* labels = menu.addMenu(tr("Only &Label"));
    labels->setObjectName(QStringLiteral("labelOnly"));
    for (const std::string& name : names) {
        std::set<std::string, NaturalOrder> values;
        for (std::uint32_t i = 1; i < traces.labelSetCount() && values.size() < kMaxValues; ++i)
            for (const Label& label : traces.labelSet(LabelSetIndex(i)))
                if (traces.string(label.name) == name) values.insert(traces.string(label.value));
        QMenu* named = labels->addMenu(actionText(name));
        const auto offer = [&](const QString& title, const std::optional<std::string>& value) {
            TraceFilter filter{TraceFilter::By::Label, {}, {}, name};
            filter.value = value;
            connect(named->addAction(title), &QAction::triggered, this, [this, filter] { add(filter); });
        };
        offer(tr("&Any Value"), std::nullopt);
        named->addSeparator();
        for (const std::string& value : values) offer(value.empty() ? tr("(empty)") : actionText(value), value);
    }
}

/// Those that are not offered yet, in their places: none that the mouse may be on goes.
void FilterBar::offerThreads() {
    std::set<std::string, NaturalOrder> names;
    for (std::uint32_t i = 1; i < m_info->traces->threadCount() && names.size() < kMaxThreads; ++i)
        names.insert(m_info->traces->thread(ThreadIndex(i)).name);
    names.erase(std::string());
    m_threads->setEnabled(!names.empty());
    const QList<QAction*> offered = m_threads->actions();
    auto next = offered.begin();
    for (const std::string& name : names) {
        const QByteArray known = QByteArray::fromStdString(name);
        if (next != offered.end() && (*next)->data().toByteArray() == known) {
            ++next;
            continue;
        }
        auto* action = new QAction(actionText(name), m_threads);
        action->setData(known);
        const TraceFilter filter{TraceFilter::By::Thread, {}, {}, name, false};
        connect(action, &QAction::triggered, this, [this, filter] { add(filter); });
        m_threads->insertAction(next == offered.end() ? nullptr : *next, action);
    }
}

void FilterBar::offerPattern(QMenu& menu) {
    auto* field = new MenuField;
    field->setObjectName(QStringLiteral("patternField"));
    field->setPlaceholderText(tr("Stacks that match /regex/; !regex: all others"));
    field->setMinimumWidth(field->fontMetrics().averageCharWidth() * kPatternWidth);
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(2 * kGrid, kGrid, 2 * kGrid, kGrid);
    layout->addWidget(field);
    auto* problem = new QLabel;
    problem->setObjectName(QStringLiteral("patternProblem"));
    problem->setTextFormat(Qt::PlainText);
    problem->hide();
    layout->addWidget(problem);
    auto* action = new QWidgetAction(&menu);
    action->setDefaultWidget(box);
    menu.addAction(action);
    connect(field, &QLineEdit::returnPressed, this, [this, &menu, field, problem] {
        QString pattern = field->text();
        const bool isExcluded = pattern.startsWith(u'!');
        if (isExcluded) pattern.remove(0, 1);
        if (pattern.isEmpty()) return;
        const std::string why = SearchText::expression(pattern.toStdString()).problem();
        problem->setText(QString::fromStdString(why));
        problem->setVisible(!why.empty());
        if (!why.empty()) return;
        add({TraceFilter::By::Pattern, {}, {}, pattern.toStdString(), isExcluded});
        menu.close();
    });
}

void FilterBar::add(const TraceFilter& filter) {
    m_store.change([&](ViewState& state) { addFilter(state, filter); });
}

}  // namespace heapprof::gui
