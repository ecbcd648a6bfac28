"""Python programs that a program under ``python -m heapprof`` starts are recorded too."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from test_processes import captures, descends, sizes


def profiled(python, program, *options, env=None, status=0, output="out"):
    (python.folder / output).parent.mkdir(exist_ok=True)
    process = python.start("-m", "heapprof", "-o", output, "--sample", "{}", *options, python.write(program), env=env)
    out, err = process.communicate(timeout=120)
    assert process.returncode == status, (process.returncode, out, err)
    python.stderr = err
    return out


def test_subprocesses(python):
    out = profiled(
        python,
        """
        import subprocess
        child = "import os, sys; kept = bytes(700_000); print(os.getpid(), sys.path, 'heapprof' in sys.modules)"
        os.chdir("/")
        for _ in range(2):
            print(subprocess.run([sys.executable, "-c", child, "an argument"], capture_output=True, text=True).stdout, end="")
        plain = {k: v for k, v in os.environ.items() if k != "HEAPPROF_FOLLOW"}
        print(subprocess.run([sys.executable, "-c", child], env=plain, capture_output=True, text=True).stdout, end="")
    """,
    )
    lines = [line.split(" ", 1) for line in out.splitlines()]
    (first, path), (second, other), (third, plain) = lines
    assert path == other and path.replace("True", "False") == plain
    parent, found = python.read(), captures(python)
    assert set(found) == {first, second}
    for child in found.values():
        assert 700_033 in sizes(child) and child.end[1] == 1
        assert descends(child, parent) and child.process["parentPid"] == parent.process["pid"]
        assert child.process["argv"][1] == "-c" and child.process["argv"][-1] == "an argument"
        assert child.sampling == parent.sampling
    assert python.stderr.count("heapprof: recorded") == 1


def test_a_chain_of_execs(python):
    out = profiled(
        python,
        """
        print(os.getpid(), flush=True)
        step = int(os.environ.get("STEP", "0"))
        kept = bytes(700_000 + step)
        if step < 3:
            os.environ["STEP"] = str(step + 1)
            os.execv(sys.executable, [sys.executable, *sys.argv])
    """,
    )
    pid, *others = out.split()
    assert others == [pid] * 3
    found = captures(python)
    assert sorted(found) == [pid, pid + "-2", pid + "-3"]
    chain = [python.read(), found[pid], found[pid + "-2"], found[pid + "-3"]]
    for step, capture in enumerate(chain):
        assert 700_033 + step in sizes(capture)
        assert step == 0 or descends(capture, chain[step - 1])
        assert (capture.end is not None) == (step == 3)


RESTARTS = """
        import subprocess
        step = int(os.environ.get("STEP", "0"))
        if os.fork() == 0:
            child = bytes(100_000)
            os._exit(0)
        os.wait()
        # A child that restarts itself is none that anybody waits for.
        again = "import os, sys; os.environ.pop('CHILD', 0) and os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])"
        if sys.version_info >= (3, 10):
            subprocess.run([sys.executable, "-c", again], env={**os.environ, "CHILD": "1"}, check=True)
        if step < LAST:
            os.environ["STEP"] = str(step + 1)
            os.execv(sys.executable, [sys.executable, *sys.argv])
        print(os.getpid())
