"""What happens to the output files must not happen to the program."""

from __future__ import annotations

import os

import pytest

WORK = """
    import resource
    kept = []
    def work(n):
        for i in range(n):
            kept.append([object(), i, str(i)])
        kept.clear()
"""


def test_file_size_limit(python):
    python.run(
        WORK
        + """
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    heapprof.start(BASE, {})
    work(300_000)
    assert heapprof.isProfiling()
    heapprof.stop()
    assert not heapprof.isProfiling()
    """
    )
    assert "File too large" in python.stderr and "events are missing" in python.stderr
    capture = python.read()
    assert os.path.getsize(python.filebase + ".hpd") > 200_000
    assert len(capture.events) > 30_000
    lost = capture.events[-1]
    assert lost.kind == "lost" and lost.size > 100_000 and str(lost.size) in python.stderr
    assert capture.end is not None


def test_full_disk(python, smallDisk):
    base = str(smallDisk / "out")
    python.run(
        WORK
        + """
    heapprof.start(BASE, {})
    work(300_000)
    heapprof.stop()
    """,
        env={"BASE": base},
    )
    assert "No space left on device" in python.stderr
    capture = python.read(base)
    assert os.path.getsize(base + ".hpd") > 800_000
    assert capture.events[-1].kind == "lost" and capture.events[-1].size > 100_000
    python.run(
        """
    import errno
    os.unlink(BASE + ".hpm"); os.unlink(BASE + ".hpd")
    try:
        with open(os.path.dirname(BASE) + "/fill", "wb") as file:
            while True: file.write(bytes(4096)); file.flush()
    except OSError: pass
    try:
        heapprof.start(BASE)
    except OSError as error:
        assert error.errno == errno.ENOSPC and not heapprof.isProfiling()
        assert not os.path.exists(BASE + ".hpm")
    else:
        raise AssertionError("there is no room")
    """,
        env={"BASE": base},
    )


@pytest.mark.parametrize("unlinked", [False, True])
def test_a_program_that_closes_every_descriptor(python, unlinked):
    python.run(
        WORK
        + f"""
    heapprof.start(BASE, {{}})
    work(2000)
    if {unlinked}:
        os.unlink(BASE + ".hpd")
    os.closerange(3, 1000)
    own = [open(BASE + f".own{{i}}", "wb+") for i in range(8)]  # some of them get the numbers of ours
    for file in own:
        file.write(b"x" * 3_000_000)
        file.flush()
    os.chdir("/")
    work(100_000)
    last = bytes(900_000)
    heapprof.stop()
    for file in own:
        file.seek(0)
        assert file.read() == b"x" * 3_000_000
    """
    )
    if unlinked:
        assert "Bad file descriptor" in python.stderr
        return
    capture = python.read()
    assert 900_033 in {e.size for e in capture.live().values()} and capture.end[1] == 0
    assert len(capture.events) > 300_000


@pytest.mark.parametrize("victim", [".hpd", ".hpm", "both"])
@pytest.mark.parametrize("handler", ["", "import faulthandler; faulthandler.enable()", "sys.stderr = None"])
def test_a_file_cut_by_somebody_else(python, victim, handler):
    victims = [".hpd", ".hpm"] if victim == "both" else [victim]
    python.run(
        WORK
        + f"""
    heapprof.start(BASE, {{}})
    {handler}
    work(3000)
    for extension in {victims}:
        os.truncate(BASE + extension, 0)
    work(300_000)
    for i in range(3000):
        exec(f"def f{{i}}(): return [object()]\\nf{{i}}()")
    heapprof.stop()
    heapprof.start(BASE + "2", {{}})
    block = bytes(1000)
    heapprof.stop()
    print("alive")
    """,
        env={"PYTHONFAULTHANDLER": ""},
    )
    if not handler.startswith("sys"):
        assert "could not record to the end" in python.stderr
    assert 1033 in {e.size for e in python.read(python.filebase + "2").live().values()}


def test_a_loss_ends_no_program_that_makes_errors_of_warnings(python):
    out = python.run(
        WORK
        + """
    import warnings
    warnings.simplefilter("error")
    heapprof.start(BASE, {})
    os.truncate(BASE + ".hpd", 0)
    work(300_000)
    heapprof.stop()
    print("alive")
    """
    )
    assert out == "alive\n" and python.stderr.startswith("heapprof: could not record to the end: "), python.stderr


def test_the_handler_of_bus_errors_is_put_back(python):
    python.run(
        """
        import mmap, signal
        with open(BASE + ".own", "wb+") as file:
            file.write(bytes(8192)); file.flush()
            own = mmap.mmap(file.fileno(), 8192)
        heapprof.start(BASE, {})
        os.truncate(BASE + ".own", 0)
        own[0]  # not ours: the program dies as it would without us
    """,
        status=-7,
        env={"PYTHONFAULTHANDLER": ""},
    )


def test_output_removed_while_recording(python):
    python.run(
        WORK
        + """
    heapprof.start(BASE, {})
    os.unlink(BASE + ".hpd"); os.unlink(BASE + ".hpm")
    work(100_000)
    heapprof.stop()
    assert not os.path.exists(BASE + ".hpd")
    """
    )
    assert python.stderr == ""


