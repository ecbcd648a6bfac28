"""keep: only the last hours of a recording are there, and they are whole."""

from __future__ import annotations

import re
import signal

import pytest

# grow(): allocates for so many seconds, frees most of it, and keeps some.
GROW = """
import time
kept = []
def grow(seconds):
    end = time.monotonic() + seconds
    kept.extend(bytes(1000 + i % 100) for i in range(3000))
    while time.monotonic() < end:
        passing = [bytearray(200 + i % 50) for i in range(500)]
        kept.append(bytes(7000))
        time.sleep(0.003)
"""

# A capture and what it continues agree on what was alive where one ended and the other one began.
AGREE = """
before, after = heapprof.read(BASE + ".previous"), heapprof.read(BASE)
assert (before.ending(), after.ending()) == ("continued", "stop")
last = before.snapshotAt(before.elapsedTime()).usage
first = after.snapshotAt(0).usage
for trace in set(last) | set(first):
    assert abs(last.get(trace, 0) - first.get(trace, 0)) <= 1, (trace, last.get(trace), first.get(trace))
    assert before.trace(int(trace)) == after.trace(int(trace))
assert abs(before._capture.wallStart() + before.elapsedTime() - after._capture.wallStart()) < 0.1
assert 0.95 < before.elapsedTime() < 2 and after.elapsedTime() < 2
"""


@pytest.mark.parametrize("options", ["{}", "None", "{}, native=True", "50_000, native=True"])
def test_both_captures_are_whole(python, options):
    python.run(
        GROW
        + f"""
import mmap
heapprof.start(BASE, {options}, keep=1)
mapped = mmap.mmap(-1, 8 << 20)
mapped.write(b"x" * len(mapped))
grow(3.3)
heapprof.stop()
"""
    )
    captures = [python.read(), python.read(python.filebase + ".previous")]
    assert captures[0].continues[0] == captures[1].continues[0] not in (captures[0].uuid, captures[1].uuid)
    assert captures[0].end[1] == 0 and captures[1].end[1] == 4
    for capture in captures:  # time begins anew
        assert all(first <= capture.end[0] for first in capture.firstEvents.values())
        assert not [e for e in capture.events if e.kind == "lost"] and capture.openBlocks == 0
    out = python.run(AGREE + "print(sum(after.snapshotAt(after.elapsedTime()).usage.values()), after.domains())")
    if options == "{}":
        live = sum(e.size for e in captures[0].live().values())
        assert str(live) == out.split()[0]
        assert len([e for e in captures[0].live().values() if e.size < 7033]) > 3000


def test_what_was_alive_before_is_freed_later(python):
    python.run(
        GROW
        + """
heapprof.start(BASE, {}, keep=1)
old = [bytes(12_345) for _ in range(300)]
with heapprof.label(request="/cart"): old.append(bytearray(3_000_000))
heapprof.pause()
heapprof.resume()
grow(1.2)
heapprof.mark("before")
del old
heapprof.mark("after")
heapprof.stop()
"""
    )
    python.run(
        AGREE
        + """
before, later = (after.snapshotAt(mark.time).usage for mark in after.marks() if mark.text in ("before", "after"))
freed = sum(before.values()) - sum(later.values())
assert 300 * 12_345 + 3_000_000 <= freed < 300 * 12_400 + 3_100_000, freed
assert after.labels() == {"request": ["/cart"]}
assert after.estimatesByLabelAt(0, "request")["/cart"].bytes >= 3_000_000
assert sum(used for trace, used in later.items() if after.labelsOf(trace)) < 1000
"""
    )


def test_threads_allocate_meanwhile(python):
    python.run(
        GROW
        + """
import threading
heapprof.start(BASE, {}, keep=1)
def work(number):
    grow(2.5)
threads = [threading.Thread(target=work, args=(i,), name="worker %d" % i) for i in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
heapprof.stop()
"""
    )
    capture = python.read()
    assert {"worker %d" % i for i in range(4)} <= {name for _, name in capture.threads.values()}
    live = capture.live()  # which checks that each free is of a block
    assert len(live) > 1000 and not [e for e in capture.events if e.kind == "lost"]
    python.run(AGREE)


def test_a_killed_program_leaves_both(python):
    with python.start(
        python.write(GROW + "heapprof.start(BASE, {}, keep=1)\ngrow(1.5)\nos.kill(os.getpid(), 9)")
    ) as process:
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    assert python.read(python.filebase + ".previous").end[1] == 4
    assert python.read().end is None and len(python.read().live()) > 1000


