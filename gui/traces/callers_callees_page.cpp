#include "gui/traces/callers_callees_page.h"

#include <QFontMetrics>
#include <QLabel>
#include <QVBoxLayout>

#include "core/text/text.h"
#include "gui/traces/usage_table.h"

namespace heapprof::gui {
namespace {
constexpr int kBytesColumn = 2;
constexpr int kMinRows = 16;  // of both tables with their headers, below each other
}  // namespace

CallersCalleesPage::CallersCalleesPage(QWidget* parent) : LinePage(parent) {
    m_sides = new QBoxLayout(QBoxLayout::TopToBottom, this);
    m_sides->setContentsMargins(0, 4, 0, 0);
    m_callers = addTable(m_callersTitle, QStringLiteral("callersTable"), tr("Callers of the selected line"));
    m_callees = addTable(m_calleesTitle, QStringLiteral("calleesTable"), tr("Lines called by the selected line"));
    showLine(nullptr, std::nullopt);
}

UsageTable* CallersCalleesPage::addTable(QLabel*& title, const QString& name, const QString& accessibleName) {
    title = new QLabel;
    title->setObjectName(name + QStringLiteral("Title"));
    title->setTextFormat(Qt::PlainText);
    title->setContentsMargins(6, 2, 6, 0);
    title->setMinimumWidth(40);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* table = new UsageTable(name, accessibleName, kBytesColumn);
    auto* side = new QVBoxLayout;
    side->addWidget(title);
    side->addWidget(table);
    m_sides->addLayout(side, 1);
    connect(table, &UsageTable::activated, this, [this, table](std::uint32_t row) {
        if (const auto line = table->lineOf(row)) emit picked(*line);
    });
    connect(table, &UsageTable::settled, this, [this] {
        if (!isBusy()) emit settled();
    });
    return table;
}

void CallersCalleesPage::resizeEvent(QResizeEvent* event) {
    LinePage::resizeEvent(event);
    const int lowest = kMinRows * (fontMetrics().height() + 10);
    const bool isBeside = height() < lowest && width() > 2 * height();
    m_sides->setDirection(isBeside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void CallersCalleesPage::showLine(std::shared_ptr<const InstantResult> result, std::optional<LineIndex> line) {
    m_result = result;
    if (!result || !line || line->value >= result->traces().lineCount()) {
        m_callersTitle->setText(tr("Callers"));
        m_calleesTitle->setText(tr("Callees"));
        m_callers->setEmptyText(tr("Select a line of code in any view to see who calls it."));
        m_callees->setEmptyText(tr("Select a line of code in any view to see what it calls."));
        m_callers->setRows(nullptr);
        m_callees->setRows(nullptr);
        return;
    }
    const QString text = QString::fromStdString(lineText(result->traces(), *line));
    m_callersTitle->setText(tr("Callers of %1").arg(text));
    m_calleesTitle->setText(tr("Callees of %1").arg(text));
    m_callers->setEmptyText(tr("Nothing that is live calls this line."));
    m_callees->setEmptyText(tr("This line calls nothing that is live."));
    m_callers->setRows([result, line](std::stop_token) { return makeCallRows(result, *line, true); });
    m_callees->setRows([result, line](std::stop_token) { return makeCallRows(result, *line, false); });
}

std::shared_ptr<const InstantResult> CallersCalleesPage::shownResult() const {
    const auto callers = m_callers->shownResult();
    return callers == m_result ? m_callees->shownResult() : callers;
}

bool CallersCalleesPage::isBusy() const { return m_callers->isBusy() || m_callees->isBusy(); }

}  // namespace heapprof::gui
