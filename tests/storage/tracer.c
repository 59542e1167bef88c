/* Loaded into a process by LD_PRELOAD: writes down what it does to files below $TRACED, in order, into $TRACE.
 *
 * One record each: kind, length of the path, length of the data, inode, offset; then path and data. A record is written
 * with one append, after what it tells has succeeded and before the caller knows, so that whatever a client is told
 * afterwards stands behind it. power_cuts.py reads them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096

static char traced[FDS]; /* whether a descriptor is one of ours */

static const char *below(const char *path)
{
    const char *folder = getenv("TRACED");
    size_t length = folder ? strlen(folder) : 0;
    return length && path && strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

static void tell(char kind, const char *path, const void *data, size_t length, int64_t inode, int64_t offset)
{
    int saved = errno;
    struct __attribute__((packed)) {
        char kind;
        uint16_t path_length;
        uint32_t length;
        int64_t inode, offset;
    } head = {kind, (uint16_t)(path ? strlen(path) : 0), (uint32_t)length, inode, offset};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, head.path_length}, {(void *)data, length}};
    const char *trace = getenv("TRACE");
    int fd = trace ? (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) {
        syscall(SYS_writev, fd, parts, 3);
        syscall(SYS_close, fd);
    }
    errno = saved;
}

static int64_t inode_of(int fd)
{
    struct stat found;
    return fstat(fd, &found) == 0 ? (int64_t)found.st_ino : -1;
}

static int is_folder(int fd)
{
    struct stat found;
    return fstat(fd, &found) == 0 && S_ISDIR(found.st_mode);
}

static int ours(int fd) { return fd >= 0 && fd < FDS && traced[fd]; }

static int opened(int fd, const char *path, int flags)
{
    const char *name = below(path), *folder = getenv("TRACED");
    if (fd >= 0 && fd < FDS) {
        traced[fd] = name != NULL || (folder && path && strcmp(path, folder) == 0);
        if (name && !is_folder(fd))
            tell('o', name, NULL, 0, inode_of(fd), flags & O_TRUNC ? 1 : 0);
    }
    return fd;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        va_list more; \
        va_start(more, flags); \
        int mode = va_arg(more, int); \
        va_end(more); \
        REAL(name); \
        return opened(real(path, flags, mode), path, flags); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) \
    { \
        va_list more; \
        va_start(more, flags); \
        int mode = va_arg(more, int); \
        va_end(more); \
        REAL(name); \
        return opened(real(at, path, flags, mode), path, flags); \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd)
{
    REAL(close);
    if (fd >= 0 && fd < FDS)
        traced[fd] = 0;
    return real(fd);
}

ssize_t write(int fd, const void *data, size_t length)
{
    REAL(write);
    ssize_t done = real(fd, data, length);
    if (done > 0 && ours(fd))
        tell('w', NULL, data, (size_t)done, inode_of(fd), (int64_t)lseek(fd, 0, SEEK_CUR) - done);
    return done;
}

#define PWRITE(name, offset_type) \
    ssize_t name(int fd, const void *data, size_t length, offset_type offset) \
    { \
        REAL(name); \
        ssize_t done = real(fd, data, length, offset); \
        if (done > 0 && ours(fd)) \
            tell('w', NULL, data, (size_t)done, inode_of(fd), (int64_t)offset); \
        return done; \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, offset_type) \
    int name(int fd, offset_type length) \
    { \
        REAL(name); \
        int failed = real(fd, length); \
        if (!failed && ours(fd)) \
            tell('t', NULL, NULL, 0, inode_of(fd), (int64_t)length); \
        return failed; \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name) \
    int name(int fd) \
    { \
        REAL(name); \
        int failed = real(fd); \
        if (!failed && ours(fd)) \
            tell('s', NULL, NULL, 0, inode_of(fd), 0); \
        return failed; \
    }
SYNC(fsync)
SYNC(fdatasync)

int rename(const char *from, const char *to)
{
    REAL(rename);
    int failed = real(from, to);
    if (!failed && below(from) && below(to))
        tell('r', below(from), below(to), strlen(below(to)), 0, 0);
    return failed;
}

int unlink(const char *path)
{
    REAL(unlink);
    int failed = real(path);
    if (!failed && below(path))
        tell('u', below(path), NULL, 0, 0, 0);
    return failed;
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    int failed = real(path, mode);
    if (!failed && below(path))
        tell('d', below(path), NULL, 0, 0, 0);
    return failed;
}
