// Frames: buffers that the program queues, filled at the camera's pace.
//
// A frame is read when it is taken, so whatever is before the camera then is
// what it shows: none is older than the last change of the scene.
#define _GNU_SOURCE
#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// Between two looks whether the camera is still there.
static const double LOOK = 0.02;

// For MJPG as uvcvideo says it: the program gets the whole of that, mostly unused.
size_t stream_size(const struct mode *mode) {
  size_t pixels = (size_t)mode->width * mode->height;
  switch (mode->fourcc) {
    case V4L2_PIX_FMT_GREY: return pixels;
    case V4L2_PIX_FMT_NV12: return pixels * 3 / 2;
    default: return pixels * 2;
  }
}

static double period(const struct camera *camera) {
  struct v4l2_fract interval = camera->modes[camera->mode].interval[camera->rate];
  return (double)interval.numerator / interval.denominator;
}

void stream_free(struct camera *camera) {
  if (camera->memory) munmap(camera->memory, camera->buffer_size * camera->buffers);
  camera->memory = NULL;
  camera->buffers = camera->queued = 0;
  camera->streaming = camera->announced = false;
  camera->last_size = 0;
}

int stream_request(struct camera *camera, struct v4l2_requestbuffers *wanted) {
  if (wanted->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || wanted->memory != V4L2_MEMORY_MMAP) return EINVAL;
  if (!camera->mode_count) return EINVAL;
  stream_free(camera);
  wanted->capabilities = V4L2_BUF_CAP_SUPPORTS_MMAP;
  if (!wanted->count) {
    camera_let_go(camera);
    return 0;
  }
  if (camera_claim(camera)) return EBUSY;
  if (wanted->count > BUFFERS) wanted->count = BUFFERS;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  camera->buffer_size = (stream_size(&camera->modes[camera->mode]) + page - 1) / page * page;
  size_t all = camera->buffer_size * wanted->count;
  if (ftruncate(camera->fd, (off_t)all)) return errno;
  void *memory = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED, camera->fd, 0);
  if (memory == MAP_FAILED) return errno;
  camera->memory = memory;
  camera->buffers = wanted->count;
  return 0;
}

static void describe(const struct camera *camera, unsigned index, struct v4l2_buffer *buffer) {
  *buffer = (struct v4l2_buffer){
      .index = index,
      .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
      .memory = V4L2_MEMORY_MMAP,
      .flags = V4L2_BUF_FLAG_MAPPED | V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC,
      .field = V4L2_FIELD_NONE,
      .length = (uint32_t)stream_size(&camera->modes[camera->mode]),
      .m.offset = (uint32_t)(index * camera->buffer_size),
  };
}

int stream_describe(const struct camera *camera, struct v4l2_buffer *buffer) {
  if (buffer->index >= camera->buffers) return EINVAL;
  describe(camera, buffer->index, buffer);
  return 0;
}

int stream_queue(struct camera *camera, const struct v4l2_buffer *buffer) {
  if (buffer->index >= camera->buffers) return EINVAL;
  for (unsigned place = 0; place < camera->queued; place++) {
    if (camera->queue[place] == buffer->index) return EINVAL;
  }
  camera->queue[camera->queued++] = buffer->index;
  return 0;
}

int stream_on(struct camera *camera) {
  if (!camera->buffers) return EINVAL;
  camera->streaming = true;
  camera->due = now() + period(camera);
  return 0;
}

int stream_off(struct camera *camera) {
  if (camera_has(camera, "off_fails")) return EIO;
  camera->streaming = camera->announced = false;
  camera->queued = 0;
  return 0;
}

// The next picture of the scene; the first again after the last.
static int open_picture(struct camera *camera) {
  const struct mode *mode = &camera->modes[camera->mode];
  for (int attempt = 0; attempt < 2; attempt++) {
    char name[64];
    snprintf(name, sizeof name, "scene/%.4s_%ux%u/%u", (const char *)&mode->fourcc, mode->width, mode->height,
             camera->picture++);
    int fd = openat(camera->folder, name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) return fd;
    camera->picture = 0;
  }
  return -1;
}

static size_t read_picture(struct camera *camera, unsigned char *frame, size_t room) {
  int fd = open_picture(camera);
  if (fd < 0) return 0;
  size_t size = 0;
  for (ssize_t got; size < room && (got = read(fd, frame + size, room - size)) > 0;) size += (size_t)got;
  close(fd);
  return size;
}

