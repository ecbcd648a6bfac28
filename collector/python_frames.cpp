#include "collector/python_frames.h"

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
#include "collector/frame_layout_3_11.h"
#elif PY_VERSION_HEX >= 0x030D0000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED)
#include "collector/frame_layout_3_13.h"
#else
#include "collector/frame_layout_unknown.h"
#endif

namespace heapprof {
namespace {

constinit bool s_understood = false;

/// The code object's table of locations: Objects/locations.md of CPython 3.11, Objects/location_table.md later. The
/// interpreter's own function is not used: it may look at line numbers that a debugger in another thread is putting up.
std::uint32_t lineAt(PyCodeObject* code, std::uintptr_t unit) {
    const auto* next = reinterpret_cast<const std::uint8_t*>(PyBytes_AS_STRING(code->co_linetable));
    const auto* end = next + PyBytes_GET_SIZE(code->co_linetable);
    long line = code->co_firstlineno;
    const auto varint = [&next, end] {
        unsigned long value = 0;
        for (unsigned shift = 0; next != end; shift += 6) {
            const std::uint8_t group = *next++;
            value |= static_cast<unsigned long>(group & 0x3f) << shift;
            if (!(group & 0x40)) break;
        }
        return value;
    };
    for (std::uintptr_t position = 0; next != end;) {
        const unsigned head = *next++;
        const unsigned kind = head >> 3 & 15;
        position += (head & 7) + 1;
        if (kind == 13 || kind == 14) {
            const unsigned long delta = varint();
            line += delta & 1 ? -static_cast<long>(delta >> 1) : static_cast<long>(delta >> 1);
        } else if (kind >= 10 && kind <= 12) {
            line += kind - 10;
        }
        if (unit < position) return kind == 15 || line < 0 ? 0 : static_cast<std::uint32_t>(line);
        while (next != end && !(*next & 0x80)) ++next;  // columns
    }
    return 0;
}

std::uintptr_t firstInstruction(PyCodeObject* code) { return reinterpret_cast<std::uintptr_t>(code->co_code_adaptive); }

}  // namespace

bool framesUnderstood() { return s_understood; }

PyThreadState* ownThreadState(bool holdsGil) { return frame_layout::ownThread(holdsGil); }

std::size_t gatherFrames(PyThreadState* thread, MappedArray<FrameMark>& marks) {
    std::size_t count = 0;
    for (const frame_layout::Frame* frame = frame_layout::top(thread); frame; frame = frame->previous) {
        if (frame_layout::isShim(frame)) continue;
        if (count == marks.capacity() && !marks.reserve(count + 1)) return 0;
        marks[count++] = {frame_layout::code(frame),
                          frame->instruction | (frame_layout::belongsToGenerator(frame) ? 1u : 0u)};
    }
    return count;
}

bool isComplete(const FrameMark& mark) {
    constexpr std::uintptr_t kUnit = 2;
    return mark.place & 1 || mark.place >= firstInstruction(mark.code) +
                                               static_cast<std::uintptr_t>(mark.code->_co_firsttraceable) * kUnit;
}

bool isDying(const PyCodeObject* code) { return Py_REFCNT(const_cast<PyCodeObject*>(code)) <= 0; }

std::uint32_t lineOf(const FrameMark& mark) {
    const std::uintptr_t place = mark.place & ~std::uintptr_t{1};
    const std::uintptr_t first = firstInstruction(mark.code);
    // A generator that has not started stands before its first instruction.
    return place < first ? static_cast<std::uint32_t>(mark.code->co_firstlineno)
                         : lineAt(mark.code, (place - first) / 2);
}

std::string checkFrames() {
    s_understood = false;
    if (!frame_layout::kSupported) return "this version of Python is not known";
    PyThreadState* const thread = PyThreadState_Get();
    if (ownThreadState(true) != thread) return "the thread is not its own";
    MappedArray<FrameMark> marks;
    const std::size_t count = gatherFrames(thread, marks);
    std::string difference;
    std::size_t next = 0;
    PyFrameObject* frame = PyThreadState_GetFrame(thread);
    while (frame && difference.empty()) {
        while (next < count && !isComplete(marks[next])) ++next;
        PyCodeObject* const code = PyFrame_GetCode(frame);
        if (next == count)
            difference = "fewer frames than there are";
        else if (marks[next].code != code)
            difference = "another function in frame " + std::to_string(next);
        else if (lineOf(marks[next]) != static_cast<std::uint32_t>(PyFrame_GetLineNumber(frame)))
            difference = "another line in frame " + std::to_string(next);
        ++next;
        Py_DECREF(code);
        PyFrameObject* const caller = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = caller;
    }
    Py_XDECREF(frame);
    if (difference.empty() && next != count) difference = "more frames than there are";
    s_understood = difference.empty();
    return difference;
}

std::string_view encode(PyObject* text, char* out) {
    if (!text || !PyUnicode_Check(text)) return {};
    const auto length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(text));
    const auto kind = PyUnicode_KIND(text);
    const void* const data = PyUnicode_DATA(text);
    std::size_t used = 0;
    for (std::size_t i = 0; i < length && used + 4 <= kMaxEncoded; ++i) {
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
