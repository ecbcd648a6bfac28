#include "gui/source/source_file.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <filesystem>
#include <list>
#include <utility>

#include "core/text/text.h"
#include "gui/source/path_map.h"
#include "gui/source/source_encoding.h"

namespace heapprof::gui {
namespace {

namespace fs = std::filesystem;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(SourceFile)
};

constexpr std::size_t kFilesKept = 8;

/// The number that a three-byte sequence of UTF-8 at `at` stands for; 0 for any other.
unsigned codeAt(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size() || (static_cast<unsigned char>(text[at]) & 0xF0) != 0xE0) return 0;
    return (text[at] & 0x0Fu) << 12 | (text[at + 1] & 0x3Fu) << 6 | (text[at + 2] & 0x3Fu);
}

/// Characters that would have what stands on screen differ from what runs.
bool turnsDirection(unsigned code) {
    return code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::string shown(std::string_view line) {
    std::string text;
    text.reserve(line.size());
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (text.size() > SourceFile::kLongestLine && (line[at] & 0xC0) != 0x80) break;
        if (line[at] == '\t') {
            text += "    ";
        } else if (const unsigned code = codeAt(line, at); turnsDirection(code)) {
            static constexpr char kDigits[] = "0123456789ABCDEF";
            text += "\\u";
            for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[code >> shift & 0xF];
            at += 2;
        } else {
            text += line[at];
        }
    }
    return printable(text);
}

/// Files read last, the newest first; by the identity of what lies on the disk.
class Kept {
public:
    std::shared_ptr<const SourceFile> find(std::uint64_t identity) {
        const std::lock_guard lock(m_mutex);
        const auto found = std::ranges::find(m_files, identity, &Entry::first);
        if (found == m_files.end()) return nullptr;
        m_files.splice(m_files.begin(), m_files, found);
        return m_files.front().second;
    }
    void add(std::uint64_t identity, std::shared_ptr<const SourceFile> file) {
        const std::lock_guard lock(m_mutex);
        m_files.emplace_front(identity, std::move(file));
        if (m_files.size() > kFilesKept) m_files.pop_back();
    }

private:
    using Entry = std::pair<std::uint64_t, std::shared_ptr<const SourceFile>>;
    std::mutex m_mutex;
    std::list<Entry> m_files;
};

void setText(SourceFile& file, std::string_view bytes) {
    SourceText decoded = decodeSource(bytes);
    file.encoding = std::move(decoded.encoding);
    file.isEncodingKnown = decoded.isEncodingKnown;
    file.invalidLine = decoded.invalidLine;
    file.lines.reserve(decoded.lines.size());
    for (const std::string& line : decoded.lines) file.lines.push_back(shown(line));
}

QString text(const std::string& untrusted) { return QString::fromStdString(printable(untrusted)); }

QString problemText(const SourceFile& file) {
    const QString path = text(file.path), reason = text(file.reason);
    switch (file.problem) {
        case SourceProblem::None:
            return {};
        case SourceProblem::NoFile:
            return Words::tr("This code was not read from a file.");
        case SourceProblem::Missing:
            if (!fs::path(file.path).is_absolute())
                return Words::tr("It is not known in which directory %1 lies.").arg(path);
            return Words::tr("There is no file %1 on this machine.").arg(path);
        case SourceProblem::NoMember:
            return Words::tr("The archive %1 does not hold %2.")
                .arg(text(file.archive), text(fs::path(file.path).lexically_relative(file.archive).string()));
        case SourceProblem::Directory:
            return Words::tr("%1 is a directory.").arg(path);
        case SourceProblem::Special:
            return Words::tr("%1 is a device or a pipe, not a file.").arg(path);
        case SourceProblem::Unreadable:
            return Words::tr("%1 cannot be read: %2.").arg(path, reason);
        case SourceProblem::Archive:
            return Words::tr("The archive %1 cannot be read: %2.").arg(text(file.archive), reason);
        case SourceProblem::TooLarge:
            return Words::tr("%1 is too large to be shown: more than %2.")
                .arg(path, text(formatBytes(std::int64_t{kLargestSource})));
        case SourceProblem::NotText:
            return Words::tr("%1 is not text.").arg(path);
    }
    return {};
}

}  // namespace

