#include "collector/process.h"

#include <pthread.h>
#include <sys/mman.h>

#include <new>

#include "collector/inside.h"
#include "collector/native_hooks.h"
#include "collector/recorder.h"
#include "collector/size_statistics.h"

namespace heapprof::process {
namespace {

/// A page that the kernel hands to children empty.
constinit char* s_page = nullptr;

}  // namespace

void enter() {
    if (!s_page) {
        constexpr std::size_t kPage = 4096;
        void* page = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) throw std::bad_alloc();
        madvise(page, kPage, MADV_WIPEONFORK);  // before Linux 4.14 refused: then only fork() itself is noticed
        const int error = pthread_atfork([] { Stay::beforeFork(); }, [] { Stay::afterForkInParent(); },
                                         [] {
                                             Stay::afterForkInChild();
                                             recorder::afterForkInChild();
                                             statistics::afterForkInChild();
                                             native::afterForkInChild();
                                         });
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
