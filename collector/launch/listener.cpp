#include "collector/launch/listener.h"

#include <Python.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "collector/cpython/fork_callback.h"
#include "collector/launch/command.h"
#include "collector/launch/gil_turn.h"
#include "collector/launch/left_sockets.h"
#include "collector/launch/side_thread.h"
#include "collector/system/clock.h"
#include "collector/system/few_descriptors.h"
#include "collector/system/kept_descriptor.h"

namespace heapprof::listener {
namespace {

constexpr std::size_t kMaxCommand = 1 << 16;
constexpr int kWaiting = 4;      // clients, while another one is served
constexpr int kPatience = 5000;  // ms, with a client that says nothing
constexpr int kLook = 1000;      // ms, to see whether the program has closed the socket
constexpr std::size_t kLongestFolder = sizeof sockaddr_un::sun_path - sizeof "/heapprof-1234567890.sock";

/// Of this process; its parent's right after fork().
KeptDescriptor s_socket;
std::string s_path;
pid_t s_process = 0;

/// The one that is being served, and what it has said.
struct Client {
    KeptDescriptor socket;
    std::string command;
    std::uint64_t latest = 0;  // when it has said something, ns of CLOCK_MONOTONIC
};
Client* s_client = nullptr;  // made anew in a child, whose parent may be about to change it

bool listen();

SideThread& thread() {
    static SideThread& s_thread = *new SideThread("heapprof-listen", listen);
    return s_thread;
}

[[noreturn]] void fail(const std::string& what, int error = errno) {
    throw std::system_error(error, std::generic_category(), what);
}

bool isOwnFolder(const std::string& path) {
    struct stat entry{};
    return lstat(path.c_str(), &entry) == 0 && S_ISDIR(entry.st_mode) && entry.st_uid == geteuid() &&
           (entry.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::string folder() {
    const std::string user = std::to_string(geteuid());
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    for (const std::string& path : {std::string(runtime ? runtime : ""), "/run/user/" + user})
        if (path.starts_with('/') && path.size() <= kLongestFolder && isOwnFolder(path)) return path;
    const std::string own = "/tmp/heapprof-" + user;
    if (mkdir(own.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail(own);
    if (!isOwnFolder(own)) fail(own, EPERM);
    return own;
}

bool isAllowed(int client) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

enum class Step { Aside, Done };

/// Reads on in what the client says, to its end.
Step readCommand(Client& client) {
    std::array<char, 4096> part;
    while (client.command.size() < kMaxCommand) {
        if (!thread().wait(client.socket.number(), kPatience / 10)) return Step::Aside;
        if (!client.socket.isOurs()) break;
        const ssize_t length = recv(client.socket.number(), part.data(), part.size(), MSG_DONTWAIT);
        const std::uint64_t now = nanoseconds(CLOCK_MONOTONIC);
        if (length > 0) {
            client.command.append(part.data(), static_cast<std::size_t>(length));
            client.latest = now;
        } else if (length == 0 || errno != EAGAIN || now - client.latest > kPatience * 1'000'000ull) {
            break;
        }
    }
    return Step::Done;
}

Step serve(Client& client) {
    if (isAllowed(client.socket.number())) {
        if (readCommand(client) == Step::Aside) return Step::Aside;
        std::string answer = "no the program ends";
        if (const GilTurn turn; turn) answer = program::obey(client.command);
        if (client.socket.isOurs())
            send(client.socket.number(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    client.socket.close();
    client.command.clear();
    return Step::Done;
}

void openSocket() {
    const std::string path = folder() + "/heapprof-" + std::to_string(getpid()) + ".sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) fail(path, ENAMETOOLONG);
    std::memcpy(address.sun_path, path.data(), path.size());
    s_socket.take(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!s_socket.isOurs()) fail("cannot make a socket");
    unlink(path.c_str());                          // of an earlier process of this number
    fchmod(s_socket.number(), S_IRUSR | S_IWUSR);  // as the file will be
    const bool isOpen = bind(s_socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                        ::listen(s_socket.number(), kWaiting) == 0;
    const int error = errno;
    if (!isOpen) {
        s_socket.close();
        fail(path, error);
    }
    s_path = path;
    s_process = getpid();
    removeLeftSockets(path);
}

/// Waits for one client.
Step serveNext() {
    Client& client = *s_client;
    if (client.socket.isOurs()) return serve(client);
    if (!s_socket.isOurs()) {  // the program has closed it, as daemons do
        if (thread().hasForbiddenItself()) fail("cannot make another socket", EPERM);
        openSocket();
    }
    if (!thread().wait(s_socket.number(), kLook)) return Step::Aside;
    if (!s_socket.isOurs()) return Step::Done;
    const int accepted = accept4(s_socket.number(), nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted >= 0) {
        client.socket.take(accepted);
        client.latest = nanoseconds(CLOCK_MONOTONIC);
        return client.socket.isOurs() ? serve(client) : Step::Done;
    }
    if (errno == EINVAL || errno == EOPNOTSUPP) fail("nobody can connect");
    const bool hasNoRoom = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
    return hasNoRoom && !thread().wait(-1, kLook) ? Step::Aside : Step::Done;
}

bool listen() {
    try {
        while (serveNext() == Step::Done) {
        }
        return false;
    } catch (const std::exception&) {
        return true;  // the program knows nothing of us
    }
}

void begin() {
    if (hasFewDescriptors()) fail(kFewDescriptors, EMFILE);
    openSocket();
    s_client = new Client;
    thread().enter();
    if (const int error = thread().start()) {
        stop();
        fail("cannot start a thread", error);
    }
}

PyObject* inChild(PyObject*, PyObject*) {
    GilTurn::afterForkInChild();
    if (thread().hasForbiddenItself()) return held(Py_None).release();
    s_socket.close();
    s_client->socket.close();
    try {
        begin();
    } catch (const std::exception&) {
        return held(Py_None).release();  // the program knows nothing of us
    }
    return held(Py_None).release();
}

PyMethodDef s_inChildMethod{"inChild", inChild, METH_NOARGS, "Listens in a forked child, too."};

}  // namespace

std::string start() {
    if (!isListening()) {
        begin();
        static const bool s_isRegistered = registerAtFork("after_in_child", &s_inChildMethod);
        if (!s_isRegistered) PyErr_Clear();
    }
    return s_path;
}

bool isListening() noexcept { return s_process == getpid(); }

void stop() noexcept {
    if (!isListening()) return;
    unlink(s_path.c_str());
    removeLeftSockets(s_path);  // those of its children
}

}  // namespace heapprof::listener
