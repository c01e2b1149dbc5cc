/* Stands between a program and the C library (LD_PRELOAD): counts its calls on files below some directories and on
 * sockets, makes the k-th one fail, and writes down what was called. Driven by tests/support/crash/shim.py through
 * a file in shared memory, so that it may be changed between two runs, and counts threads and children too. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SHORT = -1, KILL = -2, TERM = -3 };
#define LONGEST 8192

/* Kept equal to `_LAYOUT` in shim.py. */
struct control {
    int64_t armed, count, at, error, sticky, hits, record;
    char roots[4096], log[1024];
};

static struct control *control;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("SHIM_CONTROL");
    int fd = path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) return;
    void *found = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (found != MAP_FAILED) control = found;
}

static void path_of(int fd, char *out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, out, LONGEST - 1);
    out[length < 0 ? 0 : length] = 0;
}

static void full(int directory, const char *path, char *out) {
    out[0] = 0;
    if (path == NULL) return;
    if (path[0] != '/') {
        if (directory == AT_FDCWD) {
            if (syscall(SYS_getcwd, out, LONGEST) < 0) out[0] = 0;
        } else {
            path_of(directory, out);
        }
        strncat(out, "/", LONGEST - strlen(out) - 1);
    }
    strncat(out, path, LONGEST - strlen(out) - 1);
}

static int is_watched(const char *path) {
    const char *root = control->roots;
    while (*root) {
        size_t length = strcspn(root, ":");
        if (length && strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0)) return 1;
        root += length + (root[length] == ':');
    }
    return 0;
}

static void put_down(const char *name, const char *path, const char *other, long long detail, long long result,
                     const void *data, size_t size, int64_t number, int fault) {
    if (!control->log[0]) return;
    struct stat made;
    if (strcmp(name, "mkdir") == 0 && result == 0 && fstatat(AT_FDCWD, path, &made, AT_SYMLINK_NOFOLLOW) == 0)
        detail = (long long)made.st_ino;
    size_t room = strlen(path) + strlen(other) + 2 * size + 256;
    char *line = malloc(room);
    int at = snprintf(line, room, "%lld\t%s\t%s\t%s\t%lld\t%lld\t%d\t", (long long)number, name, path, other, detail,
                      result, fault);
    for (size_t i = 0; i < size; i++) at += sprintf(line + at, "%02x", ((const unsigned char *)data)[i]);
    line[at++] = '\n';
    int fd = (int)syscall(SYS_openat, AT_FDCWD, control->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        syscall(SYS_write, fd, line, at);
        syscall(SYS_close, fd);
    }
    free(line);
}

/* What is to happen to this call: 0 nothing, an errno, or SHORT. */
static int fault_of(int64_t *number) {
    *number = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    if (!control->at || !(*number == control->at || (control->sticky && *number > control->at))) return 0;
    /* The kernel interrupts a call only while signals come; callers repeat it for ever. */
    if (control->error == EINTR && __atomic_load_n(&control->hits, __ATOMIC_SEQ_CST) >= 3) return 0;
    __atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST);
    return (int)control->error;
}

/* A full or read-only disk says nothing of a connection: it breaks. */
static int error_of(const char *path, int fault) {
    int is_of_disk = fault == ENOSPC || fault == EIO || fault == EROFS || fault == EACCES;
    return is_of_disk && strcmp(path, "/socket") == 0 ? ECONNRESET : fault;
}

static void end_if_told(const char *name, const char *path, int64_t number, int fault) {
    if (fault != KILL && fault != TERM) return;
    put_down(name, path, "", 0, 0, NULL, 0, number, fault);
    kill(getpid(), fault == KILL ? SIGKILL : SIGTERM);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name);

