#include "collector/cpython/context_labels.h"

#include <bit>
#include <cstring>

#include "collector/cpython/reference.h"

namespace heapprof::context_labels {
namespace {

// Layouts of CPython, the same from 3.7 to 3.15: Include/internal/pycore_context.h and Python/hamt.c. A context is an
// immutable hash array mapped trie from variables to values, replaced as a whole when a variable is set.
struct Trie {
    PyObject head;
    PyObject* root;
};
struct Context {
    PyObject head;
    PyObject* previous;
    Trie* variables;
};
struct BitmapNode {
    PyVarObject head;
    std::uint32_t bitmap;
    PyObject* entries[1];  // key and value; with no key, the value is a node
};
struct ArrayNode {
    PyObject head;
    PyObject* children[32];
};

constinit PyObject* s_variable = nullptr;  // never dies
constinit std::uint32_t s_hash = 0;        // by which tries find it
constinit bool s_areReadable = false;      // this interpreter lays contexts out as we know
// Types of nodes, as far as they are known.
constinit const PyTypeObject *s_bitmapType = nullptr, *s_arrayType = nullptr;

bool isOf(const PyObject* node, const PyTypeObject*& known, const char* name) {
    const PyTypeObject* const type = node->ob_type;
    if (type == known) return true;
    if (std::strcmp(type->tp_name, name) != 0) return false;
    known = type;
    return true;
}

/// The variable's value in the trie; nullptr: it has none, or shares its hash with another variable.
PyObject* find(PyObject* node) {
    constexpr unsigned kBits = 5, kMask = 31;
    for (unsigned shift = 0; node && shift < 32; shift += kBits) {
        const unsigned place = s_hash >> shift & kMask;
        if (isOf(node, s_bitmapType, "hamt_bitmap_node")) {
            const auto* const bitmap = reinterpret_cast<const BitmapNode*>(node);
            const std::uint32_t bit = std::uint32_t{1} << place;
            if (!(bitmap->bitmap & bit)) return nullptr;
            PyObject* const* const entry =
                bitmap->entries + 2 * static_cast<std::size_t>(std::popcount(bitmap->bitmap & (bit - 1)));
            if (entry[0]) return entry[0] == s_variable ? entry[1] : nullptr;
            node = entry[1];
        } else if (isOf(node, s_arrayType, "hamt_array_node")) {
            node = reinterpret_cast<const ArrayNode*>(node)->children[place];
        } else {
            return nullptr;
        }
    }
    return nullptr;
}

/// The variable's value in the context, if it is one of ours; borrowed.
PyObject* read(PyObject* context) {
    const Trie* const variables = reinterpret_cast<const Context*>(context)->variables;
    PyObject* const value = variables ? find(variables->root) : nullptr;
    return value && PyBytes_CheckExact(value) ? value : nullptr;
}

Labels labelsOf(PyObject* bytes) {
    if (!bytes) return {};
    // Which the object has kept since enter().
    const auto hash = static_cast<std::uint64_t>(PyBytes_Type.tp_hash(bytes));
    return {{PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))}, hash};
}

bool set(PyObject* variable, PyObject* value) {
    const Reference token(PyContextVar_Set(variable, value));
    return token != nullptr;
}

/// Whether what we read of a context is what was put into it: alone, beside a few variables and beside many.
bool readsWhatIsThere() {
    const Reference context(PyContext_New());
    if (!context || PyContext_Enter(context.get()) != 0) return false;
    constexpr int kOthers = 100;
    bool isRight = !read(context.get());
    Reference others[kOthers];
    for (int i = 0; i < kOthers && isRight; ++i) {
        const Reference value(PyBytes_FromFormat("%d", i));
        isRight = value && set(s_variable, value.get()) && read(context.get()) == value.get();
        others[i].reset(PyContextVar_New("heapprof.other", nullptr));
        isRight = isRight && others[i] && set(others[i].get(), Py_None) && read(context.get()) == value.get();
    }
    return PyContext_Exit(context.get()) == 0 && isRight;
}

bool prepare() {
    s_variable = PyContextVar_New("heapprof.label", nullptr);
    if (!s_variable) return false;
    const Py_hash_t hash = PyObject_Hash(s_variable);
    s_hash = static_cast<std::uint32_t>(hash) ^ static_cast<std::uint32_t>(static_cast<std::uint64_t>(hash) >> 32);
    constexpr std::uint32_t kNoHash = 0xffffffff, kInsteadOfIt = 0xfffffffe;
    if (s_hash == kNoHash) s_hash = kInsteadOfIt;
    const bool areReadable = readsWhatIsThere();
    if (PyErr_Occurred()) return false;
    __atomic_store_n(&s_areReadable, areReadable, __ATOMIC_RELEASE);
    return true;
}

}  // namespace

std::string current() {
    PyObject* value = nullptr;
    if (!s_variable || PyContextVar_Get(s_variable, nullptr, &value) != 0) PyErr_Clear();
    const Reference owned(value);
    return value && PyBytes_CheckExact(value) ? std::string(labelsOf(value).text) : std::string();
}

PyObject* enter(std::string_view text) noexcept {
    if (!s_variable && !prepare()) return nullptr;
    const Reference value(PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
    return value && PyObject_Hash(value.get()) != -1 ? PyContextVar_Set(s_variable, value.get()) : nullptr;
}

bool leave(PyObject* token) noexcept {
    const bool isOwn = PyContextVar_Reset(s_variable, token) == 0;
    if (!isOwn) PyErr_Clear();
    return isOwn;
}

Labels in(PyObject* context) noexcept {
    return __atomic_load_n(&s_areReadable, __ATOMIC_ACQUIRE) ? labelsOf(read(context)) : Labels();
}

}  // namespace heapprof::context_labels