def test_killed_while_names_change(python):
    """What there is at each step, made by hand: a reader finds the log that belongs to what it is asked for."""
    python.run(GROW + "heapprof.start(BASE, {}, keep=1)\ngrow(2.3)\nheapprof.stop()")
    folder = python.folder
    held = {
        name: (folder / name).read_bytes() for name in ["out.hpm", "out.hpd", "out.previous.hpm", "out.previous.hpd"]
    }
    new, old = (held["out.hpm"], held["out.hpd"]), (held["out.previous.hpm"], held["out.previous.hpd"])

    def contents(**files):
        for path in folder.glob("out*.hp?"):
            path.unlink()
        for name, content in files.items():
            (folder / f"{name.replace('_', '.')}").write_bytes(content)

    read = "print([heapprof.read(BASE + each).elapsedTime() for each in ('', '.previous')])"
    expected = python.run(read)
    changed = "print(heapprof.read(BASE).elapsedTime())"
    contents(out_hpm=new[0], out_hpd=old[1], out_next_hpm=old[0], out_next_hpd=new[1])
    assert python.run(changed).strip() in expected
    contents(out_hpm=new[0], out_hpd=new[1], out_previous_hpm=old[0], out_previous_hpd=new[1], out_next_hpd=old[1])
    assert python.run(read) == expected
    contents(out_hpm=new[0], out_hpd=new[1], out_previous_hpm=old[0], out_next_hpd=old[1])
    assert python.run(read) == expected
    contents(out_hpm=new[0], out_next_hpd=new[1])  # where names cannot be exchanged
    assert python.run(changed).strip() in expected
    contents(out_hpm=new[0], out_hpd=old[1])
    with pytest.raises(AssertionError, match="belongs to another recording"):
        python.run(changed)


def test_there_is_a_capture_of_the_name_at_every_moment(python):
    """As the folder tells it: a file goes away under its name in exchange for another one, which makes four events."""
    out = python.run(
        GROW
        + """
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init()
IN_MOVED_FROM, IN_MOVED_TO, IN_DELETE = 0x40, 0x80, 0x200
assert libc.inotify_add_watch(watch, os.path.dirname(BASE).encode(), IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE) >= 0
heapprof.start(BASE, {}, keep=1)
grow(3.3)
heapprof.stop()
events, at, seen = os.read(watch, 1 << 16), 0, []
while at < len(events):
    _, mask, _, length = struct.unpack_from("iIII", events, at)
    seen.append((mask, events[at + 16 : at + 16 + length].rstrip(b"\\0").decode()))
    at += 16 + length
for name in "out.hpm", "out.hpd":
    came = [index for index, event in enumerate(seen) if event == (IN_MOVED_TO, name)]
    went = [index for index, event in enumerate(seen) if event[0] != IN_MOVED_TO and event[1] == name]
    print(name, len(came), [index + 3 for index in went] == came)
"""
    )
    assert re.fullmatch(r"out\.hpm [2-4] True\nout\.hpd [2-4] True\n", out), out


def test_children_stay_with_their_run(python):
    """Before and after their parent's files became others, and with files of their own that do."""
    python.run(
        GROW
        + """
heapprof.start(BASE, {}, keep=1)
children = []
def fork(seconds):
    children.append(os.fork())
    if children[-1] == 0:
        grow(seconds)
        heapprof.stop()
        os._exit(0)
fork(0.1)
grow(1.2)
fork(1.3)
grow(1.2)
fork(0.1)
for child in children: os.waitpid(child, 0)
heapprof.stop()
run = heapprof.readRun(BASE)
assert len(run.members) == 4, run.members
assert all(member.parent is not None for member in run.members[1:]), run.members
assert os.path.exists(f"{BASE}.{children[1]}.previous.hpm")
# Each of them knows its run.
assert len(heapprof.readRun(f"{BASE}.{children[0]}").members) == 4
"""
    )


def test_files_that_go_are_given_back_to_the_bound(python):
    python.run(
        GROW
        + """
heapprof.start(BASE, {}, keep=1, maxBytes=2_000_000)
for _ in range(65):
    passing = [bytearray(100) for _ in range(3000)]
    time.sleep(0.1)
assert heapprof.isProfiling()
heapprof.stop()
assert heapprof.read(BASE).ending() == "stop"
assert sum(os.path.getsize(BASE + each) for each in (".hpm", ".hpd", ".previous.hpm", ".previous.hpd")) < 2_000_000
"""
    )
    assert sum(len(capture.events) for capture in (python.read(), python.read(python.filebase + ".previous"))) > 1000


def test_a_program_that_has_closed_every_descriptor(python):
    python.run(
        GROW
        + """
heapprof.start(BASE, {}, keep=1)
os.closerange(3, 5000)
own = [os.open(BASE, os.O_RDWR | os.O_CREAT) for _ in range(300)]  # numbers that were ours
grow(1.5)
assert heapprof.isProfiling() and [os.fstat(each).st_size for each in own] == [0] * 300
heapprof.stop()
"""
        + AGREE
    )
    assert python.read().end[1] == 0 and python.read(python.filebase + ".previous").end[1] == 4


