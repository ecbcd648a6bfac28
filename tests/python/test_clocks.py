"""Clocks that are set, and recordings that are very long."""

from __future__ import annotations

import pytest

# Stands before the C library's clocks, and shifts them by what the program says.
CLOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

static long wall, monotonic; /* seconds */
void shift(long seconds, long also) { wall = seconds; monotonic = also; }

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += wall;
    if (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME) now->tv_sec += monotonic;
    return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec time;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &time);
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
"""

PRELUDE = """
    import ctypes, time
    clocks = ctypes.CDLL(None)
    clocks.shift.argtypes = [ctypes.c_long, ctypes.c_long]
    kept = []
    def block(n):
        clocks.usleep(20_000)  # the clock of the log ticks every 4 ms; time.sleep() would wait for years
        kept.append(bytes(n - 33))
        clocks.usleep(20_000)
"""


@pytest.mark.parametrize("rate", ["{}", "{5000: 0.0}"])
def test_setting_the_clock_changes_no_time(python, rate):
    out = python.run(
        PRELUDE
        + f"""
    before = time.time()
    heapprof.start(BASE, {rate})
    for i, seconds in enumerate((0, 3600, -86400, 10 ** 9, -10 ** 9)):
        clocks.shift(seconds, 0)
        assert abs(time.time() - before - seconds) < 100
        block(10_000 + i)
        heapprof.mark(str(i))
    heapprof.stop()
    reader = heapprof.read(BASE)
    assert abs(reader.initialTime() - before) < 100 and reader.elapsedTime() < 100
    assert [reader.snapshotAt(mark.time).totalUsage() >= 10_000 * (int(mark.text) + 1) for mark in reader.marks() if mark.kind == "mark"] == [True] * 5
    """,
        env={"LD_PRELOAD": python.compile("clocks", CLOCKS, "-ldl")},
    )
    assert out == ""
    times = [e.time for e in python.read().events if 10_000 <= e.size < 10_010 and e.kind == "alloc"]
    assert len(times) == 5 and times == sorted(times) and 0 <= times[0] and times[-1] < 100e6
    assert times[-1] - times[0] >= 4 * 30_000


@pytest.mark.parametrize("rate", ["{}", "{5000: 0.0}"])
def test_a_recording_of_many_years(python, rate):
    years = [0, 1, 2, 20, 200]
    python.run(
        PRELUDE
        + f"""
    heapprof.start(BASE, {rate})
    for i, years in enumerate({years}):
        clocks.shift(0, years * 365 * 86400)
        block(10_000 + i)
        heapprof.mark(str(i))
        heapprof.pause(); heapprof.resume()
    heapprof.stop()
    reader = heapprof.read(BASE)
    for i, years in enumerate({years}):
        at = years * 365 * 86400
        grown = reader.snapshotAt(at + 100).totalUsage() - reader.snapshotAt(max(0, at - 100)).totalUsage()
        assert i == 0 or 9_000 <= grown < 20_000, (years, grown)
    """,
        env={"LD_PRELOAD": python.compile("clocks", CLOCKS, "-ldl")},
    )
    capture = python.read()
    made = [e for e in capture.events if 10_000 <= e.size < 10_010 and e.kind == "alloc"]
    assert [e.size for e in made] == [10_000 + i for i in range(5)]
    for event, at in zip(made, years):
        assert 0 <= event.time - at * 365 * 86400 * 10**6 < 100e6
