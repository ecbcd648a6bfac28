// The languages of the window: which there are, and how the program comes to speak one of them.
#pragma once

#include <QString>
#include <QStringList>

class QCoreApplication;

namespace heapprof::gui {

/// The program's texts, and Qt's own where they are installed, in the first of `languages` ("de-DE", "fr") that there
/// is; in English where that comes first, or none of them is known. Numbers are written as the user's locale has them,
/// whatever the language. Before other threads and widgets make texts.
void installTranslations(QCoreApplication& application, const QStringList& languages);
/// In the user's own: LANGUAGE, or LC_ALL, LC_MESSAGES, LANG.
void installTranslations(QCoreApplication& application);

/// A number in the user's locale, without separators of thousands.
QString plainNumber(double value, int decimals);

/// Which form of the plural a count takes that may be greater than Qt's functions know.
int pluralOf(std::int64_t count);

}  // namespace heapprof::gui