@pytest.mark.parametrize("options", [["-q"], ["--native"], ["--no-follow"]], ids=" ".join)
def test_the_last_line_says_that_the_files_are_gone(python, options):
    (python.folder / "folder").mkdir()
    for change, words in [
        ("shutil.rmtree('folder')", "folder/out.hpm or .hpd was removed"),
        ("os.unlink('folder/out.hpd'); os.chdir('/')", "folder/out.hpm or .hpd was removed"),
        ("os.rename('folder', 'moved')", "was removed"),
        ("os.chdir('/')", ""),
        ("os.chmod('folder', 0)" if os.geteuid() else "os.chmod('.', 0o700); os.setuid(65534)", ""),
        ("os.chroot('folder')" if os.geteuid() == 0 else "", ""),
    ]:
        (python.folder / "folder").mkdir(exist_ok=True)
        program = python.write(f"import shutil\nkept = bytes(1000_000)\n{change}\nmore = bytes(1000_000)")
        process = python.start("-m", "heapprof", "-o", "folder/out", *options, program)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0 and out == ""
        said = [line for line in err.splitlines() if line.startswith("heapprof: ")]
        if words or "-q" not in options:
            assert len(said) == 1 and (words in said[0]) and ("removed" in said[0]) == bool(words), err
        else:
            assert said == []
        (python.folder / "folder").exists() and (python.folder / "folder").chmod(0o700)


def test_two_profilers_on_one_filebase(python):
    first = python.start(
        python.write(
            """
        heapprof.start(BASE, {})
        print("started", flush=True)
        while not os.path.exists("go on"):
            pass
        kept = [bytes(2000) for _ in range(50_000)]
        heapprof.stop()
    """,
            "first.py",
        )
    )
    assert first.stdout.readline() == "started\n"
    python.run("""
        try:
            heapprof.start(BASE, {})
        except OSError as error:
            assert error.errno == 16 and error.filename == BASE + ".hpd", error
            assert "another program is recording" in str(error)
        else:
            raise AssertionError
        assert not heapprof.isProfiling()
    """)
    (python.folder / "go on").touch()
    _, err = first.communicate(timeout=60)
    assert first.returncode == 0 and err == ""
    assert sum(e.size == 2033 for e in python.read().live().values()) == 50_000


def test_an_old_capture_is_replaced_not_cut(python):
    python.run("""
        heapprof.start(BASE, {}); a = bytes(111_111); heapprof.stop()
        os.rename(BASE + ".hpd", BASE + "-old.hpd"); os.link(BASE + "-old.hpd", BASE + ".hpd")
        os.rename(BASE + ".hpm", BASE + "-old.hpm"); os.link(BASE + "-old.hpm", BASE + ".hpm")
        heapprof.start(BASE, {}); b = bytes(222_222); heapprof.stop()
    """)
    assert 111_144 in {e.size for e in python.read(python.filebase + "-old").live().values()}
    assert 222_255 in {e.size for e in python.read().live().values()}


NO_FALLOCATE = """
#include <errno.h>
int fallocate(int a, int b, long c, long d) { errno = EOPNOTSUPP; return -1; }
int fallocate64(int a, int b, long c, long d) { errno = EOPNOTSUPP; return -1; }
"""


def test_files_survive_without_preallocation(python):
    """File systems that cannot allocate in advance get every record by write()."""
    python.run(
        WORK
        + """
    import ctypes
    heapprof.start(BASE, {})
    work(20_000)
    heapprof.stop()
    """,
        env={"LD_PRELOAD": python.compile("nofallocate", NO_FALLOCATE)},
    )
    capture = python.read()
    assert len(capture.events) > 50_000 and capture.openBlocks == 0 and capture.end


# Writes come in parts and are interrupted; after so many bytes in all there is no room.
SHORT_WRITES = (
    NO_FALLOCATE
    + """
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static long room = ROOM, calls;
static ssize_t shortWrite(int file, const void *from, size_t size, long at) {
    if (calls++ % 3 == 1) { errno = EINTR; return -1; }
    if (size > 7) size = size / 2 + 3;
    if (room <= 0) { errno = ENOSPC; return -1; }
    if ((long)size > room) size = room;
    ssize_t written = syscall(SYS_pwrite64, file, from, size, at);
    if (written > 0) room -= written;
    return written;
}
ssize_t pwrite(int file, const void *from, size_t size, long at) { return shortWrite(file, from, size, at); }
ssize_t pwrite64(int file, const void *from, size_t size, long at) { return shortWrite(file, from, size, at); }
"""
)


@pytest.mark.parametrize("room", [10_000_000_000, 100_003, 131_072, 150_001])
def test_short_writes(python, room):
    python.run(
        WORK
        + """
    heapprof.start(BASE, {})
    work(30_000)
    last = bytes(900_000)
    heapprof.stop()
    assert sum(len(bytes(1000)) for _ in range(100)) == 100_000
    """,
        env={"LD_PRELOAD": python.compile("short", SHORT_WRITES.replace("ROOM", str(room)))},
    )
    capture = python.read()  # whole records only: all that is there makes sense
    if room > 1_000_000:
        assert 900_033 in {e.size for e in capture.live().values()} and len(capture.events) > 90_000
        assert python.stderr == "" and not [e for e in capture.events if e.kind == "lost"]
    else:
        assert "No space left on device" in python.stderr
        assert 10_000 < len(capture.events) < 90_000
        assert os.path.getsize(python.filebase + ".hpd") + os.path.getsize(python.filebase + ".hpm") <= room