def test_the_next_recording_is_not_rotated_for_the_last_one(python):
    python.run(
        GROW
        + """
heapprof.start(BASE, {}, keep=1)
grow(0.1)
time.sleep(1.1)
del kept[:]  # when it is due, and nothing is allocated
heapprof.stop()
heapprof.start(BASE + "2", {})
grow(0.3)
heapprof.stop()
assert not os.path.exists(BASE + "2.previous.hpm") and heapprof.read(BASE + "2").ending() == "stop"
"""
    )


def test_phases_go_on(python):
    python.run(
        GROW
        + """
heapprof.start(BASE, {}, keep=1)
with heapprof.phase("outer"), heapprof.phase("long"):
    with heapprof.phase("over"): grow(0.1)
    grow(2.2)
    heapprof.mark("here")
heapprof.stop()
"""
        + AGREE
        + """
for r, ended in (before, False), (after, True):
    marks = [(mark.kind, mark.text) for mark in r.marks() if mark.text in ("outer", "long", "over", "here")]
    ends = [("mark", "here"), ("end", "long"), ("end", "outer")] if ended else []
    assert marks == [("begin", "outer"), ("begin", "long"), *ends], marks
"""
    )
    python.read()


@pytest.mark.parametrize("ending", [".hpm", ".hpd"])
def test_names_that_are_taken(python, ending):
    """A folder lies where a file is to be kept."""
    python.run(
        GROW
        + f"""
os.mkdir(BASE + ".previous{ending}")
heapprof.start(BASE, {{}}, keep=1)
grow(1.5)
assert heapprof.isProfiling()
heapprof.stop()
assert sorted(os.listdir(os.path.dirname(BASE))) == ["out.hpd", "out.hpm", "out.previous{ending}", "program.py"]
assert heapprof.read(BASE).elapsedTime() > 1.4
"""
    )
    assert python.read().end[1] == 0 and python.stderr == ""


def test_a_bound_that_what_is_alive_does_not_fit_twice(python):
    python.run(
        GROW
        + """
heapprof.start(BASE, {}, keep=3, maxBytes=2_300_000)
many = [bytes(100 + i % 7) for i in range(300_000)]
time.sleep(3.1)
grow(0.1)
heapprof.mark("later")
heapprof.stop()
assert sorted(os.listdir(os.path.dirname(BASE))) == ["out.hpd", "out.hpm", "program.py"]
r = heapprof.read(BASE)
total = sum(r.snapshotAt(r.elapsedTime()).usage.values())
assert (r.ending(), total > 300_000 * 130) == ("stop", True), (r.ending(), total, len(kept))
"""
    )


def test_where_no_file_can_be_made_the_old_ones_go_on(python):
    python.run(
        GROW
        + """
import resource
heapprof.start(BASE, {}, keep=1)
limits = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
grow(1.5)
resource.setrlimit(resource.RLIMIT_NOFILE, limits)
assert heapprof.isProfiling()
heapprof.stop()
assert sorted(os.listdir(os.path.dirname(BASE))) == ["out.hpd", "out.hpm", "program.py"]
assert heapprof.read(BASE).elapsedTime() > 1.4
"""
    )
    assert python.read().end[1] == 0 and python.stderr == ""


def test_the_digest_goes_with_its_capture(python):
    python.run(
        GROW
        + """
digest, previous = BASE + ".hpc", BASE + ".previous.hpc"
heapprof.start(BASE, {}, keep=2)
while not os.path.exists(digest):  # a slow machine may go on in new files meanwhile
    grow(0.1)
    heapprof.read(BASE).makeDigest()
while os.path.exists(digest): grow(0.1)
assert os.path.exists(previous)
while os.path.exists(previous): grow(0.1)
heapprof.stop()
"""
    )


def test_the_command_line_keeps_the_last_time(python):
    python.write(GROW + "grow(1.4)", "work.py")
    arguments = ["-m", "heapprof", "--keep", "1s", "-o", python.filebase, "work.py"]
    with python.start(*arguments) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, ""), err
    assert python.read(python.filebase + ".previous").end[1] == 4 and python.read().continues
    for wrong in ("0", "x", "-1", "0.5s"):
        with python.start("-m", "heapprof", "--keep", wrong, "work.py") as process:
            assert "--keep" in process.communicate(timeout=60)[1] and process.returncode == 2
    out = python.run("""
        for wrong in (0, 0.5, True, "1", float("nan")):
            try: heapprof.start(BASE, keep=wrong)
            except (TypeError, ValueError) as error: print("keep" in str(error))
    """)
    assert out.split() == ["True"] * 5
