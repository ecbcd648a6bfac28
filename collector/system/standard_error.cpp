#include "collector/system/standard_error.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/bytes/descriptor.h"

namespace heapprof::standard_error {
namespace {

constexpr int kDescriptor = 2;
constexpr int kPatience = 200;  // ms

constinit bool s_remembered = false;
constinit bool s_exists = false;
constinit struct stat s_file{};

bool isStillThere() {
    struct stat now;
    return s_exists && statusOf(kDescriptor, now) && now.st_dev == s_file.st_dev && now.st_ino == s_file.st_ino &&
           now.st_rdev == s_file.st_rdev;
}

/// While it exists, writing to a pipe that nobody reads raises no signal.
class PipeSignalHeld {
public:
    PipeSignalHeld() {
        sigemptyset(&m_pipe);
        sigaddset(&m_pipe, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        m_wasPending = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }
    PipeSignalHeld(const PipeSignalHeld&) = delete;
    PipeSignalHeld& operator=(const PipeSignalHeld&) = delete;
    ~PipeSignalHeld() {
        constexpr timespec kNow{0, 0};
        if (!m_wasPending)
            while (sigtimedwait(&m_pipe, nullptr, &kNow) < 0 && errno == EINTR) {
            }
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }

private:
    sigset_t m_pipe;
    sigset_t m_before;
    bool m_wasPending;
};

}  // namespace

void remember() noexcept {
    if (s_remembered) return;
    s_remembered = true;
    s_exists = statusOf(kDescriptor, s_file);
}

void say(std::initializer_list<std::string_view> parts) noexcept {
    const int before = errno;
    pollfd room{kDescriptor, POLLOUT, 0};
    if (isStillThere() && poll(&room, 1, kPatience) == 1) {
        const PipeSignalHeld held;
        std::array<iovec, kMaxParts + 2> line{};
        std::size_t count = 0;
        const auto add = [&](std::string_view part) {
            if (count < line.size()) line[count++] = {const_cast<char*>(part.data()), part.size()};
        };
        add("heapprof: ");
        for (const std::string_view part : parts) add(part);
        add("\n");
        [[maybe_unused]] const ssize_t ignored = writev(kDescriptor, line.data(), static_cast<int>(count));
    }
    errno = before;
}

}  // namespace heapprof::standard_error
