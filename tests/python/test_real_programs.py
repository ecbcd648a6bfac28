"""Programs that nobody here wrote and that come to an end, under the recorder: tools, notebooks, data libraries."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from real_programs import MB, heldBy, without

# -- Python's own ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_web_server(realHere, ending):
    realHere.write("page.html", "x" * 3_000_000)

    def scenario(service):
        service.answer("/")
        seen = [service.ask("/page.html")[0], len(service.ask("/page.html")[1]), service.ask("/nothing")[0]]
        service.signal(ending)
        return seen

    words = ["-u", "-m", "http.server", "PORT", "--bind", "127.0.0.1"]
    ended = realHere.both(*words, scenario=scenario, clean=without(r"^.*(GET / ).*\n", r"\[.*\]"))
    assert ended.seen == [200, 3_000_000, 404]
    (server,) = realHere.captures()
    assert any(file.endswith("http/server.py") for file in server.files)
    assert server.ending == ("exit" if ending == signal.SIGINT else None)


def test_compiling_with_several_processes(realHere):
    for number in range(12):
        realHere.write(f"package/m{number}.py", "\n".join(f"def f{i}(x): return [x, {i}]" for i in range(2000)))
    realHere.write("package/wrong.py", "def\n")
    ended = realHere.both("-m", "compileall", "-j", "2", "--invalidation-mode", "unchecked-hash", "package")
    assert ended.code == 1 and "wrong.py" in ended.out
    made = [
        {path.name: path.read_bytes() for path in (realHere.folder / name / "package" / "__pycache__").iterdir()}
        for name in ("plain", "recorded")
    ]
    assert made[0] == made[1] and len(made[0]) == 12
    first, *workers = realHere.captures()
    workers = [each for each in workers if any(file.endswith("concurrent/futures/process.py") for file in each.files)]
    assert len(workers) == 2 and {each.ending for each in (first, *workers)} == {"exit"}
    assert sum(worker.total for worker in workers) > MB


# -- pytest, coverage ------------------------------------------------------------------------------------------------

PACKAGE = """
def halves(n):
    if n < 0:
        return None
    if n % 2:
        return (n - 1) // 2
    return n // 2

def large():
    return bytes(20_000_000)  #: large
"""
TESTS = """
import os, sys, time, pytest
from package.mod import halves, large
kept = []

@pytest.mark.parametrize("n", range(40))
def test_halves(n):
    time.sleep(0.01)
    assert halves(n) == n // 2

@pytest.mark.parametrize("n", range(6))
def test_large(n):
    time.sleep(0.1)
    if not kept: kept.append(large())
    print("captured", len(kept))

def test_fails():
    print("captured")
    assert halves(7) == 4

def test_warns():
    import warnings
    warnings.warn("look")

@pytest.mark.skip
def test_skipped(): pass
"""


@pytest.mark.parametrize("way", ["plain", "xdist", "coverage", "both", "coverage run"])
def test_pytest(real, way):
    real.write("package/__init__.py", "")
    real.write("package/mod.py", PACKAGE)
    real.write("test_package.py", TESTS)
    real.write(".coveragerc", "[run]\nsource = package\nbranch = true\n")
    words = ["-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider"]
    if way in ("xdist", "both"):
        words += ["-n", "2"]
    if way in ("coverage", "both"):
        words += ["--cov", "--cov-report=json:coverage.json", "--cov-report=term"]
    if way == "coverage run":
        words = ["-m", "coverage", "run", *words]
    times = without(r"in [\d.]+s", r"\[gw\d\] ", "^[.sF ]*\\[ *\\d+%\\]\n")
    ended = real.both(*words, clean=times)
    assert ended.code == 1 and "1 failed" in ended.out
    if way in ("coverage", "both"):
        found = [
            json.loads((real.folder / name / "coverage.json").read_text())["files"] for name in ("plain", "recorded")
        ]
        assert found[0] == found[1] and found[0]["package/mod.py"]["executed_lines"]
    first, *workers = real.captures()
    assert len(workers) == (2 if way in ("xdist", "both") else 0)
    assert heldBy(workers or [first], real.lines["large"], 20 * MB) == (workers or [first])
    assert first.ending == "exit"


# -- documentation, types --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_sphinx(real, jobs):
    """The documentation of a real package, from its docstrings."""
    modules = ["", ".app", ".blueprints", ".cli", ".config", ".ctx", ".globals", ".helpers", ".sessions", ".views"]
    pages = [f"page{number}" for number in range(len(modules))]
    more = ", 'sphinx.ext.viewcode'" if jobs == "1" else ""  # goes by which process is ready first
    real.write("conf.py", f"extensions = ['sphinx.ext.autodoc'{more}]\nproject = 'flask'\n")
    real.write("index.rst", "Flask\n=====\n\n.. toctree::\n\n   " + "\n   ".join(pages) + "\n")
    for page, module in zip(pages, modules):
        name = f"flask{module}"
        real.write(f"{page}.rst", f"{name}\n{'=' * len(name)}\n\n.. automodule:: {name}\n   :members:\n")
    words = ["-m", "sphinx", "-b", "html", "-j", jobs, "-v", ".", "made"]
    ended = real.both(*words, clean=without(r"^.*\[ *\d+%\].*\n", r"\d{3,}"), output=jobs == "1")
    assert ended.code == 0
    made = [
        {
            str(path.relative_to(real.folder / name)): path.read_bytes()
            for path in (real.folder / name).rglob("made/**/*.html")
        }
        for name in ("plain", "recorded")
    ]
    assert made[0] == made[1] and len(made[0]) > len(pages)
    first, *workers = real.captures()
    assert first.ending == "exit" and first.total > 10 * MB
    assert any("sphinx/ext/autodoc" in file for each in (workers or [first]) for file in each.files)
    assert bool(workers) == (jobs == "2")


def test_mypy(real):
    """The types of a real package, by a program that is compiled to C."""
    real.write("program.py", "import flask\nx: int = flask.Flask('a').name\n")
    words = ["-m", "mypy", "--no-incremental", "-p", "werkzeug", "-p", "flask"]
    ended = real.both(*words, inOrder=True)
    (capture,) = real.captures()
    assert capture.total > 50 * MB and any(file.endswith("mypy/__main__.py") for file in capture.files)
    assert capture.ending is None  # it ends by os._exit()
    assert ended.out


def test_a_daemon_that_checks_types(real):
    """dmypy: a program starts a daemon, and others ask it."""
    real.write("program.py", "x: int = 'a'\ny = 1\n")

    def scenario(service):
        service.process.wait()
        base = ["-m", "mypy.dmypy"]
        seen = []
        for _ in range(2):
            seen.append(service.client("sh", "-c", f"{real.python} -m mypy.dmypy check program.py; echo $?"))
            (service.folder / "program.py").write_text("x: str = 'a'\n")
        service.client(real.python, *base, "stop")
        return seen

    ended = real.both("-m", "mypy.dmypy", "start", scenario=scenario)
    assert "Incompatible types" in ended.seen[0] and "Success" in ended.seen[1]
    captures = real.captures()
    assert max(capture.total for capture in captures) > 30 * MB


COVERED = """
import multiprocessing, subprocess, sys, time
from package.mod import halves, large
kept = []
def work(n):
    if not kept: kept.append(large())
    time.sleep(0.01)
    return halves(n)
