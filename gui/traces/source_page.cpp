#include "gui/traces/source_page.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

#include "core/text/text.h"
#include "gui/common/elided_label.h"
#include "gui/common/source_paths_dialog.h"
#include "gui/common/source_reader.h"
#include "gui/common/style.h"
#include "gui/traces/call_follower.h"
#include "gui/traces/code_delegate.h"
#include "gui/traces/heat_strip.h"
#include "gui/traces/source_rows.h"
#include "gui/traces/usage_table.h"
#include "gui/traces/usage_table_model.h"

namespace heapprof::gui {
namespace {
constexpr int kOwnOrder = -1;
}

SourcePage::SourcePage(QWidget* parent)
    : LinePage(parent),
      m_title(new ElidedLabel),
      m_find(new QPushButton(tr("Find This File\u2026"))),
      m_paths(new QToolButton),
      m_note(new QLabel),
      m_table(new UsageTable(QStringLiteral("sourceTable"), tr("Source"), kOwnOrder)),
      m_delegate(new CodeDelegate(m_table)),
      m_strip(new HeatStrip(m_table->view())),
      m_reader(new SourceReader(this)) {
    m_title->setObjectName(QStringLiteral("sourceTitle"));
    m_title->setFont(codeFont(font()));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_find->setObjectName(QStringLiteral("sourceFind"));
    m_find->setAutoDefault(false);
    m_find->setToolTip(tr("Say where the file is on this machine"));
    m_paths->setObjectName(QStringLiteral("sourcePathsButton"));
    m_paths->setText(tr("Paths\u2026"));
    m_paths->setToolTip(tr("Where the files of other machines are looked for"));
    m_note->setObjectName(QStringLiteral("sourcePageNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(2 * kGrid, kGrid, 2 * kGrid, 0);
    m_table->view()->setItemDelegateForColumn(SourceRows::Code, m_delegate);
    auto* follower = new CallFollower(m_table, m_delegate);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(2 * kGrid, kGrid, 2 * kGrid, 0);
    head->setSpacing(2 * kGrid);
    head->addWidget(m_title, 1);
    head->addWidget(m_find);
    head->addWidget(m_paths);
    auto* body = new QHBoxLayout;
    body->setSpacing(0);
    body->addWidget(m_table, 1);
    body->addWidget(m_strip);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_note);
    layout->addLayout(body, 1);
    connect(m_table, &UsageTable::activated, this, [this](std::uint32_t row) {
        if (const auto line = m_table->lineOf(row)) emit picked(*line);
    });
    connect(follower, &CallFollower::followed, this, &LinePage::picked);
    connect(m_table, &UsageTable::settled, this, [this] {
        updateStrip();
        emit settled();
    });
    connect(m_table->view()->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &SourcePage::updateSelection);
    connect(m_reader, &SourceReader::ready, this, [this] {
        showFile();
        if (!isBusy()) emit settled();
    });
    connect(m_reader, &SourceReader::slow, this, &SourcePage::showFile);
    connect(m_reader, &SourceReader::coloured, this, &SourcePage::showHead);
    connect(m_find, &QPushButton::clicked, this, [this] { showSourcePaths(this, m_reader->query()); });
    connect(m_paths, &QToolButton::clicked, this, [this] { showSourcePaths(this); });
    showLine(nullptr, std::nullopt);
}

void SourcePage::showLine(std::shared_ptr<const InstantResult> result, std::optional<LineIndex> line) {
    const bool isKnown = result && line && line->value < result->traces().lineCount();
    const bool isNewResult = result != m_result;
    m_result = isKnown ? std::move(result) : nullptr;
    m_file = isKnown ? std::optional(m_result->traces().line(*line).file) : std::nullopt;
    m_table->setSelectedLine(line);
    if (!isKnown) {
        m_reader->clear();
    } else {
        SourceQuery query = sourceQueryOf(*m_result->info, m_result->traces().file(*line));
        if (isNewResult || m_reader->query() != query) m_reader->read(std::move(query));
    }
    showFile();
}

/// What is known of it now: rows, or why there are none.
void SourcePage::showFile() {
    const auto& file = m_reader->file();
    if (!file || file->lines.empty()) {
        m_givenResult = nullptr;
        m_givenFile = nullptr;
        QString why = tr("Select a line of code in any view to see its file.");
        if (m_result && !file) why = m_reader->isSlow() ? tr("Reading\u2026") : QString();
        if (m_result && file) why = file->problem == SourceProblem::None ? tr("The file is empty.") : noteOf(*file);
        m_table->setEmptyText(why);
        m_table->setRows(nullptr);
        m_strip->setAmounts({}, false);
    } else if (m_result != m_givenResult || file != m_givenFile) {
        m_givenResult = m_result;
        m_givenFile = file;
        m_table->setRows([result = m_result, name = *m_file, file](std::stop_token stop) {
            return std::make_shared<const SourceRows>(result, name, file, stop);
        });
    }
    showHead();
}

void SourcePage::showHead() {
    const auto& file = m_reader->file();
    m_delegate->setSyntax(m_reader->syntax());
    m_table->view()->viewport()->update();
    QString title;
    if (m_result) title = QString::fromStdString(printable(m_result->traces().string(*m_file)));
    if (file && !file->path.empty() && file->problem == SourceProblem::None && m_reader->query() &&
        file->path != m_reader->query()->file)
        title = QString::fromStdString(printable(file->path));
    m_title->setText(title);
    m_find->setVisible(file && (file->problem == SourceProblem::Missing || file->problem == SourceProblem::NoMember));
    const QString note = file && !file->lines.empty() ? noteOf(*file) : QString();
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void SourcePage::updateStrip() {
    const auto rows = m_table->rows();
    std::vector<std::int64_t> amounts;
    if (rows)
        for (int row = 0; row < m_table->model()->rowCount(); ++row)
            amounts.push_back(rows->number(m_table->model()->source(row), SourceRows::Cumulative));
    m_strip->setAmounts(std::move(amounts), rows && rows->style().isDifference);
    updateSelection();
}

void SourcePage::updateSelection() { m_strip->setSelectedRow(m_table->view()->currentIndex().row()); }

bool SourcePage::isBusy() const { return m_reader->isBusy() || m_table->isBusy(); }

std::shared_ptr<const InstantResult> SourcePage::shownResult() const { return m_table->shownResult(); }

}  // namespace heapprof::gui
