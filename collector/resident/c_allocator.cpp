#include "collector/resident/c_allocator.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstdlib>

#include "collector/system/blocked_signals.h"

namespace heapprof::c_allocator {
namespace {

/// struct mallinfo2 of glibc 2.33 and later.
struct Info {
    std::size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
using Ask = Info (*)();

constinit Ask s_ask = nullptr;

/// Whether it speaks of the blocks that malloc() returns: an allocator that was preloaded may leave the C library's
/// mallinfo2() as it is.
bool speaksOfMalloc(Ask ask) {
    constexpr std::size_t kBlock = 100'000;
    for (int attempt = 0; attempt < 3; ++attempt) {  // another thread may free as much meanwhile
        const Info before = ask();
        void* volatile const block = std::malloc(kBlock);
        const Info after = ask();
        std::free(block);
        const std::size_t less = before.uordblks + before.hblkhd, more = after.uordblks + after.hblkhd;
        if (block && more >= less + kBlock && more < less + 2 * kBlock) return true;
    }
    return false;
}

}  // namespace

void find() noexcept {
    const auto ask = reinterpret_cast<Ask>(dlsym(RTLD_DEFAULT, "mallinfo2"));
    s_ask = ask && speaksOfMalloc(ask) ? ask : nullptr;
}

std::optional<Amounts> read() noexcept {
    if (!s_ask) return std::nullopt;
    const BlockedSignals blocked(BlockedSignals::Which::Asynchronous);
    const Info info = s_ask();
    return Amounts{info.uordblks + info.hblkhd, info.fordblks};
}

}  // namespace heapprof::c_allocator
