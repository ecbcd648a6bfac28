"""A program is taken through the collector instruction by instruction, as a debugger would, and forks at each one it has
not seen, as a signal handler might: every child ends as its program wants it to."""

from __future__ import annotations

import platform

import pytest

STEPPER = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum { TRAP = 0x100, SEEN = 1 << 20, NEAR = 40, CHILDS_STATUS = 7 << 8 };
static uint64_t seen[SEEN], begins, ends, last, since;
static const char *filebase;
static volatile int active, forks, failure;

static int is_new(uint64_t place) {
    uint64_t key = (place * 0x9e3779b97f4a7c15u) | 1, i = key >> 44;
    while (seen[i] && seen[i] != key) i = (i + 1) % SEEN;
    if (seen[i]) return 0;
    seen[i] = key;
    return 1;
}
static void forget(pid_t child, const char *ending) {
    char path[4096];
    snprintf(path, sizeof path, "%s.%d%s", filebase, child, ending);
    unlink(path);
}
static void on_step(int signal_number, siginfo_t *info, void *context) {
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    int before = errno, status = -1;
    uint64_t place = registers[REG_RIP];
    if (!active) registers[REG_EFL] &= ~TRAP;
    if (!active || failure) return;
    if (place >= begins && place < ends) last = place, since = 0;
    /* In the module, or in what it has just called. */
    if (since++ > NEAR || forks >= SEEN / 2 || !is_new(since == 1 ? place : place * 31 + last)) return;
    pid_t child = fork();
    if (child == 0) {
        registers[REG_EFL] &= ~TRAP;
        signal(SIGTRAP, SIG_DFL);
        alarm(60);
        errno = before;
        return; /* into what was interrupted */
    }
    if (waitpid(child, &status, 0) != child || status != CHILDS_STATUS) failure = status;
    forks++;
    forget(child, ".hpm");
    forget(child, ".hpd");
    errno = before;
}
void begin(uint64_t from, uint64_t to, const char *base) {
    struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGTRAP, &action, 0);
    begins = from, ends = to, filebase = base, since = NEAR + 1, active = 1;
    __asm__ volatile("sub $128, %%rsp; pushfq; orq %0, (%%rsp); popfq; add $128, %%rsp" ::"i"(TRAP) : "memory", "cc");
}
int end(void) {
    active = 0;
    return failure ? -failure : forks;
}
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="steps as x86-64 processors do")
@pytest.mark.parametrize("follow", [False, True])
def test_a_fork_at_any_instruction(python, isLong, follow):
    stepper = python.compile("stepper", STEPPER)
    out = python.run(
        f"""
        import ctypes, time
        stepper = ctypes.CDLL(sys.argv[1])
        stepper.begin.argtypes = [ctypes.c_uint64, ctypes.c_uint64, ctypes.c_char_p]
        with open("/proc/self/maps") as maps:
            module = [line.split()[0].split("-") for line in maps if "_collector" in line]
        parent, base, kept = os.getpid(), BASE.encode(), []
        heapprof.start(BASE, {{}}, followFork={follow})
        until = time.monotonic() + {60 if isLong else 6}
        stepper.begin(int(module[0][0], 16), int(module[-1][1], 16), base)
        while time.monotonic() < until and os.getpid() == parent:
            kept.append([object() for _ in range(20)])
            del kept[:-3]
            heapprof.mark(f"{{time.monotonic()}}" * 600)  # the files go on to further windows
        forks = stepper.end()
        if os.getpid() != parent:
            more = [bytes(888_888) for _ in range(10)]
            os._exit(7)
        print(forks)
        heapprof.stop()
    """,
        stepper,
        timeout=600,
    )
    assert int(out) > (1000 if isLong else 100)
    capture = python.read()
    assert not [e for e in capture.events if e.size > 800_000]


def test_fork_while_a_thread_looks_up_symbols(python, rounds):
    """The loader's lock that is held meanwhile is nobody's in the child."""
    library = python.compile(
        "lookups",
        """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <pthread.h>
        static volatile int stop;
        static pthread_t threads[2];
        static void* run(void* x) { while (!stop) dlsym(RTLD_DEFAULT, "getpid"); return x; }
        void begin(void) { for (int i = 0; i < 2; ++i) pthread_create(&threads[i], 0, run, 0); }
        void end(void) { stop = 1; for (int i = 0; i < 2; ++i) pthread_join(threads[i], 0); }
    """,
        "-ldl",
    )
    python.run(
        f"""
        import ctypes, signal
        heapprof.start(BASE, native=True)
        lookups = ctypes.CDLL({library!r})
        lookups.begin()
        for _ in range({rounds(100)}):
            child = os.fork()
            if child == 0:
                signal.alarm(20)
                ctypes.CDLL(None).getppid
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
        lookups.end()
    """,
        timeout=600,
    )
