#include "gui/source/archive_member.h"

#include <zip.h>

#include <algorithm>
#include <fstream>
#include <memory>

namespace heapprof::gui {
namespace {

struct Closed {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

/// The end of central directory record: how many bytes of it there are, and where in it directory's size and offset
/// are.
constexpr std::size_t kEndSize = 22, kDirectorySizeAt = 12, kDirectoryOffsetAt = 16, kLongestComment = 0xffff;

std::uint64_t number4(const std::string& bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

/// How many bytes stand before an archive that does not know of them, as where one was appended to a program.
std::uint64_t bytesBefore(const std::string& archive) {
    std::ifstream in(archive, std::ios::binary | std::ios::ate);
    const auto size = in ? static_cast<std::uint64_t>(in.tellg()) : 0;
    if (size < kEndSize) return 0;
    std::string tail(std::min<std::uint64_t>(size, kEndSize + kLongestComment), '\0');
    in.seekg(static_cast<std::streamoff>(size - tail.size()));
    if (!in.read(tail.data(), static_cast<std::streamsize>(tail.size()))) return 0;
    const std::size_t at = tail.rfind("PK\5\6", tail.size() - kEndSize);
    if (at == std::string::npos) return 0;
    const std::uint64_t known = number4(tail, at + kDirectorySizeAt) + number4(tail, at + kDirectoryOffsetAt);
    const std::uint64_t end = size - tail.size() + at;
    return end > known ? end - known : 0;
}

std::unique_ptr<zip_t, Closed> opened(const std::string& path, std::string& reason) {
    zip_error_t error;
    zip_error_init(&error);
    std::unique_ptr<zip_t, Closed> archive;
    for (const std::uint64_t begin : {std::uint64_t{0}, bytesBefore(path)}) {
        zip_source_t* source = zip_source_file_create(path.c_str(), begin, -1, &error);
        if (!source) break;
        archive.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
        if (archive) break;
        zip_source_free(source);
    }
    reason = archive ? "" : zip_error_strerror(&error);
    zip_error_fini(&error);
    return archive;
}

}  // namespace

void readArchiveMember(const std::string& archive, const std::string& member, SourceBytes& result) {
    result.problem = SourceProblem::Archive;
    const auto zip = opened(archive, result.reason);
    if (!zip) return;
    zip_stat_t known;
    if (zip_stat(zip.get(), member.c_str(), 0, &known) != 0) {
        result.problem = SourceProblem::NoMember;
        return;
    }
    const std::unique_ptr<zip_file_t, Closed> file(zip_fopen_index(zip.get(), known.index, 0));
    if (!file) {
        result.reason = zip_strerror(zip.get());
        return;
    }
    // What the archive says of its size may be a lie: it does not matter.
    const auto read = [&](char* buffer, std::size_t size) { return zip_fread(file.get(), buffer, size); };
    if (readBounded(result, read)) return;
    result.problem = SourceProblem::Archive;
    result.reason = zip_file_strerror(file.get());
}

}  // namespace heapprof::gui
