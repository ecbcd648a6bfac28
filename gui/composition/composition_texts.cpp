#include "gui/composition/composition_texts.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

using Kind = CompositionKind;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Composition)
};

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QColor paler(const QColor& colour, const QPalette& palette) {
    const QColor base = palette.color(QPalette::Base);
    constexpr float kLeft = 0.4F;
    const auto mix = [](float a, float b) { return a * kLeft + b * (1 - kLeft); };
    return QColor::fromRgbF(mix(colour.redF(), base.redF()), mix(colour.greenF(), base.greenF()),
                            mix(colour.blueF(), base.blueF()));
}

}  // namespace

QString titleOf(CompositionKind kind) {
    switch (kind) {
        case Kind::Python:
            return Words::tr("Python, live");
        case Kind::Native:
            return Words::tr("C allocator, live");
        case Kind::Mapped:
            return Words::tr("Mapped, live");
        case Kind::Before:
            return Words::tr("From before the recording");
        case Kind::NotRecorded:
            return Words::tr("In use, not recorded");
        case Kind::PoolsFree:
            return Words::tr("Free in Python's pools");
        case Kind::MallocFree:
            return Words::tr("Free in the C allocator");
        case Kind::FreedSince:
            return Words::tr("Freed since then");
        case Kind::Stacks:
            return Words::tr("Stacks of threads");
        case Kind::Data:
            return Words::tr("Data of libraries");
        case Kind::Files:
            return Words::tr("Code and files");
        case Kind::Shared:
            return Words::tr("Shared memory");
        case Kind::Profiler:
            return Words::tr("heapprof's own");
        case Kind::NotInRam:
            return Words::tr("Not in RAM");
        case Kind::Unexplained:
            return Words::tr("Unexplained");
    }
    return {};
}

QString explanationOf(CompositionKind kind, const Composition& composition) {
    const bool isNative =
        std::ranges::find(composition.parts, Kind::Native, &Composition::Part::kind) != composition.parts.end();
    switch (kind) {
        case Kind::Python:
            return Words::tr("blocks of Python's allocators, as the other views show them");
        case Kind::Native:
            return Words::tr("blocks of the C allocator, as the other views show them");
        case Kind::Mapped:
            return Words::tr("mappings of the program, as far as they are in RAM");
        case Kind::Before:
            return Words::tr("in use in the allocators when the recording began, at most");
        case Kind::NotRecorded:
            return isNative ? Words::tr("what the allocators add to blocks, and what passes them by")
                            : Words::tr("of C code, which --native records, and what the allocators add to blocks");
        case Kind::PoolsFree:
            return Words::tr("between small objects that live, where only new small objects have room");
        case Kind::MallocFree:
            return Words::tr("given back by the program, and kept for the next blocks; as far as it is in RAM");
        case Kind::FreedSince:
            return Words::tr("after it was measured what the allocators hold, which have kept it");
        case Kind::Stacks:
            return Words::tr("as deep as each thread has ever been, and frames of Python functions");
        case Kind::Data:
            return Words::tr("pages of their files that were written to: variables, tables of addresses");
        case Kind::Files:
            return Words::tr("of the interpreter and libraries, and mapped files; the kernel can reclaim them");
        case Kind::Shared:
            return Words::tr("with other processes, as far as this one has touched it");
        case Kind::Profiler:
            return Words::tr("its tables, and what is mapped of its files");
        case Kind::NotInRam:
            return Words::tr("counted above, but never touched or swapped out; or estimated too high");
        case Kind::Unexplained:
            return isNative ? Words::tr("private memory that is none of these")
                            : Words::tr("private memory that is none of these: likely mapped, which --native records");
    }
    return {};
}

QColor colourOf(CompositionKind kind, const QPalette& palette) {
    switch (kind) {
        case Kind::Python:
            return seriesColour(1);
        case Kind::Native:
            return seriesColour(0);
        case Kind::Mapped:
            return seriesColour(3);
        case Kind::Before:
            return seriesColour(7);
        case Kind::NotRecorded:
            return seriesColour(2);
        case Kind::PoolsFree:
            return paler(seriesColour(1), palette);
        case Kind::MallocFree:
            return paler(seriesColour(0), palette);
        case Kind::FreedSince:
            return paler(seriesColour(3), palette);
        case Kind::Stacks:
            return seriesColour(6);
        case Kind::Data:
            return seriesColour(9);
        case Kind::Files:
            return seriesColour(4);
        case Kind::Shared:
            return seriesColour(8);
        case Kind::Profiler:
        case Kind::NotInRam:
            return tonesOf(palette).dim;
        case Kind::Unexplained:
            return seriesColour(5);
    }
    return {};
}

QString headlineOf(const Composition& composition) {
    return Words::tr("%1 resident, %2 unexplained")
        .arg(text(formatBytes(composition.resident)),
             text(formatShare(composition.bytesOf(Kind::Unexplained), composition.resident)));
}

QString accountOf(const Composition& composition) {
    const QString read = composition.readAt == composition.measuredAt
                             ? Words::tr("Read at %1.").arg(text(formatTime(composition.readAt)))
                             : Words::tr("Read at %1, what allocators hold at %2.")
                                   .arg(text(formatTime(composition.readAt)), text(formatTime(composition.measuredAt)));
    return read + QLatin1Char(' ') +
           Words::tr("By the kernel's account %1 are anonymous, %2 of files, %3 shared.")
               .arg(text(formatBytes(composition.account.anonymous)), text(formatBytes(composition.account.file)),
                    text(formatBytes(composition.account.shared)));
}

}  // namespace heapprof::gui