"""


@pytest.mark.parametrize("last", [1, 2, 3])
def test_the_last_line_is_said_by_what_a_program_restarts_itself_as(python, last):
    pid = profiled(python, RESTARTS.replace("LAST", str(last))).strip()
    base = python.filebase
    restarted = f"{base}.{pid}-{last}" if last > 1 else f"{base}.{pid}"
    between = {1: "", 2: ", to 1 further capture", 3: ", to 2 further captures"}[last]
    children = (3 if python.version >= (3, 10) else 1) * (last + 1)
    assert python.stderr == (
        f"heapprof: recorded to {base}.hpm and {base}.hpd{between} and, since the program restarted itself, to "
        f"{restarted}.hpm and {restarted}.hpd, and {children} captures of child processes\n"
    )
    assert len(captures(python)) == children + last


def test_it_is_quiet_where_that_was_asked_for(python):
    profiled(python, RESTARTS.replace("LAST", "1"), "-q")
    assert python.stderr == ""


def test_what_was_recorded_before_the_restart_is_said_where_nothing_was_since(python):
    profiled(python, RESTARTS.replace("LAST", "1"), "--sample", "1e15")
    assert python.stderr == f"heapprof: recorded to {python.filebase}.hpm and {python.filebase}.hpd\n"


def test_another_process_of_the_same_number_is_not_taken_for_the_first(python):
    """Here the first process has begun at another time, as it seems."""
    pid = profiled(
        python,
        """
        import re
        print(os.getpid(), flush=True)
        if "AGAIN" not in os.environ:
            order, count = re.subn(r"(first=\\w+:\\d+:)", r"\\g<1>1", os.environ["HEAPPROF_FOLLOW"])
            assert count == 1, order
            os.environ.update(AGAIN="1", HEAPPROF_FOLLOW=order)
            os.execv(sys.executable, [sys.executable, *sys.argv])
    """,
    ).split()[0]
    assert python.stderr == "" and list(captures(python)) == [pid]


EMBEDDING = """
#define PY_SSIZE_T_CLEAN
#include <Python.h>
int main(void) {
    for (int life = 0; life < 3; life++) {
        Py_Initialize();
        if (PyRun_SimpleString("kept = [bytes(5000) for _ in range(1000)]; import sys; print(len(sys.path))")) return 1;
        if (Py_FinalizeEx()) return 2;
    }
    return 0;
}
"""


def test_a_program_that_begins_python_again_is_told_that_it_is_not_recorded_since(python):
    words = "INCLUDEPY", "LIBDIR", "LDVERSION", "Py_ENABLE_SHARED"
    found = python.run("import sysconfig; print(*(sysconfig.get_config_var(word) for word in %r))" % (words,)).split()
    include, libraries, version, isShared = found
    if isShared == "0":
        pytest.skip("this Python cannot be embedded")
    source, program = python.folder / "embedding.c", python.folder / "embedding"
    source.write_text(EMBEDDING)
    path = [f"-L{libraries}", f"-Wl,-rpath,{libraries}", f"-lpython{version}"]
    built = subprocess.run(["cc", "-o", program, source, f"-I{include}", *path], capture_output=True, text=True)
    if built.returncode != 0:
        pytest.skip("nothing is here to embed Python with: " + built.stderr)
    out = profiled(python, f"import subprocess; subprocess.run([{str(program)!r}], check=True)")
    assert len(out.split()) == 3
    ((pid, capture),) = captures(python).items()
    assert 5033 in sizes(capture) and capture.end is not None
    again = f"heapprof: process {pid} has ended Python and begun it again: nothing is recorded of it since"
    assert python.stderr.splitlines()[0] == again and len(python.stderr.splitlines()) == 2


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_pools(python, method):
    profiled(
        python,
        f"""
        import multiprocessing
        kept = []
        def work(n): kept.append(bytes(n))
        if __name__ == "__main__":
            with multiprocessing.get_context("{method}").Pool(3) as pool:
                pool.map(work, range(300_000, 300_030), chunksize=1)
                pool.close()
                pool.join()
    """,
    )
    found = captures(python)
    recorded = [e.size for c in found.values() for e in c.live().values() if 300_033 <= e.size < 300_063]
    assert sorted(recorded) == list(range(300_033, 300_063))
    workers = [c for c in found.values() if any(300_033 <= e.size < 300_063 for e in c.live().values())]
    assert [worker.end and worker.end[1] for worker in workers] == [1] * len(workers)
    assert all(child.ancestor for child in found.values())


def test_switched_off(python):
    profiled(
        python,
        """
        import subprocess
        if os.fork() == 0: os._exit(heapprof.isProfiling())
        assert os.wait()[1] == 0
        subprocess.run([sys.executable, "-c", "kept = bytes(700_000)"], check=True)
        assert "HEAPPROF_FOLLOW" not in os.environ and "PYTHONPATH" not in os.environ or "follow" not in os.environ["PYTHONPATH"]
    """,
        "--no-follow",
    )
    assert not captures(python) and python.read().end


def test_other_sitecustomizes_stay(python):
    site = python.folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("import builtins\nbuiltins.theirs = bytes(600_000)\n")
    out = profiled(
        python,
        """
        import subprocess
        child = "import sitecustomize, sys; print(sitecustomize.__file__, len(theirs), sys.path)"
        print(subprocess.run([sys.executable, "-c", child], check=True, capture_output=True, text=True).stdout, end="")
        del os.environ["HEAPPROF_FOLLOW"]
        print(subprocess.run([sys.executable, "-c", child], check=True, capture_output=True, text=True).stdout, end="")
    """,
        env={"PYTHONPATH": f"{site}{os.pathsep}{python.package}"},
    )
    followed, plain = out.splitlines()
    assert followed == plain and str(site / "sitecustomize.py") in followed
    (child,) = captures(python).values()
    assert 600_033 in sizes(child)


def test_a_sitecustomize_that_fails_fails_as_ever(python):
    site = python.folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("1 / 0\n")
    out = profiled(
        python,
        """
        import subprocess
        for program in "print('runs')", "import sitecustomize":
            for follow in True, False:
                env = {k: v for k, v in os.environ.items() if follow or k != "HEAPPROF_FOLLOW" }
                run = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True)
                print(repr((run.returncode, run.stdout, run.stderr.splitlines()[-1])))
    """,
        env={"PYTHONPATH": f"{site}{os.pathsep}{python.package}"},
    )
    one, two, three, four = out.splitlines()
    assert one == two and three == four and "runs" in one and "ZeroDivisionError" in three


def test_no_sitecustomize_is_found_where_there_is_none(python):
    out = profiled(
        python,
        """
        import subprocess
        for options in [], ["-E"], ["-I"], ["-s"]:
            for follow in True, False:
                env = {k: v for k, v in os.environ.items() if follow or k not in ("HEAPPROF_FOLLOW", "PYTHONPATH")}
                child = "import importlib.util; print(getattr(importlib.util.find_spec('sitecustomize'), 'origin', None))"
                print(subprocess.run([sys.executable, *options, "-c", child], env=env, capture_output=True, text=True))
    """,
    )
    lines = out.splitlines()
    assert len(lines) == 8 and lines[::2] == lines[1::2]


@pytest.mark.parametrize("plan", ["", "{}", "nonsense", json.dumps({"filebase": "/no/such/x", "samplingRate": None})])
def test_a_plan_that_makes_no_sense_is_ignored(python, plan):
    follow = os.path.join(python.package, "heapprof", "follow")
    program = python.write("kept = bytes(700_000); print('runs', heapprof.isProfiling())")
    process = python.start(program, env={"HEAPPROF_FOLLOW": plan, "PYTHONPATH": f"{follow}:{python.package}"})
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("runs False\n", "", 0)


def test_a_folder_that_is_gone(python):
    instead = python.folder / "instead" / "in here"
    instead.mkdir(parents=True)
    out = profiled(
        python,
        """
        import shutil, subprocess
        os.chdir("/")
        shutil.rmtree(os.path.join(os.path.dirname(BASE), "gone"))
        run = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
        assert run.returncode == 0, run
        print(run.stdout.strip(), run.stderr.strip())
    """,
        "--output-dir-fallback",
        str(instead),
        output="gone/out",
    )
    child, said = out.strip().split(" ", 1)
    place = f"{instead}/out.{child}"
    assert said == (
        f"heapprof: cannot record to {python.folder}/gone/out.{child}.hpm: No such file or directory; process {child} "
        f"records to {place}.hpm instead"
    )
    assert python.read(place).process["pid"] == int(child)


def test_the_command_line_within(python):
    profiled(
        python,
        """
        import subprocess
        inner = "import sys; sys.argv; kept = bytes(700_000)"
        with open("inner.py", "w") as file: file.write(inner)
        subprocess.run([sys.executable, "-m", "heapprof", "-o", "inner", "inner.py"], check=True)
    """,
    )
    inner = python.read(str(python.folder / "inner"))
    assert 700_033 in sizes(inner) and inner.sampling[0][0] == 1
