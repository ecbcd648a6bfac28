#include "gui/common/domain_titles.h"

#include <QCoreApplication>
#include <QStringList>

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(DomainTitles)
};

/// Inside of a sentence.
QString nameWithin(Domain domain) {
    switch (domain) {
        case Domain::Native:
            return Words::tr("native");
        case Domain::Mapped:
            return Words::tr("mapped");
        case Domain::Shared:
            return Words::tr("shared");
        case Domain::Python:
            break;
    }
    return Words::tr("Python");
}

}  // namespace

QString titleOf(Domain domain) {
    switch (domain) {
        case Domain::Native:
            return Words::tr("Native");
        case Domain::Mapped:
            return Words::tr("Mapped");
        case Domain::Shared:
            return Words::tr("Shared");
        case Domain::Python:
            break;
    }
    return Words::tr("Python");
}

QString titleOf(DomainSet domains) {
    QStringList titles;
    for (const Domain domain : kDomains)
        if (domains.has(domain)) titles << nameWithin(domain);
    return titles.join(Words::tr(" and "));
}

}  // namespace heapprof::gui
