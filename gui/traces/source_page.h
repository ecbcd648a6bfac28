// The source file of the selected line, with what each of its lines holds.
#pragma once

#include "gui/traces/line_page.h"

class QLabel;

namespace heapprof::gui {

class UsageTable;

/// The file stays when another line of it is selected. A double click or Enter on a line that holds something selects
/// it.
class SourcePage : public LinePage {
    Q_OBJECT

public:
    explicit SourcePage(QWidget* parent = nullptr);

    void showLine(std::shared_ptr<const InstantResult> result, std::optional<LineIndex> line) override;
    bool isBusy() const override;
    std::shared_ptr<const InstantResult> shownResult() const override;

private:
    void updateTitle();

    QLabel* m_title;
    UsageTable* m_table;
    std::shared_ptr<const InstantResult> m_result;
    std::optional<StringIndex> m_file;
};

}  // namespace heapprof::gui
