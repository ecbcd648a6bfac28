#include "collector/launch/descendants.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <set>
#include <string_view>
#include <vector>

namespace heapprof {
namespace {

/// What the beginning of a capture's metadata says of who was recorded.
struct Origin {
    std::string filebase;
    FileHeader header;
    std::vector<Uuid> ancestors;  // what may be one: whatever looks like the record of it
    bool isNamed = false;         // the identity that is looked for is there
};

std::vector<Uuid> ancestorsIn(std::string_view records) {
    std::vector<Uuid> found;
    Uuid uuid;
    constexpr auto kType = static_cast<char>(RecordType::Ancestor);
    for (std::size_t at = records.find(kType); at != std::string::npos; at = records.find(kType, at + 1)) {
        if (at + 2 + uuid.size() > records.size()) break;
        // The record holds a process number of one to ten bytes beside.
        const auto length = static_cast<unsigned char>(records[at + 1]);
        if (length <= uuid.size() || length > uuid.size() + 10) continue;
        std::memcpy(uuid.data(), records.data() + at + 2, uuid.size());
        found.push_back(uuid);
    }
    return found;
}

/// Whatever lies there, the program shall not wait for it. False when it is no capture.
bool readOrigin(const std::string& filebase, const Uuid& identity, Origin& origin) {
    constexpr std::size_t kChunk = 1 << 16;
    const int file = open((filebase + ".hpm").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return false;
    std::vector<char> bytes(kChunk);
    const ssize_t length = read(file, bytes.data(), bytes.size());
    close(file);
    constexpr auto kHeader = static_cast<ssize_t>(sizeof(FileHeader));
    if (length < kHeader) return false;
    std::memcpy(&origin.header, bytes.data(), sizeof(FileHeader));
    origin.ancestors = ancestorsIn({bytes.data() + kHeader, static_cast<std::size_t>(length - kHeader)});
    const std::string_view all(bytes.data(), static_cast<std::size_t>(length));
    origin.isNamed = all.find({reinterpret_cast<const char*>(identity.data()), identity.size()}) != all.npos;
    origin.filebase = filebase;
    return origin.header.magic == kMetadataMagic && origin.header.version == kFormatVersion;
}

/// Whether a file is called NAME.PID.hpm or NAME.PID-2.hpm.
bool isOfChild(std::string_view file, std::string_view name) {
    if (!file.starts_with(name) || !file.ends_with(".hpm")) return false;
    file.remove_prefix(name.size());
    file.remove_suffix(4);
    const auto takeNumber = [&](char before) {
        if (!file.starts_with(before)) return false;
        file.remove_prefix(1);
        const std::size_t digits = std::min(file.find_first_not_of("0123456789"), file.size());
        file.remove_prefix(digits);
        return digits > 0;
    };
    return takeNumber('.') && (file.empty() || (takeNumber('-') && file.empty()));
}

/// Captures that are called by their processes beside `filebase`.
void findBeside(const std::string& filebase, const Uuid& identity, std::vector<Origin>& found) {
    const std::size_t slash = filebase.rfind('/');
    const std::string folder = slash == std::string::npos ? "./" : filebase.substr(0, slash + 1);
    const std::string_view name = std::string_view(filebase).substr(slash == std::string::npos ? 0 : slash + 1);
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
    if (!entries) return;
    while (const dirent* entry = readdir(entries.get())) {
        Origin other;
        std::string_view file = entry->d_name;
        if (!isOfChild(file, name)) continue;
        file.remove_suffix(4);
        if (readOrigin(folder + std::string(file), identity, other)) found.push_back(std::move(other));
    }
}

CapturesLeft find(const std::string& filebase, const std::string& fallback, const Uuid& identity) {
    CapturesLeft left;
    // A capture that goes on in new files names the one that it was.
    if (Origin first; readOrigin(filebase, identity, first) && first.isNamed) left.own.push_back(filebase);
    std::vector<Origin> found;
    findBeside(filebase, identity, found);
    findBeside(fallback, identity, found);
    std::ranges::sort(found, {}, [](const Origin& each) { return each.header.monotonicStart; });
    const std::string own = "." + std::to_string(getpid());
    std::set<Uuid> run{identity};
    for (const Origin& each : found) {  // ancestors come before their descendants
        const bool isFirst = each.header.uuid == identity;
        if (!isFirst && std::ranges::none_of(each.ancestors, [&](const Uuid& uuid) { return run.contains(uuid); }))
            continue;
        const bool isNew = run.insert(each.header.uuid).second;
        const std::string_view name = each.filebase;
        if (name.ends_with(own) || name.substr(0, name.rfind('-')).ends_with(own))
            left.own.emplace_back(name);
        else if (isNew)
            ++left.children;
    }
    return left;
}

}  // namespace

CapturesLeft capturesLeft(const std::string& filebase, const std::string& fallback, const Uuid& identity) noexcept {
    try {
        return find(filebase, fallback, identity);
    } catch (const std::bad_alloc&) {
        return {};
    }
}

}  // namespace heapprof
