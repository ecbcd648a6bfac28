"""heapprof.label() and the names of asyncio's tasks: under which labels memory was allocated."""

from __future__ import annotations

import pytest

# held(labels): bytes that are alive at the end under exactly these labels, each of which stands alone.
HELD = """
r = heapprof.read(BASE)
last = r.snapshotAt(r.elapsedTime())
def held(**labels):
    return sum(size for trace, size in last.usage.items() if r.labelsOf(trace) == labels)
"""


def test_what_is_allocated_within_has_the_labels(python):
    python.run("""
        heapprof.start(BASE, {})
        kept = [bytearray(100_000)]
        with heapprof.label(request="/cart", user=7):
            kept.append(bytearray(200_000))
            with heapprof.label(request="/pay", step="card"):
                kept.append(bytearray(400_000))
            kept.append(bytearray(800_000))
        kept.append(bytearray(1_600_000))

        @heapprof.label(request="decorated")
        def f(depth):
            kept.append(bytearray(3_200_000))
            if depth: f(depth - 1)
        f(1)
        heapprof.stop()
    """)
    python.run(
        HELD
        + f"""
def about(value, size): assert size <= value < size + 20_000, (value, size)
about(held(request="/cart", user="7"), {2 * python.heldBy(0)} + 1_000_000)
about(held(request="/pay", user="7", step="card"), 400_000)
about(held(request="decorated"), 6_400_000)
assert held() >= 1_700_000
assert r.labels() == {{"request": ["/cart", "/pay", "decorated"], "user": ["7"], "step": ["card"]}}
total = sum(last.usage.values())
by = r.estimatesByLabelAt(r.elapsedTime(), "request")
assert set(by) == {{"/cart", "/pay", "decorated", None}} and sum(each.bytes for each in by.values()) == total
about(by["/cart"].bytes, 1_000_000)
about(by["/pay"].bytes, 400_000)
about(r.usageOverTime(label={{"user": "7"}})[-1][1], 1_400_000)
assert r.usageOverTime(label={{"user": 7, "request": "/pay"}})[-1][1] == by["/pay"].bytes
assert r.usageOverTime(label={{"user": "7", "request": "decorated"}})[-1][1] == 0
assert set(r.estimatesByLabelAt(r.elapsedTime(), "no such")) == {{None}}
"""
    )


def test_tasks_have_their_names_and_the_labels_they_were_made_under(python):
    python.run("""
        import asyncio
        kept = []
        class Shop:
            async def visit(self, size):
                for _ in range(4):
                    kept.append(bytearray(size))
                    await asyncio.sleep(0.001)
        def make(coroutine, name):
            task = asyncio.ensure_future(coroutine)
            if sys.version_info >= (3, 8): task.set_name(name)
            return task
        async def main():
            shop = Shop()
            with heapprof.label(request="/a"):
                a = make(shop.visit(100_000), "first")
            with heapprof.label(request="/b"):
                b = make(shop.visit(300_000), "second")
            c = asyncio.ensure_future(shop.visit(700_000))
            kept.append(bytearray(2_000_000))
            await asyncio.gather(a, b, c)
        heapprof.start(BASE, {})
        asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())
        kept.append(bytearray(5_000_000))
        heapprof.stop()
    """)
    first, second = ("first", "second") if python.version >= (3, 8) else ("Shop.visit", "Shop.visit")
    python.run(
        HELD
        + f"""
def about(value, size): assert size <= value < size + 60_000, (value, size)
about(held(request="/a", task="{first}"), 400_000)
about(held(request="/b", task="{second}"), 1_200_000)
about(held(task="Shop.visit"), 2_800_000)
assert 2_000_000 <= held(task="main") < 2_300_000  # with what it imports
assert held() >= 5_000_000
assert set(r.labels()) == {{"request", "task"}}
"""
    )


