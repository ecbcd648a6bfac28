"""heapprof.listen() and HEAPPROF_LISTEN: programs that are told through a socket."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path

import pytest
from running_program import PREAMBLE, SITUATIONS, TRACER, Running, ourFiles


def test_a_program_that_listens_is_told_without_being_stopped(python):
    path = python.folder / "program.py"
    path.write_text(PREAMBLE + "import heapprof\nprint(heapprof.listen(), flush=True)\n" + SITUATIONS["allocates"])
    process = python.start(str(path))
    traced = None
    try:
        socket = process.stdout.readline().strip()
        assert os.stat(socket).st_mode & 0o777 == 0o700 or os.stat(socket).st_mode & 0o077 == 0
        process.stdout.readline()

        def tool(*words, status=0):
            run = python.start("-m", "heapprof", *words)
            out, err = run.communicate(timeout=60)
            assert run.returncode == status, (out, err)
            return out + err

        traced = python.start("-c", TRACER, str(process.pid))  # so that nobody else can enter it
        assert traced.stdout.readline() == "traces\n"
        assert "recording to" in tool("attach", str(process.pid), "-o", python.filebase, "--sample", "{}")
        time.sleep(0.1)
        assert "recorded to" in tool("detach", str(process.pid))
        assert "(listens)" in tool("status", str(process.pid))
        traced.kill()
        traced.communicate()
        capture = python.read()
        assert capture.traces and not ourFiles(capture)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert not os.path.exists(socket)
    finally:
        if traced:
            traced.kill()
        process.kill()
        process.communicate()


def test_the_socket_of_a_process_that_was_killed_is_not_its_successors(python):
    runtime = python.folder / "runtime"
    runtime.mkdir(0o700)
    env = {"XDG_RUNTIME_DIR": str(runtime)}  # where nobody else clears up

    def state(pid):
        out, err = python.start("-m", "heapprof", "status", str(pid), env=env).communicate(timeout=60)
        assert str(pid) in out, err
        return "listens" if "(listens)" in out else "does not"

    code = "import heapprof, time\nprint(heapprof.listen(), flush=True)\ntime.sleep(60)"
    killed = python.start("-c", code, env=env)
    socket = Path(killed.stdout.readline().strip())
    assert state(killed.pid) == "listens"
    killed.kill()
    killed.communicate()
    other = python.start("-c", "import time\nprint(flush=True)\ntime.sleep(60)")
    other.stdout.readline()
    left = socket.with_name(f"heapprof-{other.pid}.sock")
    socket.rename(left)  # as if it had the number of the other
    try:
        assert state(other.pid) == "does not"
    finally:
        left.unlink()
        other.kill()
        other.communicate()


@pytest.mark.parametrize("folder", ["long" * 30, "missing", ""])
def test_it_listens_where_the_folder_for_that_is_of_no_use(python, folder):
    runtime = python.folder / folder
    if folder != "missing":
        runtime.mkdir(exist_ok=True)
        runtime.chmod(0o700 if folder else 0o777)  # others may write there
    program = "import heapprof, time\nprint(heapprof.listen(), flush=True)\ntime.sleep(60)\n"
    process = python.start("-c", program, env={"XDG_RUNTIME_DIR": str(runtime)})
    try:
        socket = process.stdout.readline().strip()
        assert socket.endswith(f"heapprof-{process.pid}.sock") and not socket.startswith(str(python.folder))
        tool = python.start("-m", "heapprof", "status", str(process.pid), env={"XDG_RUNTIME_DIR": str(runtime)})
        assert "(listens)" in tool.communicate(timeout=60)[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_children_of_a_program_that_listens_listen_too(python):
    program = """
import heapprof, time
heapprof.listen()
child = os.fork()
if child == 0:
    if os.fork() > 0: os._exit(0)  # as daemons do
    os.closerange(3, 1024)
    print(os.getpid(), flush=True)
else:
    os.waitpid(child, 0)
