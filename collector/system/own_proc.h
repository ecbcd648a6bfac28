// What the kernel says of this process under /proc.
#pragma once

namespace heapprof::own_proc {

/// Opens /proc, so that it is there after chroot() and with a full descriptor table. To be called before recording, and
/// again in a child whose parent did not. The calls of one process must not overlap.
void prepare() noexcept;

/// A new descriptor of /proc/self/FILE for reading; negative: there is none. The program may have closed what prepare()
/// opened and put a file of its own under that number: this is seen.
int open(const char* file) noexcept;

}  // namespace heapprof::own_proc
