#include "gui/traces/source_page.h"

#include <QLabel>
#include <QVBoxLayout>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "gui/traces/source_rows.h"
#include "gui/traces/usage_table.h"

namespace heapprof::gui {
namespace {
constexpr int kOwnOrder = -1;
}

SourcePage::SourcePage(QWidget* parent)
    : LinePage(parent),
      m_title(new QLabel),
      m_table(new UsageTable(QStringLiteral("sourceTable"), tr("Source"), kOwnOrder)) {
    m_title->setObjectName(QStringLiteral("sourceTitle"));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setContentsMargins(2 * kGrid, kGrid, 2 * kGrid, 0);
    m_title->setMinimumWidth(40);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_title);
    layout->addWidget(m_table);
    connect(m_table, &UsageTable::activated, this, [this](std::uint32_t row) {
        if (const auto line = m_table->lineOf(row)) emit picked(*line);
    });
    connect(m_table, &UsageTable::settled, this, [this] {
        updateTitle();
        emit settled();
    });
    showLine(nullptr, std::nullopt);
}

void SourcePage::showLine(std::shared_ptr<const InstantResult> result, std::optional<LineIndex> line) {
    const bool isKnown = result && line && line->value < result->traces().lineCount();
    const auto file = isKnown ? std::optional(result->traces().line(*line).file) : std::nullopt;
    if (!isKnown) {
        m_table->setEmptyText(tr("Select a line of code in any view to see its file."));
        m_table->setRows(nullptr);
    } else if (result != m_result || file != m_file) {
        m_table->setEmptyText(tr("The source cannot be read on this machine."));
        m_table->setRows([result, line](std::stop_token) { return makeSourceRows(result, *line); });
    }
    m_table->setSelectedLine(line);
    m_result = isKnown ? std::move(result) : nullptr;
    m_file = file;
    updateTitle();
}

void SourcePage::updateTitle() {
    QString title;
    if (m_result && m_file) title = QString::fromStdString(printable(m_result->traces().string(*m_file)));
    const auto rows = m_table->rows();
    if (const std::string note = rows ? rows->note() : std::string(); !title.isEmpty() && !note.empty())
        title += QStringLiteral("  \u00B7  ") + QString::fromStdString(note);
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
}

bool SourcePage::isBusy() const { return m_table->isBusy(); }

std::shared_ptr<const InstantResult> SourcePage::shownResult() const { return m_table->shownResult(); }

}  // namespace heapprof::gui
