// Who calls the selected line, and what it calls.
#pragma once

#include "gui/traces/line_page.h"

class QBoxLayout;
class QLabel;

namespace heapprof::gui {

class UsageTable;

/// A double click or Enter on a row goes on to that line; merely moving through the rows does not.
class CallersCalleesPage : public LinePage {
    Q_OBJECT

public:
    explicit CallersCalleesPage(QWidget* parent = nullptr);

    void showLine(std::shared_ptr<const InstantResult> result, std::optional<LineIndex> line) override;
    bool isBusy() const override;
    std::shared_ptr<const InstantResult> shownResult() const override;

protected:
    /// Where there is no room below each other they stand beside each other.
    void resizeEvent(QResizeEvent* event) override;

private:
    UsageTable* addTable(QLabel*& title, const QString& name, const QString& accessibleName);

    QBoxLayout* m_sides;
    QLabel* m_callersTitle;
    QLabel* m_calleesTitle;
    UsageTable* m_callers;
    UsageTable* m_callees;
    std::shared_ptr<const InstantResult> m_result;
};

}  // namespace heapprof::gui
