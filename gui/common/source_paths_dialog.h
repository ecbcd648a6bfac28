// Where the source files of other machines lie on this one: what the user has said, and says.
#pragma once

#include <QDialog>
#include <optional>

#include "gui/common/latest_task.h"
#include "gui/source/source_file.h"

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace heapprof::gui {

/// Lists the rules, each of which can be removed, and takes others. Of a file that is missing it asks where it is, and
/// makes the rule that leads there.
class SourcePathsDialog : public QDialog {
    Q_OBJECT

public:
    explicit SourcePathsDialog(std::optional<SourceQuery> missing, QWidget* parent);

private:
    void addQuestion(QVBoxLayout& layout);
    void addRules(QVBoxLayout& layout);
    void browse();
    /// The file typed or chosen is tried, and taken if it is there.
    void tryChosen();
    void updateRule();
    void updateRules();

    std::optional<SourceQuery> m_missing;
    std::string m_recorded;  // the missing file's whole name on the other machine
    QLineEdit* m_chosen = nullptr;
    QLabel* m_rule = nullptr;
    QPushButton* m_use = nullptr;
    QGridLayout* m_rules = nullptr;
    QLineEdit* m_from = nullptr;
    QLineEdit* m_to = nullptr;
    LatestTask<QString> m_try{readingThreads()};  // why it cannot be used
};

/// Shows it over the window that `widget` is in. Modeless: what is found is seen at once.
void showSourcePaths(QWidget* widget, std::optional<SourceQuery> missing = {});

}  // namespace heapprof::gui
