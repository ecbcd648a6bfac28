"""Native allocations of libraries that come and go, of other allocators, and of threads that never rest."""

from __future__ import annotations

import glob
import os

import pytest
from native_unit import LINKS, MAPPED, NATIVE, PRELUDE, allocations, compiled, live, only


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
slots = heapprof._collector.hookedSlots
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
assert heapprof._collector.hookedSlots() == 0
""",
        path,
        late,
        timeout=600,
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
        assert heapprof._collector.hookedSlots() == 0
    """,
        compiled(python.folder, "loader", loader),
        compiled(python.folder, "now", options=LINKS["now"]),
        compiled(python.folder, "partial", options=LINKS["partial"]),
        compiled(python.folder, "noplt", options=LINKS["noplt"]),
        timeout=600,
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
