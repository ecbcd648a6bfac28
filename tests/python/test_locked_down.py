"""Programs that lock their memory, forbid themselves system calls, or see no /proc."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import textwrap

import pytest

FILTER = """
    import ctypes, struct
    libc = ctypes.CDLL(None, use_errno=True)
    class Rule(ctypes.Structure):
        _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]
    class Rules(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("rules", ctypes.POINTER(Rule))]
    def forbid():
        LOAD, EQUAL, RETURN, KILL, ALLOW = 0x20, 0x15, 0x06, 0x80000000, 0x7fff0000
        count = len(NUMBERS)
        each = [Rule(EQUAL, count - i, 0, number) for i, number in enumerate(NUMBERS)]
        rules = (Rule * (count + 3))(Rule(LOAD, 0, 0, 0), *each, Rule(RETURN, 0, 0, ALLOW), Rule(RETURN, 0, 0, KILL))
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        if libc.prctl(22, 2, ctypes.byref(Rules(count + 3, rules)), 0, 0) != 0: os._exit(77)
"""
# open(), openat() and openat2(); with those that look at a path, and getcwd(); with read().
CALLS = {
    "opening": {"x86_64": [2, 257, 437], "aarch64": [56, 437]},
    "paths": {"x86_64": [2, 257, 437, 4, 6, 21, 79, 89, 262, 332], "aarch64": [56, 437, 17, 48, 78, 79, 291]},
    "reading": {"x86_64": [2, 257, 437, 0], "aarch64": [56, 437, 63]},
}


@pytest.mark.parametrize("options", [[], ["--native"], ["--native", "--sample", "{}"]], ids=" ".join)
@pytest.mark.parametrize("calls", CALLS)
def test_programs_that_forbid_themselves_to_open_files(python, calls, options):
    numbers = CALLS[calls].get(platform.machine())
    if not numbers:
        pytest.skip("numbers of system calls are not known here")
    program = python.write(
        textwrap.dedent(f"""
        import time
        NUMBERS = {numbers}
    """)
        + textwrap.dedent(FILTER)
        + textwrap.dedent("""
        child = os.fork()
        forbid()  # the child before it has a capture, perhaps
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            kept = [bytes(1000) for _ in range(1000)]
            time.sleep(0.01)
        if child:
            assert os.waitpid(child, 0)[1] == 0
        if child and sys.version_info < (3, 12):  # which opens a file itself to warn of threads
            later = os.fork()  # which may open none from its first moment on
            if later == 0:
                kept = [bytes(1000) for _ in range(1000)]
                os._exit(0)
            assert os.waitpid(later, 0)[1] == 0
        print("done", flush=True)
    """)
    )
    process = python.start("-m", "heapprof", "-o", "out", *options, program)
    out, err = process.communicate(timeout=60)
    if process.returncode == 77:
        pytest.skip("no seccomp here")
    assert (out, process.returncode) == ("done\ndone\n", 0), err
    assert python.read().end[1] == 1


@pytest.mark.parametrize("how", ["trigger", "listens"])
def test_programs_that_forbid_themselves_threads_while_something_is_waited_for(python, how):
    numbers = {"x86_64": [41, 435], "aarch64": [198, 435]}.get(platform.machine())  # socket(), clone3()
    if not numbers:
        pytest.skip("numbers of system calls are not known here")
    program = python.write(
        f"NUMBERS = {numbers}\n"
        + textwrap.dedent(FILTER)
        + textwrap.dedent("""
        import warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork: our thread stays
        if len(sys.argv) > 1: heapprof.listen()
        forbid()
        for _ in range(3):
            child = os.fork()
            if child == 0: os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
        print("done")
    """)
    )
    if how == "listens":
        process = python.start(program, "listen")
    else:
        process = python.start("-m", "heapprof", "-q", "-o", "out", "--when-growth", "10G", program)
    out, err = process.communicate(timeout=60)
    if process.returncode == 77:
        pytest.skip("no seccomp here")
    assert (process.returncode, out) == (0, "done\n"), err


@pytest.mark.parametrize("rate", ["", ", {}"])
def test_locked_memory_is_what_is_used(python, rate):
    program = """
        import ctypes
        def locked(): return int(open("/proc/self/status").read().split("VmLck:")[1].split()[0]) << 10
        def resident(): return int(open("/proc/self/statm").read().split()[1]) * 4096
        RECORD
        if ctypes.CDLL(None).mlockall(3) != 0: os._exit(77)
        kept = [bytes(1000) for _ in range(10_000)]
        print(resident(), locked())
    """
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] != resource.RLIM_INFINITY and os.geteuid() != 0:
        pytest.skip("memory cannot be locked here")
    plain = list(map(int, python.run(program.replace("RECORD", "")).split()))
    ours = list(map(int, python.run(program.replace("RECORD", f"heapprof.start(BASE{rate})")).split()))
    assert ours[0] < plain[0] + (24 << 20) and ours[1] < plain[1] + (48 << 20), (ours, plain)


def test_libraries_that_are_loaded_where_there_is_no_proc(python):
    if os.geteuid() != 0:
        pytest.skip("needs root")
    jail = python.folder / "jail"
    jail.mkdir()
    for name, flag in ("now", "-Wl,-z,relro,-z,now"), ("lazy", "-Wl,-z,lazy"):
        source = "#include <stdlib.h>\nvoid* take(int size) { return malloc(size); }\n"
        os.rename(python.compile(name, source, flag), jail / f"{name}.so")
    python.run(f"""
        import ctypes
        heapprof.start(BASE, {{}}, native=True)
        ctypes.CDLL(None)
        os.chroot({str(jail)!r})
        for name in "now", "lazy":
            library = ctypes.CDLL(f"/{{name}}.so")
            library.take.restype = ctypes.c_void_p
            for _ in range(20): library.take(1_000_003)
        heapprof.mark("taken")
    """)
    capture = python.read()
    assert sum(event.size == 1_000_003 for event in capture.events if event.kind == "alloc") == 40


def test_a_loader_with_little_room_left(python):
    """Our part of what the loader keeps for thread-local variables is small; where nothing is left, captures can be
    read all the same, and who would record learns the way out."""
    files = []
    for size in 128, 64, 32, 16, 8:
        source = (
            f'__thread char pad[{size}] __attribute__((tls_model("initial-exec"))); char* use(void) {{ return pad; }}\n'
        )
        files.append(python.compile(f"pad{size}", source))
    program = """
        import ctypes, shutil
        used = 0
        def use(file, size, upTo):
            global used
            while used + size <= upTo:
                copy = f"{BASE}{used}.so"
                shutil.copy(file, copy)
                try: ctypes.CDLL(copy)
                except OSError: break
                used += size
        for file in sys.argv[2:]:
            use(file, int(file.partition("pad")[2][:-3]), int(sys.argv[1]))
        import heapprof
        heapprof.start(BASE)
        print("recording")
    """
    path = python.write(program)
    text = (python.folder / "program.py").read_text().replace("import heapprof, os, sys", "import os, sys", 1)
    (python.folder / "program.py").write_text(text)
    enough = python.start(path, "1000", *files).communicate(timeout=60)
    assert enough[0] == "recording\n", enough
    out, err = python.start(path, "100000", *files).communicate(timeout=60)
    assert out == "" and "GLIBC_TUNABLES=glibc.rtld.optional_static_tls" in err.splitlines()[-1], err


def test_what_the_loader_must_keep(python):
    module = python.run("import heapprof._collector; print(heapprof._collector.__file__)").strip()
    table = subprocess.run(["readelf", "-lW", module], capture_output=True, text=True, check=True).stdout
    (entry,) = [line.split() for line in table.splitlines() if line.split()[:1] == ["TLS"]]
    assert int(entry[5], 16) <= 64
