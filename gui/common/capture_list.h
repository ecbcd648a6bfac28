// A list of captures, each with a small curve, from which one is chosen.
#pragma once

#include <QListWidget>
#include <QString>
#include <cstdint>
#include <vector>

namespace heapprof::gui {

/// What a row says. Where there is not room for all, `title` and `lead` are cut before the others; the tool tip has
/// everything.
struct CaptureRow {
    QString file;                     ///< as it is opened
    QString title;                    ///< first line
    QString beside;                   ///< after the title, dim; cut in the middle
    QString lead;                     ///< second line: what may be long
    QStringList facts;                ///< after it: what one wants to compare
    std::vector<std::int64_t> curve;  ///< empty: none
    bool isCurrent = false;           ///< the capture that is open: is marked, and a click on it does nothing

    bool operator==(const CaptureRow&) const = default;
};

/// A click or Enter on a row wants it opened.
class CaptureList : public QListWidget {
    Q_OBJECT

public:
    explicit CaptureList(QWidget* parent = nullptr);

    /// Keeps the row that the keyboard is on, and what is in sight, when these are the same files as before.
    void setRows(std::vector<CaptureRow> rows);
    const std::vector<CaptureRow>& rows() const { return m_rows; }
    /// The second line of a row, whole.
    QString aboutOf(int row) const;
    /// So many rows are in sight at most, and the others a scroll away; 0: as many as there are.
    void setMostInSight(int rows);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void wanted(const QString& file);

private:
    class Delegate;

    std::vector<CaptureRow> m_rows;
    int m_mostInSight = 0;
};

}  // namespace heapprof::gui
