#include "collector/system/process.h"

#include <pthread.h>
#include <sys/mman.h>

#include <new>

namespace heapprof::process {
namespace {

/// A page that the kernel clears in children.
constinit char* s_page = nullptr;
constinit std::span<const ForkHandlers> s_handlers{};

template <void (*ForkHandlers::*kind)() noexcept>
void callAll() {
    for (const ForkHandlers& handlers : s_handlers)
        if (handlers.*kind) (handlers.*kind)();
}

}  // namespace

void enter(std::span<const ForkHandlers> handlers) {
    if (!s_page) {
        constexpr std::size_t kPage = 4096;
        void* page = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) throw std::bad_alloc();
        madvise(page, kPage, MADV_WIPEONFORK);  // refused before Linux 4.14: then only fork() itself is noticed
        s_handlers = handlers;
        const int error = pthread_atfork(callAll<&ForkHandlers::before>, callAll<&ForkHandlers::afterInParent>,
                                         callAll<&ForkHandlers::afterInChild>);
        if (error != 0) {
            munmap(page, kPage);
            throw std::bad_alloc();
        }
        s_page = static_cast<char*>(page);
    }
    adopt();
}

void adopt() { *s_page = 1; }

bool isOurs() { return *static_cast<volatile char*>(s_page) == 1; }

}  // namespace heapprof::process
