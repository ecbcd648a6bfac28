// The source file of the selected line, with what each of its lines holds.
#pragma once

#include "gui/traces/line_page.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace heapprof::gui {

class CodeDelegate;
class ElidedLabel;
class HeatStrip;
class SourceFile;
class SourceReader;
class UsageTable;

/// The file stays when another line of it is selected. A double click or Enter on a line that the capture knows selects
/// it; so does Ctrl and a click on a call with what is called.
class SourcePage : public LinePage {
    Q_OBJECT

public:
    explicit SourcePage(QWidget* parent = nullptr);

    void showLine(std::shared_ptr<const InstantResult> result, std::optional<LineIndex> line) override;
    bool isBusy() const override;
    std::shared_ptr<const InstantResult> shownResult() const override;

private:
    void showFile();
    void showHead();
    void updateStrip();
    void updateSelection();

    ElidedLabel* m_title;
    QPushButton* m_find;
    QToolButton* m_paths;
    QLabel* m_note;
    UsageTable* m_table;
    CodeDelegate* m_delegate;
    HeatStrip* m_strip;
    SourceReader* m_reader;
    std::shared_ptr<const InstantResult> m_result;
    std::optional<StringIndex> m_file;
    std::shared_ptr<const InstantResult> m_givenResult;  // to the table
    std::shared_ptr<const SourceFile> m_givenFile;
};

}  // namespace heapprof::gui
