#include "collector/system/process.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <new>
#include <string_view>

#include "collector/system/own_proc.h"
#include "collector/system/proc_text.h"

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

std::uint64_t whenBegun() noexcept {
    constexpr int kBetween = 20;  // fields from the program's name, which may hold anything, to the one
    std::array<char, 1024> text;
    const int file = own_proc::open("stat");
    if (file < 0) return 0;
    const ssize_t length = read(file, text.data(), text.size());
    close(file);
    const std::string_view all(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    std::size_t at = all.rfind(')');
    for (int i = 0; i < kBetween && at != all.npos; ++i) at = all.find(' ', at + 1);
    return at == all.npos ? 0 : proc_text::numberAt(all.substr(at));
}

}  // namespace heapprof::process
