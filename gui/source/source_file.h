// A source file as this machine has it now, or as the capture keeps it: one answer for every place that shows source.
#pragma once

#include <QString>
#include <memory>
#include <mutex>
#include <optional>

#include "core/capture/capture.h"
#include "gui/source/path_rules.h"
#include "gui/source/source_bytes.h"
#include "gui/source/syntax.h"

namespace heapprof::gui {

/// A file as a capture names it, and what helps to find it here.
struct SourceQuery {
    std::string file;
    std::string directory = {};  ///< in which the program was started: relative names lie below
    std::int64_t recorded = 0;   ///< when recording began, ns since 1970; 0: not known
    PathRules rules = {};
    std::optional<std::string> text = {};  ///< what the capture keeps of code that came from no file

    bool operator==(const SourceQuery&) const = default;
};
/// Whether code can have come from a file called so: not "<string>", "<frozen os>", "".
bool isSourceFile(const std::string& name);
/// By the user's rules of now.
SourceQuery sourceQueryOf(const CaptureInfo& info, std::string file);

/// Immutable, but for what is found out when it is asked first.
class SourceFile {
public:
    std::string path;                ///< where it was looked for; "" when there is nothing to look for
    std::vector<std::string> lines;  ///< UTF-8, safe to show, tabs as four blanks, at most kLongestLine bytes
    SourceProblem problem = SourceProblem::None;
    std::string reason;    ///< see SourceBytes
    std::string archive;   ///< the archive that it lies in; "" when in none
    bool isNewer = false;  ///< changed after the recording began: its lines may be others now
    std::string encoding;
    bool isEncodingKnown = true;
    std::size_t invalidLine = 0;  ///< see SourceText

    static constexpr std::size_t kLongestLine = 2000;

    /// Found out in the thread that asks first; see syntaxOf().
    std::shared_ptr<const Syntax> syntax(std::stop_token stop = {}) const;

private:
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const Syntax> m_syntax;
};

/// Where the file is on this machine: by the rules when something lies there, else by its own name; "" for names of no
/// file. The one place that decides. Asks the disk.
std::string sourcePathOf(const SourceQuery& query);
/// Files read last are kept, and read again when they have changed. Any thread, but not the GUI thread: as slow as the
/// disk.
std::shared_ptr<const SourceFile> readSourceFile(const SourceQuery& query);

/// What is to be said of it, in sentences; empty: nothing, the text is what ran. The one place that words it.
QString noteOf(const SourceFile& file);

}  // namespace heapprof::gui
