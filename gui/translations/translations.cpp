#include "gui/translations/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>
#include <limits>

#include "core/text/text.h"

// Outside of every namespace, as Qt's macro wants it.
static void registerLanguages() { Q_INIT_RESOURCE(languages); }

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Amounts)
};

bool install(QCoreApplication& application, const QString& file, const QString& folder) {
    auto* translator = new QTranslator(&application);
    if (translator->load(file, folder, QStringLiteral("_")) && !translator->isEmpty() &&
        QCoreApplication::installTranslator(translator))
        return true;
    delete translator;
    return false;
}

void installLanguage(QCoreApplication& application, const QStringList& languages) {
    for (QString language : languages) {
        language.replace(u'-', u'_');
        if (language == QLatin1String("C") || language.section(u'_', 0, 0) == QLatin1String("en")) return;
        if (!install(application, QStringLiteral("heapprof_") + language, QStringLiteral(":/i18n"))) continue;
        install(application, QStringLiteral("qtbase_") + language, QLibraryInfo::path(QLibraryInfo::TranslationsPath));
        return;
    }
}

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// What core/ writes of numbers.
TextStyle textStyle() {
    const QLocale locale;
    TextStyle style;
    style.decimalPoint = locale.decimalPoint().toStdString();
    style.groupSeparator = locale.groupSeparator().toStdString();
    style.range = [](const std::string& min, const std::string& max) {
        return Words::tr("%1 to %2", "a range of amounts or times").arg(text(min), text(max)).toStdString();
    };
    style.blocks = [](std::int64_t count, const std::string& number) {
        const QString words = count == 1 ? Words::tr("%1 block") : Words::tr("%1 blocks", nullptr, pluralOf(count));
        return words.arg(text(number)).toStdString();
    };
    return style;
}

}  // namespace

void installTranslations(QCoreApplication& application, const QStringList& languages) {
    registerLanguages();
    installLanguage(application, languages);
    setTextStyle(textStyle());
}

void installTranslations(QCoreApplication& application) {
    installTranslations(application, QLocale::system().uiLanguages());
}

QString plainNumber(double value, int decimals) {
    QLocale locale;
    locale.setNumberOptions(locale.numberOptions() | QLocale::OmitGroupSeparator);
    return locale.toString(value, 'f', decimals);
}

int pluralOf(std::int64_t count) {
    constexpr std::int64_t kCycle = 1'000'000;  // no language looks further
    const std::int64_t size = count < 0 ? -(count % kCycle) : count;
    return static_cast<int>(size < kCycle ? size : kCycle + size % kCycle);
}

}  // namespace heapprof::gui
