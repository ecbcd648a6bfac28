#include "gui/common/domain_titles.h"

#include <QCoreApplication>
#include <QStringList>

namespace heapprof::gui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("DomainTitles", text); }

}  // namespace

QString titleOf(Domain domain) {
    switch (domain) {
        case Domain::Native:
            return tr("Native");
        case Domain::Mapped:
            return tr("Mapped");
        case Domain::Shared:
            return tr("Shared");
        case Domain::Python:
            break;
    }
    return tr("Python");
}

QString titleOf(DomainSet domains) {
    QStringList titles;
    for (const Domain domain : kDomains)
        if (domains.has(domain)) titles << (domain == Domain::Python ? titleOf(domain) : titleOf(domain).toLower());
    return titles.join(tr(" and "));
}

}  // namespace heapprof::gui
