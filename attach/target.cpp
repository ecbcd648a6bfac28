#include "attach/target.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace heapprof {
namespace {

std::string folderOf(pid_t process) { return "/proc/" + std::to_string(process); }

std::uint32_t gnuHash(std::string_view name) {
    std::uint32_t hash = 5381;
    for (const char each : name) hash = hash * 33 + static_cast<unsigned char>(each);
    return hash;
}

bool isPartOfSystem(std::string_view path) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    constexpr std::array<std::string_view, 7> kNames{"ld-",        "ld.so",       "libc.", "libc-",
                                                     "libpthread", "_collector.", "libdl."};
    return std::ranges::any_of(kNames, [&](std::string_view begin) { return name.starts_with(begin); });
}

}  // namespace

Target::Target(pid_t process) : m_process(process) {
    m_memory = open((folderOf(process) + "/mem").c_str(), O_RDWR | O_CLOEXEC);
    if (m_memory < 0) {
        if (errno == ENOENT) throw std::runtime_error("there is no such process");
        throw std::runtime_error(std::string("its memory cannot be opened: ") + std::strerror(errno));
    }
    look();
    if (!has("Py_IsInitialized")) throw std::runtime_error("it is not Python");
}

void Target::look() {
    m_objects = objects();
    for (Object& object : m_objects) object.hasLocks = isPartOfSystem(object.path) || definition(object, "malloc") != 0;
}

Target::~Target() {
    if (m_memory >= 0) close(m_memory);
}

std::vector<pid_t> Target::threads() const {
    std::vector<pid_t> found;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folderOf(m_process) + "/task", ignored))
        found.push_back(std::stoi(entry.path().filename().string()));
    std::ranges::sort(found, {}, [this](pid_t thread) { return std::pair(thread != m_process, thread); });
    return found;
}

bool Target::read(std::uint64_t address, void* bytes, std::size_t size) const {
    return pread(m_memory, bytes, size, static_cast<off_t>(address)) == static_cast<ssize_t>(size);
}

void Target::write(std::uint64_t address, std::string_view bytes) const {
    if (pwrite(m_memory, bytes.data(), bytes.size(), static_cast<off_t>(address)) != static_cast<ssize_t>(bytes.size()))
        throw std::runtime_error(std::string("its memory cannot be written: ") + std::strerror(errno));
}

std::vector<Target::Object> Target::objects() const {
    std::vector<Object> found;
    std::ifstream maps(folderOf(m_process) + "/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        std::string range, access, offset, device, inode, path;
        words >> range >> access >> offset >> device >> inode;
        std::getline(words >> std::ws, path);
        if (!path.starts_with('/')) continue;
        std::uint64_t begin = 0, end = 0;
        const auto dash = std::from_chars(range.data(), range.data() + range.size(), begin, 16).ptr;
        std::from_chars(dash + 1, range.data() + range.size(), end, 16);
        if (found.empty() || found.back().path != path) {
            if (offset.find_first_not_of('0') != std::string::npos) continue;
            found.push_back({path, begin, {}, false});
        }
        if (access.find('x') != std::string::npos) found.back().code.emplace_back(begin, end);
    }
    std::erase_if(found, [](const Object& object) { return object.code.empty(); });
    return found;
}

std::uint64_t Target::definition(const Object& object, const std::string& name) const {
    Elf64_Ehdr header;
    if (!read(object.base, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return 0;
    // An executable with fixed addresses has them as they are.
    const std::uint64_t offset = header.e_type == ET_EXEC ? 0 : object.base;
    std::uint64_t symbols = 0, strings = 0, hashes = 0;
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        if (!read(object.base + header.e_phoff + i * sizeof segment, segment)) return 0;
        if (segment.p_type != PT_DYNAMIC) continue;
        for (std::uint64_t at = offset + segment.p_vaddr;; at += sizeof(Elf64_Dyn)) {
            Elf64_Dyn entry;
            if (!read(at, entry) || entry.d_tag == DT_NULL) break;
            // The loader has made addresses of them, but for what it may not write.
            const std::uint64_t address = entry.d_un.d_ptr < object.base ? offset + entry.d_un.d_ptr : entry.d_un.d_ptr;
            if (entry.d_tag == DT_SYMTAB) symbols = address;
            if (entry.d_tag == DT_STRTAB) strings = address;
            if (entry.d_tag == DT_GNU_HASH) hashes = address;
        }
    }
    std::array<std::uint32_t, 4> table{};  // buckets, first symbol, words of the filter, its shift
    if (symbols == 0 || strings == 0 || hashes == 0 || !read(hashes, table) || table[0] == 0) return 0;
    const std::uint64_t buckets = hashes + sizeof table + table[2] * sizeof(std::uint64_t);
    const std::uint64_t chains = buckets + table[0] * sizeof(std::uint32_t);
    const std::uint32_t hash = gnuHash(name);
    std::uint32_t index = 0, value = 0;
    if (!read(buckets + hash % table[0] * sizeof index, index) || index < table[1]) return 0;
    for (;; ++index) {
        if (!read(chains + (index - table[1]) * sizeof value, value)) return 0;
        Elf64_Sym symbol;
        std::string found(name.size() + 1, '\1');  // with the null behind it
        if ((value | 1) == (hash | 1) && read(symbols + index * sizeof symbol, symbol) &&
            read(strings + symbol.st_name, found.data(), found.size()) && found == name + '\0' &&
            symbol.st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol.st_info) == STT_FUNC)
            return offset + symbol.st_value;
        if (value & 1) return 0;
    }
}

std::uint64_t Target::find(const std::string& function) const {
    for (const Object& object : m_objects)
        if (const std::uint64_t address = definition(object, function)) return address;
    return 0;
}

std::uint64_t Target::function(const std::string& name) const {
    const std::uint64_t address = find(name);
    if (address == 0) throw std::runtime_error("it has no function " + name);
    return address;
}

bool Target::has(const std::string& function) const { return find(function) != 0; }

bool Target::isWithoutLocks(std::uint64_t instruction) const {
    return std::ranges::any_of(m_objects, [&](const Object& object) {
        return !object.hasLocks && std::ranges::any_of(object.code, [&](const auto& range) {
            return range.first <= instruction && instruction < range.second;
        });
    });
}

std::string Target::text(std::uint64_t address) const {
    constexpr std::size_t kLongest = 4096;
    std::string found;
    for (char each = 0; found.size() < kLongest && read(address + found.size(), each) && each != 0;) found += each;
    return found;
}

}  // namespace heapprof
