"""Programs that start and keep workers, under the recorder: Celery, supervisord."""

from __future__ import annotations

import re
import signal

import pytest
from real_programs import MB, heldBy, waitFor, without

# -- Celery ----------------------------------------------------------------------------------------------------------

CELERY = """
import os, time
import celery

app = celery.Celery("tasks", broker="filesystem://", backend="file://" + os.getcwd() + "/results")
app.conf.update(
    broker_transport_options={name: "messages" for name in ("data_folder_in", "data_folder_out")}
    | {"control_folder": "control", "polling_interval": 0.05},
    worker_proc_alive_timeout=60, worker_redirect_stdouts=False, broker_connection_retry_on_startup=True,
)
kept = []

@app.task
def keep(megabytes):
    time.sleep(0.3)  # so that each worker has one
    kept.append(bytes(megabytes * 1_000_000))  #: keep
    return os.getpid()

@app.task
def fail():
    raise KeyError("as asked")

@app.task
def add(a, b):
    return a + b
"""

ASKING = """
import sys
from tasks import add, fail, keep
pids = set()
for _ in range(100):
    first = [keep.delay(10) for _ in range(4)]
    pids.update(each.get(timeout=60) for each in first)
    if len(pids) >= int(sys.argv[1]): break
results = [add.delay(i, i) for i in range(20)]
print([each.get(timeout=60) for each in results])
try: fail.delay().get(timeout=60)
except KeyError as error: print(repr(error))
"""
LOGGED = without(
    r"^\[.*?\] ",
    "0x[0-9a-f]+",
    r"-[-0-9]+ [0-9:]+$",
    r"\d{3,}",
    r"[0-9a-f]{8}-[-0-9a-f]*",
    r"in [\d.]+s",
    r"@[-.\w]+",
    r"\(pid: \d+\)",
    r"^Task tasks.*\n",
)


def writeCelery(real):
    real.write("tasks.py", CELERY)
    real.write("asking.py", ASKING)
    for folder in "messages", "control", "results":
        real.write(f"{folder}/.keep", "")


@pytest.mark.parametrize("pool", ["prefork", "threads", "gevent"])
def test_celery(real, pool):
    writeCelery(real)

    def scenario(service):
        service.said("ready.")
        seen = service.client(real.python, "asking.py", "2" if pool == "prefork" else "1")
        service.signal(signal.SIGTERM)
        return seen

    words = ["-m", "celery", "-A", "tasks", "worker", "-c", "2", "-P", pool, "-l", "INFO"]
    ended = real.both(*words, scenario=scenario, clean=LOGGED)
    assert ended.code == 0
    worker, *children = real.captures()
    assert len(children) == (2 if pool == "prefork" else 0)
    assert heldBy(children or [worker], real.lines["keep"], 10 * MB, 2000 * MB) == (children or [worker])
    assert worker.ending == "exit"


def test_celery_that_replaces_its_workers_and_itself(real):
    """A child is replaced after some tasks; SIGHUP replaces all of it, by exec."""
    writeCelery(real)

    def scenario(service):
        service.said("ready.")
        seen = [service.client(real.python, "asking.py", "4")]
        service.signal(signal.SIGHUP)
        service.said("ready.", 2)
        seen.append(service.client(real.python, "asking.py", "2"))
        service.signal(signal.SIGTERM)
        return seen

    words = ["-A", "tasks", "worker", "-c", "2", "--max-tasks-per-child", "8", "-l", "INFO"]
    ended = real.both(real.script("celery"), *words, scenario=scenario, clean=LOGGED, output=False)
    assert ended.code == 0
    captures = real.captures()
    assert len(heldBy(captures, real.lines["keep"], 10 * MB, 2000 * MB)) >= 6
    first, again = [capture for capture in captures if capture.pid == captures[0].pid]
    assert (first.ending, again.ending) == (None, "exit")
    assert {capture.parent for capture in captures[1:]} == {first.pid}


# -- supervisord -----------------------------------------------------------------------------------------------------

SUPERVISED = """
import os, signal, sys, time
kept = bytes(int(sys.argv[1]))  #: kept
print("serving", flush=True)
def leave(*_):
    print("leaving", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
open(f"ready-{os.getpid()}", "w").close()
while True: time.sleep(0.1)
"""
SUPERVISORD = """
[unix_http_server]
file = FOLDER/socket
[supervisord]
nodaemon = NODAEMON
user = root
pidfile = FOLDER/pid
logfile = FOLDER/log
childlogdir = FOLDER
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl = unix://FOLDER/socket
[program:own]
command = PYTHON own.py 12000000
directory = FOLDER
startsecs = 0
process_name = %(program_name)s-%(process_num)d
numprocs = 2
[program:once]
command = PYTHON -c "import time; kept = bytes(13000000); time.sleep(2.5)"  ; until the supervisor has seen it run
autorestart = false
startsecs = 0
"""


@pytest.mark.parametrize("nodaemon", ["true", "false"])
def test_supervisord(real, nodaemon):
    real.write("own.py", SUPERVISED)
    real.write("supervisord.conf", SUPERVISORD.replace("NODAEMON", nodaemon))

    def control(service, *words):
        return service.client(real.python, "-m", "supervisor.supervisorctl", "-c", "supervisord.conf", *words)

    def status(service):
        return [
            line.split()[:2]
            for line in service.client(
                "sh", "-c", f"{real.python} -m supervisor.supervisorctl -c supervisord.conf status; true"
            ).splitlines()
        ]

    def bothRun(service):
        """And have come so far that they leave in order."""

        def attempt():
            pids = [control(service, "pid", f"own:own-{number}").strip() for number in range(2)]
            return all((service.folder / f"ready-{pid}").exists() for pid in pids) and "EXITED" in str(status(service))

        waitFor("both to run", attempt)

    def scenario(service):
        waitFor("the supervisor", lambda: (service.folder / "pid").exists())
        bothRun(service)
        seen = [control(service, "restart", "own:own-0"), status(service)]
        pid = control(service, "pid", "own:own-1").strip()
        service.client("kill", "-KILL", pid)
        waitFor("another", lambda: control(service, "pid", "own:own-1").strip() not in (pid, "0"))
        bothRun(service)
        (service.folder / "supervisord.conf").write_text(
            (service.folder / "supervisord.conf").read_text().replace("12000000", "14000000")
        )
        supervisor = int((service.folder / "pid").read_text())
        service.client("kill", "-HUP", str(supervisor))
        service.saidInFile("log", "supervisord started", 2)
        bothRun(service)
        service.client("kill", "-TERM", str(supervisor))
        service.gone([str(supervisor)])
        return seen

    times = without(r"^\d+-\d+-\d+ [\d:,]+ ", r"\d{3,}")
    ended = real.both("-m", "supervisor.supervisord", "-c", "supervisord.conf", scenario=scenario, clean=times)
    assert ended.code == 0
    logs = [sorted(times((real.folder / name / "log").read_text()).splitlines()) for name in ("plain", "recorded")]
    assert logs[0] == logs[1]
    captures = real.captures()
    (supervisor,) = set(map(int, re.findall(r"started with pid (\d+)", (real.folder / "recorded/log").read_text())))
    programs = [capture for capture in captures if "own.py" in capture.arguments]
    assert len(programs) == 6 and {program.parent for program in programs} == {supervisor}
    assert len(heldBy(captures, real.lines["kept"], 12 * MB)) == 4
    assert len(heldBy(captures, real.lines["kept"], 14 * MB)) == 2