// A live sensor never gives the same bytes twice. In a JPEG it is the comment
// that the scene's maker has left room for; else the last bit of 64 pixels.
static void add_noise(const struct mode *mode, unsigned char *frame, size_t size) {
  static uint64_t noise;
  uint64_t tick = __atomic_add_fetch(&noise, 1, __ATOMIC_RELAXED) + (uint64_t)(now() * 1e6) * 1000;
  if (mode->fourcc == V4L2_PIX_FMT_MJPEG) {
    char digits[17];
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)tick);
    if (size > 22 && frame[2] == 0xff && frame[3] == 0xfe) memcpy(frame + 6, digits, 16);
    return;
  }
  bool packed = mode->fourcc == V4L2_PIX_FMT_YUYV || mode->fourcc == V4L2_PIX_FMT_UYVY;
  size_t step = packed ? 2 : 1, first = mode->fourcc == V4L2_PIX_FMT_UYVY ? 1 : 0;
  for (size_t bit = 0; bit < 64 && first + bit * step < size; bit++) {
    unsigned char *pixel = &frame[first + bit * step];
    *pixel = (unsigned char)((*pixel & ~1u) | (tick >> bit & 1));
  }
}

static size_t fill(struct camera *camera, unsigned index) {
  const struct mode *mode = &camera->modes[camera->mode];
  unsigned char *frame = camera->memory + index * camera->buffer_size;
  if (camera_has(camera, "frozen") && camera->last_size) {
    // The buffer filled last is as it was: none is filled before it is taken.
    memmove(frame, camera->memory + camera->last * camera->buffer_size, camera->last_size);
  } else {
    camera->last_size = read_picture(camera, frame, stream_size(mode));
    add_noise(mode, frame, camera->last_size);
  }
  camera->last = index;
  return camera->last_size;
}

static bool ready(const struct camera *camera) {
  return camera->streaming && camera->queued && now() >= camera->due && !camera_has(camera, "silent");
}

// As many frames wait for a slow reader as there are buffers; the others are lost.
static void lose_what_found_no_buffer(struct camera *camera) {
  double late = now() - camera->due;
  unsigned came = 1 + (late > 0 ? (unsigned)(late / period(camera)) : 0);
  unsigned lost = came > camera->queued ? came - camera->queued : 0;
  camera->sequence += lost;
  camera->due += lost * period(camera);
}

int stream_dequeue(struct camera *camera, struct v4l2_buffer *buffer) {
  if (!camera->streaming) return EINVAL;
  if (camera_has(camera, "io_error")) return EIO;
  if (!camera->announced && !ready(camera)) return EAGAIN;
  camera->announced = false;
  lose_what_found_no_buffer(camera);
  unsigned index = camera->queue[0];
  memmove(camera->queue, camera->queue + 1, --camera->queued * sizeof *camera->queue);
  describe(camera, index, buffer);
  buffer->sequence = camera->sequence++;
  camera->due += period(camera);
  double time = now();
  buffer->timestamp.tv_sec = (time_t)time;
  buffer->timestamp.tv_usec = (suseconds_t)((time - (double)(time_t)time) * 1e6);
  // What uvcvideo hands over when the bus has lost a frame: the buffer as it was four frames ago.
  if (camera_has(camera, "empty")) buffer->flags |= V4L2_BUF_FLAG_ERROR;
  else buffer->bytesused = (uint32_t)fill(camera, index);
  return 0;
}

// What poll says now, and until when there is nothing new to say.
static short state(int fd, double *look_again) {
  short events = POLLERR;
  struct camera *camera = camera_hold(fd);
  if (camera && camera_gone(camera)) {
    events = POLLERR | POLLHUP;
  } else if (camera && camera->streaming) {
    camera->announced = ready(camera);
    events = camera->announced || camera_has(camera, "io_error") ? POLLIN | POLLRDNORM : 0;
    double time = now();
    bool soon = camera->due > time && camera->due < time + LOOK;
    *look_again = soon ? camera->due : time + LOOK;
  }
  cameras_unlock();
  return events;
}

// Sleeps with the program's own signals let in: one that came since they were
// kept out ends it at once.
static int sleep_until(double time, const sigset_t *signals) {
  double left = time - now();
  if (left < 0) left = 0;
  struct timespec rest = {.tv_sec = (time_t)left, .tv_nsec = (long)((left - (double)(time_t)left) * 1e9)};
  return ppoll(NULL, 0, &rest, signals);
}

// As the kernel's, a signal at any moment ends it; hence they are kept out while we look.
int stream_poll(int fd, short *events, int milliseconds) {
  double end = milliseconds < 0 ? 1e18 : now() + milliseconds / 1e3, look_again = 0;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int result = 0, fault = 0;
  while (!(*events = state(fd, &look_again)) && now() < end) {
    if (sleep_until(look_again < end ? look_again : end, &before)) {
      result = -1;
      fault = errno;
      break;
    }
  }
  if (*events) result = 1;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (fault) errno = fault;
  return result;
}
