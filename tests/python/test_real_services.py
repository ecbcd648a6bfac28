"""Servers that nobody here wrote, under the recorder: what clients get, what signals do, how all of it ends."""

from __future__ import annotations

import os
import signal

import pytest
from real_programs import MB, heldBy, without

KEPT = 30 * MB

WSGI = """
import os, threading
kept = []

def keep():
    kept.append(bytes(30_000_000))  #: keep

def answer(path, text):
    if path == "/keep":
        if not kept: keep()
        return f"{os.getpid()} {len(kept)}"
    if path == "/large": return "x" * 3_000_000
    if path == "/echo": return text[::-1]
    if path == "/fail": raise RuntimeError("as asked")
    return f"{os.getpid()} hello"

def app(environ, start):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    text = answer(environ["PATH_INFO"], environ["wsgi.input"].read(length).decode())
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
    return [text.encode()]
"""


def asClient(service):
    """What clients get that does not depend on which process answers."""
    service.answer("/")
    large = service.ask("/large")
    return [service.ask("/echo", b"abc" * 1000), (large[0], len(large[1])), service.ask("/fail")[0]]


# -- gunicorn --------------------------------------------------------------------------------------------------------

# A worker that gets the arbiter's second SIGTERM while it ends dies of it, by chance, and one with threads may hang.
GUNICORN = without(r"^\[.*?\] \[\d+\] ", r"\d{3,}", r"^\[ERROR\] Worker .* was sent SIG.*\n")
GUNICORN_SAYS = without(r"^(?!\[).*\n", r"^\[INFO\] Worker exiting.*\n")


@pytest.mark.parametrize("kind", ["sync", "gthread", "gevent"])
@pytest.mark.parametrize("way", ["module", "script"])
def test_gunicorn(real, kind, way):
    real.write("app.py", WSGI)
    first = ["-m", "gunicorn"] if way == "module" else [real.script("gunicorn")]
    ending = signal.SIGTERM if way == "module" else signal.SIGINT

    def scenario(service):
        seen = asClient(service)
        old = service.askAll("/keep", 2)
        service.signal(signal.SIGHUP)
        new = service.askAll("/keep", 2, but=old)
        service.gone(old)
        service.signal(ending)
        return [seen, len(set(old + new))]

    def clean(text):
        return GUNICORN_SAYS(GUNICORN(text)) if kind == "gthread" else GUNICORN(text)

    options = ["--native"] if way == "script" else []
    words = [*first, "-k", kind, "-w", "2", "--threads", "2", "--graceful-timeout", "5", "-b", "127.0.0.1:PORT"]
    assert real.both(*words, "app:app", scenario=scenario, clean=clean, options=options).code == 0
    arbiter, *workers = real.captures()
    assert len(workers) == 4 and {worker.parent for worker in workers} == {arbiter.pid}
    assert heldBy(workers, real.lines["keep"], KEPT) == workers
    assert arbiter.ending == "exit" and {worker.ending for worker in workers} <= {"exit", None}
    cutShort = (real.folder / "recorded.err").read_text().count("was sent SIG")
    assert [worker.ending for worker in workers].count(None) <= cutShort
    assert any("gunicorn/arbiter.py" in file for file in arbiter.files)


def test_gunicorn_that_loads_first_and_replaces_itself(real):
    """What is loaded before the fork is in the arbiter's capture alone; SIGUSR2 makes a second arbiter, by exec."""
    real.write("app.py", WSGI + "loaded = bytes(20_000_000)  #: loaded\n")

    def scenario(service):
        (old,) = service.askAll("/keep", 1)
        service.signal(signal.SIGUSR2)
        (new,) = service.askAll("/keep", 1, but=[old])
        service.signal(signal.SIGTERM)
        service.gone([old])
        service.said("Master has been promoted")
        seen = asClient(service)
        pid = next(path for path in (service.folder / "pid.2", service.folder / "pid") if path.exists())
        os.kill(int(pid.read_text()), signal.SIGTERM)
        service.gone([new])
        return seen

    words = ["-m", "gunicorn", "-w", "1", "--preload", "-p", "FOLDER/pid", "-b", "127.0.0.1:PORT", "app:app"]
    assert real.both(*words, scenario=scenario, clean=GUNICORN).code == 0
    captures = real.captures()
    assert len({capture.pid for capture in captures}) == 4
    arbiters, workers = heldBy(captures, real.lines["loaded"], 20 * MB), heldBy(captures, real.lines["keep"], KEPT)
    assert len(arbiters) == 2 and len(workers) == 2
    assert not {each.pid for each in arbiters} & {each.pid for each in workers}


