// A few lines of source with their bytes in the margin.
#pragma once

#include <QWidget>

#include "gui/inspector/line_facts.h"
#include "gui/source/source_file.h"

namespace heapprof::gui {

class SourceExcerptView : public QWidget {
    Q_OBJECT

public:
    explicit SourceExcerptView(QWidget* parent = nullptr);

    /// The lines of `file` near the facts' line. Null: the file is being read; the room for it stays. `syntax` null:
    /// plain.
    void show(const LineFacts& facts, const SourceFile* file, const Syntax* syntax);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        QString number, text, amount;
        std::vector<SyntaxSpan> spans;
        double share = 0;  ///< of the greatest amount
        bool isSelected = false;
    };
    static std::vector<Row> rowsOf(const LineFacts& facts, const SourceFile& file, const Syntax* syntax);
    double rowHeight() const;

    std::vector<Row> m_rows;
};

}  // namespace heapprof::gui
