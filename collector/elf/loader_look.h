// A thread that looks at the list of loaded objects.
#pragma once

namespace heapprof {

/// dl_iterate_phdr() holds a lock of the loader that fork() neither waits for nor resets: a child that was forked
/// meanwhile would wait for it in its first dlopen() or dlsym(), for good. So all our calls are within one of these,
/// and fork() waits until no thread has one.
class LoaderLook {
public:
    /// Waits for other threads. False when this very thread is looking: a signal handler has interrupted it.
    LoaderLook() noexcept;
    LoaderLook(const LoaderLook&) = delete;
    LoaderLook& operator=(const LoaderLook&) = delete;
    ~LoaderLook();
    explicit operator bool() const { return m_isTaken; }

    // Around fork().
    static void beforeFork() noexcept;
    static void afterForkInParent() noexcept;
    static void afterForkInChild() noexcept;

private:
    bool m_isTaken;
};

}  // namespace heapprof
