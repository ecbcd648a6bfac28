"""Native allocations: what C libraries take counts, each block once, and nothing that the program does is changed."""

from __future__ import annotations

import glob
import importlib.util
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PYTHON, NATIVE, MAPPED = 0, 1, 2

LIBRARY = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *take(size_t n) { return malloc(n); }
void *takeZeroed(size_t n, size_t each) { return calloc(n, each); }
void *resize(void *p, size_t n) { return realloc(p, n); }
void *resizeArray(void *p, size_t n, size_t each) { return reallocarray(p, n, each); }
void give(void *p) { free(p); }
void *takeAligned(int how, size_t n) {
    void *p = 0;
    switch (how) {
        case 0: return posix_memalign(&p, 256, n) ? 0 : p;
        case 1: return aligned_alloc(256, n);
        case 2: return memalign(256, n);
        case 3: return valloc(n);
        default: return pvalloc(n);
    }
}
char *copy(const char *text) { return strdup(text); }

static void *(*s_take)(size_t) = malloc;
static void *(*const s_takeForever)(size_t) = malloc;
static void (*s_give)(void *) = free;
void *takeByPointer(size_t n) { return s_take(n); }
void *takeByConstant(size_t n) { return (*(void *(*const volatile *)(size_t)) & s_takeForever)(n); }
void giveByPointer(void *p) { s_give(p); }

