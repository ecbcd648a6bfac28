// A folder for one test, and files in it.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "core/bytes/file_lock.h"

namespace heapprof::test {

using Contents = std::vector<std::uint8_t>;

inline Contents readFile(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return Contents(std::istreambuf_iterator<char>(in), {});
}

inline void writeFile(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// Gives up the lock of a writer in this process, as its death would; otherwise it lasts as long as the file is mapped.
inline void releaseLock(const std::filesystem::path& path) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code isGone;
        if (std::filesystem::read_symlink(entry, isGone) != path) continue;
        struct flock unlocked = detail::wholeFile(F_UNLCK);
        ::fcntl(std::stoi(entry.path().filename()), F_OFD_SETLK, &unlocked);
    }
}

class TemporaryFolder {
public:
    TemporaryFolder() { ::chmod(m_folder.path().toStdString().c_str(), 0755); }

    std::filesystem::path operator/(const std::string& name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

private:
    QTemporaryDir m_folder;
};

/// While it lives the process has the rights of an ordinary user, which root does not feel otherwise.
class AsOrdinaryUser {
public:
    AsOrdinaryUser() : m_wasRoot(::geteuid() == 0) {
        constexpr uid_t kNobody = 65534;
        if (m_wasRoot && ::seteuid(kNobody) != 0) std::abort();
    }
    ~AsOrdinaryUser() {
        if (m_wasRoot && ::seteuid(0) != 0) std::abort();
    }
    AsOrdinaryUser(const AsOrdinaryUser&) = delete;
    AsOrdinaryUser& operator=(const AsOrdinaryUser&) = delete;

private:
    bool m_wasRoot;
};

inline std::filesystem::path captureV1(const std::string& name) {
    return std::filesystem::path(HEAPPROF_TEST_CAPTURES) / "v1" / name;
}

/// Copies FILEBASE.hpm and .hpd of a bundled capture, so that a test may put a digest beside them.
inline std::filesystem::path copyOfV1(const TemporaryFolder& folder, const std::string& name) {
    for (const char* ending : {".hpm", ".hpd"})
        std::filesystem::copy_file(captureV1(name + ending), folder / (name + ending),
                                   std::filesystem::copy_options::overwrite_existing);
    return folder / name;
}

}  // namespace heapprof::test
