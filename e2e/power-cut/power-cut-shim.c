/*
 * Loaded before a station's own libraries (LD_PRELOAD), to see and to end it from outside: no product code exists for these tests.
 *
 * Writes down, in the order in which they happened, every write to a file below CUT_FOLDER, every truncation, rename and removal there,
 * every sync, every byte to a TCP peer or a serial device, and every line on standard output. Ends the process with SIGKILL at one point.
 *
 *   CUT_FOLDER  absolute path of the folder that is watched
 *   CUT_LOG     file to append records to (format: record.ts reads it)
 *   CUT_AT      "sync:17:before" | "sync:17:after" | "device:230:before" | ":half" | ":after" | "write:55:before" | ":half" | ":after"; empty for none.
 *               Syncs and writes are counted on files whose name begins with "journal.db" only, each from 1.
 *   CUT_FAIL    "write:300:30" | "sync:20:5": from that write or sync on, every write and sync of the journal's files fails with this errno
 *               instead, as on a disk that has failed, filled up or turned read-only.
 *
 * A write to a file and a sync are noted when they have returned, a byte to a device before it leaves: the order that is noted is never kinder
 * to the station than the one that happened. Children of the station inherit nothing of this.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FDS 4096
#define MOST_FILES 4096
#define DEVICE_HEAD 48

enum role { ROLE_NONE, ROLE_FILE, ROLE_DEVICE };
struct descriptor {
  enum role role;
  uint32_t id; /* file: index into paths; device: its port, or the number of the serial device */
};

static struct descriptor fds[MOST_FDS];
static char *paths[MOST_FILES];
static uint32_t path_count;
static char folder[4096];
static size_t folder_length;
static int log_fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static char at_what[16];
static char at_when[16];
static long at_number;
static long syncs, device_writes, file_writes;
static char fail_what[16];
static long fail_number;
static int fail_errno, failing;

#define REAL(name) static __typeof__(&name) real_##name
REAL(open); REAL(open64); REAL(openat); REAL(openat64); REAL(creat); REAL(close); REAL(dup2);
REAL(write); REAL(pwrite); REAL(pwrite64); REAL(writev); REAL(pwritev); REAL(send); REAL(sendto); REAL(sendmsg);
REAL(fsync); REAL(fdatasync); REAL(ftruncate); REAL(ftruncate64); REAL(rename); REAL(unlink); REAL(connect);

static void resolve(void) {
#define FIND(name) real_##name = (__typeof__(real_##name))dlsym(RTLD_NEXT, #name)
  if (real_write != NULL) return;
  FIND(open); FIND(open64); FIND(openat); FIND(openat64); FIND(creat); FIND(close); FIND(dup2);
  FIND(pwrite); FIND(pwrite64); FIND(writev); FIND(pwritev); FIND(send); FIND(sendto); FIND(sendmsg);
  FIND(fsync); FIND(fdatasync); FIND(ftruncate); FIND(ftruncate64); FIND(rename); FIND(unlink); FIND(connect);
  FIND(write);
}

__attribute__((constructor)) static void begin(void) {
  resolve();
  const char *where = getenv("CUT_FOLDER"), *to = getenv("CUT_LOG"), *at = getenv("CUT_AT"), *fail = getenv("CUT_FAIL");
  if (where == NULL || to == NULL) return;
  snprintf(folder, sizeof folder, "%s/", where);
  folder_length = strlen(folder);
  if (at != NULL) sscanf(at, "%15[a-z]:%ld:%15[a-z]", at_what, &at_number, at_when);
  if (fail != NULL) sscanf(fail, "%15[a-z]:%ld:%d", fail_what, &fail_number, &fail_errno);
  log_fd = real_open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  unsetenv("LD_PRELOAD");
  unsetenv("CUT_FOLDER");
  unsetenv("CUT_LOG");
  unsetenv("CUT_AT");
  unsetenv("CUT_FAIL");
}

struct __attribute__((packed)) record {
  uint8_t kind;
  uint32_t id;
  uint64_t offset;
  uint64_t length; /* of what was written, sent or truncated to */
  uint32_t payload; /* bytes that follow here */
};

