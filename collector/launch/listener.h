// A socket by which processes of the same user have this one obey: see command.h.
#pragma once

#include <string>

namespace heapprof::listener {

/// Listens from now on, in a thread that Python does not know; once in a process. The socket is heapprof-PID.sock in
/// the user's runtime folder, or in /tmp/heapprof-UID where there is none, and only for this user. A client sends a
/// command, ends its half of the connection, and gets the answer. Children made by os.fork() listen, too. Requires the
/// GIL. Returns the path; throws std::system_error.
std::string start();

/// Whether this process has such a socket.
bool isListening() noexcept;

/// Takes the socket away, as the process ends.
void stop() noexcept;

}  // namespace heapprof::listener
