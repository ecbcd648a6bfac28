// Another process that runs Python: what it has mapped, and where its functions are.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heapprof {

/// Reads what the process has in memory, not the files: they may lie elsewhere, have been replaced, or be gone.
class Target {
public:
    /// Throws std::runtime_error, with the reason for people, when this is no running Python, or none that may be
    /// looked into.
    explicit Target(pid_t process);
    ~Target();
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    pid_t process() const { return m_process; }
    /// All threads, the main one first.
    std::vector<pid_t> threads() const;

    /// The address of a function that Python or the C library exports, or our collector. Throws std::runtime_error when
    /// there is none.
    std::uint64_t function(const std::string& name) const;

    bool has(const std::string& function) const;

    /// Whether an instruction belongs to code that holds no lock of the allocator, the loader or the collector while it
    /// is executed: to none of their libraries.
    bool isWithoutLocks(std::uint64_t instruction) const;

    /// Finds what has been loaded since.
    void look();

    /// False: there is nothing.
    bool read(std::uint64_t address, void* bytes, std::size_t size) const;
    template <typename T>
    bool read(std::uint64_t address, T& value) const {
        return read(address, &value, sizeof value);
    }
    /// What stands there, up to a null; at most some thousand bytes.
    std::string text(std::uint64_t address) const;
    /// Throws std::runtime_error when it cannot be written.
    void write(std::uint64_t address, std::string_view bytes) const;

private:
    struct Object {
        std::string path;
        std::uint64_t base = 0;  // where its first byte is
        std::vector<std::pair<std::uint64_t, std::uint64_t>> code;
        bool hasLocks = false;  // of the allocator, the loader or the collector
    };

    std::vector<Object> objects() const;
    std::uint64_t find(const std::string& function) const;
    /// 0: the object does not define it.
    std::uint64_t definition(const Object& object, const std::string& name) const;

    pid_t m_process;
    int m_memory = -1;
    std::vector<Object> m_objects;
};

}  // namespace heapprof
