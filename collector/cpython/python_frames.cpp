#include "collector/cpython/python_frames.h"

#include <algorithm>

#include "collector/cpython/line_table.h"
#include "collector/cpython/own_thread.h"

#if PY_VERSION_HEX < 0x030B0000
#include "collector/cpython/frame_layout_3_7.h"
#elif PY_VERSION_HEX < 0x030C0000
#include "collector/cpython/frame_layout_3_11.h"
#elif PY_VERSION_HEX < 0x030D0000
#include "collector/cpython/frame_layout_3_12.h"
#elif PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED)
#include "collector/cpython/frame_layout_3_13.h"
#elif PY_VERSION_HEX < 0x030F0000 && !defined(Py_GIL_DISABLED)
#include "collector/cpython/frame_layout_3_14.h"
#elif __has_include(<internal/pycore_debug_offsets.h>) && !defined(Py_GIL_DISABLED)
#include "collector/cpython/frame_layout_described.h"
#else
#include "collector/cpython/frame_layout_unknown.h"
#endif

namespace heapprof {
namespace {

constinit bool s_understood = false;

/// So many frames must agree: a walk that goes wrong is still right about the first ones.
constexpr std::size_t kEnoughFrames = 6;

using frame_layout::Frame;

/// The frame, or the first of its callers, that stands for Python code.
const Frame* withCode(const Frame* frame) {
    while (frame && frame_layout::isShim(frame)) frame = frame_layout::caller(frame);
    return frame;
}
const Frame* callerOf(const Frame* frame) { return withCode(frame_layout::caller(frame)); }

std::uintptr_t locationOf(const Frame* frame) {
    return frame_layout::instruction(frame) | (frame_layout::belongsToGenerator(frame) ? 1u : 0u);
}
FrameMark markOf(const Frame* frame) { return {frame_layout::code(frame), locationOf(frame)}; }

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x03100000 && !defined(Py_GIL_DISABLED)
const _PyStackChunk* innermostChunk(const PyThreadState* thread) { return thread->datastack_chunk; }
/// nullptr in the outermost chunk, which is never given back.
const void* firstFrameIn(const _PyStackChunk* chunk) { return chunk && chunk->previous ? &chunk->data[0] : nullptr; }
const _PyStackChunk* nextChunk(const _PyStackChunk* chunk) { return chunk->previous; }
#define HEAPPROF_HAS_FRAME_CHUNKS
#else  // 3.16 is planned to keep more chunks than StackChunks allows for
const void* innermostChunk(const PyThreadState*) { return nullptr; }
const void* firstFrameIn(const void*) { return nullptr; }
const void* nextChunk(const void*) { return nullptr; }
#endif

/// callersAreAsBefore() for stacks of several chunks.
[[gnu::noinline]] bool areAsBefore(const Frame* frame, std::span<const FrameMark> last, const RunningFrame& running,
                                   FrameMark& innermost) {
    std::size_t left = last.size();  // to be compared
    for (; frame; frame = frame_layout::caller(frame)) {
        if (frame == running.frame && left < last.size()) return left == running.depth;
        if (frame_layout::isShim(frame)) continue;
        if (left == 0) return false;
        const FrameMark mark = markOf(frame);
        if (left-- == last.size())
            innermost = mark;
        else if (mark != last[left])
            return false;
    }
    return left == 0;
}

/// An attribute that every frame has; a new reference.
PyObject* attribute(PyObject* frame, const char* name) {
    PyObject* const value = PyObject_GetAttrString(frame, name);
    if (!value) PyErr_Clear();
    return value;
}

bool isFrameOf(PyObject* object, const Frame* frame) {
    if (!object || !frame) return false;
    PyObject* const code = attribute(object, "f_code");
    Py_XDECREF(code);
    return reinterpret_cast<PyObject*>(frame_layout::code(frame)) == code;
}

/// What differs between our walk's frame and a frame object; empty when they agree. f_lineno is no use: before 3.10 it
/// is the last line traced in a frame whose tracing has ended.
std::string difference(const FrameMark& mark, PyObject* frame) {
    PyObject* const code = attribute(frame, "f_code");
    PyObject* const offset = attribute(frame, "f_lasti");
    std::string found;
    if (reinterpret_cast<PyObject*>(mark.code) != code) {
        found = "another function";
    } else if (!offset) {
        found = "no instruction";
    } else {
        const int line = PyCode_Addr2Line(mark.code, static_cast<int>(PyLong_AsLong(offset)));
        if (lineOf(mark) != static_cast<std::uint32_t>(std::max(0, line))) found = "another line";
    }
    Py_XDECREF(code);
    Py_XDECREF(offset);
    return found;
}

}  // namespace

bool framesUnderstood() { return s_understood; }

void gatherFrames(PyThreadState* thread, const RunningFrame& running, GatheredFrames& found) {
    found.clear();
    std::size_t count = 0;
    auto* chunk = innermostChunk(thread);
    const void* first = firstFrameIn(chunk);
    for (const Frame* frame = frame_layout::top(thread); frame; frame = frame_layout::caller(frame)) {
        if (frame == first) [[unlikely]] {
            if (frame == running.frame) {
                found.known = running.depth;
                break;
            }
            if (!found.chunks.reserve(found.chunkCount + 1)) return found.clear();
            found.chunks[found.chunkCount++] = {chunk, {frame, count}};
            first = firstFrameIn(chunk = nextChunk(chunk));
        }
        if (frame_layout::isShim(frame)) continue;
        if (count == found.marks.capacity() && !found.marks.reserve(count + 1)) return found.clear();
        found.marks[count++] = markOf(frame);
    }
    found.depth = count + found.known;
    for (std::size_t i = 0; i < found.chunkCount; ++i)
        found.chunks[i].first.depth = found.depth - found.chunks[i].first.depth;
}

bool callersAreAsBefore(PyThreadState* thread, std::span<const FrameMark> last, const RunningFrame& running,
                        FrameMark& innermost) {
    const Frame* frame = withCode(frame_layout::top(thread));
    if (!frame || last.empty()) return false;
    if (running.frame) [[unlikely]]
        return areAsBefore(frame, last, running, innermost);
    innermost = markOf(frame);
    for (const FrameMark* before = &last.back(); before != last.data();) {
        --before;
        frame = callerOf(frame);
        if (!frame || frame_layout::code(frame) != before->code || locationOf(frame) != before->location) return false;
    }
    return callerOf(frame) == nullptr;
}

#ifdef HEAPPROF_HAS_FRAME_CHUNKS
void forEachFrameChunk(void (*each)(const void* address, std::size_t bytes) noexcept) {
    for (PyThreadState* thread = PyInterpreterState_ThreadHead(PyInterpreterState_Get()); thread;
         thread = PyThreadState_Next(thread))
        for (const auto* chunk = innermostChunk(thread); chunk; chunk = nextChunk(chunk)) each(chunk, chunk->size);
}
#else
void forEachFrameChunk(void (*)(const void*, std::size_t) noexcept) {}
#endif

bool isComplete(const FrameMark& mark) {
    return mark.location & 1 || mark.location >= frame_layout::firstTraceable(mark.code);
}

bool isDying(const PyCodeObject* code) { return Py_REFCNT(const_cast<PyCodeObject*>(code)) <= 0; }

PyObject* nameOf(const PyCodeObject* code) { return frame_layout::name(code); }

std::uint32_t lineOf(const FrameMark& mark) {
    const std::uintptr_t location = mark.location & ~std::uintptr_t{1};
    const std::uintptr_t first = frame_layout::firstInstruction(mark.code);
    // Nothing has run yet: a generator, or a function whose call is being traced.
    if (location < first) return static_cast<std::uint32_t>(mark.code->co_firstlineno);
    PyObject* const table = frame_layout::lineTable(mark.code);
    return lineAt(frame_layout::kLineEncoding,
                  {reinterpret_cast<const std::uint8_t*>(PyBytes_AS_STRING(table)),
                   static_cast<std::size_t>(PyBytes_GET_SIZE(table))},
                  mark.code->co_firstlineno, (location - first) / 2);
}

std::string checkFrames() {
    s_understood = false;
    if (const char* problem = frame_layout::problem()) return problem;
    PyThreadState* const thread = PyThreadState_Get();
    if (ownThreadState(true) != thread) return "the thread is not its own";
    auto* frame = reinterpret_cast<PyObject*>(PyEval_GetFrame());
    // Check this before following any pointer of a frame.
    if (!isFrameOf(frame, withCode(frame_layout::top(thread)))) return "another function";
    GatheredFrames found;
    gatherFrames(thread, {}, found);
    const MappedArray<FrameMark>& marks = found.marks;
    const std::size_t count = found.depth;
    Py_XINCREF(frame);
    std::string problem;
    std::size_t next = 0;
    std::size_t agreed = 0;
    for (; frame && frame != Py_None && problem.empty(); ++next, ++agreed) {
        while (next < count && !isComplete(marks[next])) ++next;
        problem = next == count ? "fewer frames than there are" : difference(marks[next], frame);
        PyObject* const caller = attribute(frame, "f_back");
        Py_DECREF(frame);
        frame = caller;
    }
    Py_XDECREF(frame);
    if (problem.empty() && next != count) problem = "more frames than there are";
    if (problem.empty() && agreed < kEnoughFrames) problem = "too few frames to tell";
    s_understood = problem.empty();
    return problem;
}

std::string_view encode(PyObject* text, char* out, std::size_t most) {
    if (!text || !PyUnicode_Check(text)) return {};
    const auto length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(text));
    const auto kind = PyUnicode_KIND(text);
    const void* const data = PyUnicode_DATA(text);
    std::size_t used = 0;
    for (std::size_t i = 0; i < length && used + 4 <= most; ++i) {
        const Py_UCS4 c = PyUnicode_READ(kind, data, i);
        const auto put = [&](unsigned long byte) { out[used++] = static_cast<char>(byte); };
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xc0 | c >> 6);
            put(0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
            put(0xe0 | c >> 12);
            put(0x80 | (c >> 6 & 0x3f));
            put(0x80 | (c & 0x3f));
        } else {
            put(0xf0 | c >> 18);
            put(0x80 | (c >> 12 & 0x3f));
            put(0x80 | (c >> 6 & 0x3f));
            put(0x80 | (c & 0x3f));
        }
    }
    return {out, used};
}

}  // namespace heapprof