/* Called with the lock held. */
static void note(char kind, uint32_t id, uint64_t offset, uint64_t length, const void *payload, size_t size) {
  struct record head = {(uint8_t)kind, id, offset, length, (uint32_t)size};
  struct iovec parts[2] = {{&head, sizeof head}, {(void *)payload, size}};
  if (log_fd >= 0 && real_writev(log_fd, parts, size > 0 ? 2 : 1) < 0) abort();
}

static void cut(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* Whether the process ends at this count of this kind, and at which side of the call. */
static int is_due(const char *what, long number, const char *when) {
  return number == at_number && strcmp(at_what, what) == 0 && strcmp(at_when, when) == 0;
}

/* Whether the disk has failed at this count of this kind, or before. */
static int has_failed(const char *what, long number) {
  if (fail_errno != 0 && number >= fail_number && strcmp(fail_what, what) == 0) failing = 1;
  return failing;
}

static int is_watched(const char *path) {
  return log_fd >= 0 && path != NULL && strncmp(path, folder, folder_length) == 0;
}

static uint32_t path_id(const char *path) {
  for (uint32_t id = 0; id < path_count; id++)
    if (strcmp(paths[id], path) == 0) return id;
  if (path_count == MOST_FILES) abort();
  paths[path_count] = strdup(path);
  note('N', path_count, 0, 0, path + folder_length, strlen(path) - folder_length);
  return path_count++;
}

static int is_journal(uint32_t id) {
  const char *name = strrchr(paths[id], '/') + 1;
  return strncmp(name, "journal.db", 10) == 0 && strstr(name, "-shm") == NULL;
}

static void opened(int fd, const char *path, int flags) {
  if (fd < 0 || fd >= MOST_FDS || log_fd < 0) return;
  pthread_mutex_lock(&lock);
  fds[fd] = (struct descriptor){ROLE_NONE, 0};
  if (is_watched(path)) {
    struct stat found;
    if (fstat(fd, &found) == 0 && (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode))) {
      uint32_t id = path_id(path);
      if (S_ISREG(found.st_mode)) {
        if ((flags & O_CREAT) != 0) note('O', id, 0, (flags & O_TRUNC) != 0, NULL, 0);
      }
      fds[fd] = (struct descriptor){ROLE_FILE, id};
    } else if (S_ISCHR(found.st_mode)) {
      fds[fd] = (struct descriptor){ROLE_DEVICE, 100000};
    }
  } else if (path != NULL && (strncmp(path, "/dev/pts/", 9) == 0 || strncmp(path, "/dev/tty", 8) == 0)) {
    fds[fd] = (struct descriptor){ROLE_DEVICE, 100000 + (uint32_t)atoi(path + 9)};
  }
  pthread_mutex_unlock(&lock);
}

#define MODE_OF(flags, last)                              \
  mode_t mode = 0;                                        \
  if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {           \
    va_list rest;                                         \
    va_start(rest, last);                                 \
    mode = va_arg(rest, mode_t);                          \
    va_end(rest);                                         \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags, flags)
  resolve();
  int fd = real_open(path, flags, mode);
  opened(fd, path, flags);
  return fd;
}
int open64(const char *path, int flags, ...) {
  MODE_OF(flags, flags)
  resolve();
  int fd = real_open64(path, flags, mode);
  opened(fd, path, flags);
  return fd;
}
int openat(int at, const char *path, int flags, ...) {
  MODE_OF(flags, flags)
  resolve();
  int fd = real_openat(at, path, flags, mode);
  opened(fd, path, flags);
  return fd;
}
int openat64(int at, const char *path, int flags, ...) {
  MODE_OF(flags, flags)
  resolve();
  int fd = real_openat64(at, path, flags, mode);
  opened(fd, path, flags);
  return fd;
}
int creat(const char *path, mode_t mode) {
  resolve();
  int fd = real_creat(path, mode);
  opened(fd, path, O_CREAT | O_TRUNC);
  return fd;
}