std::shared_ptr<const Syntax> SourceFile::syntax(std::stop_token stop) const {
    const std::lock_guard lock(m_mutex);
    if (m_syntax) return m_syntax;
    auto found = std::make_shared<const Syntax>(syntaxOf(path, lines, stop));
    if (!stop.stop_requested()) m_syntax = found;
    return found;
}

bool isSourceFile(const std::string& name) { return !name.empty() && name.front() != '<'; }

SourceQuery sourceQueryOf(const CaptureInfo& info, std::string file) {
    const auto& process = info.metadata.process;
    const auto kept = info.metadata.sources.find(file);
    SourceQuery query{std::move(file), process ? process->workingDirectory : std::string(), info.metadata.wallStart,
                      PathMap::shared().rules()};
    if (kept != info.metadata.sources.end()) query.text = kept->second;
    return query;
}

std::string sourcePathOf(const SourceQuery& query) {
    if (!isSourceFile(query.file)) return {};
    const std::string own = (fs::path(query.directory) / query.file).lexically_normal().string();
    const auto mapped = mappedPath(query.rules, own);
    if (!mapped) return own;
    const auto isThere = [](const std::string& path) {
        return fs::path(path).is_absolute() && findSource(path).problem != SourceProblem::Missing;
    };
    return isThere(*mapped) || !isThere(own) ? *mapped : own;
}

std::shared_ptr<const SourceFile> readSourceFile(const SourceQuery& query) {
    static Kept& kept = *new Kept;  // which a thread may be reading into when the program ends
    auto file = std::make_shared<SourceFile>();
    if (query.text) {
        constexpr std::string_view kUtf8 = "\xEF\xBB\xBF";  // whatever a comment says: it was decoded when it was kept
        file->path = query.file;
        setText(*file, std::string(kUtf8) + *query.text);
        return file;
    }
    file->path = sourcePathOf(query);
    if (file->path.empty()) {
        file->problem = SourceProblem::NoFile;
        return file;
    }
    if (!fs::path(file->path).is_absolute()) {  // our own directory has nothing to do with it
        file->problem = SourceProblem::Missing;
        return file;
    }
    // The same file may be older than one capture and newer than another.
    const SourceBytes found = findSource(file->path);
    file->isNewer = query.recorded != 0 && found.changed > query.recorded;
    const std::uint64_t identity = found.identity * 2 + (file->isNewer ? 1 : 0);
    if (found.problem == SourceProblem::None)
        if (auto known = kept.find(identity)) return known;
    SourceBytes source = readSourceBytes(file->path);
    file->problem = source.problem;
    file->reason = std::move(source.reason);
    file->archive = std::move(source.archive);
    if (file->problem != SourceProblem::None) return file;
    setText(*file, source.bytes);
    kept.add(identity, file);
    return file;
}

QString noteOf(const SourceFile& file) {
    QStringList notes;
    if (const QString problem = problemText(file); !problem.isEmpty()) notes << problem;
    if (file.problem == SourceProblem::None) {
        if (file.isNewer) notes << Words::tr("The file has been changed since the recording.");
        if (!file.isEncodingKnown)
            notes << Words::tr("Its encoding, %1, is not known here; it is shown as Latin-1.").arg(text(file.encoding));
        if (file.invalidLine != 0)
            notes << Words::tr("From line %1 on some bytes are not valid %2.")
                         .arg(QLocale().toString(static_cast<qulonglong>(file.invalidLine)), text(file.encoding));
        if (file.lines.size() > kMostColouredLines)
            notes << Words::tr("It is shown without colours: it has more than %1 lines.")
                         .arg(QLocale().toString(static_cast<qulonglong>(kMostColouredLines)));
    }
    return notes.join(u' ');
}

}  // namespace heapprof::gui
