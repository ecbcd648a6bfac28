#include "gui/common/filter_texts.h"

#include <QCoreApplication>

#include "core/text/text.h"
#include "gui/common/frame_labels.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FilterTexts)
};

}  // namespace

QString nameOf(ModuleKind code) {
    switch (code) {
        case ModuleKind::Own:
            return Words::tr("own code");
        case ModuleKind::StandardLibrary:
            return Words::tr("standard library");
        case ModuleKind::SitePackages:
            return Words::tr("site-packages");
        case ModuleKind::Internal:
            break;
    }
    return Words::tr("interpreter");
}

QString nameOf(const TraceFilter& filter, const TraceTable& traces) {
    const QString name = QString::fromStdString(printable(filter.name));
    switch (filter.by) {
        case TraceFilter::By::Line:
            return Words::tr("line %1").arg(QString::fromStdString(placeText(traces, filter.line)));
        case TraceFilter::By::Function:
            return Words::tr("function %1").arg(name);
        case TraceFilter::By::File:
            return Words::tr("file %1").arg(QString::fromStdString(fileLabel(filter.name)));
        case TraceFilter::By::Module:
            return Words::tr("module %1").arg(name);
        case TraceFilter::By::Code:
            return nameOf(filter.code);
        case TraceFilter::By::Pattern:
            return QStringLiteral("/%1/").arg(name);
        case TraceFilter::By::Words:
            return Words::tr("\u201C%1\u201D").arg(name);
        case TraceFilter::By::Label:
            return filter.value ? QString::fromStdString(printable(filter.name + "=" + *filter.value))
                                : Words::tr("label %1").arg(name);
        case TraceFilter::By::Thread:
            break;
    }
    return Words::tr("thread %1").arg(name);
}

QString textOf(const TraceFilter& filter, const TraceTable& traces) {
    return (filter.isExcluded ? Words::tr("not %1") : Words::tr("only %1")).arg(nameOf(filter, traces));
}

}  // namespace heapprof::gui
