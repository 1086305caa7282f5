// The functions by which a program reaches a camera, put before the C library's own.
//
// nokhwa (by the crate v4l) uses open, close, poll and syscall(SYS_ioctl, …);
// Rust's library uses open64, opendir and readdir64. What is not a camera is
// handed on after one comparison.
#define _GNU_SOURCE
#include "camera.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Looked up at the first call: other libraries may call before our own start.
#define REAL(name)                                                          \
  ({                                                                        \
    static __typeof__(&name) real;                                          \
    __typeof__(&name) found = __atomic_load_n(&real, __ATOMIC_RELAXED);     \
    if (!found) {                                                           \
      found = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                   \
      __atomic_store_n(&real, found, __ATOMIC_RELAXED);                     \
    }                                                                       \
    found;                                                                  \
  })

#define PUBLIC __attribute__((visibility("default")))

static const char *root;

const char *cameras_root(void) { return root; }

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Takes this library out of LD_PRELOAD, so that the program's own children (a
// web view has several) start without it.
static void spare_the_children(void) {
  Dl_info self;
  const char *list = getenv("LD_PRELOAD");
  if (!list || !dladdr((void *)spare_the_children, &self)) return;
  char *rest = calloc(strlen(list) + 1, 1), *all = strdup(list), *mark = NULL;
  for (char *one = strtok_r(all, ": ", &mark); one; one = strtok_r(NULL, ": ", &mark)) {
    if (!strcmp(one, self.dli_fname)) continue;
    if (*rest) strcat(rest, ":");
    strcat(rest, one);
  }
  if (*rest) setenv("LD_PRELOAD", rest, 1);
  else unsetenv("LD_PRELOAD");
  free(all);
  free(rest);
}

__attribute__((constructor)) static void begin(void) {
  const char *given = getenv("FAKE_CAMERAS");
  if (given && *given) root = strdup(given);
  spare_the_children();
}

// N of exactly /dev/videoN, else -1.
static int camera_number(const char *path) {
  static const char start[] = "/dev/video";
  if (!root || !path || strncmp(path, start, sizeof start - 1)) return -1;
  const char *digits = path + sizeof start - 1;
  size_t length = strspn(digits, "0123456789");
  return length && length < 6 && !digits[length] ? atoi(digits) : -1;
}

// What the system tells of cameras: /sys/class/video4linux/videoN/name is dev/videoN/name.
static const char *redirected(const char *path, char instead[PATH_MAX]) {
  static const char start[] = "/sys/class/video4linux";
  if (!root || !path || strncmp(path, start, sizeof start - 1)) return path;
  snprintf(instead, PATH_MAX, "%s/dev%s", root, path + sizeof start - 1);
  return instead;
}

static int open_with(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
  int number = camera_number(path);
  if (number >= 0) return camera_open(number, flags);
  char instead[PATH_MAX];
  return real(redirected(path, instead), flags, mode);
}

static int openat_with(int (*real)(int, const char *, int, ...), int at, const char *path, int flags, mode_t mode) {
  int number = camera_number(path);
  if (number >= 0) return camera_open(number, flags);
  char instead[PATH_MAX];
  return real(at, redirected(path, instead), flags, mode);
}

// The mode is there only with some flags, but reading it does no harm.
#define MODE_AFTER(last)                   \
  ({                                       \
    va_list rest;                          \
    va_start(rest, last);                  \
    mode_t mode = va_arg(rest, mode_t);    \
    va_end(rest);                          \
    mode;                                  \
  })

PUBLIC int open(const char *path, int flags, ...) { return open_with(REAL(open), path, flags, MODE_AFTER(flags)); }

PUBLIC int open64(const char *path, int flags, ...) { return open_with(REAL(open64), path, flags, MODE_AFTER(flags)); }

PUBLIC int openat(int at, const char *path, int flags, ...) {
  return openat_with(REAL(openat), at, path, flags, MODE_AFTER(flags));
}

PUBLIC int openat64(int at, const char *path, int flags, ...) {
  return openat_with(REAL(openat64), at, path, flags, MODE_AFTER(flags));
}

PUBLIC DIR *opendir(const char *path) {
  char instead[PATH_MAX];
  DIR *opened = REAL(opendir)(redirected(path, instead));
  bool is_dev = root && (!strcmp(path, "/dev") || !strcmp(path, "/dev/"));
  return opened && is_dev ? listing_open(opened) : opened;
}

PUBLIC struct dirent64 *readdir64(DIR *folder) { return listing_next(folder, REAL(readdir64)); }

// On 64 bits the two are one.
PUBLIC struct dirent *readdir(DIR *folder) { return (struct dirent *)listing_next(folder, REAL(readdir64)); }

PUBLIC int closedir(DIR *folder) {
  listing_close(folder);
  return REAL(closedir)(folder);
}

PUBLIC int close(int fd) {
  if (camera_is(fd)) camera_close(fd);
  return REAL(close)(fd);
}

static int answer(int fd, unsigned long request, void *argument) {
  struct camera *camera = camera_hold(fd);
  int fault = camera ? camera_answer(camera, request, argument) : EBADF;
  cameras_unlock();
  if (fault) errno = fault;
  return fault ? -1 : 0;
}

PUBLIC int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  return camera_is(fd) ? answer(fd, request, argument) : REAL(ioctl)(fd, request, argument);
}

PUBLIC long syscall(long number, ...) {
  long given[6];
  va_list rest;
  va_start(rest, number);
  for (int place = 0; place < 6; place++) given[place] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_ioctl && camera_is((int)given[0])) {
    return answer((int)given[0], (unsigned long)given[1], (void *)given[2]);
  }
  return REAL(syscall)(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

// A camera is waited for alone.
PUBLIC int poll(struct pollfd *waiting, nfds_t count, int milliseconds) {
  if (count != 1 || !camera_is(waiting->fd)) return REAL(poll)(waiting, count, milliseconds);
  return stream_poll(waiting->fd, &waiting->revents, milliseconds);
}
