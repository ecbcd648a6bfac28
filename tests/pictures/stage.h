// A window that pictures are taken of: it is driven like a user's, and it is photographed when it has come to rest.
#pragma once

#include <QImage>
#include <QSize>
#include <QString>
#include <functional>
#include <memory>
#include <string>

#include "core/units.h"
#include "gui/exporting/export_format.h"
#include "gui/state/view_state.h"
#include "gui/window/main_window.h"
#include "gui/window/view_area.h"
#include "tests/pictures/recorded_programs.h"

namespace heapprof::test {

/// Whatever does not come about within half a minute ends the program, and says what it was.
class Stage {
public:
    explicit Stage(const RecordedPrograms& programs) : m_programs(programs) {}
    ~Stage();

    /// A window of that size with that program, as it is after opening; empty: with none. The one before is used again
    /// unless spoil() was called.
    void prepare(const std::string& program, QSize size);
    /// What was done to the window is not undone by another view state: the next picture gets a new one.
    void spoil() { m_isSpoilt = true; }

    gui::MainWindow& window() { return *m_window; }
    template <typename Widget>
    Widget& find(const char* name) {
        auto* widget = m_window->findChild<Widget*>(QLatin1String(name));
        if (!widget) qFatal("no %s", name);
        return *widget;
    }
    void change(const std::function<void(gui::ViewState&)>& edit) { m_window->store().change(edit); }
    void showPicture(gui::ExportView view) { m_window->views().bringIntoSight(view); }
    /// The tab with that title.
    void showTable(const QString& title);
    void click(const char* button);
    void type(const char* field, const QString& text);
    /// Moves the mouse into a widget: shares of its width and height.
    void pointInto(const char* widget, double x, double y);
    /// The line of code of that place; the first one of the file when `number` is 0.
    LineIndex line(const std::string& file, std::uint32_t number = 0);
    void select(const std::string& file, std::uint32_t number = 0);
    void interval(double fromSeconds, double toSeconds, gui::IntervalMode mode);

    /// As paths of captures are given to the window.
    QString fileOf(const std::string& program) const;
    /// Opens without waiting for anything.
    void beginToOpen(const std::string& program);
    enum class Reading { Begun, AtAPart, StoppedThere };
    /// Opens "long", and shows what is known when reading has come so far: to no, one or two segments of the digest.
    void read(Reading reading);

    /// Once all work is done and nothing has moved for a while.
    QImage photograph();
    /// At once.
    QImage snapshot();

    static void await(const char* what, const std::function<bool()>& condition);

private:
    /// What is still under way; null: nothing.
    const char* unrest() const;
    void settle();
    void makeWindow(QSize size);
    void open(const std::string& program);

    const RecordedPrograms& m_programs;
    std::unique_ptr<gui::MainWindow> m_window;
    std::string m_program;
    QSize m_size;
    gui::ViewState m_first;  // as it is after opening
    bool m_isSpoilt = true;
    bool m_isHeld = false;  // in a state that passes
};

}  // namespace heapprof::test
