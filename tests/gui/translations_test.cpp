// The window in another language: every text of it has a translation, which fits to it, is shown, and has room.
#include "gui/translations/translations.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDockWidget>
#include <QFile>
#include <QKeySequence>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QProcess>
#include <QRegularExpression>
#include <QTabWidget>
#include <QTranslator>
#include <QXmlStreamReader>
#include <fstream>
#include <map>

#include "core/text/text.h"
#include "gui/common/clamped_label.h"
#include "gui/common/elided_label.h"
#include "gui/common/instant_view.h"
#include "gui/summary/finding_card.h"
#include "gui/translations/core_texts.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {
namespace {

using namespace Qt::StringLiterals;

struct Message {
    QString context, source, comment;
    QStringList forms;
    bool isNumerus = false;
    bool isFinished = true;
};

QString describe(const Message& message) { return message.context + QStringLiteral(": ") + message.source; }

std::vector<Message> messagesIn(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) qFatal("cannot read %s", qPrintable(path));
    std::vector<Message> messages;
    QString context;
    for (QXmlStreamReader xml(&file); !xml.atEnd();) {
        if (!xml.readNextStartElement() && !xml.isEndElement()) continue;
        if (xml.isEndElement()) continue;
        const auto name = xml.name();
        if (name == u"name") context = xml.readElementText();
        if (name == u"message") {
            messages.push_back({context, {}, {}, {}});
            messages.back().isNumerus = xml.attributes().value("numerus"_L1) == "yes"_L1;
        }
        if (name == u"source") messages.back().source = xml.readElementText();
        if (name == u"comment") messages.back().comment = xml.readElementText();
        if (name == u"numerusform") messages.back().forms << xml.readElementText();
        if (name == u"translation") {
            messages.back().isFinished = xml.attributes().value("type"_L1).isEmpty();
            if (!messages.back().isNumerus) messages.back().forms << xml.readElementText();
        }
    }
    return messages;
}

/// %1, %L1, %n, and tags of rich text, sorted.
QStringList placeholdersOf(const QString& text) {
    static const QRegularExpression pattern(QStringLiteral("%L?[0-9n]|</?[a-z0-9]+>"));
    QStringList found;
    for (auto each = pattern.globalMatch(text); each.hasNext();) found << each.next().captured();
    found.sort();
    return found;
}

/// Its letter, or nothing.
QString mnemonicOf(const QString& text) { return QKeySequence::mnemonic(text).toString(); }

/// The letters that two entries of a menu have, with the entries; of its submenus, too.
QStringList doubledMnemonics(QMenu& menu) {
    emit menu.aboutToShow();  // some are filled then
    QStringList doubled;
    std::map<QString, QString> seen;
    for (QAction* action : menu.actions()) {
        if (action->menu()) doubled << doubledMnemonics(*action->menu());
        const QString letter = mnemonicOf(action->text());
        if (letter.isEmpty()) continue;
        if (const auto [at, isNew] = seen.emplace(letter, action->text()); !isNew)
            doubled << at->second + QStringLiteral(" / ") + action->text();
    }
    return doubled;
}

/// What a person reads in a widget, hears of it, or finds in its bubble.
QStringList textsOf(const QWidget& widget) {
    QStringList texts{widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.statusTip()};
    if (widget.isWindow()) texts << widget.windowTitle();
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) texts << label->text();
    if (const auto* label = qobject_cast<const ElidedLabel*>(&widget)) texts << label->text();
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) texts << button->text();
    if (const auto* field = qobject_cast<const QLineEdit*>(&widget)) texts << field->placeholderText();
    if (const auto* dock = qobject_cast<const QDockWidget*>(&widget)) texts << dock->windowTitle();
    if (const auto* box = qobject_cast<const QComboBox*>(&widget))
        for (int i = 0; i < box->count(); ++i) texts << box->itemText(i);
    if (const auto* tabs = qobject_cast<const QTabBar*>(&widget))
        for (int i = 0; i < tabs->count(); ++i) texts << tabs->tabText(i) << tabs->tabToolTip(i);
    if (const auto* view = qobject_cast<const QAbstractItemView*>(&widget); view && view->model()) {
        for (int column = 0; column < view->model()->columnCount(); ++column) {
            for (const int role : {Qt::DisplayRole, Qt::ToolTipRole})
                texts << view->model()->headerData(column, Qt::Horizontal, role).toString();
            for (int row = 0; row < std::min(3, view->model()->rowCount()); ++row)
                for (const int role : {Qt::DisplayRole, Qt::ToolTipRole})
                    texts << view->model()->index(row, column).data(role).toString();
        }
    }
    for (const QAction* action : widget.actions()) texts << action->text() << action->toolTip() << action->iconText();
    texts.removeAll(QString());
    return texts;
}