# How a program may have its tasks made by another class: an expression of that class.
KINDS = {
    "in Python": "asyncio.tasks._PyTask",
    "derived from one in Python": "type('Job', (asyncio.tasks._PyTask,), {'kind': 'job'})",
    "derived from one in C": "type('Job', (__import__('_asyncio').Task,), {'kind': 'job'})",
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_tasks_of_other_classes_have_their_names(python, kind):
    if python.version >= (3, 14) and "_PyTask" in kind:
        pytest.skip("asyncio keeps the running one where only Python code finds it")
    python.run(f"""
        import asyncio
        asyncio.Task = asyncio.tasks._CTask = asyncio.tasks.Task = {kind}  # as nest_asyncio does
        kept = []
        async def work(size):
            for _ in range(4):
                kept.append(bytearray(size))
                await asyncio.sleep(0)
        async def main():
            tasks = [asyncio.ensure_future(work(size)) for size in (100_000, 300_000, 700_000)]
            assert all(type(task) is asyncio.Task for task in tasks)
            if sys.version_info >= (3, 8):
                for task, name in zip(tasks, ("first", "second")): task.set_name(name)
            tasks[1].note = "of the program's own"
            getattr(tasks[0], '__dict__', {{}})["another"] = "note"
            await asyncio.gather(*tasks)
            if sys.version_info >= (3, 8): assert [task.get_name() for task in tasks[:2]] == ["first", "second"]
        heapprof.start(BASE, {{}})
        asyncio.new_event_loop().run_until_complete(main())
        heapprof.stop()
        r = heapprof.read(BASE)
        by = {{name: each.bytes for name, each in r.estimatesByLabelAt(r.elapsedTime(), "task").items()}}
        def about(name, size): assert size <= by[name] < size + 60_000, (name, by)
        if sys.version_info >= (3, 8):
            about("first", 400_000)
            about("second", 1_200_000)
            about("work", 2_800_000)
        else:
            about("work", 4_400_000)
        assert set(by) <= {{"first", "second", "work", "main", None}}, by
    """)


TASKLIKE = {
    "an object without any": "object()",
    "a class of its own": "Odd()",
    "names that are not text": "Odd(_coro=3, _name=4)",
    "a class with properties": "Property()",
    "a class with slots": "Slots()",
}


@pytest.mark.parametrize("task", TASKLIKE.values(), ids=TASKLIKE)
def test_what_is_no_task_runs_no_code(python, task):
    python.run(f"""
        import asyncio
        class Odd:
            def __init__(self, **attributes): vars(self).update(attributes)
            def __getattr__(self, name): os._exit(7)
        class Property:
            @property
            def _coro(self): os._exit(8)
            _name = _coro
        class Slots:
            __slots__ = "_coro", "_name"
            def __init__(self): self._coro, self._name = "a", "b"
        kept = []
        heapprof.start(BASE, {{}})
        loop, task = asyncio.new_event_loop(), {task}
        def run():
            asyncio._enter_task(loop, task)
            kept.append(bytearray(100_000))
            asyncio._leave_task(loop, task)
            loop.stop()
        loop.call_soon(run)
        loop.run_forever()
        heapprof.stop()
        r = heapprof.read(BASE)
        assert "task" not in r.labels(), r.labels()
    """)


def test_tasks_are_told_apart_at_every_step_while_sampling(python):
    """A task is asked for when its first allocation is recorded, which may be in any of its steps, of any loop."""
    python.run("""
        import asyncio, threading
        kept = []
        async def work(size):
            for _ in range(300):
                kept.append(bytearray(size))
                await asyncio.sleep(0)
        async def main(size):
            tasks = [asyncio.ensure_future(work(size)) for _ in range(3)]
            for i, task in enumerate(tasks):
                if sys.version_info >= (3, 8): task.set_name("%s of %d" % ("xyz"[i], size))
            await asyncio.gather(*tasks)
        heapprof.start(BASE, 20_000)
        def run(size): asyncio.new_event_loop().run_until_complete(main(size))
        threads = [threading.Thread(target=run, args=(size,)) for size in (2000, 5000)]
        for each in threads: each.start()
        for each in threads: each.join()
        heapprof.stop()
    """)
    if python.version < (3, 8):
        return  # tasks have no names
    python.run("""
        r = heapprof.read(BASE)
        by = r.estimatesByLabelAt(r.elapsedTime(), "task")
        for size in (2000, 5000):
            for letter in "xyz":
                found = by[f"{letter} of {size}"]
                assert abs(found.bytes - 300 * size) <= 5 * found.error + 20_000, (letter, size, found)
        traces = {trace for trace, used in r.snapshotAt(r.elapsedTime()).usage.items()}
        for trace in traces:
            path = r.trace(trace)
            if path and path[-1].function == "work": assert r.labelsOf(trace), path
    """)


def test_native_memory_has_them_without_the_gil(python):
    library = python.compile(
        "take",
        """
        #include <stdlib.h>
        #include <string.h>
        void* take(size_t size) { return memset(malloc(size), 1, size); }
        """,
    )
    python.run(f"""
        import ctypes
        take = ctypes.CDLL({library!r}).take
        take.argtypes, take.restype = [ctypes.c_size_t], ctypes.c_void_p
        heapprof.start(BASE, {{}}, native=True)
        for size in (30_000, 50_000):
            with heapprof.label(size=size):
                for _ in range(20): take(size)
        take(70_000)
        heapprof.stop()
    """)
    python.run(
        HELD
        + """
def native(value): return sum(
    used for trace, used in last.usage.items()
    if r._capture.domain(trace) == "native" and r.labelsOf(trace).get("size") == value)
for size in (30_000, 50_000): assert 20 * size <= native(str(size)) < 20 * size + 10_000, native(str(size))
assert native(None) >= 70_000
"""
    )


@pytest.mark.parametrize("others", [0, 1, 20, 500])
def test_a_program_may_have_context_variables_of_its_own(python, others):
    python.run(f"""
        import contextvars, threading
        own = [contextvars.ContextVar("v%d" % i) for i in range({others})]
        heapprof.start(BASE, {{}})
        kept = []
        def run(name, size):
            for i, each in enumerate(own): each.set(i)
            with heapprof.label(name=name):
                kept.append(bytearray(size))
                contextvars.copy_context().run(lambda: [each.set(0) for each in own] is kept or kept.append(bytearray(size)))
        for name, size in (("a", 100_000), ("b", 200_000)):
            thread = threading.Thread(target=run, args=(name, size))
            thread.start()
            thread.join()
        assert [each.get(None) for each in own] == [None] * {others}
        heapprof.stop()
    """)
    python.run(
        HELD
        + """
assert 200_000 <= held(name="a") < 350_000, held(name="a")
assert 400_000 <= held(name="b") < 550_000, held(name="b")
"""
    )


def test_they_are_bounded(python):
    python.run("""
        heapprof.start(BASE, {})
        kept = []
        for i in range(40_000):
            with heapprof.label(request="r%d" % i, kind="k"): kept.append(bytearray(1000))
        heapprof.stop()
    """)
    python.run("""
        r = heapprof.read(BASE)
        values = r.labels()["request"]
        assert 30_000 <= len(values) <= 32_769 and values[0] == "r0" and values[-1] == "other"
        by = r.estimatesByLabelAt(r.elapsedTime(), "request")
        assert 1000 <= by["r0"].bytes < 2000
        assert (40_000 - len(values)) * 1000 <= by["other"].bytes < (40_001 - len(values)) * 1200, by["other"]
        assert set(r.estimatesByLabelAt(r.elapsedTime(), "kind")) == {"k", None}  # a known value stays
    """)


def test_a_great_many_tasks_are_bounded(python):
    if python.version < (3, 8):
        pytest.skip("tasks have no names")
    python.run("""
        import asyncio
        kept = []
        async def work(): kept.append(bytearray(1000))
        async def main():
            for i in range(20_000):
                task = asyncio.ensure_future(work())
                task.set_name("job %d" % i)
                await task
        heapprof.start(BASE, {})
        asyncio.new_event_loop().run_until_complete(main())
        heapprof.stop()
        r = heapprof.read(BASE)
        values = r.labels()["task"]
        assert 15_000 < len(values) < 16_500 and "other" in values and "job 0" in values
        assert r.estimatesByLabelAt(r.elapsedTime(), "task")["other"].bytes > 3_000_000
    """)


def test_default_names_stay_what_they_are(python):
    """From 3.12 on a task keeps a number until somebody asks for its name; so it stays, whatever is recorded."""
    if python.version < (3, 8):
        pytest.skip("tasks have no names")
    out = python.run("""
        import asyncio
        async def work(): return asyncio.current_task().get_name()
        async def main():
            names = []
            for _ in range(4): names += await asyncio.gather(*(work() for _ in range(300)))
            return names
        heapprof.start(BASE, {})
        names = asyncio.new_event_loop().run_until_complete(main())
        heapprof.stop()
        print(len(set(names)), all(name[5:].isdigit() for name in names))
    """)
    assert out == "1200 True\n"


def test_a_label_called_task_is_the_programs(python):
    python.run("""
        import asyncio
        kept = []
        async def work():
            with heapprof.label(task="mine"): kept.append(bytearray(1_000_000))
            kept.append(bytearray(500_000))
        heapprof.start(BASE, {})
        asyncio.new_event_loop().run_until_complete(work())
        heapprof.stop()
        r = heapprof.read(BASE)
        by = r.estimatesByLabelAt(r.elapsedTime(), "task")
        assert 1_000_000 <= by["mine"].bytes < 1_100_000 and 500_000 <= by["work"].bytes < 700_000, by  # 3.7 imports contextlib
    """)
    python.read()


def test_tasks_may_share_a_label(python):
    python.run("""
        import asyncio
        kept = []
        shared = heapprof.label(kind="db")
        async def work(first, size):
            await asyncio.sleep(first)
            with shared: await asyncio.sleep(0.02)
            kept.append(bytearray(size))
        async def main(): await asyncio.gather(work(0, 1_000_000), work(0.01, 2_000_000))
        heapprof.start(BASE, {})
        asyncio.new_event_loop().run_until_complete(main())
        heapprof.stop()
        r = heapprof.read(BASE)
        assert r.estimatesByLabelAt(r.elapsedTime(), "kind")["db"].bytes < 100_000
    """)


def test_any_text_is_a_label(python):
    out = python.run("""
        heapprof.start(BASE, {})
        kept = []
        names = {"\\u00e9t\\u00e9": "\\u4e2d\\U0001f600", "long": "x" * 300, "empty": "", "odd": "a\\udcffb", "none": None,
            "zero": "a\\0b"}
        for name, value in names.items():
            with heapprof.label(**{name: value}): kept.append(bytearray(10_000))
        with heapprof.label(cut="\\u4e2d" * 100): kept.append(bytearray(10_000))
        with heapprof.label(**{"n%02d" % i: i for i in range(40)}): kept.append(bytearray(10_000))
        heapprof.stop()
        labels = heapprof.read(BASE).labels()
        assert labels["\\u00e9t\\u00e9"] == ["\\u4e2d\\U0001f600"] and labels["long"] == ["x" * 200]
        assert labels["empty"] == [""] and labels["zero"] == ["a\\0b"]
        assert labels["none"] == ["None"] and labels["cut"] == ["\\u4e2d" * 66]
        assert len(labels["odd"][0]) >= 3 and [each for each in labels if each[:1] == "n" and each != "none"] == [
            "n%02d" % i for i in range(16)]
        for wrong in (lambda: heapprof.label(), lambda: heapprof.label("x")):
            try: wrong()
            except TypeError: print("refused")
        def generator(): yield
        async def coroutine(): pass
        for wrong in (generator, coroutine):
            try: heapprof.label(a=1)(wrong)
            except TypeError as error: print("with heapprof.label()" in str(error))
    """)
    assert out.split() == ["refused", "refused", "True", "True"]


def test_the_innermost_of_too_many_stay(python):
    python.run("""
        heapprof.start(BASE, {})
        with heapprof.label(**{"n%02d" % i: i for i in range(16)}), heapprof.label(zz="inner"):
            kept = bytearray(10_000)
        heapprof.stop()
        r = heapprof.read(BASE)
        assert r.estimatesByLabelAt(r.elapsedTime(), "zz")["inner"].bytes >= 10_000
    """)
    assert all(len(labels) == 16 for labels in python.read().labels.values())


@pytest.mark.parametrize("value", ["b'\\0\\0'", "b'\\4\\1taskx' * 3", "b'\\xff' * 50", "'text'", "3", "b''"])
def test_somebody_else_sets_our_variable(python, value):
    python.run(f"""
        import contextvars
        with heapprof.label(a="b"): pass
        with heapprof.label(a="b"): context = contextvars.copy_context()
        (ours,) = (each for each in context if "heapprof" in each.name)
        heapprof.start(BASE, {{}})
        kept = []
        def odd():
            ours.set({value})
            kept.append(bytearray(10_000))
            with heapprof.label(c="d"): kept.append(bytearray(20_000))
        context.run(odd)
        heapprof.stop()
        r = heapprof.read(BASE)
        assert r.estimatesByLabelAt(r.elapsedTime(), "c")["d"].bytes >= 20_000
    """)
    python.read()  # which checks that names are there once


def test_they_need_no_recording_and_outlive_one(python):
    python.run("""
        import contextvars
        kept = []
        with heapprof.label(before="yes"):
            heapprof.start(BASE + "1", {})
            kept.append(bytearray(100_000))
            heapprof.stop()
            heapprof.start(BASE + "2", {})
            kept.append(bytearray(200_000))
            inner = heapprof.label(inner=1)
            inner.__enter__()
            contextvars.copy_context().run(inner.__exit__)  # in a context that is not its own
            heapprof.stop()
        for number, size in ((1, 100_000), (2, 200_000)):
            r = heapprof.read(BASE + str(number))
            assert r.labels() == {"before": ["yes"], **({"inner": ["1"]} if number == 2 else {})}
            assert size <= r.estimatesByLabelAt(r.elapsedTime(), "before")["yes"].bytes < size + 60_000
    """)


def test_forked_children_have_them(python):
    python.run("""
        heapprof.start(BASE, {})
        with heapprof.label(job="nightly"):
            child = os.fork()
            kept = bytearray(300_000)
            if child == 0:
                with heapprof.label(part="child"): kept = [kept, bytearray(500_000)]
                heapprof.stop()
                os._exit(0)
            os.waitpid(child, 0)
        heapprof.stop()
        r = heapprof.read(f"{BASE}.{child}")
        def of(name, value): return r.estimatesByLabelAt(r.elapsedTime(), name)[value].bytes
        assert 800_000 <= of("job", "nightly") < 900_000 and 500_000 <= of("part", "child") < 600_000
    """)


def test_the_file_holds_each_set_once(python):
    python.run("""
        import asyncio
        kept = []
        async def work(i):
            with heapprof.label(number=i % 3): kept.append(bytearray(1000))
            await asyncio.sleep(0)
            kept.append(bytearray(1000))
        async def main(): await asyncio.gather(*(work(i) for i in range(30)))
        heapprof.start(BASE, {})
        asyncio.new_event_loop().run_until_complete(main())
        heapprof.stop()
    """)
    capture = python.read()  # which checks that each stack has one trace for each set of labels
    sets = {str(sorted(labels.items())) for labels in capture.labels.values()}
    assert {"[('number', '%d'), ('task', 'work')]" % i for i in range(3)} <= sets and "[('task', 'work')]" in sets
    assert len(capture.labels) < len(capture.traces)


def test_a_program_without_them_has_none(python):
    python.run("""
        import threading
        heapprof.start(BASE, {}, native=True)
        kept = [bytearray(1000) for _ in range(1000)]
        thread = threading.Thread(target=lambda: kept.append(bytearray(1000)))
        thread.start()
        thread.join()
        heapprof.stop()
        r = heapprof.read(BASE)
        assert r.labels() == {} and all(r.labelsOf(t) == {} for t in r.snapshotAt(r.elapsedTime()).usage)
        threads = {r.threadOf(t) for t in r.snapshotAt(r.elapsedTime()).usage}
        assert threads >= {"MainThread", thread.name} and r.threadOf(0) is None and r.threadOf(10**9) is None, threads
    """)