int close(int fd) {
  resolve();
  if (fd >= 0 && fd < MOST_FDS && fd != log_fd) fds[fd] = (struct descriptor){ROLE_NONE, 0};
  return real_close(fd);
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  resolve();
  if (log_fd >= 0 && fd >= 0 && fd < MOST_FDS) {
    uint32_t port = 0;
    if (address->sa_family == AF_INET) port = ntohs(((const struct sockaddr_in *)address)->sin_port);
    if (address->sa_family == AF_INET6) port = ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
    if (port != 0) {
      pthread_mutex_lock(&lock);
      fds[fd] = (struct descriptor){ROLE_DEVICE, port};
      note('C', port, 0, 0, NULL, 0);
      pthread_mutex_unlock(&lock);
    }
  }
  return real_connect(fd, address, length);
}

static enum role role_of(int fd) {
  return log_fd < 0 || fd < 0 || fd >= MOST_FDS ? ROLE_NONE : fds[fd].role;
}

/* One write to a journal or other watched file; `at` below zero means the file's own position. */
static ssize_t file_write(int fd, const void *bytes, size_t count, off64_t at) {
  uint32_t id = fds[fd].id;
  pthread_mutex_lock(&lock);
  off64_t offset = at >= 0 ? at : lseek64(fd, 0, SEEK_CUR);
  int counted = is_journal(id);
  if (counted) file_writes++;
  if (counted && is_due("write", file_writes, "before")) cut();
  if (counted && has_failed("write", file_writes)) {
    pthread_mutex_unlock(&lock);
    errno = fail_errno;
    return -1;
  }
  int half = counted && is_due("write", file_writes, "half");
  size_t wanted = half ? count / 2 : count;
  ssize_t done = at >= 0 ? real_pwrite64(fd, bytes, wanted, at) : real_write(fd, bytes, wanted);
  int kept = errno;
  if (done > 0) note('W', id, (uint64_t)offset, (uint64_t)done, bytes, (size_t)done);
  if (half || (counted && is_due("write", file_writes, "after"))) cut();
  pthread_mutex_unlock(&lock);
  errno = kept;
  return done;
}

/* Notes bytes before they leave for a device; tells how many may go before the process ends, or -1 for all. */
static ssize_t device_note(int fd, const void *bytes, size_t count) {
  pthread_mutex_lock(&lock);
  device_writes++;
  if (is_due("device", device_writes, "before")) cut();
  int half = is_due("device", device_writes, "half");
  size_t leaving = half ? count / 2 : count;
  note('D', fds[fd].id, 0, leaving, bytes, leaving < DEVICE_HEAD ? leaving : DEVICE_HEAD);
  return half ? (ssize_t)leaving : -1;
}

static void device_done(void) {
  if (is_due("device", device_writes, "after")) cut();
  pthread_mutex_unlock(&lock);
}

static ssize_t device_write(int fd, const void *bytes, size_t count, ssize_t (*all)(int, const void *, size_t, int), int flags) {
  ssize_t part = device_note(fd, bytes, count);
  if (part >= 0) {
    if (part > 0) all(fd, bytes, (size_t)part, flags);
    cut();
  }
  ssize_t done = all(fd, bytes, count, flags);
  int kept = errno;
  device_done();
  errno = kept;
  return done;
}

static ssize_t by_write(int fd, const void *bytes, size_t count, int flags) {
  (void)flags;
  return real_write(fd, bytes, count);
}
static ssize_t by_send(int fd, const void *bytes, size_t count, int flags) { return real_send(fd, bytes, count, flags); }