/// Those whose words have less room than they need. What is too long because of the capture's names elides or wraps.
QStringList clippedIn(const QWidget& window) {
    QStringList clipped;
    const auto check = [&](const QWidget& widget, const QString& text, int wanted) {
        const int seen = widget.visibleRegion().boundingRect().width();
        if (seen < wanted) clipped << u"%1: %2 of %3 pixels"_s.arg(text).arg(seen).arg(wanted);
    };
    for (const auto* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->visibleRegion().isEmpty()) continue;
        // A card of the summary, whose words wrap, is another kind of button.
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        if (button && !button->text().isEmpty() && !qobject_cast<const FindingCard*>(widget))
            check(*button, button->text(), button->sizeHint().width());
        if (const auto* box = qobject_cast<const QComboBox*>(widget))
            check(*box, box->currentText(), box->sizeHint().width());
        if (const auto* label = qobject_cast<const QLabel*>(widget); label && !label->text().contains(u'/'))
            if (!label->wordWrap() && !dynamic_cast<const ClampedLabel*>(label))
                check(*label, label->text(), label->sizeHint().width());
    }
    return clipped;
}

}  // namespace

class TranslationsTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() {
        prepare();
        QVERIFY(!QCoreApplication::translate("heapprof::gui::MainWindow", "&File").startsWith(u"&D"_s));
        {
            RecordedCapture all = RecordedCapture::ofAllDomains(m_folder / "domains");
            all.grow(2'000, Micros(20'000'000));
            all.end();
        }
        m_messages = messagesIn(QStringLiteral(HEAPPROF_TRANSLATIONS "/heapprof_de.ts"));
        installTranslations(*qApp, {QStringLiteral("de-DE"), QStringLiteral("en")});
        for (const Message& message : m_messages)
            if (QString(message.source).remove(u'&') != QString(message.forms.constFirst()).remove(u'&'))
                addEnglish(message.source);
    }
    void cleanup() { m_window.reset(); }

    void everyTextOfTheSourcesIsInTheFile() {
        const QString copy = QString::fromStdString((m_folder / "heapprof_de.ts").string());
        QVERIFY(QFile::copy(QStringLiteral(HEAPPROF_TRANSLATIONS "/heapprof_de.ts"), copy));
        QProcess lupdate;
        lupdate.start(QStringLiteral(HEAPPROF_LUPDATE), QStringLiteral(HEAPPROF_LUPDATE_ARGUMENTS).split(u'|')
                                                            << QStringLiteral("-ts") << copy);
        QVERIFY2(lupdate.waitForFinished(60000) && lupdate.exitCode() == 0, lupdate.readAllStandardError().constData());
        const std::vector<Message> renewed = messagesIn(copy);
        const auto namesOf = [](const std::vector<Message>& messages) {
            QStringList names;
            for (const Message& message : messages) names << describe(message) + message.comment;
            names.sort();
            return names;
        };
        const QStringList known = namesOf(m_messages), now = namesOf(renewed);
        for (const QString& name : now) QVERIFY2(known.contains(name), qPrintable(u"new: "_s + name));
        for (const QString& name : known) QVERIFY2(now.contains(name), qPrintable(u"vanished: "_s + name));
        for (const Message& message : renewed) {
            QVERIFY2(message.isFinished, qPrintable(u"unfinished: "_s + describe(message)));
            // A text outside of every class is looked up elsewhere than lupdate puts it.
            QVERIFY2(message.context != u"heapprof::gui" && message.context != u"Words",
                     qPrintable(u"without a context: "_s + describe(message)));
        }
    }

    void translationsFitToTheirTexts() {
        for (const Message& message : m_messages) {
            QCOMPARE(message.forms.size(), message.isNumerus ? 2 : 1);
            for (const QString& form : message.forms) {
                QVERIFY2(!form.isEmpty(), qPrintable(describe(message)));
                QVERIFY2(placeholdersOf(form) == placeholdersOf(message.source), qPrintable(describe(message)));
                QVERIFY2(form.startsWith(u' ') == message.source.startsWith(u' ') &&
                             form.endsWith(u' ') == message.source.endsWith(u' '),
                         qPrintable(describe(message)));
                QVERIFY2(mnemonicOf(form).isEmpty() == mnemonicOf(message.source).isEmpty(),
                         qPrintable(describe(message)));
            }
        }
    }

