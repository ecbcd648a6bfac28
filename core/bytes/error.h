// How this library speaks of files it cannot use, and of damage inside files it can.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/units.h"

namespace heapprof {

/// Why a file cannot be used at all: the only exception that opening, reading or writing a file throws.
/// `what()` reads "PATH: REASON (at byte OFFSET)"; the offset is left out when it says nothing.
class FileError : public std::runtime_error {
public:
    enum class Kind { NotFound, NoPermission, IsDirectory, NotACapture, Missing, Version, Damaged, Io };
    static constexpr std::uint64_t kNoOffset = ~std::uint64_t{0};

    FileError(Kind kind, std::string path, std::string reason, std::uint64_t offset = kNoOffset);

    /// The error behind an errno value of a call on `path`; `action` completes "cannot ...", as in "open".
    static FileError fromErrno(int error, std::string path, const std::string& action);

    Kind kind() const { return m_kind; }
    const std::string& path() const { return m_path; }
    const std::string& reason() const { return m_reason; }
    std::uint64_t offset() const { return m_offset; }

private:
    Kind m_kind;
    std::string m_path;
    std::string m_reason;
    std::uint64_t m_offset;
};

/// An interval of the recording.
struct Stretch {
    Micros begin;
    std::optional<Micros> end;  ///< unset: the end of the recording

    bool operator==(const Stretch&) const = default;
};

/// A region of a usable file that could not be read; everything else was.
struct Damage {
    std::string path;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;  ///< 0: not one region, but in places from `offset` on
    std::string reason;
    std::optional<Stretch> time{};  ///< when what is lost happened; unset: nobody knows, or it is no event

    bool operator==(const Damage&) const = default;
};

/// One line for people: "PATH: REASON (LENGTH bytes at byte OFFSET, from 1.000 s to 2.500 s)".
std::string describe(const Damage& damage);

}  // namespace heapprof