ssize_t write(int fd, const void *bytes, size_t count) {
  resolve();
  switch (role_of(fd)) {
    case ROLE_FILE: return file_write(fd, bytes, count, -1);
    case ROLE_DEVICE: return device_write(fd, bytes, count, by_write, 0);
    case ROLE_NONE: break;
  }
  if (fd != STDOUT_FILENO || log_fd < 0) return real_write(fd, bytes, count);
  /* A full pipe takes nothing (a line is shorter than PIPE_BUF): only what was taken has been told. */
  pthread_mutex_lock(&lock);
  ssize_t done = real_write(fd, bytes, count);
  int kept = errno;
  if (done > 0) note('P', 0, 0, (size_t)done, bytes, (size_t)done);
  pthread_mutex_unlock(&lock);
  errno = kept;
  return done;
}
ssize_t send(int fd, const void *bytes, size_t count, int flags) {
  resolve();
  return role_of(fd) == ROLE_DEVICE ? device_write(fd, bytes, count, by_send, flags) : real_send(fd, bytes, count, flags);
}
ssize_t sendto(int fd, const void *bytes, size_t count, int flags, const struct sockaddr *to, socklen_t length) {
  resolve();
  if (role_of(fd) == ROLE_DEVICE && to == NULL) return device_write(fd, bytes, count, by_send, flags);
  return real_sendto(fd, bytes, count, flags, to, length);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  resolve();
  return role_of(fd) == ROLE_FILE ? file_write(fd, bytes, count, at) : real_pwrite(fd, bytes, count, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  resolve();
  return role_of(fd) == ROLE_FILE ? file_write(fd, bytes, count, at) : real_pwrite64(fd, bytes, count, at);
}

/* Several parts as one: what is gathered is what leaves. */
static char *gathered(const struct iovec *parts, int count, size_t *size) {
  *size = 0;
  for (int at = 0; at < count; at++) *size += parts[at].iov_len;
  char *bytes = malloc(*size + 1), *to = bytes;
  if (bytes == NULL) abort();
  for (int at = 0; at < count; at++) {
    memcpy(to, parts[at].iov_base, parts[at].iov_len);
    to += parts[at].iov_len;
  }
  return bytes;
}
static ssize_t gathered_write(int fd, const struct iovec *parts, int count, off64_t at) {
  size_t size;
  char *bytes = gathered(parts, count, &size);
  ssize_t done = role_of(fd) == ROLE_FILE ? file_write(fd, bytes, size, at) : device_write(fd, bytes, size, by_write, 0);
  int kept = errno;
  free(bytes);
  errno = kept;
  return done;
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  resolve();
  return role_of(fd) == ROLE_NONE ? real_writev(fd, parts, count) : gathered_write(fd, parts, count, -1);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  resolve();
  return role_of(fd) == ROLE_FILE ? gathered_write(fd, parts, count, at) : real_pwritev(fd, parts, count, at);
}
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  resolve();
  if (role_of(fd) != ROLE_DEVICE || message->msg_controllen > 0) return real_sendmsg(fd, message, flags);
  return gathered_write(fd, message->msg_iov, (int)message->msg_iovlen, -1);
}

static int synced(int fd, int (*real)(int)) {
  if (role_of(fd) != ROLE_FILE) return real(fd);
  uint32_t id = fds[fd].id;
  pthread_mutex_lock(&lock);
  int counted = is_journal(id);
  if (counted) syncs++;
  if (counted && is_due("sync", syncs, "before")) cut();
  if (counted && has_failed("sync", syncs)) {
    pthread_mutex_unlock(&lock);
    errno = fail_errno;
    return -1;
  }
  int result = real(fd);
  int kept = errno;
  if (result == 0) note('S', id, 0, counted ? (uint64_t)syncs : 0, NULL, 0);
  if (counted && is_due("sync", syncs, "after")) cut();
  pthread_mutex_unlock(&lock);
  errno = kept;
  return result;
}
int fsync(int fd) {
  resolve();
  return synced(fd, real_fsync);
}
int fdatasync(int fd) {
  resolve();
  return synced(fd, real_fdatasync);
}

static int truncated(int fd, off64_t length, int result) {
  int kept = errno;
  if (result == 0 && role_of(fd) == ROLE_FILE) {
    pthread_mutex_lock(&lock);
    note('T', fds[fd].id, 0, (uint64_t)length, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  errno = kept;
  return result;
}
int ftruncate(int fd, off_t length) {
  resolve();
  return truncated(fd, length, real_ftruncate(fd, length));
}
int ftruncate64(int fd, off64_t length) {
  resolve();
  return truncated(fd, length, real_ftruncate64(fd, length));
}

int rename(const char *from, const char *to) {
  resolve();
  int result = real_rename(from, to);
  int kept = errno;
  if (result == 0 && is_watched(to)) {
    pthread_mutex_lock(&lock);
    uint32_t source = path_id(from), target = path_id(to);
    note('R', source, target, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  errno = kept;
  return result;
}
int unlink(const char *path) {
  resolve();
  int result = real_unlink(path);
  int kept = errno;
  if (result == 0 && is_watched(path)) {
    pthread_mutex_lock(&lock);
    note('U', path_id(path), 0, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  errno = kept;
  return result;
}