void *map(size_t n) { return mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
void *reserve(size_t n) { return mmap(0, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
void *mapAt(void *p, size_t n) {
    return mmap(p, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}
int unmap(void *p, size_t n) { return munmap(p, n); }
void *remap(void *p, size_t before, size_t after, int mayMove) {
    void *result = mremap(p, before, after, mayMove ? MREMAP_MAYMOVE : 0);
    return result == MAP_FAILED ? 0 : result;
}

static void *run(void *n) { return malloc((size_t)n); }
void *takeInThread(size_t n) {
    pthread_t thread;
    void *p = 0;
    pthread_create(&thread, 0, run, (void *)n);
    pthread_join(thread, &p);
    return p;
}

static volatile int s_running;
static pthread_t s_threads[4];
static void *hammer(void *seed) {
    void *kept[64] = {0};
    unsigned state = (unsigned)(uintptr_t)seed;
    while (s_running) {
        state = state * 1664525 + 1013904223;
        void **place = &kept[state >> 26];
        size_t n = 1 + (state >> 12) % 3000;
        switch ((state >> 8) & 7) {
            case 0: *place = realloc(*place, n); break;
            case 1: free(*place); *place = calloc(3, n); break;
            case 2: {
                void *m = map(n * 16);
                munmap(m, n * 16);
                break;
            }
            case 3: free(*place); if (posix_memalign(place, 64, n)) *place = 0; break;
            default: free(*place); *place = malloc(n); memset(*place, 85, n);
        }
    }
    for (int i = 0; i < 64; i++) free(kept[i]);
    return 0;
}
void beginHammering(void) {
    s_running = 1;
    for (uintptr_t i = 0; i < 4; i++) pthread_create(&s_threads[i], 0, hammer, (void *)(i + 1));
}
void endHammering(void) {
    s_running = 0;
    for (int i = 0; i < 4; i++) pthread_join(s_threads[i], 0);
}

/* The number of the first thing that is not as it should be. */
int checkErrors(void) {
    volatile size_t tooMuch = SIZE_MAX / 2, beyond = SIZE_MAX - 10;
    errno = 77;
    void *p = malloc(12345);
    if (!p || errno != 77) return 1;
    p = realloc(p, 23456);
    if (!p || errno != 77) return 2;
    if (realloc(p, tooMuch) || errno != ENOMEM) return 3;
    errno = 77;
    if (malloc(tooMuch) || malloc(tooMuch + 1) || malloc(beyond) || errno != ENOMEM) return 4;
    errno = 77;
    if (calloc(tooMuch, 16) || errno != ENOMEM) return 5;
    errno = 77;
    if (reallocarray(p, tooMuch, 16) || errno != ENOMEM) return 6;
    errno = 77;
    free(p);
    if (errno != 77) return 7;
    p = &errno;
    void *out = p;
    if (posix_memalign(&out, 24, 100) != EINVAL || out != p || errno != 77) return 8;
    if (mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED || errno != EINVAL) return 9;
    errno = 77;
    if (munmap((void *)1, 4096) != -1 || errno != EINVAL) return 10;
    errno = 77;
    p = map(8192);
    if (p == MAP_FAILED || munmap(p, 8192) || errno != 77) return 11;
    free(0);
    return realloc(0, 10) ? 0 : 12;
}
"""

# In the program: lib(path) is the library, with types.
PRELUDE = """
import ctypes
P, S, I = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
def lib(path):
    library = ctypes.CDLL(path)
    for name, result, *arguments in [
        ("take", P, S), ("takeZeroed", P, S, S), ("resize", P, P, S), ("resizeArray", P, P, S, S), ("give", None, P),
        ("takeAligned", P, I, S), ("copy", P, ctypes.c_char_p), ("takeByPointer", P, S), ("takeByConstant", P, S),
        ("giveByPointer", None, P), ("map", P, S), ("reserve", P, S), ("mapAt", P, P, S), ("unmap", I, P, S),
        ("remap", P, P, S, S, I), ("takeInThread", P, S), ("beginHammering", None), ("endHammering", None),
        ("checkErrors", I),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
"""

LINKS = {
    "lazy": ["-Wl,-z,lazy", "-Wl,-z,norelro"],
    "now": ["-Wl,-z,now", "-Wl,-z,relro"],
    "partial": ["-Wl,-z,lazy", "-Wl,-z,relro"],
    "noplt": ["-fno-plt", "-Wl,-z,now", "-Wl,-z,relro"],
}


def compiled(folder: Path, name: str = "unit", source: str = LIBRARY, options=LINKS["now"]) -> str:
    code = folder / f"{name}.c"
    code.write_text(source)
    library = folder / f"{name}.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-fno-builtin", "-pthread", *options, "-o", library, code]
    subprocess.run(command, check=True)
    return str(library)


def allocations(capture, domain):
    """Sizes of all blocks ever allocated in this domain, in order."""
    return [e.size for e in capture.events if e.kind == "alloc" and capture.traces[e.trace].domain == domain]


def only(sizes, wanted):
    return [size for size in sizes if size in wanted]


def live(capture, domain):
    return [e.size for e in capture.live().values() if capture.traces[e.trace].domain == domain]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("rate", ["{}", "{10: 0.0}"])
def test_every_function_counts(python, link, when, rate):
    path = compiled(python.folder, options=LINKS[link])
    python.run(
        PRELUDE
        + f"""
if {when == "before"}:
    unit = lib(sys.argv[1])
    unit.give(unit.take(10))  # bound
heapprof.start(BASE, {rate}, native=True)
if {when == "after"}: unit = lib(sys.argv[1])
block = unit.take(100_001)
unit.give(block)
block = unit.takeZeroed(7, 14_300)  # 100_100
block = unit.resize(block, 100_201)
block = unit.resizeArray(block, 9, 11_200)  # 100_800
unit.giveByPointer(block)
for how in range(5): unit.takeAligned(how, 102_400 + 256 * how)
unit.takeByPointer(103_001)
unit.takeByConstant(103_002)
unit.copy(b"x" * 103_002)  # 103_003
unit.give(unit.takeInThread(104_001))
unit.resize(None, 104_002)
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    aligned = [102_400 + 256 * how for how in range(5)]
    wanted = [100_001, 100_100, 100_201, 100_800, *aligned, 103_001, 103_002, 103_003, 104_001, 104_002]
    assert only(allocations(capture, NATIVE), wanted) == wanted
    assert only(live(capture, NATIVE), wanted) == [*aligned, 103_001, 103_002, 103_003, 104_002]
    assert not only(allocations(capture, PYTHON) + allocations(capture, MAPPED), wanted[:-5])
    assert capture.domains == 7
    trace = {e.size: capture.traces[e.trace] for e in capture.events if e.kind == "alloc"}
    assert trace[104_001].frames == () and trace[104_001].thread != trace[104_002].thread
    assert trace[104_002].frames[-1].name == "<module>"


def test_without_native_nothing_is_touched(python):
    path = compiled(python.folder)
    out = python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
heapprof.start(BASE, {})
print(heapprof._heapprof.hookedSlots())
unit.take(100_001)
unit.map(1 << 20)
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    assert out == "0\n" and capture.domains == 1
    assert not allocations(capture, NATIVE) and not allocations(capture, MAPPED)


@pytest.mark.parametrize("allocator", ["pymalloc", "malloc", "debug", "malloc_debug"])
def test_python_objects_count_once(python, allocator):
    """The same blocks as without native, and none of them as native."""
    program = """
        import ctypes
        raw = ctypes.pythonapi
        raw.PyMem_RawMalloc.restype = raw.PyMem_RawRealloc.restype = raw.PyMem_RawCalloc.restype = ctypes.c_void_p
        raw.PyMem_RawMalloc.argtypes = [ctypes.c_size_t]
        raw.PyMem_RawCalloc.argtypes = [ctypes.c_size_t] * 2
        raw.PyMem_RawRealloc.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        raw.PyMem_RawFree.argtypes = [ctypes.c_void_p]
        sizes = [*range(1, 1200, 3), *range(509, 517), *range(1200, 100_000, 997)]
        def work():
            kept = [bytes(n) for n in sizes]
            grown = [bytearray(n) for n in sizes]
            for g in grown: g.extend(b"x" * 300)
            for g in grown: del g[10:]
            blocks = [raw.PyMem_RawMalloc(n) for n in sizes[::7]] + [raw.PyMem_RawCalloc(3, n) for n in sizes[::7]]
            blocks = [raw.PyMem_RawRealloc(b, 5000) for b in blocks]
            blocks = [raw.PyMem_RawRealloc(b, 50) for b in blocks]
            for b in blocks: raw.PyMem_RawFree(b)
            return kept
        work()
        kept = None
        heapprof.start(BASE + sys.argv[1], eval(sys.argv[2]), native=sys.argv[1] == "native")
        kept = work()
        more = [[i] for i in range(20_000)]  # arenas
        del more
        heapprof.stop()
    """
    for rate in "{}", "1":
        for mode in "native", "plain":
            python.run(program, mode, rate, env={"PYTHONMALLOC": allocator})
        both = python.read(python.filebase + "native")
        plain = python.read(python.filebase + "plain")
        ours, theirs = Counter(allocations(both, PYTHON)), Counter(allocations(plain, PYTHON))
        different = (ours - theirs) + (theirs - ours)
        del different[28], different[32]  # ints that hold addresses, which are not always as long
        assert sum(ours.values()) > 20_000 and sum(different.values()) < (20 if rate == "{}" else 300)
        assert sum(s * n for s, n in Counter(allocations(both, NATIVE)).items()) < 50_000
        assert allocations(both, MAPPED) == []
        # Where new arenas come to lie decides whether pymalloc's map of them needs a node, of 128 KiB.
        kept = [sum(size for size in live(capture, PYTHON) if size != 1 << 17) for capture in (both, plain)]
        assert abs(kept[0] - kept[1]) < 10_000


@pytest.mark.parametrize("rate", ["20_000", "{2033: 0.3, 5000: 0.1}"])
def test_sampled_python_objects_count_once(python, rate):
    """Where two layers could pay for one block, each block is still recorded with its own probability."""
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + f"""
unit = lib(sys.argv[1])
heapprof.start(BASE, {rate}, native=True)
for i in range(60_000):
    a = bytes(2000)  #: python
    unit.give(unit.take(2033))  #: native
    del a
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    found = Counter(
        (capture.traces[e.trace].domain, capture.traces[e.trace].frames[-1].line)
        for e in capture.events
        if e.kind == "alloc" and e.size == 2033
    )
    expected = 60_000 * capture.probability(2033)
    assert set(found) == {(PYTHON, python.lines["python"]), (NATIVE, python.lines["native"])}
    for count in found.values():
        assert abs(count - expected) < 5 * expected**0.5, (found, expected)


def test_mappings(python):
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
K = 4096
heapprof.start(BASE, {}, native=True)
unit.reserve(1000 * K)
a = unit.map(100 * K)
unit.unmap(a, 100 * K)
b = unit.map(110 * K - 5)
unit.unmap(b + 10 * K, 20 * K)  # 10 + 80 remain
c = unit.map(120 * K)
unit.unmap(c, 100 * K)  # 20 remains
d = unit.map(130 * K)
d = unit.remap(d, 130 * K, 131 * K, 1)
assert not unit.remap(d, 131 * K, 1 << 46, 0)
e = unit.map(140 * K)
unit.mapAt(e + 40 * K, 50 * K)  # 40 + 50 remain, and 50
f = unit.map(150 * K); g = unit.map(151 * K)
low, length = (f, 150) if f < g else (g, 151)
unit.unmap(min(f, g), 301 * K)  # they are neighbours, mostly
with open("/dev/zero", "rb") as zero:
    import mmap
    shared = mmap.mmap(-1, 160 * K)
    file = mmap.mmap(os.open(BASE + ".hpm", os.O_RDONLY), 100, prot=mmap.PROT_READ)
neighbours = abs(f - g) in (150 * K, 151 * K)
heapprof.stop()
print(neighbours)
""",
        path,
    )
    capture = python.read()
    page = 4096
    mapped = allocations(capture, MAPPED)
    sizes = [100, 110 - 5 / page, 10, 80 - 5 / page, 120, 20, 130, 131, 131, 140]
    assert mapped[:10] == [int(pages * page) for pages in sizes]
    assert sorted(mapped[10:13]) == [40 * page, 50 * page, 50 * page]
    assert mapped[13:] == [150 * page, 151 * page, 160 * page]
    remaining = [10, 80 - 5 / page, 20, 131, 40, 50, 50, 160]
    found = Counter(live(capture, MAPPED))
    assert not Counter(int(pages * page) for pages in remaining) - found


def test_sampled_mappings_stand_for_their_size(python):
    """Also what is left of one that is unmapped in part, or moved."""
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
K = 4096
heapprof.start(BASE, native=True)
for i in range(2000):
    a = unit.map(20 * K)
    unit.unmap(a + K, 19 * K)
    b = unit.map(3 * K)
    unit.remap(b, 3 * K, 7 * K, 1)
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    for found, pages in [
        (allocations(capture, MAPPED), 20),
        (allocations(capture, MAPPED), 3),
        (live(capture, MAPPED), 1),
        (live(capture, MAPPED), 7),
    ]:
        expected = 2000 * capture.probability(4096 * pages)
        assert abs(found.count(4096 * pages) - expected) < 5 * expected**0.5, pages
    assert set(live(capture, MAPPED)) <= {4096, 7 * 4096}


@pytest.mark.parametrize("rate", ["{}", "10", "{100: 0.5}"])
def test_tracemalloc_before_and_after(python, rate):
    python.run(f"""
        import tracemalloc
        kept = []
        tracemalloc.start(5)
        heapprof.start(BASE + "0", {rate}, native=True)
        kept.append([bytes(5001) for _ in range(100)])
        heapprof.stop()
        tracemalloc.stop()
        heapprof.start(BASE + "1", {rate}, native=True)
        tracemalloc.start()
        kept.append([bytes(5001) for _ in range(100)])
        heapprof.stop()
        heapprof.start(BASE + "2", {rate}, native=True)
        kept.append([bytes(5001) for _ in range(100)])
        heapprof.stop()
        assert heapprof._heapprof.hookedSlots() == 0
    """)
    for i in range(3):
        capture = python.read(python.filebase + str(i))
        assert live(capture, PYTHON).count(5034) == 100 and live(capture, NATIVE).count(5034) == 0


def test_arenas_and_thread_stacks_are_not_mapped_memory(python):
    python.run("""
        import threading
        heapprof.start(BASE, {}, native=True)
        kept = [[i] for i in range(300_000)]
        threads = [threading.Thread(target=lambda: None) for _ in range(10)]
        for t in threads: t.start()
        for t in threads: t.join()
        def deep(n): return n and deep(n - 1)
        sys.setrecursionlimit(20_000)
        deep(5000)
        heapprof.stop()
    """)
    capture = python.read()
    assert allocations(capture, MAPPED) == []


def test_stop_restores_and_a_later_tool_remains(python):
    path = compiled(python.folder)
    other = r"""
#include <link.h>
#include <string.h>
#include <stddef.h>
static int s_calls;
static void *(*s_before)(size_t);
static void *hook(size_t n) { s_calls++; return s_before(n); }
int calls(void) { return s_calls; }
static int visit(struct dl_phdr_info *info, size_t size, void *data) {
    if (!strstr(info->dlpi_name, "unit.so")) return 0;
    ElfW(Rela) *rela = 0; size_t count = 0; ElfW(Sym) *symbols = 0; const char *strings = 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
        for (ElfW(Dyn) *d = (void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr); d->d_tag; d++) {
            if (d->d_tag == DT_JMPREL) rela = (void *)d->d_un.d_ptr;
            if (d->d_tag == DT_PLTRELSZ) count = d->d_un.d_val / sizeof *rela;
            if (d->d_tag == DT_SYMTAB) symbols = (void *)d->d_un.d_ptr;
            if (d->d_tag == DT_STRTAB) strings = (void *)d->d_un.d_ptr;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(strings + symbols[ELF64_R_SYM(rela[i].r_info)].st_name, "malloc")) continue;
        void **slot = (void **)(info->dlpi_addr + rela[i].r_offset);
        if (*slot == hook) return 1;
        s_before = *slot;
        *slot = hook;
    }
    return 1;
}
void install(void) { dl_iterate_phdr(visit, 0); }
"""
    tool = compiled(python.folder, "tool", "#define _GNU_SOURCE\n" + other)
    out = python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1]); tool = ctypes.CDLL(sys.argv[2])
slots = heapprof._heapprof.hookedSlots
assert slots() == 0
for rate in ({}, 1000, {3000: 0.5}):
    heapprof.start(BASE, rate, native=True)
    assert slots() > 10
    heapprof.stop()
    assert slots() == 0
unit.take(10)
heapprof.start(BASE, {}, native=True)
tool.install()
unit.give(unit.take(100_001))
heapprof.stop()
assert slots() == 0 and tool.calls() == 1
unit.give(unit.take(100_002))  # goes through the tool and us
assert tool.calls() == 2
heapprof.start(BASE + "2", {}, native=True)
unit.give(unit.take(100_003))
heapprof.stop()
print(tool.calls())
""",
        compiled(python.folder, options=LINKS["lazy"]),
        tool,
    )
    assert path and out == "3\n"
    wanted = [100_001, 100_002, 100_003]
    assert only(allocations(python.read(), NATIVE), wanted) == [100_001]
    assert only(allocations(python.read(python.filebase + "2"), NATIVE), wanted) == [100_003]


@pytest.mark.parametrize("rate", ["{}", "3000", "{64: 0.1, 512: 0.5}"])
def test_starts_and_stops_under_hammering_threads(python, rate, rounds):
    path = compiled(python.folder)
    late = compiled(python.folder, "late")
    python.run(
        PRELUDE
        + f"""
unit = lib(sys.argv[1])
unit.beginHammering()
import _ctypes, threading
running = True
def churn():
    kept = []
    while running:
        kept.append([object(), bytes(1500), {{1: 2}}])
        if len(kept) > 300: del kept[:200]
thread = threading.Thread(target=churn)
thread.start()
for i in range({rounds(100)}):
    heapprof.start(BASE, {rate}, native=i % 5 != 4)
    block = unit.take(200_000 + i)
    handle = _ctypes.dlopen(sys.argv[2], 2)
    _ctypes.dlsym(handle, "take")
    _ctypes.dlclose(handle)
    heapprof.stop()
    unit.give(block)
running = False
thread.join()
unit.endHammering()
assert heapprof._heapprof.hookedSlots() == 0
""",
        path,
        late,
    )
    capture = python.read()
    assert [e for e in capture.events if e.kind == "lost"] == []


def test_objects_that_come_and_go_without_the_gil(python, rounds):
    loader = r"""
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
static volatile int s_running, s_failures;
static pthread_t s_threads[3];
static void *load(void *path) {
    while (s_running) {
        void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        void *(*take)(size_t) = library ? dlsym(library, "take") : 0;
        void (*give)(void *) = library ? dlsym(library, "give") : 0;
        if (take && give) give(take(5000)); else s_failures++;
        if (library) dlclose(library);
    }
    return 0;
}
void begin(char *a, char *b, char *c) {
    char *paths[3] = {a, b, c};
    s_running = 1;
    for (int i = 0; i < 3; i++) pthread_create(&s_threads[i], 0, load, paths[i]);
}
int end(void) {
    s_running = 0;
    for (int i = 0; i < 3; i++) pthread_join(s_threads[i], 0);
    return s_failures;
}
"""
    python.run(
        f"""
        import ctypes, time
        loader = ctypes.CDLL(sys.argv[1])
        paths = [ctypes.create_string_buffer(p.encode()) for p in sys.argv[2:]]
        loader.begin(*paths)
        for i in range({rounds(150)}):
            heapprof.start(BASE, {{4000: 0.0}}, native=True)
            time.sleep(0.002)
            heapprof.stop()
        heapprof.start(BASE, {{4000: 0.0}}, native=True)
        time.sleep(0.5)
        heapprof.stop()
        assert loader.end() == 0
        assert heapprof._heapprof.hookedSlots() == 0
    """,
        compiled(python.folder, "loader", loader),
        compiled(python.folder, "now", options=LINKS["now"]),
        compiled(python.folder, "partial", options=LINKS["partial"]),
        compiled(python.folder, "noplt", options=LINKS["noplt"]),
    )
    assert allocations(python.read(), NATIVE).count(5000) > 0


def test_all_that_hammering_threads_take_is_given_back(python):
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
import time
unit = lib(sys.argv[1])
heapprof.start(BASE, {}, native=True)
unit.beginHammering()
time.sleep(0.5)
unit.endHammering()
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    assert len(allocations(capture, NATIVE)) > 10_000
    withoutFrames = [e for e in capture.live().values() if not capture.traces[e.trace].frames]
    assert withoutFrames == []


def test_blocks_of_one_recording_freed_in_another(python):
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
blocks = [unit.take(n) for n in range(1000, 2000)]
for round in range(3):
    heapprof.start(BASE, {}, native=True)
    for b in blocks: unit.give(b)
    blocks = [unit.take(n) for n in range(1000, 2000)]
    maps = [unit.map(50_000) for _ in range(10)]
    heapprof.stop()
    for m in maps: assert unit.unmap(m, 50_000) == 0
    blocks = [unit.resize(b, 3000) for b in blocks]
""",
        path,
    )
    capture = python.read()
    assert len([s for s in live(capture, NATIVE) if 1000 <= s < 2000]) >= 1000


@pytest.mark.parametrize("rate", ["{}", "1000"])
def test_errors_are_the_programs(python, rate):
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + f"""
unit = lib(sys.argv[1])
assert unit.checkErrors() == 0
heapprof.start(BASE, {rate}, native=True)
assert unit.checkErrors() == 0
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    if rate == "{}":
        assert sorted(only(live(capture, NATIVE), [12345, 23456])) == []
        # The realloc that failed: freed, and there again.
        assert only(allocations(capture, NATIVE), [12345, 23456]) == [12345, 23456, 23456]


def test_the_caller_of_dlopen_is_who_it_was(python):
    """A library that is found by the search path of the one that opens it, and RTLD_NEXT."""
    (python.folder / "hidden").mkdir()
    compiled(python.folder / "hidden", "libfound", "int found(void) { return 42; }")
    opener = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
int open(void) {
    void *library = dlopen("libfound.so", RTLD_NOW);
    int (*found)(void) = library ? dlsym(library, "found") : 0;
    return found ? found() : 0;
}
int getpid(void) { return -1; }
int next(void) { int (*f)(void) = dlsym(RTLD_NEXT, "getpid"); return f ? f() : 0; }
"""
    path = compiled(python.folder, "opener", opener, [f"-Wl,-rpath,{python.folder}/hidden"])
    python.run(
        """
        import ctypes
        opener = ctypes.CDLL(sys.argv[1])
        before = opener.next()
        heapprof.start(BASE, {}, native=True)
        assert opener.open() == 42
        assert opener.next() == before
        heapprof.stop()
    """,
        path,
    )


def test_fork(python):
    path = compiled(python.folder)
    out = python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
heapprof.start(BASE, {}, native=True)
unit.beginHammering()
for i in range(30):
    child = os.fork()
    if child == 0:
        block = unit.take(300_001)
        unit.give(block)
        lib(sys.argv[2]).take(300_002)
        unit.unmap(unit.map(300_003), 300_003)
        if i % 3 == 0:
            heapprof.stop()
            heapprof.start(BASE + f"-child{i}", {}, native=True)
            lib(sys.argv[2]).take(300_004)
            heapprof.stop()
            os._exit(5 if heapprof._heapprof.hookedSlots() == 0 else 6)
        os._exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5
    print(child)
unit.endHammering()
unit.take(300_005)
heapprof.stop()
""",
        path,
        compiled(python.folder, "late"),
    )
    for child in out.split():
        sizes = [e.size for e in python.read(f"{python.filebase}.{child}").events if e.kind == "alloc"]
        assert [size for size in sizes if 300_000 < size < 300_010] == [300_001, 300_002, 300_003]
    assert only(allocations(python.read(), NATIVE), range(300_000, 300_010)) == [300_005]
    for i in range(0, 30, 3):
        child = python.read(python.filebase + f"-child{i}")
        assert only(allocations(child, NATIVE), range(300_000, 300_010)) == [300_004]


ALLOCATORS = sorted(
    path
    for folder in os.environ.get("HEAPPROF_TEST_ALLOCATORS", "/usr/lib/*").split(":")
    for name in ("libjemalloc.so.2", "libtcmalloc_minimal.so.4")
    for path in glob.glob(f"{folder}/{name}")
)


@pytest.mark.parametrize("allocator", ALLOCATORS or [None])
@pytest.mark.parametrize("rate", ["{}", "2000"])
def test_another_allocator(python, allocator, rate):
    if not allocator:
        pytest.skip("no other allocator is here")
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + f"""
unit = lib(sys.argv[1])
itsWay = unit.checkErrors()
heapprof.start(BASE, {rate}, native=True)
unit.beginHammering()
kept = [unit.take(100_000 + i) for i in range(100)]
objects = [bytes(700 + i) for i in range(1000)]
for block in kept[:50]: unit.give(block)
assert unit.checkErrors() == itsWay
unit.endHammering()
heapprof.stop()
""",
        path,
        env={"LD_PRELOAD": allocator},
    )
    capture = python.read()
    sizes = only(allocations(capture, NATIVE), range(100_000, 100_100))
    assert sizes == list(range(100_000, 100_100))
    assert only(live(capture, NATIVE), range(100_000, 100_100)) == list(range(100_050, 100_100))
    inThreads = [size for size in allocations(capture, MAPPED) if size % 16 or size > 48_000]
    assert inThreads == []  # what the allocator maps for itself


def test_a_preloaded_wrapper(python):
    """It is the allocator to all but itself, and what it asks the C library for does not count again."""
    wrapper = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
static void *(*s_next)(size_t);
static volatile int s_calls;
void *malloc(size_t n) {
    if (!s_next) s_next = dlsym(RTLD_NEXT, "malloc");
    s_calls++;
    return s_next(n);
}
int calls(void) { return s_calls; }
"""
    library = compiled(python.folder, "wrapper", wrapper)
    out = python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1]); calls = ctypes.CDLL(sys.argv[2]).calls