time.sleep(1000)
"""
    path = python.folder / "program.py"
    path.write_text("import os\n" + program)
    process = python.start(str(path))
    pid = int(process.stdout.readline())
    try:
        for number in range(2):
            base = python.folder / f"out{number}"
            assert (
                "recording to" in python.start("-m", "heapprof", "attach", str(pid), "-o", str(base)).communicate()[0]
            )
            assert "recorded to" in python.start("-m", "heapprof", "detach", str(pid)).communicate()[0]
        assert "_enter" not in open(f"/proc/{pid}/maps").read()
    finally:
        os.kill(pid, signal.SIGKILL)
        process.kill()
        process.communicate()


def test_no_socket_is_left(python):
    runtime = python.folder / "runtime"
    runtime.mkdir(0o700)
    environment = {"XDG_RUNTIME_DIR": str(runtime)}
    waiting = "import heapprof, time\nheapprof.listen()\nprint(flush=True)\ntime.sleep(60)"
    killed, living = (python.start("-c", waiting, env=environment) for _ in range(2))
    for process in (killed, living):
        process.stdout.readline()
    killed.kill()
    killed.communicate()
    others = {runtime / "heapprof-1x.sock", runtime / "heapprof-999999999.sock.kept"}
    for path in others:
        path.touch()
    assert len(list(runtime.iterdir())) == 4
    try:
        python.run(
            """
            heapprof.listen()
            for _ in range(10):
                if os.fork() == 0: os._exit(0)
            for _ in range(10): os.wait()
        """,
            env=environment,
        )
        assert set(runtime.iterdir()) == {*others, runtime / f"heapprof-{living.pid}.sock"}
    finally:
        living.kill()
        living.communicate()


def test_who_listens_in_another_container_hears_nothing_of_clearing_up(python):
    runtime = python.folder / "runtime"
    runtime.mkdir(0o700)
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as bound:
        paths = [runtime / f"heapprof-{number}.sock" for number in (999999999, 999999998)]  # which nobody has here
        listening.bind(str(paths[0]))
        listening.listen(4)
        listening.setblocking(False)
        bound.bind(str(paths[1]))  # and is about to listen
        python.run("heapprof.listen()", env={"XDG_RUNTIME_DIR": str(runtime)})
        with pytest.raises(BlockingIOError):
            listening.accept()
        assert set(runtime.iterdir()) == set(paths)
    python.run("heapprof.listen()", env={"XDG_RUNTIME_DIR": str(runtime)})
    assert not list(runtime.iterdir())


def test_children_of_multiprocessing_take_their_sockets_away(python):
    runtime = python.folder / "runtime"
    runtime.mkdir(0o700)
    path = python.write("""
        import multiprocessing
        def work(): print("heapprof-%d.sock" % os.getpid() in os.listdir(os.environ["XDG_RUNTIME_DIR"]))
        if __name__ == "__main__":
            heapprof.listen()
            child = multiprocessing.get_context("fork").Process(target=work)
            child.start()
            child.join()
            assert child.exitcode == 0
            print(os.listdir(os.environ["XDG_RUNTIME_DIR"]) == ["heapprof-%d.sock" % os.getpid()])
    """)
    process = python.start("-W", "error", path, env={"XDG_RUNTIME_DIR": str(runtime)})
    assert process.communicate(timeout=60) == ("True\nTrue\n", "")


def test_no_answer_of_another_process_is_taken(python):
    """As of one that has made a socket of that name, or has inherited it."""
    runtime = python.folder / "runtime"
    runtime.mkdir(0o700)

    def answer(listening):
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                if client.recv(4096):
                    client.sendall(b"ok somebody else")

    program = "import time; begun(); time.sleep(1000)"
    with Running(python, program, XDG_RUNTIME_DIR=str(runtime)) as running, socket.socket(socket.AF_UNIX) as other:
        other.bind(str(runtime / f"heapprof-{running.pid}.sock"))
        other.listen(4)
        thread = threading.Thread(target=answer, args=(other,))
        thread.start()
        try:
            assert "somebody else" not in running.heapprof("detach", running.pid, status=1)
        finally:
            other.shutdown(socket.SHUT_RDWR)
            thread.join()


LEAVE_ROOT = "os.setgroups([]); os.setgid(65534); os.setuid(65534)"


def withoutTheRightToTrace() -> None:
    for capability in 19, 21, 38:  # of tracing, of the administrator, of measuring
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("owner", [65534, 0], ids=["of another user", "that has become another user's"])
def test_root_tells_a_program_without_the_right_to_trace_it(python, owner):
    steps = [LEAVE_ROOT, "heapprof.listen()"] if owner else ["heapprof.listen()", LEAVE_ROOT]
    program = "\n".join(["import heapprof, os, time", *steps, "print(flush=True)", "while True: bytes(3000)"])
    folder = Path(tempfile.mkdtemp())  # where others can go
    folder.chmod(0o777)
    runtime = folder / "runtime"
    runtime.mkdir(0o700)
    os.chown(runtime, owner, owner)
    process = python.start("-c", program, env={"XDG_RUNTIME_DIR": str(runtime)})

    def tool(*words):
        run = python.start("-m", "heapprof", *words, env={"XDG_RUNTIME_DIR": ""}, preexec_fn=withoutTheRightToTrace)
        out, err = run.communicate(timeout=60)
        assert run.returncode == 0, (out, err)
        return out

    try:
        process.stdout.readline()
        assert "(listens" in tool("status", str(process.pid))
        assert f"{process.pid}  " in tool("list")
        assert "recording to" in tool("attach", str(process.pid), "-o", str(folder / "out"), "--sample", "{}")
        assert "recorded to" in tool("detach", str(process.pid))
        assert python.read(str(folder / "out")).traces
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_program_that_has_become_another_users_sends_that_user_to_root(python):
    program = f"import heapprof, os, time; heapprof.listen(); {LEAVE_ROOT}; print(flush=True); time.sleep(1000)"
    process = python.start("-c", program)
    process.stdout.readline()
    command = f"import os, sys; os.chdir('/'); {LEAVE_ROOT}; os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    try:
        tool = python.start("-c", command, "-m", "heapprof", "detach", str(process.pid))
        out, err = tool.communicate(timeout=60)
        if "No module named" in err or "PermissionError" in err:
            pytest.skip("others cannot read the package")
        assert tool.returncode == 1 and err.endswith(": ask as root\n"), (out, err)
    finally:
        process.kill()
        process.communicate()


def test_no_warning_of_a_fork_once_a_program_has_closed_what_it_does_not_know(python):
    """As daemons do."""
    program = """