if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print(sum(pool.map(work, range(100), chunksize=1)))
        pool.close()
        pool.join()
    subprocess.run([sys.executable, "-c", "from package.mod import halves; print(halves(-1))"], check=True)
"""


def test_coverage_of_several_processes(real):
    real.write("package/__init__.py", "")
    real.write("package/mod.py", PACKAGE)
    real.write("program.py", COVERED)
    real.write(
        ".coveragerc",
        "[run]\nsource = package\nbranch = true\nparallel = true\nconcurrency = multiprocessing\npatch = subprocess\n",
    )

    def scenario(service):
        service.process.wait()
        service.client(real.python, "-m", "coverage", "combine")
        service.client(real.python, "-m", "coverage", "json")
        return json.loads((service.folder / "coverage.json").read_text())["files"]

    ended = real.both("-m", "coverage", "run", "program.py", scenario=scenario)
    assert ended.code == 0 and ended.seen["package/mod.py"]["summary"]["missing_lines"] == 0
    first, *others = real.captures()
    assert len(heldBy(others, real.lines["large"], 20 * MB)) == 2


# -- a notebook's kernel ---------------------------------------------------------------------------------------------

NOTEBOOK = """
import json, sys, time
from jupyter_client.manager import KernelManager

manager = KernelManager()
manager.kernel_spec.argv = json.loads(sys.argv[1]) + ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=120)

def show(message):
    content = message["content"]
    kind = message["header"]["msg_type"]
    if kind == "stream": print(content["name"], content["text"], end="")
    elif kind in ("execute_result", "display_data"): print(content["data"]["text/plain"])
    elif kind == "error": print(content["ename"], content["evalue"])

def run(cell, interrupt=False):
    if not interrupt:
        return print(client.execute_interactive(cell, timeout=120, output_hook=show, store_history=True)["content"]["status"])
    client.execute(cell)
    while client.get_iopub_msg(timeout=120)["content"].get("text") != "waiting": pass
    manager.interrupt_kernel()
    print(client.get_shell_msg(timeout=120)["content"]["status"])

