#include "gui/common/source_paths_dialog.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>
#include <filesystem>
#include <utility>

#include "core/text/text.h"
#include "gui/common/elided_label.h"
#include "gui/common/style.h"
#include "gui/source/path_map.h"

namespace heapprof::gui {
namespace {

constexpr int kWidth = 560;
const QString kFolder = QStringLiteral("folder/source");

QString text(const std::string& untrusted) { return QString::fromStdString(printable(untrusted)); }

QLabel* plainLabel(const QString& words, bool isDim) {
    auto* label = new QLabel(words);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    if (isDim) label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel* caption(const QString& words) {
    QLabel* label = plainLabel(words, true);
    label->setFont(captionFont(label->font()));
    return label;
}

ElidedLabel* pathLabel(const std::string& path, const QFont& font) {
    auto* label = new ElidedLabel;
    label->setFont(codeFont(font));
    label->setText(text(path));
    label->setToolTip(text(path).toHtmlEscaped());
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    return label;
}

QLineEdit* pathField(const char* name, const QString& accessibleName, const QString& placeholder) {
    auto* field = new QLineEdit;
    field->setObjectName(QLatin1String(name));
    field->setAccessibleName(accessibleName);
    field->setPlaceholderText(placeholder);
    return field;
}

}  // namespace

SourcePathsDialog::SourcePathsDialog(std::optional<SourceQuery> missing, QWidget* parent)
    : QDialog(parent), m_missing(std::move(missing)) {
    setObjectName(QStringLiteral("sourcePaths"));
    setWindowTitle(m_missing ? tr("Find a Source File") : tr("Source Paths"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * kGrid, 4 * kGrid, 4 * kGrid, 4 * kGrid);
    layout->setSpacing(2 * kGrid);
    if (m_missing) addQuestion(*layout);
    addRules(*layout);
    layout->addStretch(1);
    updateRules();
    connect(&PathMap::shared(), &PathMap::changed, this, &SourcePathsDialog::updateRules);
    resize(kWidth, sizeHint().height());
}

void SourcePathsDialog::addQuestion(QVBoxLayout& layout) {
    m_recorded = (std::filesystem::path(m_missing->directory) / m_missing->file).lexically_normal().string();
    layout.addWidget(caption(tr("Where is this file on this machine?")));
    layout.addWidget(pathLabel(m_recorded, font()));
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * kGrid);
    m_chosen = pathField("sourcePathsField", tr("Where the file is"), tr("The file, or the archive that it lies in"));
    auto* browse = new QPushButton(tr("&Browse\u2026"));
    browse->setObjectName(QStringLiteral("sourcePathsBrowse"));
    browse->setAutoDefault(false);
    m_use = new QPushButton(tr("&Use"));
    m_use->setObjectName(QStringLiteral("sourcePathsUse"));
    m_use->setDefault(true);
    row->addWidget(m_chosen, 1);
    row->addWidget(browse);
    row->addWidget(m_use);
    layout.addLayout(row);
    m_rule = plainLabel({}, true);
    m_rule->setObjectName(QStringLiteral("sourcePathsRule"));
    layout.addWidget(m_rule);
    layout.addSpacing(2 * kGrid);
    connect(m_chosen, &QLineEdit::textChanged, this, &SourcePathsDialog::updateRule);
    connect(browse, &QPushButton::clicked, this, &SourcePathsDialog::browse);
    connect(m_use, &QPushButton::clicked, this, &SourcePathsDialog::tryChosen);
    updateRule();
}

void SourcePathsDialog::addRules(QVBoxLayout& layout) {
    layout.addWidget(caption(tr("Paths of other machines")));
    m_rules = new QGridLayout;
    m_rules->setHorizontalSpacing(2 * kGrid);
    m_rules->setVerticalSpacing(kGrid);
    m_rules->setColumnStretch(0, 1);
    m_rules->setColumnStretch(2, 1);
    layout.addLayout(m_rules);
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * kGrid);
    m_from = pathField("sourcePathsFrom", tr("Path in the capture"), tr("/path/in/the/capture"));
    m_to = pathField("sourcePathsTo", tr("Path on this machine"), tr("/path/on/this/machine"));
    auto* add = new QPushButton(tr("&Add"));
    add->setObjectName(QStringLiteral("sourcePathsAdd"));
    add->setAutoDefault(false);
    add->setEnabled(false);
    row->addWidget(m_from, 1);
    row->addWidget(plainLabel(QStringLiteral("\u2192"), true));
    row->addWidget(m_to, 1);
    row->addWidget(add);
    layout.addLayout(row);
    for (QLineEdit* field : {m_from, m_to})
        connect(field, &QLineEdit::textChanged, add, [this, add] {
            add->setEnabled(!m_from->text().trimmed().isEmpty() && !m_to->text().trimmed().isEmpty());
        });
    connect(add, &QPushButton::clicked, this, [this] {
        PathMap::shared().add({m_from->text().trimmed().toStdString(), m_to->text().trimmed().toStdString()});
        m_from->clear();
        m_to->clear();
    });
}

void SourcePathsDialog::browse() {
    auto* dialog = new QFileDialog(this, tr("Find %1").arg(text(m_recorded)), QSettings().value(kFolder).toString());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("%1 (%1)").arg(text(std::filesystem::path(m_recorded).filename().string())),
                            tr("Archives (*.zip *.egg *.whl *.pyz *.pex)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        QSettings().setValue(kFolder, QFileInfo(file).path());
        m_chosen->setText(file);
        tryChosen();
    });
    dialog->open();
}