/* CALL runs unless the fault is an errno; `path`, `other` are what it is about. */
#define GUARDED(type, failed, name, other, detail, CALL) \
    do { \
        int64_t number; \
        int is_recorded = control->record != 0; \
        if (is_recorded) pthread_mutex_lock(&turn); \
        int fault = fault_of(&number); \
        end_if_told(name, path, number, fault); \
        type result = failed; \
        if (fault > 0) errno = error_of(path, fault); else result = CALL; \
        int kept = errno; \
        put_down(name, path, other, (long long)(detail), (long long)(intptr_t)result, NULL, 0, number, fault); \
        if (is_recorded) pthread_mutex_unlock(&turn); \
        errno = kept; \
        return result; \
    } while (0)

#define ON_PATH(directory, given) \
    char path[LONGEST]; \
    path[0] = 0; \
    if (control && control->armed) full(directory, given, path); \
    if (control && control->armed && is_watched(path))

#define ON_FD(fd) \
    char path[LONGEST]; \
    path[0] = 0; \
    if (control && control->armed) path_of(fd, path); \
    if (control && control->armed && is_watched(path))

#define OPEN(NAME, DIRECTORY, ...) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    REAL(NAME) \
    ON_PATH(DIRECTORY, given) GUARDED(int, -1, "open", "", flags, real(__VA_ARGS__, flags, mode)); \
    return real(__VA_ARGS__, flags, mode);
int open(const char *given, int flags, ...) { OPEN(open, AT_FDCWD, given) }
int open64(const char *given, int flags, ...) { OPEN(open64, AT_FDCWD, given) }
int openat(int at, const char *given, int flags, ...) { OPEN(openat, at, at, given) }
int openat64(int at, const char *given, int flags, ...) { OPEN(openat64, at, at, given) }

DIR *opendir(const char *given) {
    REAL(opendir)
    ON_PATH(AT_FDCWD, given) GUARDED(DIR *, NULL, "opendir", "", 0, real(given));
    return real(given);
}

#define PATH1(NAME, AT, LOGGED, DETAIL, PARAMETERS, ...) \
    int NAME PARAMETERS { \
        REAL(NAME) \
        ON_PATH(AT, given) GUARDED(int, -1, LOGGED, "", DETAIL, real(__VA_ARGS__)); \
        return real(__VA_ARGS__); \
    }
PATH1(unlink, AT_FDCWD, "unlink", 0, (const char *given), given)
PATH1(unlinkat, at, "unlink", flags, (int at, const char *given, int flags), at, given, flags)
PATH1(rmdir, AT_FDCWD, "unlink", AT_REMOVEDIR, (const char *given), given)
PATH1(mkdir, AT_FDCWD, "mkdir", mode, (const char *given, mode_t mode), given, mode)
PATH1(mkdirat, at, "mkdir", mode, (int at, const char *given, mode_t mode), at, given, mode)
PATH1(chmod, AT_FDCWD, "chmod", mode, (const char *given, mode_t mode), given, mode)
PATH1(fchmodat, at, "chmod", mode, (int at, const char *given, mode_t mode, int flags), at, given, mode, flags)
PATH1(utimensat, at, "utimens", 0, (int at, const char *given, const struct timespec times[2], int flags), at, given, times, flags)
PATH1(truncate64, AT_FDCWD, "truncate", size, (const char *given, off64_t size), given, size)

#define FD1(NAME, LOGGED, DETAIL, PARAMETERS, ...) \
    int NAME PARAMETERS { \
        REAL(NAME) \
        ON_FD(fd) GUARDED(int, -1, LOGGED, "", DETAIL, real(__VA_ARGS__)); \
        return real(__VA_ARGS__); \
    }
FD1(fsync, "fsync", 0, (int fd), fd)
FD1(fdatasync, "fsync", 0, (int fd), fd)
FD1(syncfs, "syncfs", 0, (int fd), fd)
FD1(fchmod, "chmod", mode, (int fd, mode_t mode), fd, mode)
FD1(futimens, "utimens", 0, (int fd, const struct timespec times[2]), fd, times)
FD1(ftruncate, "truncate", size, (int fd, off_t size), fd, size)
FD1(ftruncate64, "truncate", size, (int fd, off64_t size), fd, size)
FD1(flock, "flock", operation, (int fd, int operation), fd, operation)

