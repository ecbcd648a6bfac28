#include "collector/launch/left_sockets.h"

#include <dirent.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>

namespace heapprof {
namespace {

/// The process that listens there by its name; 0: it is no such name.
pid_t processOf(const char* name) {
    pid_t process = 0;
    int length = 0;
    const bool isOne = std::sscanf(name, "heapprof-%d.sock%n", &process, &length) == 1 && length > 0;
    return isOne && name[length] == '\0' && process > 0 ? process : 0;
}

bool isGone(pid_t process) { return kill(process, 0) != 0 && errno == ESRCH; }

/// By a datagram socket, which a listener never hears of: the answer is EPROTOTYPE where its socket is still open.
bool isNobodyAt(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int client = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (client < 0) return false;
    const bool isRefused =
        connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
    close(client);
    return isRefused;
}

void removeFrom(const std::string& folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
    if (!entries) return;
    while (const dirent* const entry = readdir(entries.get())) {
        const pid_t process = processOf(entry->d_name);
        if (process == 0 || !isGone(process)) continue;
        const std::string path = folder + entry->d_name;
        if (isNobodyAt(path)) unlink(path.c_str());
    }
}

}  // namespace

void removeLeftSockets(const std::string& path) noexcept {
    try {
        removeFrom(path.substr(0, path.rfind('/') + 1));
    } catch (const std::bad_alloc&) {
        return;  // they stay until the next time
    }
}

}  // namespace heapprof