heapprof.start(BASE, {}, native=True)
before = calls()
for i in range(1000): unit.give(unit.take(100_001))
print(calls() - before >= 1000)
heapprof.stop()
""",
        compiled(python.folder),
        library,
        env={"LD_PRELOAD": library},
    )
    assert out == "True\n"
    assert allocations(python.read(), NATIVE).count(100_001) == 1000


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_library_with_an_allocator_of_its_own(python, when):
    """Its blocks must not get to another allocator's free()."""
    source = r"""
#include <stddef.h>
static char s_memory[1 << 20];
static size_t s_used, s_freed;
void *malloc(size_t n) { s_used += (n + 15) / 16 * 16; return s_memory + s_used - (n + 15) / 16 * 16; }
void free(void *p) { s_freed += (char *)p >= s_memory && (char *)p < s_memory + sizeof s_memory; }
size_t work(void) {
    for (int i = 0; i < 100; i++) free(malloc(5000));
    return s_freed;
}
"""
    path = compiled(python.folder, "own", source, ["-Wl,-Bsymbolic", "-Wl,-z,lazy"])
    out = python.run(
        f"""
        import ctypes
        if {when == "before"}: own = ctypes.CDLL(sys.argv[1])
        heapprof.start(BASE, {{}}, native=True)
        if {when == "after"}: own = ctypes.CDLL(sys.argv[1])
        print(own.work())
        heapprof.stop()
    """,
        path,
    )
    assert out == "100\n"
    assert allocations(python.read(), NATIVE).count(5000) == 0


