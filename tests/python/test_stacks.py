"""Stacks: every kind of frame at its line, deep ones, and never a wrong one."""

from __future__ import annotations


def stackOf(capture, size, last=4):
    """Names and lines of the innermost frames of the block that has this size."""
    (event,) = [e for e in capture.events if e.kind == "alloc" and e.size == size]
    return [(f.name, f.line) for f in capture.traces[event.trace].frames[-last:]]


def test_every_kind_of_frame_at_its_line(python):
    python.run("""
        import asyncio, functools
        keep = []
        def block(n):
            keep.append(bytes(n - 33))  #: block
        def decorate(function):
            @functools.wraps(function)
            def wrapper(*args):
                return function(*args)  #: wrapper
            return wrapper
        @decorate
        def decorated(n):
            block(n)  #: decorated
        def generator(n):
            yield 1
            block(n)  #: generator
            yield 2
        async def coroutine(n):
            await asyncio.sleep(0)
            block(n)  #: coroutine
        async def asyncGenerator(n):
            block(n)  #: asyncGenerator
            yield 1
        async def consume(n):
            async for _ in asyncGenerator(n): pass  #: consume
        class Thing:
            def method(self, n):
                block(n)  #: method
            @property
            def value(self):
                block(20_006)  #: property
            class Inner:
                block(20_007)  #: class
            def __del__(self):
                block(20_008)  #: del
        def multiline(n):
            return max(
                1,
                block(n) or 2,  #: multiline
                3,
            )
        def handler(n):
            try:
                raise ValueError
            except ValueError:
                block(n)  #: except
            finally:
                block(n + 100)  #: finally
        def main():
            (lambda: block(20_001))()  #: lambda
            decorated(20_002)
            list(generator(20_003))  #: list
            asyncio.run(coroutine(20_004))
            asyncio.run(consume(20_005))
            thing = Thing()
            thing.method(20_009)
            thing.value
            thing = None  #: dies
            multiline(20_010)
            handler(20_011)
            exec(compile("\\n\\ndef made(n):\\n    block(n)\\nmade(20_012)", "<made>", "exec"), globals())
            eval("block(20_013)")
            [block(n) for n in (20_014,)]  #: listcomp
            {n: block(n) for n in (20_015,)}  #: dictcomp
            any(block(n) for n in (20_016,))  #: genexpr
            sorted([20_017], key=block)  #: key
        heapprof.start(BASE, {})
        Thing.Inner2 = type("Inner2", (), {})
        main()
        heapprof.stop()
    """)
    capture = python.read()
    lines = python.lines
    block = ("block", lines["block"])

    def check(size, *frames):
        frames = [(python.name(function), line) for function, line in frames]
        assert stackOf(capture, size, len(frames) + 1) == [*frames, block]

    check(20_001, ("main", lines["lambda"]), ("main.<locals>.<lambda>", lines["lambda"]))
    check(20_002, ("decorate.<locals>.wrapper", lines["wrapper"]), ("decorated", lines["decorated"]))
    check(20_003, ("main", lines["list"]), ("generator", lines["generator"]))
    check(20_004, ("coroutine", lines["coroutine"]))
    check(20_005, ("consume", lines["consume"]), ("asyncGenerator", lines["asyncGenerator"]))
    check(20_006, ("Thing.value", lines["property"]))
    check(20_008, ("main", lines["dies"]), ("Thing.__del__", lines["del"]))
    check(20_009, ("Thing.method", lines["method"]))
    check(20_010, ("multiline", lines["multiline"]))
    check(20_011, ("handler", lines["except"]))
    check(20_111, ("handler", lines["finally"]))
    check(20_012, ("<module>", 5), ("made", 4))
    check(20_013, ("<module>", 1))
    inlined = python.version >= (3, 12)  # PEP 709
    comprehension = [] if inlined else [("main.<locals>.<listcomp>", lines["listcomp"])]
    check(20_014, ("main", lines["listcomp"]), *comprehension)
    comprehension = [] if inlined else [("main.<locals>.<dictcomp>", lines["dictcomp"])]
    check(20_015, ("main", lines["dictcomp"]), *comprehension)
    check(20_016, ("main", lines["genexpr"]), ("main.<locals>.<genexpr>", lines["genexpr"]))
    check(20_017, ("main", lines["key"]))
    files = {f.file for t in capture.traces.values() for f in t.frames}
    assert python.program in files and "<made>" in files