def test_gunicorn_that_begins_to_record_by_itself(real):
    real.write("app.py", WSGI)
    real.write(
        "gunicorn.conf.py",
        """
workers = 2
def on_starting(server):
    if "FILEBASE":
        import heapprof
        heapprof.start("FILEBASE", native=True)
""",
    )

    def scenario(service):
        seen = asClient(service)
        service.askAll("/keep", 2)
        service.signal(signal.SIGTERM)
        return seen

    words = ["-m", "gunicorn", "-b", "127.0.0.1:PORT", "app:app"]
    assert real.both(*words, scenario=scenario, clean=GUNICORN, byItself=True).code == 0
    arbiter, *workers = real.captures()
    assert len(workers) == 2 and {worker.parent for worker in workers} == {arbiter.pid}
    assert heldBy(workers, real.lines["keep"], KEPT) == workers and arbiter.ending == "exit"


# -- asyncio ---------------------------------------------------------------------------------------------------------

ASGI = (
    WSGI[: WSGI.index("def app")]
    + """
import asyncio
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        import uvloop
        print("uvloop" if isinstance(asyncio.get_running_loop(), uvloop.Loop) else "asyncio", flush=True)
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown": return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body")
    await asyncio.sleep(0)
    text = (answer(scope["path"], body.decode()) + VERSION).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [[b"content-length", b"%d" % len(text)]]})
    await send({"type": "http.response.body", "body": text})

VERSION = ""
"""
)
UVICORN = without(r"\[\d+\]", r"\d{3,}", r"^  File.*\n(    .*\n)+")


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_uvicorn(real, loop):
    real.write("app.py", ASGI)

    def scenario(service):
        seen = asClient(service)
        service.answer("/keep")
        service.signal(signal.SIGTERM if loop == "uvloop" else signal.SIGINT)
        return seen

    words = ["-m", "uvicorn", "--loop", loop, "--no-access-log", "--port", "PORT", "app:app"]
    real.both(*words, scenario=scenario, clean=UVICORN, options=["--native"])
    (server,) = real.captures()
    assert heldBy([server], real.lines["keep"], KEPT)
    assert server.ending == ("exit" if loop == "asyncio" else None)  # SIGTERM ends it, after all


def test_uvicorn_with_workers(real):
    """They are spawned; SIGHUP replaces them."""
    real.write("app.py", ASGI)

    def scenario(service):
        seen = asClient(service)
        old = service.askAll("/keep", 2)
        service.signal(signal.SIGHUP)
        new = service.askAll("/keep", 2, but=old)
        service.gone(old)
        service.signal(signal.SIGTERM)
        return [seen, len(set(old + new))]

    words = ["-m", "uvicorn", "--loop", "uvloop", "--workers", "2", "--no-access-log", "--port", "PORT", "app:app"]
    real.both(*words, scenario=scenario, clean=UVICORN)
    supervisor, *others = real.captures()
    workers = heldBy(others, real.lines["keep"], KEPT)
    assert len(workers) == 4
    assert len(others) == 5 and any("resource_tracker" in " ".join(each.arguments) for each in others)


AIOHTTP = (
    WSGI[: WSGI.index("def app")]
    + """
from aiohttp import web
async def handle(request):
    return web.Response(text=answer(request.path, (await request.read()).decode()))

def made(arguments):
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    return app

if __name__ == "__main__":
    import sys, uvloop
    uvloop.install()
    web.run_app(made([]), host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
"""
)


@pytest.mark.parametrize("way", ["uvloop", "module"])
def test_aiohttp(real, way):
    real.write("app.py", AIOHTTP)

    def scenario(service):
        seen = asClient(service)
        service.answer("/keep")
        service.signal(signal.SIGTERM if way == "uvloop" else signal.SIGINT)
        return seen

    words = (
        ["app.py", "PORT"] if way == "uvloop" else ["-m", "aiohttp.web", "-H", "127.0.0.1", "-P", "PORT", "app:made"]
    )
    assert real.both(*words, scenario=scenario, clean=without("0x[0-9a-f]+", r"^INFO:aiohttp.access:.*\n")).code in (
        0,
        -signal.SIGINT,
    )
    (server,) = real.captures()
    assert heldBy([server], real.lines["keep"], KEPT) and server.ending == "exit"


# -- servers that watch their sources --------------------------------------------------------------------------------

FLASK = (
    WSGI[: WSGI.index("def app")]
    + """
import flask
app = flask.Flask(__name__)

@app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
@app.route("/<path>", methods=["GET", "POST"])
def handle(path):
    return answer("/" + path, flask.request.get_data(as_text=True)) + VERSION

VERSION = ""
"""
)


