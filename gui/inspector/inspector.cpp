#include "gui/inspector/inspector.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QToolButton>
#include <algorithm>

#include "core/state/estimate.h"
#include "core/text/text.h"
#include "gui/common/busy_overlay.h"
#include "gui/common/elided_label.h"
#include "gui/common/filter_texts.h"
#include "gui/common/line_menu.h"
#include "gui/common/result_texts.h"
#include "gui/common/source_paths_dialog.h"
#include "gui/common/source_reader.h"
#include "gui/common/style.h"
#include "gui/common/wrap_layout.h"
#include "gui/inspector/line_curve.h"
#include "gui/inspector/source_excerpt.h"
#include "gui/inspector/usage_list.h"

namespace heapprof::gui {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

constexpr int kOverlayDelayMs = 150;
constexpr int kLeastName = 32, kEnoughName = 140;  // pixels of a function's name

QLabel* dimLabel(const QString& words = {}) {
    auto* label = new QLabel(words);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLabel* captionLabel(const QString& words) {
    QLabel* label = dimLabel(words);
    label->setFont(captionFont(label->font()));
    return label;
}

}  // namespace

Inspector::Inspector(ViewStateStore& store, QWidget* otherwise, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_pages(new QStackedLayout(this)),
      m_function(new ElidedLabel),
      m_place(new ElidedLabel),
      m_kind(dimLabel()),
      m_back(new QToolButton),
      m_plot(new QToolButton),
      m_more(new QToolButton),
      m_curve(new LineCurve),
      m_greatest(dimLabel()),
      m_reader(new SourceReader(this)),
      m_sourceNote(dimLabel()),
      m_findSource(new QPushButton(tr("Find This File\u2026"))),
      m_source(new SourceExcerptView),
      m_callersTitle(captionLabel(tr("Callers"))),
      m_calleesTitle(captionLabel(tr("Callees"))),
      m_callers(new UsageList),
      m_callees(new UsageList) {
    setObjectName(QStringLiteral("inspector"));
    setAccessibleName(tr("Selected line"));
    setAttribute(Qt::WA_StyledBackground);
    m_function->setObjectName(QStringLiteral("inspectorFunction"));
    m_place->setObjectName(QStringLiteral("inspectorPlace"));
    m_kind->setObjectName(QStringLiteral("inspectorKind"));
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    if (strong.pointSizeF() > 0) strong.setPointSizeF(strong.pointSizeF() * 1.15);
    m_function->setFont(strong);
    m_place->setFont(codeFont(font()));
    m_place->setIsPath(true);
    m_place->setForegroundRole(QPalette::Link);
    for (ElidedLabel* label : {m_function, m_place}) label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_plot->setObjectName(QStringLiteral("inspectorPlot"));
    m_more->setObjectName(QStringLiteral("inspectorMore"));
    m_more->setText(tr("More\u2026"));
    m_more->setToolTip(tr("What else can be done with this line"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_more);
    m_more->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        clearMenu(*menu);
        if (m_result) addLineActions(*menu, m_store, *m_result->info);
    });
    m_back->setObjectName(QStringLiteral("inspectorBack"));
    m_back->setText(tr("\u2039 Summary"));
    m_back->setToolTip(tr("Select no line, and show the summary"));
    connect(m_back, &QToolButton::clicked, this,
            [this] { m_store.change([](ViewState& state) { state.selectedLine.reset(); }); });
    for (QToolButton* button : {m_back, m_plot, m_more}) button->setAutoRaise(true);
    m_sourceNote->setObjectName(QStringLiteral("sourceNote"));
    m_sourceNote->setWordWrap(true);
    m_findSource->setObjectName(QStringLiteral("inspectorFindSource"));
    m_findSource->setToolTip(tr("Say where the file is on this machine"));
    m_findSource->setAutoDefault(false);
    m_findSource->hide();
    connect(m_findSource, &QPushButton::clicked, this, [this] { showSourcePaths(this, m_reader->query()); });
    connect(m_reader, &SourceReader::ready, this, [this] {
        showSource();
        if (!isBusy()) emit settled();
    });
    connect(m_reader, &SourceReader::coloured, this, &Inspector::showSource);
    connect(m_reader, &SourceReader::slow, this, &Inspector::showSource);
    m_callers->setObjectName(QStringLiteral("inspectorCallers"));
    m_callers->setAccessibleName(tr("Callers"));
    m_callees->setObjectName(QStringLiteral("inspectorCallees"));
    m_callees->setAccessibleName(tr("Callees"));

    auto* page = new QWidget;
    page->setObjectName(QStringLiteral("inspectorPage"));
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(4 * kGrid, 3 * kGrid, 4 * kGrid, 3 * kGrid);
    layout->setSpacing(kGrid);
    m_head = new QHBoxLayout;
    m_head->addWidget(m_function, 1);
    m_head->addWidget(m_kind);
    m_head->addWidget(m_back);
    layout->addLayout(m_head);
    page->installEventFilter(this);
    auto* placeRow = new QHBoxLayout;
    placeRow->addWidget(m_place, 1);
    placeRow->addWidget(m_plot);
    placeRow->addWidget(m_more);
    layout->addLayout(placeRow);
    layout->addSpacing(2 * kGrid);
    auto* figureRow = new QWidget;
    auto* figures = new WrapLayout(figureRow);
    figures->setContentsMargins({});
    figures->setSpacing(4 * kGrid);
    m_cumulative = addFigure(figures, "inspectorCumulative", tr("Cumulative"));
    m_self = addFigure(figures, "inspectorSelf", tr("Self"));
    m_other = addFigure(figures, "inspectorOther", titleOf(Measure::BlockCount));
    layout->addWidget(figureRow);
    layout->addSpacing(2 * kGrid);
    m_greatest->setObjectName(QStringLiteral("inspectorGreatest"));
    m_greatest->setFont(smallFont(m_greatest->font()));
    auto* curveRow = new QHBoxLayout;
    curveRow->addWidget(captionLabel(tr("Over time")), 1);
    curveRow->addWidget(m_greatest);
    layout->addLayout(curveRow);
    layout->addWidget(m_curve);
    layout->addSpacing(2 * kGrid);
    layout->addWidget(m_source);
    layout->addWidget(m_sourceNote);
    layout->addWidget(m_findSource, 0, Qt::AlignLeft);
    layout->addSpacing(2 * kGrid);
    layout->addWidget(m_callersTitle);
    layout->addWidget(m_callers);
    layout->addSpacing(2 * kGrid);
    layout->addWidget(m_calleesTitle);
    layout->addWidget(m_callees);
    layout->addStretch(1);
    m_overlay = new BusyOverlay(page);
    m_overlay->setObjectName(QStringLiteral("inspectorOverlay"));
    m_overlay->setText(tr("Finding out\u2026"));
    m_overlay->hide();
    m_slow.setSingleShot(true);
    m_slow.setInterval(kOverlayDelayMs);
    connect(&m_slow, &QTimer::timeout, this, &Inspector::updateOverlay);
    for (QWidget* content : {otherwise, page}) {
        auto* scroll = new QScrollArea;
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setWidgetResizable(true);
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        scroll->setWidget(content);
        m_pages->addWidget(scroll);
    }

    for (UsageList* list : {m_callers, m_callees})
        connect(list, &UsageList::picked, this,
                [this](LineIndex line) { m_store.change([line](ViewState& state) { state.selectedLine = line; }); });
    connect(m_plot, &QToolButton::clicked, this,
            [this] { m_store.change([](ViewState& state) { togglePinOfSelectedLine(state); }); });
    connect(&store, &ViewStateStore::changed, this, [this](const ViewState& now, const ViewState& before) {
        updateActions(now);
        if (now.selectedLine != before.selectedLine) askForFacts();
    });
}

Inspector::Figure Inspector::addFigure(QLayout* row, const char* name, const QString& caption) {
    Figure figure{captionLabel(caption), new QLabel, dimLabel()};
    figure.amount->setObjectName(QLatin1String(name));
    figure.amount->setTextFormat(Qt::PlainText);
    figure.amount->setFont(headlineFont(font()));
    figure.about->setObjectName(QLatin1String(name) + QStringLiteral("About"));
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(figure.caption);
    column->addWidget(figure.amount);
    column->addWidget(figure.about);
    row->addWidget(part);
    return figure;
}

void Inspector::showResult(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    askForFacts();
}

void Inspector::showPlot(std::shared_ptr<const PlotResult> plot) {
    m_curve->showPlot(std::move(plot));
    m_greatest->setText(m_curve->greatestText());
}

void Inspector::askForFacts() {
    const auto line = m_store.state().selectedLine;
    if (!m_result || !line || line->value >= m_result->traces().lineCount()) {
        m_task.cancel();
        m_reader->clear();
        m_slow.stop();
        m_facts = nullptr;
        m_pages->setCurrentIndex(0);
        emit settled();
        return;
    }
    if (m_facts && !m_slow.isActive()) m_slow.start();
    m_reader->read(sourceQueryOf(*m_result->info, m_result->traces().file(*line)));
    m_task.start([result = m_result, line = *line](std::stop_token stop) { return factsOf(result, line, stop); },
                 [this](LineFacts facts) { takeFacts(std::move(facts)); });
}

void Inspector::takeFacts(LineFacts facts) {
    m_slow.stop();
    m_facts = std::make_unique<LineFacts>(std::move(facts));
    const InstantResult& result = *m_facts->result;
    const Estimate& total = result.snapshot().total;
    const Measure measure = result.measure(), other = otherThan(measure);
    const auto amountOf = [&](const Estimate& usage) {
        return result.isAnswerable ? amountText(result, usage.of(measure)) : QStringLiteral("?");
    };
    const auto about = [&](const Estimate& amount) {
        QStringList parts;
        if (!result.isDifference())
            parts << tr("%1 of all").arg(text(formatShare(amount.of(measure), total.of(measure))));
        if (amount.varianceOf(measure) > 0) parts << tr("95 %: %1").arg(text(formatInterval(amount, measure)));
        return parts.join(u'\n');
    };
    m_function->setText(m_facts->function.empty() ? tr("(no function)") : text(m_facts->function));
    m_place->setText(text(lineText(result.traces(), m_facts->line)));
    m_kind->setText(nameOf(m_facts->kind));
    fitHead();
    m_cumulative.amount->setText(amountOf(m_facts->usage.cumulative));
    m_cumulative.about->setText(about(m_facts->usage.cumulative));
    m_self.amount->setText(amountOf(m_facts->usage.self));
    m_self.about->setText(about(m_facts->usage.self));
    m_other.caption->setText(titleOf(other));
    const std::int64_t otherAmount = m_facts->usage.cumulative.of(other);
    m_other.amount->setText(
        text(result.isDifference() ? formatSignedAmount(otherAmount, other) : formatAmount(otherAmount, other)));
    m_other.about->setText(
        m_facts->usage.cumulative.blocks != 0 && !result.isDifference()
            ? tr("%1 each").arg(text(formatBytes(m_facts->usage.cumulative.bytes / m_facts->usage.cumulative.blocks)))
            : QString());
    m_curve->setCursor(result.time().time);
    showSource();
    const std::int64_t whole = result.amountOf(m_facts->usage.cumulative);
    m_callers->setCalls(m_facts->callers, whole, m_facts->result);
    m_callees->setCalls(m_facts->callees, whole, m_facts->result);
    m_callersTitle->setVisible(!m_facts->callers.empty());
    m_calleesTitle->setVisible(!m_facts->callees.empty());
    updateActions(m_store.state());
    m_pages->setCurrentIndex(1);
    updateOverlay();
    if (!isBusy()) emit settled();
}

bool Inspector::isBusy() const { return m_task.isRunning() || m_reader->isBusy(); }

void Inspector::showSource() {
    // Facts of the line before stay until there are others; the file may be another already.
    if (!m_facts || m_task.isRunning()) return;
    const SourceFile* file = m_reader->file().get();
    m_source->show(*m_facts, file, m_reader->syntax().get());
    QString note = file ? noteOf(*file) : m_reader->isSlow() ? tr("Reading the source\u2026") : QString();
    if (file && note.isEmpty() && m_facts->result->traces().line(m_facts->line).line > file->lines.size())
        note = tr("The file has no such line.");
    m_sourceNote->setText(note);
    m_sourceNote->setVisible(!note.isEmpty());
    m_findSource->setVisible(file &&
                             (file->problem == SourceProblem::Missing || file->problem == SourceProblem::NoMember));
}

void Inspector::setStale(bool isStale) {
    m_isStale = isStale;
    updateOverlay();
}

void Inspector::updateOverlay() {
    m_overlay->setVisible(m_isStale || (m_task.isRunning() && !m_slow.isActive()));
    m_overlay->raise();
}

/// Where there is not enough room, the function's name has it.
void Inspector::fitHead() {
    const int others = m_kind->sizeHint().width() + m_back->sizeHint().width() + 2 * m_head->spacing();
    m_kind->setVisible(m_function->parentWidget()->width() - 8 * kGrid - others >=
                       std::clamp(m_function->sizeHint().width(), kLeastName, kEnoughName));
}

bool Inspector::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) fitHead();
    return QWidget::eventFilter(watched, event);
}

void Inspector::updateActions(const ViewState& state) {
    m_plot->setText(state.isSelectedLinePinned() ? tr("Remove from Plot") : tr("Plot"));
    m_plot->setToolTip(state.isSelectedLinePinned() ? tr("Draw the line's curve no longer")
                                                    : tr("Draw the line's curve below the total"));
}

}  // namespace heapprof::gui