import heapprof, os, time, warnings
warnings.simplefilter("error")
heapprof.listen()
os.closerange(3, 1024)
time.sleep(1.5)  # it is looked at every second
child = os.fork()
if child == 0: os._exit(0)
os.waitpid(child, 0)
print(len(os.listdir("/proc/self/task")))
"""
    process = python.start("-c", program)
    assert process.communicate(timeout=60) == ("2\n", "")


def test_a_client_is_heard_out_while_the_program_forks(python):
    program = """
import heapprof, os, time
print(heapprof.listen(), flush=True)
while True:
    child = os.fork()
    if child == 0: os._exit(0)
    os.waitpid(child, 0)
"""
    process = python.start("-c", program)
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(30)
            client.connect(process.stdout.readline().strip())
            for each in b"stop":
                client.sendall(bytes([each]))
                time.sleep(0.05)
            client.shutdown(socket.SHUT_WR)
            assert client.makefile().read() == "no nothing is being recorded"
    finally:
        process.kill()
        assert process.communicate(timeout=60)[1] == ""


def test_the_environment_makes_programs_listen(python):
    follow = os.path.join(python.run("print(os.path.dirname(heapprof.__file__))").strip(), "follow")
    program = "import time; begun(); print('heapprof' in sys.modules, flush=True); time.sleep(1000)"
    with Running(python, program, HEAPPROF_LISTEN="1", PYTHONPATH=follow) as running:
        assert running.process.stdout.readline() == "False\n"
        assert "(listens)" in running.heapprof("status", running.pid)
        running.attach()
        running.detach()
    with Running(python, program, HEAPPROF_LISTEN="0", PYTHONPATH=follow) as running:
        assert "(listens)" not in running.heapprof("status", running.pid)
