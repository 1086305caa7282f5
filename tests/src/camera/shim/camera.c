// Cameras that are open: from the folder that describes one to the file descriptor of the program.
#define _GNU_SOURCE
#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DESCRIPTORS = 4096 };

// By file descriptor. Looked at without the lock, changed and used with it.
static struct camera *opened[DESCRIPTORS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool camera_is(int fd) {
  return fd >= 0 && fd < DESCRIPTORS && __atomic_load_n(&opened[fd], __ATOMIC_SEQ_CST);
}

void cameras_lock(void) { pthread_mutex_lock(&lock); }

void cameras_unlock(void) { pthread_mutex_unlock(&lock); }

struct camera *camera_hold(int fd) {
  cameras_lock();
  return opened[fd];
}

// A child that is about to become another program closes what it inherited:
// to it they are plain files, and no lock may be left from a thread it lacks.
static void forget_all(void) {
  for (int fd = 0; fd < DESCRIPTORS; fd++) opened[fd] = NULL;
  cameras_unlock();
}

__attribute__((constructor)) static void mind_forks(void) { pthread_atfork(cameras_lock, cameras_unlock, forget_all); }

bool camera_has(const struct camera *camera, const char *what) {
  return !faccessat(camera->folder, what, F_OK, 0);
}

bool camera_gone(const struct camera *camera) { return !faccessat(camera->plug, "gone", F_OK, 0); }

bool camera_is_metadata(const struct camera *camera) { return !faccessat(camera->plug, "metadata", F_OK, 0); }

static FILE *reading(int folder, const char *name) {
  int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? NULL : fdopen(fd, "r");
}

void camera_text(const struct camera *camera, const char *name, char *text, size_t size) {
  *text = 0;
  FILE *file = reading(camera->folder, name);
  if (!file) return;
  if (fgets(text, (int)size, file)) text[strcspn(text, "\n")] = 0;
  fclose(file);
}

// `MJPG 1280 720 1/30 1/15`
static bool read_mode(const char *line, struct mode *mode) {
  char fourcc[5] = {0};
  int used = 0;
  if (sscanf(line, "%4s %u %u%n", fourcc, &mode->width, &mode->height, &used) != 3) return false;
  mode->fourcc = v4l2_fourcc(fourcc[0], fourcc[1], fourcc[2], fourcc[3]);
  for (mode->rates = 0; mode->rates < RATES; mode->rates++) {
    struct v4l2_fract *interval = &mode->interval[mode->rates];
    line += used;
    if (sscanf(line, " %u/%u%n", &interval->numerator, &interval->denominator, &used) != 2) break;
  }
  return mode->rates > 0;
}

static void read_modes(struct camera *camera) {
  char line[256];
  FILE *file = reading(camera->folder, "modes");
  while (file && camera->mode_count < MODES && fgets(line, sizeof line, file)) {
    camera->mode_count += read_mode(line, &camera->modes[camera->mode_count]);
  }
  if (file) fclose(file);
}

// A driver keeps its mode from one program to the next, until the plug is pulled.
static void recall_mode(struct camera *camera) {
  unsigned mode, rate;
  FILE *file = reading(camera->plug, "mode");
  if (file && fscanf(file, "%u %u", &mode, &rate) == 2 && mode < camera->mode_count &&
      rate < camera->modes[mode].rates) {
    camera->mode = mode;
    camera->rate = rate;
  }
  if (file) fclose(file);
}

void camera_remember_mode(const struct camera *camera) {
  int fd = openat(camera->plug, "mode", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return;
  dprintf(fd, "%u %u\n", camera->mode, camera->rate);
  close(fd);
}

int camera_claim(struct camera *camera) {
  if (camera->lock >= 0) return 0;
  int fd = openat(camera->plug, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB)) {
    camera->lock = fd;
    return 0;
  }
  if (fd >= 0) close(fd);
  return EBUSY;
}

void camera_let_go(struct camera *camera) {
  if (camera->lock >= 0) close(camera->lock);
  camera->lock = -1;
}

static void discard(struct camera *camera) {
  stream_free(camera);
  camera_let_go(camera);
  if (camera->folder >= 0) close(camera->folder);
  if (camera->plug >= 0) close(camera->plug);
  free(camera);
}

// 0 or an errno.
static int find(struct camera *camera, int number) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/dev/video%d", cameras_root(), number);
  camera->plug = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (camera->plug < 0) return ENOENT;
  camera->folder = openat(camera->plug, "camera", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (camera->folder < 0 || camera_gone(camera)) return ENODEV;
  return camera_has(camera, "denied") ? EACCES : 0;
}

int camera_open(int number, int flags) {
  struct camera *camera = calloc(1, sizeof *camera);
  if (!camera) return -1;
  camera->plug = camera->folder = camera->lock = -1;
  int fault = find(camera, number);
  int fd = fault ? -1 : memfd_create("fake camera", flags & O_CLOEXEC ? MFD_CLOEXEC : 0);
  if (!fault && fd < 0) fault = errno;
  if (fd >= DESCRIPTORS) {
    close(fd);
    fault = EMFILE;
  }
  if (fault) {
    discard(camera);
    errno = fault;
    return -1;
  }
  camera->fd = fd;
  read_modes(camera);
  recall_mode(camera);
  __atomic_store_n(&opened[fd], camera, __ATOMIC_SEQ_CST);
  return fd;
}

// The caller closes the descriptor itself.
void camera_close(int fd) {
  struct camera *camera = camera_hold(fd);
  __atomic_store_n(&opened[fd], NULL, __ATOMIC_SEQ_CST);
  cameras_unlock();
  if (camera) discard(camera);
}
