"""Allocator hooks of others, below and above ours, and requests that fail."""

from __future__ import annotations

import json

import pytest

# A tool of another author: it counts the blocks of 5033 bytes that it hands out, and refuses requests when it is told to.
COUNTING = """
#include <stddef.h>

typedef struct {
    void *ctx;
    void *(*malloc)(void *, size_t);
    void *(*calloc)(void *, size_t, size_t);
    void *(*realloc)(void *, void *, size_t);
    void (*free)(void *, void *);
} Allocator;
extern void PyMem_GetAllocator(int, Allocator *);
extern void PyMem_SetAllocator(int, Allocator *);

enum { kSize = 5033 };
static Allocator below[3];
static long given, refused, every, asked;

static int refuses(void) {
    long limit = __atomic_load_n(&every, __ATOMIC_RELAXED);
    if (limit == 0 || __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED) % limit) return 0;
    __atomic_add_fetch(&refused, 1, __ATOMIC_RELAXED);
    return 1;
}
static void *counted(Allocator *under, void *block, size_t size) {
    if (block && size == kSize && under == &below[2]) /* objects; large ones pass the raw domain, too */
        __atomic_add_fetch(&given, 1, __ATOMIC_RELAXED);
    return block;
}
static void *toolMalloc(void *ctx, size_t size) {
    Allocator *under = ctx;
    return refuses() ? 0 : counted(under, under->malloc(under->ctx, size), size);
}
static void *toolCalloc(void *ctx, size_t count, size_t each) {
    Allocator *under = ctx;
    return refuses() ? 0 : counted(under, under->calloc(under->ctx, count, each), count * each);
}
static void *toolRealloc(void *ctx, void *block, size_t size) {
    Allocator *under = ctx;
    return refuses() ? 0 : counted(under, under->realloc(under->ctx, block, size), size);
}
static void toolFree(void *ctx, void *block) {
    Allocator *under = ctx;
    under->free(under->ctx, block);
}
void install(void) {
    for (int domain = 0; domain < 3; domain++) {
        PyMem_GetAllocator(domain, &below[domain]);
        Allocator ours = {&below[domain], toolMalloc, toolCalloc, toolRealloc, toolFree};
        PyMem_SetAllocator(domain, &ours);
    }
}
/* Puts back what it found, whatever has come since. */
void removeTool(void) {
    for (int domain = 0; domain < 3; domain++) PyMem_SetAllocator(domain, &below[domain]);
}
int isOutermost(void) {
    Allocator now;
    PyMem_GetAllocator(2, &now);
    return now.malloc == toolMalloc;
}
void refuseEvery(long number) { asked = 0; __atomic_store_n(&every, number, __ATOMIC_RELAXED); }
long handedOut(void) { return given; }
long saidNo(void) { return refused; }
"""

PRELUDE = """
    import ctypes
    tool = ctypes.PyDLL(sys.argv[1])  # holds the GIL
    tool.handedOut.restype = tool.saidNo.restype = ctypes.c_long
    def work(count): return [bytes(5000) for _ in range(count)]
"""


def fives(capture):
    made = [e for e in capture.events if e.kind == "alloc" and e.size == 5033]
    return len(made), len([e for e in capture.live().values() if e.size == 5033])


@pytest.mark.parametrize("rate", ["{}", "{5000: 0.0}"])
def test_a_tool_below_and_above(python, rate):
    python.run(
        PRELUDE
        + f"""
    rate = {rate}
    tool.install()  # below us
    before = tool.handedOut()
    heapprof.start(BASE + "0", rate); a = work(100); heapprof.stop()
    assert tool.isOutermost() and tool.handedOut() - before >= 100
    tool.removeTool()
    heapprof.start(BASE + "1", rate)
    tool.install()  # above us
    before = tool.handedOut()
    b = work(100)
    assert tool.handedOut() - before >= 100
    heapprof.stop()
    assert tool.isOutermost()  # it was above: its hooks are not ours to remove
    c = work(50)  # not recorded, although our hooks are still there
    heapprof.start(BASE + "2", rate); d = work(100); heapprof.stop()
    tool.removeTool()  # puts hooks of ours back, which pass on
    e = work(50)
    heapprof.start(BASE + "3", rate); f = work(100); del f; heapprof.stop()
    heapprof.start(BASE + "4", {{}} if rate else {{5000: 0.0}})
    tool.install()
    tool.removeTool()
    g = work(100)
    heapprof.stop()
    """,
        python.compile("tool", COUNTING),
    )
    found = [fives(python.read(python.filebase + str(i))) for i in range(5)]
    assert found == [(100, 100), (100, 100), (100, 100), (100, 0), (100, 100)]


@pytest.mark.parametrize("order", ["below", "above"])
@pytest.mark.parametrize("rate", ["{}", "{5000: 0.0}", "1"])
def test_requests_that_fail(python, order, rate):
    out = python.run(
        PRELUDE
        + f"""
    import gc
    gc.disable()
    kept = [None] * 3000
    if "{order}" == "below": tool.install()
    heapprof.start(BASE, {rate})
    if "{order}" == "above": tool.install()
    before = tool.handedOut()
    tool.refuseEvery(7)
    done = failed = 0
    while done < 3000:
        try:
            kept[done] = bytes(5000)
            done += 1
        except MemoryError:
            failed += 1
    tool.refuseEvery(0)
    given = tool.handedOut() - before
    assert failed > 300 and tool.saidNo() >= failed
    heapprof.stop()
    print(given)
    """,
        python.compile("tool", COUNTING),
    )
    assert fives(python.read()) == (int(out), 3000)
    assert python.stderr == ""


def test_no_memory_for_the_recording(python):
    """Where the address space ends, the program gets its MemoryError, and the recording ends or goes on."""
    if python.version == (3, 15):
        pytest.skip("without heapprof, too, this program ends with a corrupted heap in CPython 3.15.0")
    out = python.run(
        """
    import resource, warnings
    kept = []
    def fill(size):
        while True:
            try:
                for _ in range(100): kept.append(bytes(size))
            except MemoryError:
                return
    ended = []
    for i, room in enumerate((2, 3, 5, 8, 11, 15, 20)):
        heapprof.start(BASE + str(i), {})
        held = bytes(600_000)
        used = int(open("/proc/self/statm").read().split()[0]) * 4096
        resource.setrlimit(resource.RLIMIT_AS, (used + (room << 20), resource.RLIM_INFINITY))
        for size in 100_000, 3000, 40:
            fill(size)
            del kept[:]
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            heapprof.stop()
        ended.append(len(said))
        assert sum(len(block) for block in [bytes(5000) for _ in range(1000)]) == 5_000_000
        held = None
    print(ended)
    """
    )
    for i, said in enumerate(json.loads(out)):
        capture = python.read(python.filebase + str(i))
        assert 600_033 in {e.size for e in capture.live().values()} and capture.end is not None
        assert len(capture.events) > 100
        assert len([e for e in capture.events if e.kind == "lost"]) == said <= 1
