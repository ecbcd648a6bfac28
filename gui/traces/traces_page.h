// Single stack traces, and beside them the stack of the one selected.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "gui/document/instant_result.h"

namespace heapprof::gui {

class StackPane;
class UsageTable;

class TracesPage : public QWidget {
    Q_OBJECT

public:
    explicit TracesPage(QWidget* parent = nullptr);

    void setResult(std::shared_ptr<const InstantResult> result);
    void setEmptyText(const QString& text);
    /// Goes to the greatest trace that ends on `line`, unless the one shown passes through it.
    void setSelectedLine(std::optional<LineIndex> line);
    /// Shows the traces that pass through what it finds.
    void setSearch(const Search& search);
    bool isBusy() const;
    const QString& summary() const;
    /// What the table is of; null while it is empty.
    std::shared_ptr<const InstantResult> shownResult() const;

signals:
    void picked(heapprof::LineIndex line, bool byKeyboard);
    void settled();

private:
    void showCurrentStack();

    UsageTable* m_table;
    StackPane* m_stack;
    std::optional<LineIndex> m_line;  // as last told
};

}  // namespace heapprof::gui