run("kept = bytes(30_000_000)\\nlen(kept)")
run("def more():\\n    return bytes(20_000_000)\\nagain = more()")
run("1 / 0")
run("import sys; print('out'); print('err', file=sys.stderr)")
run("!echo shell")
run("import multiprocessing, os\\nos.getpid() == multiprocessing.current_process().pid")
run("import time\\nprint('waiting', end='', flush=True)\\nwhile True: time.sleep(0.01)", interrupt=True)
run("await __import__('asyncio').sleep(0.01)")
manager.restart_kernel()
client.wait_for_ready(timeout=120)
run("'kept' in globals()")
run("kept = bytes(25_000_000)")
client.stop_channels()
manager.shutdown_kernel()
print(manager.has_kernel)
"""


def test_a_kernel(real):
    """The kernel is recorded, not the program that talks to it."""
    real.write("notebook.py", NOTEBOOK)
    base = real.filebase + "%p"

    def scenario(service):
        ours = ["-m", "heapprof", "-q", "-o", base, "--"] if service.folder.name == "recorded" else []
        return service.client(real.python, "notebook.py", json.dumps([real.python, *ours]))

    seen = real.both("-c", "pass", scenario=scenario).seen
    assert "30000000" in seen and "ZeroDivisionError" in seen and seen.endswith("False\n")
    bases = sorted(map(str, Path(real.filebase).parent.glob("*.hpm")), key=lambda path: os.stat(path).st_ino)
    captures = [capture for base in bases for capture in real.captures(base[:-4])]
    texts = {text: used for each in captures for line, text in each.texts.items() if (used := each.atPeak.get(line))}
    assert 30 * MB <= texts["kept = bytes(30_000_000)"] < 31 * MB
    assert 20 * MB <= texts["return bytes(20_000_000)"] < 21 * MB
    assert 25 * MB <= texts["kept = bytes(25_000_000)"] < 26 * MB
    assert [each.ending for each in captures].count("exit") >= 1


# -- data ------------------------------------------------------------------------------------------------------------

PROGRAMS = {
    "pandas": """
import numpy as np, pandas as pd
rng = np.random.default_rng(1)
def made():
    return pd.DataFrame({"key": rng.integers(0, 1000, 500_000), "value": rng.random(500_000), "text": ["x" * (i % 20) for i in range(500_000)]})
frame = made()  #: made
joined = frame.merge(pd.DataFrame({"key": range(1000), "name": [f"n{i}" for i in range(1000)]}), on="key")
groups = joined.groupby("name")["value"].agg(["sum", "mean"])
frame.to_csv("frame.csv")
again = pd.read_csv("frame.csv")
print(groups.head(), again.shape, joined["text"].str.len().sum())
""",
    "polars": """
import polars as pl
def made():
    return pl.DataFrame({"key": [i % 100 for i in range(1_000_000)], "value": range(1_000_000)})
frame = made()  #: made
print(frame.lazy().group_by("key").agg(pl.col("value").sum()).sort("key").collect())
frame.write_parquet("frame.parquet")
print(pl.scan_parquet("frame.parquet").filter(pl.col("key") == 7).select(pl.len()).collect())
print(frame.with_columns(pl.col("value").map_elements(lambda x: x + 1, return_dtype=pl.Int64)).tail(2))
""",
    "pyarrow": """
import pyarrow as pa, pyarrow.compute as pc, pyarrow.parquet as pq
def made():
    return pa.table({"key": pa.array([i % 100 for i in range(2_000_000)]), "value": pa.array(range(2_000_000))})
table = made()  #: made
pq.write_table(table, "table.parquet")
print(pq.read_table("table.parquet").group_by("key").aggregate([("value", "sum")]).sort_by("key").slice(0, 3))
print(pc.sum(table["value"]), table.to_pandas().shape)
""",
    "sklearn": """
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
def made():
    return np.random.default_rng(1).random((200_000, 20))
if __name__ == "__main__":
    table = made()  #: made
    answers = (table[:, 0] > 0.5).astype(int)
    forest = RandomForestClassifier(10, n_jobs=2, random_state=1, max_depth=4).fit(table[:5000], answers[:5000])
    print(forest.score(table, answers))
    search = GridSearchCV(RandomForestClassifier(5, random_state=1), {"max_depth": [2, 3]}, n_jobs=2, cv=2)
    print(search.fit(table[:2000], answers[:2000]).best_params_)
""",
    "joblib": """
import os
from joblib import Parallel, delayed
kept = []
def work(n):
    if not kept: kept.append(bytes(15_000_000))  #: work
    return n * n
def made():
    return bytes(20_000_000)
if __name__ == "__main__":
    large = made()  #: made
    print(sum(Parallel(n_jobs=2)(delayed(work)(n) for n in range(200))))
""",
}
HELD = {"pandas": 20 * MB, "polars": 16 * MB, "pyarrow": 32 * MB, "sklearn": 32 * MB, "joblib": 20 * MB}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize(
    "options", [[], ["--native"], ["--native", "--sample", "{4096: 0.001}"]], ids=["python", "native", "rates"]
)
def test_data(real, name, options):
    real.write("program.py", PROGRAMS[name])
    ended = real.both("program.py", options=options)
    assert ended.code == 0 and ended.out
    first, *others = real.captures()
    assert first.ending == "exit"
    if options or name == "joblib":
        assert heldBy([first], real.lines["made"], HELD[name], 5 * HELD[name])  # also pools that the line has begun
    if name == "joblib":
        workers = [each for each in others if any("loky.backend.popen_loky" in word for word in each.arguments)]
        line = real.lines["work"].replace("program.py", "<dynamic-code>")  # joblib takes its name away
        assert max(worker.atPeak.get(line, 0) for worker in workers) >= 15 * MB
        assert {worker.ending for worker in workers} == {"exit"}
