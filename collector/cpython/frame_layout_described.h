// Where CPython 3.15 and later keep their frames: the interpreter describes it to debuggers, in a table at the
// beginning of _PyRuntime. The table's layout is that of Include/internal/pycore_debug_offsets.h of the version that
// heapprof is built for; its values are those of the interpreter that runs. So a new version probably needs no change
// here.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "collector/cpython/code_layout_3_11.h"

#define Py_BUILD_CORE 1
#include <internal/pycore_debug_offsets.h>
#undef Py_BUILD_CORE

/// Weak: the frames of an interpreter that does not export it cannot be read.
extern "C" [[gnu::weak]] const char _PyRuntime[];

namespace heapprof::frame_layout {

struct Frame;

/// Read by every walk, written before the first one.
struct Offsets {
    std::size_t currentFrame;  // in a PyThreadState
    std::size_t executable;    // in a frame: a tagged reference to the code object; None in a shim
    std::size_t previous;      // the caller
    std::size_t instruction;   // the one being executed: the call itself, for callers
    std::size_t owner;         // one byte
};
inline constinit Offsets s_offsets{};

template <typename Table>
concept NamesWhatAWalkNeeds = requires(const Table& table) {
    table.cookie;
    table.version;
    table.free_threaded;
    table.thread_state.current_frame;
    table.interpreter_frame.size;
    table.interpreter_frame.executable;
    table.interpreter_frame.previous;
    table.interpreter_frame.instr_ptr;
    table.interpreter_frame.owner;
    table.code_object.size;
    table.code_object.filename;
    table.code_object.qualname;
    table.code_object.linetable;
    table.code_object.firstlineno;
    table.code_object.co_code_adaptive;
};

/// Fills s_offsets. Returns why that is impossible, or nullptr. Values that are known without the table must agree with
/// it.
template <typename Table>
const char* read(const char* runtime) {
    if constexpr (!NamesWhatAWalkNeeds<Table>) {
        return "it describes its frames in another way";
    } else {
        if (!runtime) return "it does not show its runtime state";
        Table table;
        std::memcpy(&table, runtime, sizeof table);
        if (std::memcmp(table.cookie, "xdebugpy", sizeof table.cookie) != 0) return "it does not describe its frames";
        if (table.version != Py_Version || table.version >> 16 != PY_VERSION_HEX >> 16)
            return "it describes the frames of another version";
        if (table.free_threaded != 0) return "it has no GIL";
        const auto& code = table.code_object;
        if (code.size != sizeof(PyCodeObject) || code.filename != offsetof(PyCodeObject, co_filename) ||
            code.qualname != offsetof(PyCodeObject, co_qualname) ||
            code.linetable != offsetof(PyCodeObject, co_linetable) ||
            code.firstlineno != offsetof(PyCodeObject, co_firstlineno) ||
            code.co_code_adaptive != offsetof(PyCodeObject, co_code_adaptive))
            return "its code objects are not those of its headers";
        const auto& frame = table.interpreter_frame;
        constexpr std::uint64_t kMaxFrame = 1024;
        const auto isPointerIn = [](std::uint64_t offset, std::uint64_t size) {
            return offset % sizeof(void*) == 0 && offset + sizeof(void*) <= size;
        };
        if (!isPointerIn(table.thread_state.current_frame, sizeof(PyThreadState)) || frame.size > kMaxFrame ||
            !isPointerIn(frame.executable, frame.size) || !isPointerIn(frame.previous, frame.size) ||
            !isPointerIn(frame.instr_ptr, frame.size) || frame.owner >= frame.size)
            return "what it says of its frames cannot be";
        s_offsets = {table.thread_state.current_frame, frame.executable, frame.previous, frame.instr_ptr, frame.owner};
        return nullptr;
    }
}

/// Why frames cannot be read; nullptr: they can.
inline const char* problem() { return read<_Py_DebugOffsets>(_PyRuntime); }

template <typename T>
T fieldAt(const void* structure, std::size_t offset) {
    T value;
    std::memcpy(&value, static_cast<const char*>(structure) + offset, sizeof value);
    return value;
}

inline const Frame* top(PyThreadState* thread) { return fieldAt<const Frame*>(thread, s_offsets.currentFrame); }
inline const Frame* caller(const Frame* frame) { return fieldAt<const Frame*>(frame, s_offsets.previous); }
/// Frames that C code puts under the Python frames it enters, and the one below all others.
inline bool isShim(const Frame* frame) { return fieldAt<std::uint8_t>(frame, s_offsets.owner) >= 3; }
inline PyCodeObject* code(const Frame* frame) {
    return reinterpret_cast<PyCodeObject*>(fieldAt<std::uintptr_t>(frame, s_offsets.executable) & ~std::uintptr_t{3});
}
inline bool belongsToGenerator(const Frame* frame) { return fieldAt<std::uint8_t>(frame, s_offsets.owner) == 1; }
inline std::uintptr_t instruction(const Frame* frame) { return fieldAt<std::uintptr_t>(frame, s_offsets.instruction); }

}  // namespace heapprof::frame_layout