def reloads(service, first):
    """Changes the program; returns what clients get before and after."""
    before = asClient(service)
    service.answer("/keep")
    source = (service.folder / first).read_text()
    (service.folder / first).write_text(source.replace('VERSION = ""', 'VERSION = " again"'))
    service.answer("/", lambda text: text.endswith(" again"))
    service.answer("/keep")
    after = asClient(service)
    service.said("RuntimeError: as asked", 2)
    service.signalGroup(signal.SIGINT)
    return [before, after]


WERKZEUG = without(
    r"^.*(GET|POST) /.*\n", r"Debugger PIN: .*", r"\d{3,}", r"^  File.*\n(    .*\n)+", r"^.*Detected change.*\n"
)


def test_flask_with_its_reloader(real):
    real.write("app.py", FLASK)
    words = ["-m", "flask", "--app", "app", "run", "--debug", "--port", "PORT"]
    real.both(*words, scenario=lambda service: reloads(service, "app.py"), clean=WERKZEUG)
    captures = real.captures()
    assert len(captures) == 3 and {capture.ending for capture in captures} == {"exit"}
    assert len(heldBy(captures, real.lines["keep"], KEPT)) == 2


DJANGO = (
    WSGI[: WSGI.index("def app")]
    + """
import sys, django
from django.conf import settings
from django.http import HttpResponse
from django.urls import re_path
settings.configure(DEBUG=True, SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], DATABASES={})
VERSION = ""

def handle(request, path):
    return HttpResponse(answer("/" + path, request.body.decode()) + VERSION)

urlpatterns = [re_path("(.*)", handle)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
"""
)


@pytest.mark.parametrize("reloader", [True, False])
def test_django(real, reloader):
    real.write("manage.py", DJANGO)

    def scenario(service):
        if reloader:
            return reloads(service, "manage.py")
        service.answer("/keep")
        seen = asClient(service)
        service.signal(signal.SIGINT)
        return seen

    words = ["manage.py", "runserver", "127.0.0.1:PORT", *([] if reloader else ["--noreload"])]
    times = without(
        r"^\[.*HTTP/1.*\n", r"^\w+ \d+, \d+ - .*\n", r"^.*changed, reloading.*\n", r"\d{3,}", r"^Performing system.*\n"
    )
    real.both(*words, scenario=scenario, clean=times)
    captures = real.captures()
    assert len(captures) == (3 if reloader else 1)
    assert len(heldBy(captures, real.lines["keep"], KEPT)) == (2 if reloader else 1)


# -- told from outside -----------------------------------------------------------------------------------------------

SERVERS = {
    "gunicorn sync": ["-m", "gunicorn", "-w", "2", "-b", "127.0.0.1:PORT", "wsgi:app"],
    "gunicorn gevent": ["-m", "gunicorn", "-k", "gevent", "-w", "2", "-b", "127.0.0.1:PORT", "wsgi:app"],
    "uvicorn": ["-m", "uvicorn", "--loop", "uvloop", "--workers", "2", "--no-access-log", "--port", "PORT", "asgi:app"],
}


@pytest.mark.parametrize("server", SERVERS)
def test_attaching_to_each_worker(real, server):
    real.write("wsgi.py", WSGI)
    real.write("asgi.py", ASGI)

    def scenario(service):
        isRecorded = service.folder.name == "recorded"
        workers = service.askAll("/", 2)
        if isRecorded:
            for pid in workers:
                service.client(real.python, "-m", "heapprof", "attach", pid, "-o", f"{real.filebase}-{pid}")
        seen = [asClient(service), sorted(service.askAll("/keep", 2)) == sorted(workers)]
        if isRecorded:
            for pid in workers:
                service.client(real.python, "-m", "heapprof", "detach", pid)
        seen.append(asClient(service))
        service.signal(signal.SIGTERM)
        return seen

    clean = UVICORN if server == "uvicorn" else GUNICORN
    assert real.both(*SERVERS[server], scenario=scenario, clean=clean, byItself=True).code == 0
    bases = {str(path)[: -len(".hpm")] for path in (real.folder / "captures").glob("*.hpm")}
    assert len(bases) == 2
    line = real.lines["keep"].rpartition(":")[2]  # the same in both files
    name = "asgi.py" if server == "uvicorn" else "wsgi.py"
    for base in bases:
        (worker,) = real.captures(base)
        assert heldBy([worker], f"{name}:{line}", KEPT) and worker.ending == "stop"