    /// What core/ says of files is in no tr(): here it is found in its sources.
    void everyReasonOfCoreIsKnown() {
        QString known;
        for (const Message& message : m_messages)
            if (message.context == u"CoreTexts") known += message.source + u'\n';
        known.replace(QRegularExpression(QStringLiteral("%[12]")), QStringLiteral("\n"));
        int found = 0;
        for (const char* folder : {"bytes", "capture", "digest", "recording"}) {
            for (const auto& file :
                 std::filesystem::directory_iterator(HEAPPROF_SOURCES "/core/" + std::string(folder))) {
                if (file.path().extension() != ".cpp" && file.path().extension() != ".h") continue;
                if (file.path().filename() == "program.cpp") continue;  // what processes ran, no sentences
                std::ifstream stream(file.path());
                for (std::string line; std::getline(stream, line);) {
                    const QString code = QString::fromStdString(line).section(u"//"_s, 0, 0);
                    static const QRegularExpression literal(QStringLiteral("\"([a-z' ][a-z]* [^\"%=<>\\\\]*)\""));
                    if (code.contains(u"#include") || code.contains(u"static_assert")) continue;
                    for (auto each = literal.globalMatch(code); each.hasNext();) {
                        const QString text = each.next().captured(1);
                        const bool isKnown = known.contains(text.trimmed()) || text == u" else 1";
                        QVERIFY2(isKnown, qPrintable(QString::fromStdString(file.path().string()) + u": "_s + text));
                        ++found;
                    }
                }
            }
        }
        QVERIFY(found > 50);
    }

    void coreSpeaksTheLanguage() {
        QCOMPARE(fromCore("/tmp/a.hpm: is empty (at byte 0)"), u"/tmp/a.hpm: ist leer (bei Byte 0)"_s);
        QCOMPARE(fromCore("/tmp/a: b.hpm: cannot open: No such file or directory"),
                 u"/tmp/a: b.hpm: lässt sich nicht öffnen: No such file or directory"_s);
        QCOMPARE(fromCore("something else: unknown, too"), u"something else: unknown, too"_s);
        QCOMPARE(textOf(Sampling::everything()), u"alles aufgezeichnet"_s);
        QCOMPARE(textOf(Sampling::byRanges({{128, 0.25}, {8192, 0.5}})),
                 u"nach Größe: unter 128 B 0.25, unter 8192 B 0.5, sonst 1"_s);
        QCOMPARE(textOf(Damage{"/a.hpd", 4096, 100, "a chunk is cut off", Stretch{Micros(0), Micros(1'500'000)}}),
                 u"/a.hpd: ein Abschnitt ist abgeschnitten (100 Byte bei Byte 4096, von %1 s bis %2 s)"_s.arg(
                     plainNumber(0, 3), plainNumber(1.5, 3)));
        QCOMPARE(formatWithUnit(1, Measure::BlockCount), std::string("1 Block"));
        QCOMPARE(text(formatWithUnit(-7, Measure::BlockCount)), u"-7 Blöcke"_s);
        QCOMPARE(formatRange("1", "2 KiB"), std::string("1 bis 2 KiB"));
    }

    void theWindowSpeaksTheLanguage() {
        makeWindow({1400, 900});
        QStringList texts = shownTexts(), titles;
        for (const QAction* action : m_window->menuBar()->actions()) titles << action->text();
        QCOMPARE(titles, (QStringList{u"&Datei"_s, u"&Bearbeiten"_s, u"&Ansicht"_s, u"&Hilfe"_s}));
        open(m_folder / "program");
        texts << shownTexts();
        QVERIFY(texts.join(u'\n').contains(u"belegt bei "_s));
        forEachState([&](const char*) { texts << shownTexts(); });
        open(m_folder / "domains");
        texts << shownTexts();
        texts.removeDuplicates();
        QVERIFY(texts.size() > 300);
        const QStringList found = english(texts);
        QVERIFY2(found.isEmpty(), qPrintable(found.join(u'\n')));
    }

