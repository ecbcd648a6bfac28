// Puts hooks in place of CPython's allocators (PEP 445).
#pragma once

#include <Python.h>

namespace heapprof {

/// One domain's hook. `Hook` derives from this and has the functions malloc, calloc, realloc and free of a
/// PyMemAllocatorEx, which ignore the context they get and use that of `original`: PyMem_SetAllocator() is not atomic,
/// and threads without the GIL may see the new context with the old function or the reverse. The context is therefore
/// left as it was. The callers of all functions hold the GIL.
template <typename Hook, PyMemAllocatorDomain domain>
struct DomainHook {
    /// What the hook passes requests on to.
    static inline constinit PyMemAllocatorEx original{};

    /// For a hook that is not in place.
    static void install() {
        PyMem_GetAllocator(domain, &original);
        PyMemAllocatorEx ours{original.ctx, Hook::malloc, Hook::calloc, Hook::realloc, Hook::free};
        PyMem_SetAllocator(domain, &ours);
    }

    /// False when it stays, because it is not the outermost one.
    static bool uninstall() {
        PyMemAllocatorEx current;
        PyMem_GetAllocator(domain, &current);
        if (current.malloc != Hook::malloc) return false;
        PyMem_SetAllocator(domain, &original);
        return true;
    }
};

}  // namespace heapprof