def test_a_child_of_the_bare_system_call(python):
    if os.uname().machine != "x86_64":
        pytest.skip("fork() is no system call here")
    path = compiled(python.folder)
    python.run(
        PRELUDE
        + """
unit = lib(sys.argv[1])
syscall = ctypes.CDLL(None).syscall
heapprof.start(BASE, {}, native=True)
kept = [unit.take(300_001) for _ in range(10)]
for i in range(10):
    child = syscall(57)
    if child == 0:
        for block in kept: unit.give(block)
        unit.unmap(unit.map(300_002), 300_002)
        unit.take(300_003)
        os._exit(heapprof.isProfiling())
    assert os.waitpid(child, 0)[1] == 0
for block in kept: unit.give(block)
heapprof.stop()
""",
        path,
    )
    capture = python.read()
    assert only(allocations(capture, NATIVE), range(300_000, 300_010)) == [300_001] * 10
    assert only(live(capture, NATIVE), range(300_000, 300_010)) == []


def test_numpy(python):
    found = importlib.util.find_spec("numpy")
    sameVersion = python.version == sys.version_info[:2]
    path = os.pathsep.join([python.environment()["PYTHONPATH"], str(Path(found.origin).parents[1])]) if found else ""
    if not (found and sameVersion):
        pytest.skip("no numpy for this interpreter")
    python.run(
        """
        heapprof.start(BASE, {1000: 0.0}, native=True)
        import numpy
        big = numpy.zeros(1_000_003)  #: big
        small = [numpy.empty(n, dtype=numpy.uint8) for n in range(2000, 2100)]  #: small
        total = numpy.arange(500_009) + 1.5  #: sum
        other = total.copy(); del other
        heapprof.stop()
    """,
        env={"PYTHONPATH": path},
    )
    capture = python.read()
    byLine = {}
    for event in capture.live().values():
        trace = capture.traces[event.trace]
        frames = [frame for frame in trace.frames if frame.file == python.program]
        if frames and trace.domain == NATIVE:
            byLine.setdefault(frames[-1].line, []).append(event.size)
    assert 8_000_024 in byLine[python.lines["big"]]
    assert only(byLine[python.lines["small"]], range(2000, 2100)) == list(range(2000, 2100))
    assert 8 * 500_009 in byLine[python.lines["sum"]]
    assert len(only(live(capture, NATIVE), [8 * 500_009])) == 1


def test_command_line_and_reading(python):
    path = compiled(python.folder)
    program = python.write(PRELUDE + "unit = lib(sys.argv[1])\nunit.take(400_001)\nm = unit.map(409_600)\n")
    process = python.start("-m", "heapprof", "--sample", "{}", "--native", "-o", python.filebase, program, path)
    out, err = process.communicate()
    assert process.returncode == 0, err
    out = python.run("""
        from heapprof.lowlevel import HPD
        log = HPD(BASE)
        assert log.hpm.native and log.hpm.domain(0) is None
        domains = {event.size: log.hpm.domain(event.traceindex) for event in log}
        print(domains[400_001], domains[409_600], "python" in domains.values())
    """)
    assert out == "native mapped True\n"