    void noMenuHasALetterTwice() {
        makeWindow({1400, 900});
        open(m_folder / "program");
        select(LineIndex(1));
        QStringList letters;
        for (const QAction* action : m_window->menuBar()->actions()) {
            letters << mnemonicOf(action->text());
            noneDoubled(*action->menu());
        }
        letters.removeDuplicates();
        QCOMPARE(letters.size(), m_window->menuBar()->actions().size());
        for (const char* button : {"addFilter", "inspectorMore"}) noneDoubled(*find<QToolButton>(button)->menu());
        for (const char* place : {"timePlot", "linesTable", "flameCanvas", "flowCanvas"}) {
            const bool isInTheMiddle =
                std::string_view(place) != "linesTable" && std::string_view(place) != "flameCanvas";
            if (std::string_view(place) == "flowCanvas") m_window->views().showPicture(ExportView::Flow);
            settle();
            QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().view(ExportView::Flow)->isBusy(), kPatience);
            auto* widget = find<QWidget>(place);
            if (auto* area = qobject_cast<QAbstractScrollArea*>(widget)) widget = area->viewport();
            const QPoint middle = isInTheMiddle ? widget->rect().center() : QPoint(40, 10);
            QContextMenuEvent event(QContextMenuEvent::Mouse, middle, widget->mapToGlobal(middle));
            QCoreApplication::sendEvent(widget, &event);
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            QVERIFY2(menu, place);
            noneDoubled(*menu);
            menu->close();
        }
    }

    void aSmallWindowHasRoomForItsTexts() {
        QStringList clipped;
        const auto look = [&](const char* state) {
            if (QTest::qWaitFor([&] { return clippedIn(*m_window).isEmpty(); }, 1000)) return;  // layouts may come late
            for (const QString& text : clippedIn(*m_window)) clipped << QLatin1String(state) + u": "_s + text;
        };
        makeWindow({900, 600});
        look("start");
        open(m_folder / "program");
        look("flame graph");
        forEachState(look);
        QCOMPARE(m_window->size(), QSize(900, 600));
        QVERIFY2(clipped.isEmpty(), qPrintable(clipped.join(u'\n')));
    }

    /// The locales need not be there.
    void theEnvironmentChoosesTheLanguage() {
        const QString capture = text((m_folder / "program.hpm").string());
        const auto says = [&](const QStringList& variables, const QStringList& arguments) {
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            for (const char* name : {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LC_NUMERIC", "LANG"})
                environment.remove(QLatin1String(name));
            for (const QString& each : variables) environment.insert(each.section(u'=', 0, 0), each.section(u'=', 1));
            QProcess program;
            program.setProcessEnvironment(environment);
            program.start(QStringLiteral(HEAPPROF_WORKSTATION_PATH), arguments);
            if (!program.waitForFinished(kPatience)) qFatal("the workstation does not end");
            return QString::fromLocal8Bit(program.readAllStandardOutput() + program.readAllStandardError());
        };
        const QStringList help{u"--help"_s}, summary{u"--summary"_s, capture}, wrong{u"--at"_s, u"1"_s};
        QVERIFY(says({u"LANGUAGE=de"_s}, help).contains(u"Zeigt Aufzeichnungen"_s));
        QVERIFY(says({u"LANG=de_DE.UTF-8"_s}, help).contains(u"Zeigt Aufzeichnungen"_s));
        QVERIFY(says({u"LANG=en_US.UTF-8"_s, u"LC_MESSAGES=de_AT.UTF-8"_s}, help).contains(u"Zeigt Aufzeichnungen"_s));
        QVERIFY(says({u"LANGUAGE=en:de"_s, u"LANG=de_DE.UTF-8"_s}, help).contains(u"Shows captures"_s));
        QVERIFY(says({u"LANG=C"_s}, help).contains(u"Shows captures"_s));
        QVERIFY(says({u"LANGUAGE=de"_s}, wrong).contains(u"hat nur zusammen mit --export eine Bedeutung"_s));
        // Numbers are as the locale has them, whatever the language.
        QVERIFY(says({u"LANG=de_DE.UTF-8"_s}, summary).contains(u" bei 20,000 s"_s));
        QVERIFY(says({u"LANGUAGE=en"_s, u"LANG=de_DE.UTF-8"_s}, summary).contains(u" at 20,000 s"_s));
        QVERIFY(says({u"LANGUAGE=de"_s, u"LANG=en_US.UTF-8"_s}, summary).contains(u" bei 20.000 s"_s));
    }

    void aLanguageThatIsNotThereIsEnglish() {
        struct Case {
            QStringList languages;
            const char* text;
        };
        for (const auto& [languages, expected] :
             {Case{{QStringLiteral("en-GB"), QStringLiteral("de")}, "&File"}, Case{{QStringLiteral("C")}, "&File"},
              Case{{QStringLiteral("xx"), QStringLiteral("de-AT")}, "&Datei"}, Case{{}, "&File"}}) {
            QCoreApplication* const application = QCoreApplication::instance();
            const auto before = application->findChildren<QTranslator*>();
            for (QTranslator* translator : before) QCoreApplication::removeTranslator(translator);
            installTranslations(*application, languages);
            QCOMPARE(MainWindow::tr("&File"), QLatin1String(expected));
            for (QTranslator* translator : application->findChildren<QTranslator*>())
                if (!before.contains(translator)) delete translator;
            for (QTranslator* translator : before) QCoreApplication::installTranslator(translator);
        }
        QCOMPARE(MainWindow::tr("&File"), u"&Datei"_s);
    }

private:
    using RecordedCapture = test::RecordedCapture;

    void makeWindow(QSize size) {
        m_window = test::freshWindow(size);
        QVERIFY(m_window);
    }

    void addEnglish(const QString& source) {
        QString words = source;
        static const QRegularExpression place(QStringLiteral("%L?[0-9n]")), letters(QStringLiteral("[a-z]{3}"));
        if (!words.remove(place).contains(letters)) return;
        QString pattern = QRegularExpression::escape(QString(source).remove(u'&'));
        pattern.replace(QRegularExpression(QStringLiteral(R"(\\%L?[0-9n])")), QStringLiteral(".+"));
        m_english.emplace_back(QRegularExpression::anchoredPattern(pattern),
                               QRegularExpression::DotMatchesEverythingOption);
    }

    QStringList shownTexts() const {
        QStringList texts = textsOf(*m_window);
        for (const auto* widget : m_window->findChildren<QWidget*>()) texts << textsOf(*widget);
        for (const auto* action : m_window->findChildren<QAction*>()) texts << action->text() << action->toolTip();
        texts.removeDuplicates();
        return texts;
    }

    /// Those that are in English.
    QStringList english(const QStringList& texts) const {
        QStringList found;
        for (QString text : texts) {
            text.remove(u'&');
            for (const QRegularExpression& pattern : m_english)
                if (pattern.match(text).hasMatch()) found << text + u"  as  "_s + pattern.pattern();
        }
        return found;
    }

    void noneDoubled(QMenu& menu) {
        const QStringList doubled = doubledMnemonics(menu);
        QVERIFY2(doubled.isEmpty(), qPrintable(doubled.join(u'\n')));
    }

    /// Every picture and table, every mode, with a line selected, searched for, filtered, in blocks.
    void forEachState(const std::function<void(const char*)>& look) {
        select(LineIndex(1));
        for (const ExportView view : {ExportView::Flow, ExportView::Parts, ExportView::Flame}) {
            m_window->views().showPicture(view);
            settle();
            look("a picture");
        }
        auto& tabs = *find<QTabWidget>("traceTabs");
        for (int tab = 0; tab < tabs.count(); ++tab) {
            tabs.setCurrentIndex(tab);
            QTest::qWait(50);
            look("a table");
        }
        tabs.setCurrentIndex(0);
        for (const IntervalMode mode :
             {IntervalMode::Change, IntervalMode::StillAlive, IntervalMode::Allocated, IntervalMode::Temporary}) {
            m_window->store().change([mode](ViewState& state) {
                state.showInterval(Micros(5'000'000), Micros(15'000'000));
                state.mode = mode;
            });
            settle();
            QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().inspector().isBusy(), kPatience);
            look("an interval");
        }
        m_window->store().change([](ViewState& state) {
            state.measure = Measure::BlockCount;
            state.filters.push_back({TraceFilter::By::Code, {}, {}, {}, false, ModuleKind::Own});
            state.search.text = "work";
        });
        settle();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->views().inspector().isBusy(), kPatience);
        look("blocks");
        for (const char* action : {"actionKeys", "actionAbout", "actionThreads", "actionSourcePaths"}) {
            find<QAction>(action)->trigger();
            QCoreApplication::processEvents();
            look(action);
        }
    }

    std::vector<Message> m_messages;
    std::vector<QRegularExpression> m_english;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::TranslationsTest)
#include "translations_test.moc"
