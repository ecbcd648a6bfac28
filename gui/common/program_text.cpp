#include "gui/common/program_text.h"

#include <QCoreApplication>
#include <QStringList>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ProgramText)
};

QString text(const std::string& raw) { return QString::fromStdString(printable(raw)); }

}  // namespace

QString textOf(const Program& program) {
    const QString of = text(program.of);
    switch (program.role) {
        case Program::Role::Forkserver:
            return of.isEmpty() ? Words::tr("multiprocessing forkserver")
                                : Words::tr("multiprocessing forkserver of %1").arg(of);
        case Program::Role::Worker:
            return of.isEmpty() ? Words::tr("multiprocessing worker")
                                : Words::tr("multiprocessing worker of %1").arg(of);
        case Program::Role::ResourceTracker:
            return Words::tr("multiprocessing resource tracker");
        case Program::Role::Own:
            break;
    }
    QStringList words;
    for (const std::string& word : program.words) words << text(word);
    return words.join(u' ');
}

QString nameOf(const Program& program) {
    Program named = program;
    const auto isRunBy = [&](const char* option) {
        return named.words.size() > 1 && named.words[0] == "python" && named.words[1] == option;
    };
    const std::size_t kept = isRunBy("-m") ? 3 : isRunBy("-c") ? 2 : 1;
    if (named.words.size() > kept) named.words.resize(kept);
    return textOf(named);
}

}  // namespace heapprof::gui