#define PATH2(NAME, FROM_AT, TO_AT, LOGGED, DETAIL, PARAMETERS, ...) \
    int NAME PARAMETERS { \
        REAL(NAME) \
        char other[LONGEST]; \
        other[0] = 0; \
        if (control && control->armed) full(TO_AT, to, other); \
        ON_PATH(FROM_AT, given) GUARDED(int, -1, LOGGED, other, DETAIL, real(__VA_ARGS__)); \
        return real(__VA_ARGS__); \
    }
PATH2(rename, AT_FDCWD, AT_FDCWD, "rename", 0, (const char *given, const char *to), given, to)
PATH2(renameat, at, to_at, "rename", 0, (int at, const char *given, int to_at, const char *to), at, given, to_at, to)
PATH2(renameat2, at, to_at, "rename", flags, (int at, const char *given, int to_at, const char *to, unsigned flags), at, given, to_at, to, flags)
PATH2(link, AT_FDCWD, AT_FDCWD, "link", 0, (const char *given, const char *to), given, to)
PATH2(linkat, at, to_at, "link", 0, (int at, const char *given, int to_at, const char *to, int flags), at, given, to_at, to, flags)

int symlink(const char *target, const char *given) {
    REAL(symlink)
    ON_PATH(AT_FDCWD, given) GUARDED(int, -1, "symlink", target, 0, real(target, given));
    return real(target, given);
}
int symlinkat(const char *target, int at, const char *given) {
    REAL(symlinkat)
    ON_PATH(at, given) GUARDED(int, -1, "symlink", target, 0, real(target, at, given));
    return real(target, at, given);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write)
    ON_FD(fd) {
        int64_t number;
        int is_recorded = control->record != 0;
        if (is_recorded) pthread_mutex_lock(&turn);
        int fault = fault_of(&number);
        end_if_told("write", path, number, fault);
        long long place = syscall(SYS_lseek, fd, 0, SEEK_CUR);
        ssize_t result = -1;
        if (fault > 0) errno = fault; else result = real(fd, data, fault == SHORT && size > 1 ? size / 2 : size);
        int kept = errno;
        put_down("write", path, "", place, result, data, is_recorded && result > 0 ? (size_t)result : 0, number, fault);
        if (is_recorded) pthread_mutex_unlock(&turn);
        errno = kept;
        return result;
    }
    return real(fd, data, size);
}

ssize_t read(int fd, void *data, size_t size) {
    REAL(read)
    ON_FD(fd) GUARDED(ssize_t, -1, "read", "", size, real(fd, data, size));
    return real(fd, data, size);
}

/* What connects to the service; not the pair by which an event loop wakes itself. */
static int is_network(int fd) {
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    if (!(control && control->armed && is_watched("/socket"))) return 0;
    return syscall(SYS_getsockname, fd, &name, &size) == 0 && (name.ss_family == AF_INET || name.ss_family == AF_INET6);
}

#define SOCKET(CONDITION, TYPE, NAME, PARAMETERS, ...) \
    TYPE NAME PARAMETERS { \
        REAL(NAME) \
        const char *path = "/socket"; \
        if (CONDITION) GUARDED(TYPE, -1, #NAME, "", 0, real(__VA_ARGS__)); \
        return real(__VA_ARGS__); \
    }
SOCKET(control && control->armed && family != AF_UNIX && is_watched(path), int, socket, (int family, int type, int protocol), family, type, protocol)
SOCKET(is_network(fd), int, connect, (int fd, const struct sockaddr *address, socklen_t size), fd, address, size)
SOCKET(is_network(fd), ssize_t, recv, (int fd, void *data, size_t size, int flags), fd, data, size, flags)
ssize_t send(int fd, const void *data, size_t size, int flags) {
    REAL(send)
    const char *path = "/socket";
    if (is_network(fd)) GUARDED(ssize_t, -1, "send", "", 0, real(fd, data, fault == SHORT && size > 1 ? size / 2 : size, flags));
    return real(fd, data, size, flags);
}
