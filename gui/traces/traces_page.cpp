#include "gui/traces/traces_page.h"

#include <QItemSelectionModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/traces/stack_pane.h"
#include "gui/traces/usage_table.h"
#include "gui/traces/usage_table_model.h"

namespace heapprof::gui {
namespace {
constexpr int kBytesColumn = 2;
}

TracesPage::TracesPage(QWidget* parent) : QWidget(parent) {
    m_table = new UsageTable(QStringLiteral("tracesTable"), tr("Stack traces"), kBytesColumn);
    m_stack = new StackPane;
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(m_table);
    splitter->addWidget(m_stack);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({600, 420});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);

    const auto finish = [this] {
        if (!isBusy()) emit settled();
    };
    connect(m_table, &UsageTable::settled, this, [this, finish] {
        showCurrentStack();
        finish();
    });
    connect(m_stack, &StackPane::settled, this, finish);
    connect(m_stack, &StackPane::picked, this, &TracesPage::picked);
    connect(m_table, &UsageTable::picked, this, [this](std::uint32_t row, bool byKeyboard) {
        showCurrentStack();
        if (const auto line = m_table->lineOf(row)) emit picked(*line, byKeyboard);
    });
}

void TracesPage::showCurrentStack() {
    const auto rows = m_table->rows();
    const QModelIndex current = m_table->view()->currentIndex();
    const auto trace = rows && current.isValid() ? rows->trace(m_table->model()->source(current.row())) : std::nullopt;
    m_stack->showTrace(rows ? rows->sharedResult() : nullptr, trace);
}

void TracesPage::setResult(std::shared_ptr<const InstantResult> result) {
    if (result) {
        m_table->setRows([result](std::stop_token) { return makeTraceRows(result); });
    } else {
        m_table->setRows(nullptr);
        showCurrentStack();
    }
}

void TracesPage::setEmptyText(const QString& text) { m_table->setEmptyText(text); }

void TracesPage::setSearch(const Search& search) { m_table->setSearch(search); }

const QString& TracesPage::summary() const { return m_table->summary(); }

void TracesPage::setSelectedLine(std::optional<LineIndex> line) {
    if (line == m_line) return;
    m_line = line;
    if (line && m_stack->passesThrough(*line)) return;
    m_table->setSelectedLine(line);
    showCurrentStack();
}

std::shared_ptr<const InstantResult> TracesPage::shownResult() const { return m_table->shownResult(); }

bool TracesPage::isBusy() const { return m_table->isBusy() || m_stack->isBusy(); }

}  // namespace heapprof::gui
