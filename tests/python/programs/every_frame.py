"""Calls here() from everywhere; prints what the interpreter says of the stack at each of these moments.

Each call allocates one block of a size of its own. Runs with every version from 3.7 on: newer syntax is in strings.
"""

import ast
import asyncio
import atexit
import contextlib
import functools
import gc
import itertools
import json
import os
import signal
import sys
import threading
import types
import weakref

import heapprof

said = []
sizes = itertools.count(1_000_000, 2)  # nothing else asks for as much


def here(*_, **__):
    size = next(sizes)
    bytes(size)
    frame = sys._getframe(1)  # fmt: skip  # noqa: E702
    stack = []
    while frame is not None:
        code = frame.f_code
        name = getattr(code, "co_qualname", code.co_name)
        stack.append([code.co_filename, name, lineOf(frame)])
        frame = frame.f_back
    said.append([size, stack[::-1]])
    return size


def lineOf(frame):
    if frame.f_trace is None or sys.version_info >= (3, 10):
        return frame.f_lineno or 0
    # f_lineno is the last line traced, be it long ago.
    line, address = frame.f_code.co_firstlineno, 0
    for forward, change in zip(frame.f_code.co_lnotab[::2], frame.f_code.co_lnotab[1::2]):
        address += forward
        if address > frame.f_lasti:
            break
        line += change - 256 if change >= 128 else change
    return line


def run(source, since=(3, 7), **names):
    if sys.version_info >= since:
        space = {"here": here, **names}
        exec(compile(source, "<" + source.split("\n")[0] + ">", "exec"), space)
        return space


def comprehensions():
    [here() for _ in range(2)]
    {here() for _ in range(1)}
    {here(): here() for _ in range(1)}
    list(here() for _ in range(2))
    [
        [
            here()
            for _ in
            (here(),)
        ]
        for _ in [
            here()
            for __ in range(1)
        ]
        if here()
    ]  # fmt: skip
    list(map(here, [1], [2]))
    list(filter(here, [1]))
    sorted([1, 2], key=here)
    functools.reduce(lambda a, b: here(), [1, 2, 3])


def generators():
    def plain():
        here()
        sent = yield here()
        here(sent)
        try:
            yield
        except KeyError:
            here()
        finally:
            here()

    def outer():
        here()
        yield from plain()
        here()

    for make in plain, outer:
        generator = make()
        next(generator)
        generator.send(1)
        with contextlib.suppress(StopIteration):
            generator.throw(KeyError())
        generator = make()
        next(generator)
        next(generator)
        generator.close()
        generator = make()
        next(generator), next(generator)
        del generator
    generator = (here() for _ in [here()])
    [*generator]
    first, *_ = (here() for _ in range(2))


def coroutines():
    class Manager:
        async def __aenter__(self):
            await asyncio.sleep(0)
            here()

        async def __aexit__(self, *_):
            here()
            return True

    class Awaitable:
        def __await__(self):
            here()
            yield from asyncio.sleep(0).__await__()
            here()

    async def numbers():
        for i in range(2):
            here()
            yield i
            await asyncio.sleep(0)
            here()

    async def inner(n):
        if n:
            await inner(n - 1)
        await asyncio.sleep(0)
        here()
        return [here()]

    async def main():
        await inner(3)
        async with Manager(), Manager():
            here()
            raise ValueError
        await Awaitable()
        async for _ in numbers():
            here()
        [here() async for _ in numbers()]
        [await inner(0) for _ in range(2)]
        await asyncio.gather(
            inner(1),
            inner(2),
            Awaitable(),
        )
        asyncio.get_event_loop().call_soon(here)
        await asyncio.sleep(0)

    asyncio.run(main())


def functions():
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*arguments, **named):
            return function(
                *arguments,
                **named,
            )

        here()
        return wrapper

    def configured(*_):
        here()
        return decorate

    @decorate
    @configured(
        here(),
    )
    def decorated(
        a=here(),  # noqa: B008
        *,
        b=here(),  # noqa: B008
    ):
        return here(a, b)

    decorated()
    (lambda: here())()
    (
        lambda: [
            1,
            here(),
        ]
    )()
    functools.partial(here, 1)()
    functools.lru_cache()(here)()

    def recursion(n):
        return recursion(n - 1) if n else here()

    def ping(n):
        here()
        if n:
            pong(n - 1)

    def pong(n):
        ping(n)
        here()

    recursion(30)
    ping(4)