def test_code_objects_that_die_and_whose_addresses_are_used_again(python):
    out = python.run("""
        keep = []
        addresses = set()
        heapprof.start(BASE, {})
        for i in range(2000):
            space = {"keep": keep}
            pad = "\\n" * (i % 7)
            exec(f"{pad}def function{i}():\\n    keep.append(bytes({100_000 + i}))\\n    return 0\\nfunction{i}()", space)
            addresses.add(id(space[f"function{i}"].__code__))
        heapprof.stop()
        print(len(addresses))
    """)
    assert int(out) < 1500, "addresses must have been reused, or this shows nothing"
    capture = python.read()
    wrong = []
    for event in capture.live().values():
        i = event.size - 33 - 100_000
        if 0 <= i < 2000:
            frame = capture.traces[event.trace].frames[-1]
            if (frame.name, frame.line) != (f"function{i}", i % 7 + 2):
                wrong.append((i, frame))
    assert wrong == []


def test_recursion_to_the_limit_and_far_beyond(python):
    python.run("""
        import threading
        keep = []
        def down(n):
            if n == 0:
                keep.append(bytes(10_000))  #: bottom
            else:
                down(n - 1)  #: again
        def forever(n=0):
            forever(n + 1)
        def main():
            try:
                forever()
            except RecursionError:
                keep.append(bytes(20_000))  #: caught
            sys.setrecursionlimit(110_000)
            down(100_000)
        heapprof.start(BASE, 2000)
        heapprof.stop()
        heapprof.start(BASE, {10_000: 0.0})
        threading.stack_size(512 << 20)
        thread = threading.Thread(target=main)
        thread.start(); thread.join()
        heapprof.stop()
    """)
    capture = python.read()
    (event,) = [e for e in capture.live().values() if e.size == 10_033]
    frames = capture.traces[event.trace].frames
    assert len(frames) > 100_001 and frames[-1].line == python.lines["bottom"]
    assert {f.line for f in frames[-100_001:-1]} == {python.lines["again"]}
    assert stackOf(capture, 20_033, 1) == [("main", python.lines["caught"])]


def test_stacks_are_shared_and_found_again(python):
    python.run("""
        keep = []
        def leaf(): keep.append(object())
        def a(): leaf()
        def b(): leaf(); leaf()
        heapprof.start(BASE, {})
        for i in range(5000):
            a(); b()
        heapprof.stop()
    """)
    capture = python.read()
    assert len(capture.traces) < 60 and capture.nodes < 60 and capture.functions < 15
    assert capture.bytesPerEvent < 4


def test_names_in_all_scripts(python):
    python.run("""
        keep = []
        source = "def größe_名前_\U0001d518(): keep.append(bytes(30_000))\\n"
        space = {"keep": keep}
        exec(compile(source, "dir/été \U0001f600 \\udcff.py", "exec"), space)
        exec(compile("def long(): keep.append(bytes(31_000))\\n", "ü" * 100_000, "exec"), space)
        heapprof.start(BASE, {20_000: 0.0})
        for f in list(space.values()):
            if type(f) is type(lambda: 0): f()
        heapprof.stop()
    """)
    capture = python.read()
    (event,) = [e for e in capture.live().values() if e.size == 30_033]
    frame = capture.traces[event.trace].frames[-1]
    assert (frame.name, frame.file, frame.line) == ("größe_名前_U", "dir/été \U0001f600 \udcff.py", 1)
    (event,) = [e for e in capture.live().values() if e.size == 31_033]
    assert capture.traces[event.trace].frames[-1].file == "ü" * 16_383