void SourcePathsDialog::updateRule() {
    const std::string chosen = m_chosen->text().trimmed().toStdString();
    m_try.cancel();
    m_use->setEnabled(!chosen.empty());
    if (chosen.empty()) return m_rule->setText(tr("Other files of the same program are then found in the same way."));
    const PathRule rule = ruleBetween(m_recorded, chosen);
    m_rule->setText(tr("What is in %1 is then looked for in %2.").arg(text(rule.from), text(rule.to)));
}

void SourcePathsDialog::tryChosen() {
    const PathRule rule = ruleBetween(m_recorded, m_chosen->text().trimmed().toStdString());
    SourceQuery query = *m_missing;
    query.rules = {rule};
    m_try.start(
        [query, chosen = mappedPath(query.rules, m_recorded)](std::stop_token) {
            const auto file = readSourceFile(query);
            const bool isFound = file->problem != SourceProblem::Missing && file->problem != SourceProblem::NoMember;
            return isFound && file->path == chosen ? QString() : noteOf(*file);
        },
        [this, rule](const QString& problem) {
            if (!problem.isEmpty()) return m_rule->setText(problem);
            PathMap::shared().add(rule);
            accept();
        });
}

void SourcePathsDialog::updateRules() {
    while (QLayoutItem* item = m_rules->takeAt(0)) {
        item->widget()->deleteLater();
        item->widget()->hide();
        delete item;
    }
    int row = 0;
    for (const PathRule& rule : PathMap::shared().rules()) {
        auto* remove = new QToolButton;
        remove->setObjectName(QStringLiteral("sourcePathsRemove%1").arg(row));
        remove->setText(QStringLiteral("\u00D7"));
        remove->setToolTip(tr("Look for them there no longer"));
        remove->setAccessibleName(tr("Remove %1").arg(text(rule.from)));
        connect(remove, &QToolButton::clicked, this, [from = rule.from] { PathMap::shared().remove(from); });
        m_rules->addWidget(pathLabel(rule.from, font()), row, 0);
        m_rules->addWidget(plainLabel(QStringLiteral("\u2192"), true), row, 1);
        m_rules->addWidget(pathLabel(rule.to, font()), row, 2);
        m_rules->addWidget(remove, row, 3);
        ++row;
    }
    if (row == 0)
        m_rules->addWidget(plainLabel(tr("None: files are looked for where the program had them."), true), 0, 0, 1, 4);
}

void showSourcePaths(QWidget* widget, std::optional<SourceQuery> missing) {
    auto* dialog = new SourcePathsDialog(std::move(missing), widget->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

}  // namespace heapprof::gui