def expressions():
    here(
        here(),
        here(
            here(),
        ),
        named=here(),
    )
    here() if here() else here()
    here() and (
        here()
        and here()
    )  # fmt: skip
    f"{here()} {here()}"
    f"""{
        here()
    } {here()}
    """
    [
        here(),
        {here(): here()},
        (here(),),
    ][
        0 * here()
    ]  # fmt: skip
    Chain().one().two(
        here()
    ).one(

    ).two(1)  # fmt: skip
    assert here(), here()
    with contextlib.suppress(AssertionError):
        assert not here(), (
            here()
        )  # fmt: skip
    a = b = here()
    a += here(
        b,
    )
    del a


class Chain:
    def one(self):
        here()
        return self

    def two(
        self,
        *_,
    ):
        here()
        return self


def classes():
    class Meta(type):
        def __new__(cls, *arguments, **named):
            here()
            return super().__new__(cls, *arguments)

        def __call__(cls):
            here()
            return super().__call__()

    class Named:
        def __set_name__(self, owner, name):
            here()

        def __get__(self, *_):
            return here()

    class Base:
        here()

        def __init_subclass__(cls):
            here()

    def decorate(made):
        here()
        return made

    @decorate
    class Thing(
        Base,
        metaclass=Meta,
    ):
        named = Named()
        values = [here() for _ in range(2)]

        class Inner:
            here()

        def __init__(self):
            here()
            super().__init__()

        def __del__(self):
            here()

        def __getattr__(self, name):
            return here()

        @property
        def value(self):
            return here()

        @classmethod
        def ofClass(cls):
            here()

        @staticmethod
        def static():
            here()

        def operator(self, *_):
            here()
            return False

        __add__ = __getitem__ = __eq__ = __contains__ = __bool__ = __call__ = __setitem__ = operator

        def __hash__(self):
            return here()

        def __iter__(self):
            here()
            return iter(())

    thing = Thing()
    thing.value, thing.named, thing.other
    Thing.ofClass(), thing.static()
    (
        thing + 1,
        thing[here()],
        thing == 1,
        1 in thing,
        not thing,
        thing(),
        hash(thing),
        [*thing],
    )
    thing[
        1
    ] = here()  # fmt: skip
    {thing: 1}
    weakref.finalize(thing, here)
    thing = None


def blocks():
    @contextlib.contextmanager
    def manager():
        here()
        try:
            yield here()
        finally:
            here()

    def leaving(how):
        for _ in range(2):
            try:
                here()
                if how == "break":
                    break
                elif how == "continue":
                    continue
                elif how == "return":
                    return here()
                elif how == "raise":
                    raise ValueError(here())
            except (
                KeyError,
                here() and ValueError,
            ):
                here()
            else:
                here()
            finally:
                here()
                try:
                    here()
                finally:
                    here()
        else:
            here()
        here()

    for how in "break", "continue", "return", "raise", "nothing":
        leaving(how)
    with manager() as one, manager():
        here(one)
    with contextlib.suppress(KeyError):
        with manager(), \
                manager():  # fmt: skip
            raise KeyError(here())
    while here():
        if here() > 0:
            break
    if not here():
        pass
    elif not here():
        pass
    elif here():
        here()
    for _ in (here(), here()):
        here()  # fmt: skip  # noqa: E701


def newSyntax():
    run("walrus = 1\n\ndef f():\n  if (n := here()) and [m := here() for _ in range(2)]:\n    here(n, m)\nf()", (3, 8))
    run("positional = 1\ndef f(a, /,\n  b=here()):\n    return f'{here()=}'\nf(\n  here(),\n)", (3, 8))
    run(
        "with_ = 1\nfrom contextlib import nullcontext as n\nwith (\n  n(here()) as a,\n  n(here()),\n):\n  here()",
        (3, 9),
    )
    run(
        "match_ = 1\ndef f(x):\n  match x:\n    case [1, y] if here():\n      here(y)\n    case {'a': z}:\n      here()\n"
        "    case _ if here(\n    ):\n      here()\nf([1, 2])\nf({'a': 1})\nf(0)",
        (3, 10),
    )
    run(
        "star = 1\ndef f():\n  try:\n    raise ExceptionGroup('g', [ValueError(here()), KeyError()])\n"
        "  except* ValueError:\n    here()\n  except* KeyError:\n    here()\n  finally:\n    here()\nf()",
        (3, 11),
    )
    run(
        "generic = 1\ndef f[T: here()](x: T = here()) -> T:\n  return here(T.__bound__)\nf(1)\n"
        "class C[T]:\n  here()\n  a = [here() for _ in range(2)]\ntype A[T] = (\n  here(),\n)\nA.__value__",
        (3, 12),
    )
    run("finally_ = 1\ndef f():\n  return t'{here()}{\n  here()}'\nf()", (3, 14))


