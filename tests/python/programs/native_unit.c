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

static void *touched(void *p, size_t n) { return p == MAP_FAILED ? p : memset(p, 1, n); }
void *map(size_t n) { return touched(mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), n); }
void *reserve(size_t n) { return mmap(0, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
void *mapAt(void *p, size_t n) {
    return touched(mmap(p, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), n);
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
