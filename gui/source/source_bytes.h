// The bytes of a source file, from the disk or out of an archive. No Qt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace heapprof::gui {

/// Why there is no text.
enum class SourceProblem {
    None,
    NoFile,    ///< the code came from no file: "<string>", "<frozen os>"
    Missing,   ///< there is no such file here
    NoMember,  ///< nor in the archive that lies there
    Directory,
    Special,     ///< a device or a pipe
    Unreadable,  ///< the system does not give it out
    Archive,     ///< the archive is damaged, encrypted, or packed in a way not known here
    TooLarge,
    NotText,
};

constexpr std::size_t kLargestSource = 4u << 20;  // bytes

struct SourceBytes {
    std::string bytes;
    SourceProblem problem = SourceProblem::None;
    std::string reason;          ///< what the system says of `problem`, where it says something
    std::string archive;         ///< the archive that it lies in; "" when in none
    std::int64_t changed = 0;    ///< ns since 1970; of the archive where there is one
    std::uint64_t identity = 0;  ///< of file, size and time: as long as it is the same, so are the bytes
};

/// `path` may lead into an archive, as in "/x/app.zip/package/module.py". Reads kLargestSource bytes at most, however
/// much the file holds and whatever an archive says. Slow when the disk is.
SourceBytes readSourceBytes(const std::string& path);
/// All that `read` gives, into source.bytes: it fills as much of a buffer as it likes, and returns 0 at the end and
/// less on an error. False on an error; more than kLargestSource is SourceProblem::TooLarge.
bool readBounded(SourceBytes& source, const std::function<std::int64_t(char* buffer, std::size_t size)>& read);
/// What can be told without opening the file: all but the bytes and what is wrong inside.
SourceBytes findSource(const std::string& path);

}  // namespace heapprof::gui
