#include "gui/application/options.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>
#include <cmath>

namespace heapprof::gui {
namespace {

constexpr int kSmallestSide = 100, kLargestSide = 16000;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(CommandLine)
};

ApplicationOptions refuse(const QString& reason) {
    ApplicationOptions options;
    options.message = QStringLiteral("heapprof-workstation: %1\n").arg(reason);
    options.exitCode = 2;
    return options;
}

std::optional<double> seconds(const QString& text) {
    bool ok = false;
    const double value = text.toDouble(&ok);
    return ok && std::isfinite(value) && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<DomainSet> domainsOf(const QString& text) {
    DomainSet domains;
    for (const QString& name : text.split(QLatin1Char(','))) {
        const auto domain = domainOf(name.toStdString());
        if (!domain) return std::nullopt;
        domains.set(*domain, true);
    }
    return domains;
}

std::optional<QSize> sizeOf(const QString& text) {
    static const QRegularExpression pattern(QStringLiteral("^([0-9]{1,5})[x\u00D7]([0-9]{1,5})$"));
    const auto match = pattern.match(text);
    const QSize size(match.captured(1).toInt(), match.captured(2).toInt());
    const bool fits = match.hasMatch() && std::min(size.width(), size.height()) >= kSmallestSide &&
                      std::max(size.width(), size.height()) <= kLargestSide;
    return fits ? std::optional(size) : std::nullopt;
}

}  // namespace

ApplicationOptions parseCommandLine(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(Words::tr("Shows captures of the heapprof heap profiler."));
    const QCommandLineOption help = parser.addHelpOption(), version = parser.addVersionOption();
    const QCommandLineOption newWindow(
        QStringLiteral("new-window"),
        Words::tr("Open in a process of its own, even when a workstation is running, and show "
                  "the captures anew, not as they were left."));
    const QCommandLineOption theme(QStringLiteral("theme"), Words::tr("Colours: light, dark or system."),
                                   QStringLiteral("theme"));
    const QCommandLineOption exporting(
        QStringLiteral("export"),
        Words::tr("Write one view of the capture to a file and end; needs no display. Its extension says what: %1.")
            .arg(allExtensions().join(QLatin1Char(' '))),
        QStringLiteral("file"));
    const QCommandLineOption view(
        QStringLiteral("view"),
        Words::tr("With --export: time, flow, flame, traces, parts (memory over time by what allocated it) or resident "
                  "(what resident memory consists of)."),
        QStringLiteral("view"));
    const QCommandLineOption at(QStringLiteral("at"),
                                Words::tr("With --export: the time shown, in seconds; the peak when not given."),
                                QStringLiteral("seconds"));
    const QCommandLineOption compare(QStringLiteral("compare"),
                                     Words::tr("With --export: show the difference from this time, in seconds."),
                                     QStringLiteral("seconds"));
    const QCommandLineOption domain(
        QStringLiteral("domain"),
        Words::tr("With --export: count only memory of these domains: python, native, mapped, "
                  "shared, or several with commas; all "
                  "when not given."),
        QStringLiteral("domains"));
    const QCommandLineOption size(
        QStringLiteral("size"),
        Words::tr("With --export: width and height of a picture, as in 1200x700; what the view needs when not given."),
        QStringLiteral("size"));
    const QCommandLineOption unit(QStringLiteral("unit"),
                                  Words::tr("With --export: what is counted, bytes or blocks; bytes when not given."),
                                  QStringLiteral("unit"));
    const QCommandLineOption summary(
        QStringLiteral("summary"),
        Words::tr("Print what to look at in the capture, and the processes of its run, without a window."));
    parser.addOptions({newWindow, theme, summary, exporting, view, at, compare, domain, unit, size});
    parser.addPositionalArgument(QStringLiteral("captures"), Words::tr("FILEBASE.hpm, .hpd, .hpc, or FILEBASE."),
                                 QStringLiteral("[captures...]"));
    if (!parser.parse(arguments)) return refuse(parser.errorText());

    ApplicationOptions options;
    if (parser.isSet(help)) {
        options.message = parser.helpText();
        return options;
    }
    if (parser.isSet(version)) {
        options.message = QStringLiteral("heapprof-workstation %1\n").arg(QCoreApplication::applicationVersion());
        return options;
    }
    options.files = parser.positionalArguments();
    options.newWindow = parser.isSet(newWindow);
    if (parser.isSet(theme)) {
        options.theme = themeOf(parser.value(theme));
        if (!options.theme)
            return refuse(Words::tr("--theme %1: not one of light, dark, system").arg(parser.value(theme)));
    }

    options.printsSummary = parser.isSet(summary);
    if (options.printsSummary && options.files.size() != 1)
        return refuse(Words::tr("--summary needs exactly one capture"));
    if (options.printsSummary && parser.isSet(exporting))
        return refuse(Words::tr("--summary and --export exclude each other"));
    if (!parser.isSet(exporting)) {
        for (const QCommandLineOption& option : {view, at, compare, domain, unit, size})
            if (parser.isSet(option))
                return refuse(
                    Words::tr("--%1 says something only together with --export").arg(option.names().constFirst()));
        return options;
    }
    ExportCommand command;
    if (options.files.size() != 1) return refuse(Words::tr("--export needs exactly one capture"));
    command.capture = options.files.constFirst();
    command.output = parser.value(exporting);
    if (parser.isSet(view) && !(command.view = exportViewOf(parser.value(view))))
        return refuse(
            Words::tr("--view %1: not one of time, flow, flame, traces, parts, resident").arg(parser.value(view)));
    if (parser.isSet(at) && !(command.at = seconds(parser.value(at))))
        return refuse(Words::tr("--at %1: not a number of seconds").arg(parser.value(at)));
    if (parser.isSet(compare) && !(command.compare = seconds(parser.value(compare))))
        return refuse(Words::tr("--compare %1: not a number of seconds").arg(parser.value(compare)));
    if (parser.isSet(domain) && !(command.domains = domainsOf(parser.value(domain))))
        return refuse(Words::tr("--domain %1: not of python, native, mapped, shared").arg(parser.value(domain)));
    if (parser.isSet(unit)) {
        const auto chosen = measureOf(parser.value(unit).toStdString());
        if (!chosen) return refuse(Words::tr("--unit %1: not one of bytes, blocks").arg(parser.value(unit)));
        command.measure = *chosen;
    }
    if (parser.isSet(size)) {
        const auto chosen = sizeOf(parser.value(size));
        if (!chosen)
            return refuse(Words::tr("--size %1: not WIDTHxHEIGHT with %2 to %3 pixels each")
                              .arg(parser.value(size))
                              .arg(kSmallestSide)
                              .arg(kLargestSide));
        command.size = *chosen;
    }
    options.exporting = command;
    return options;
}

}  // namespace heapprof::gui