def distances():
    """Line and instruction numbers too large for one entry of a table, and lines in no order."""
    for gap in 1, 100, 126, 127, 128, 129, 254, 255, 256, 300, 1000, 33_000, 70_000:
        lines = "\n" * gap
        run(f"gap = 1{lines}here(1,{lines}here(),{lines}){lines}\ndef f():{lines}    here(){lines}    [here(\n)]\nf()")
    for count in 10, 40, 64, 128, 200, 300, 3000:
        run("wide = 1\nx = 0\ny = [" + "x + 1, " * count + "here()]\nhere(\n" + "x,\n" * 90 + "here())")
        run("def f(x):\n  for i in range(2):\n" + "    x = x + i; x = (x - i)\n" * count + "    here()\nf(0)\nhere()")
        run("many = 1\n" + "".join(f"x{i} = {i}\n" for i in range(count)) + "here()\nz = [\nhere()]")
    for seed in range(30):
        tree = ast.parse("def f():\n" + "  here(here(), [here(\n), here()])\n" * 8 + "f()\n")
        for number, node in enumerate(ast.walk(tree)):
            if hasattr(node, "lineno"):
                node.lineno = node.end_lineno = 1 + (seed + 7919 * number * number) % (10 ** (1 + seed % 5))
                node.col_offset = node.end_col_offset = 0
                if isinstance(node, ast.FunctionDef):
                    node.lineno = node.end_lineno = 1
        exec(compile(tree, f"<random {seed}>", "exec"), {"here": here})


def sharedInstructions():
    """Functions with one bytes object of instructions, called from one place."""
    if sys.version_info < (3, 8):
        return

    def original():
        return here()

    code = original.__code__
    others = [code.replace(co_name=f"copy{i}", co_firstlineno=code.co_firstlineno + 10 * i) for i in range(3)]
    for other in (code, *others) * 3:
        types.FunctionType(other, globals())()


def interruptions():
    def trace(frame, event, _):
        if frame.f_code.co_filename == "<traced>":
            here(event)
        return trace

    source = (
        "\n\ndef f(n):\n  x = [\n    n,\n    n + 1,\n  ]\n  for i in x:\n    g(\n      i,\n    )\n"
        "  return [h for h in x]\n\n\n\ndef g(i):\n  try:\n    return 1 / i\n  except ZeroDivisionError:\n    pass\n"
        "def h():\n  yield 1\n  yield 2\n@str\ndef k(): pass\nf(0)\nlist(h())\n"
    )
    traced = compile(source, "<traced>", "exec")
    for install in sys.settrace, sys.setprofile:
        install(trace)
        exec(traced, {})
        install(None)

    def untraced():
        sys._getframe().f_trace = trace
        sys.settrace(lambda *_: None)
        here()
        sys.settrace(None)
        here(
            here(),
        )

    untraced()

    signal.signal(signal.SIGUSR1, lambda *_: here())
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(100):
        pass

    class Cycle:
        def __init__(self):
            self.me = self

        def __del__(self):
            here()

    Cycle()
    gc.callbacks.append(here)
    gc.collect()
    gc.callbacks.remove(here)
    thread = threading.Thread(target=lambda: [here(), expressions()])
    thread.start()
    thread.join()
    module = types.ModuleType("module")
    module.here = here
    exec("here()\nclass C:\n  here()", module.__dict__)
    eval("here(\n\nhere())")
    eval(compile("here()", "<eval>", "eval"))


def main():
    comprehensions()
    generators()
    coroutines()
    functions()
    expressions()
    classes()
    blocks()
    newSyntax()
    distances()
    sharedInstructions()
    interruptions()


heapprof.start(os.environ["BASE"], {1_000_000: 0.0})
main()
[main() for _ in range(1)]


def finish():
    here()
    heapprof.stop()
    print(json.dumps(said))


atexit.register(finish)
