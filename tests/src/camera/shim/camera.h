// A camera that is not there, for one program: loaded before the C library, it
// answers for /dev/video* and leaves everything else alone.
//
// Whatever a camera is and does stands in a folder, $FAKE_CAMERAS, which the
// tests write at any moment:
//
//   dev/videoN -> ../plugs/S        a camera that is plugged in
//   plugs/S/                        one plugging-in, from the plug to the unplug
//     camera -> ../../cameras/C
//     mode                          what the last program left: mode and rate, by their places in `modes`
//     lock                          held (flock) by the program that streams
//     metadata                      if there: this is the second node that a USB camera has, without pictures
//     gone                          if there: it was pulled out
//   cameras/C/                      the thing itself
//     name, bus                     as it calls itself; the socket it sits in
//     modes                         a line each: fourcc width height interval…, as in `MJPG 1280 720 1/30 1/15`
//     scene/FOURCC_WxH/0, 1, …      the pictures it sees, in turn; `scene` is a link that is replaced at once
//     denied, silent, io_error, empty, frozen, off_fails      if there: it has that fault
//
// Reading order: interpose.c (how a program gets here), listing.c, camera.c
// (open and close), answers.c (ioctl), stream.c (frames).
#pragma once

#include <dirent.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODES = 64, RATES = 8, BUFFERS = 32 };

struct mode {
  uint32_t fourcc, width, height;
  unsigned rates;
  struct v4l2_fract interval[RATES];
};

// One opened camera: what the kernel keeps for a file descriptor.
struct camera {
  int fd;     // the program's: a memory file that holds the buffers, so that mmap needs no answer of ours
  int plug;   // the folder plugs/S
  int folder; // the folder cameras/C
  int lock;   // held while buffers are, else -1

  struct mode modes[MODES];
  unsigned mode_count, mode, rate;

  unsigned char *memory; // all buffers, one after the other
  size_t buffer_size;
  unsigned buffers;
  unsigned queue[BUFFERS], queued; // buffers to be filled, in their order

  bool streaming;
  bool announced; // poll has promised a frame, so it will be had
  double due;     // when the next frame is complete, in seconds
  unsigned sequence, picture;
  unsigned last; // the buffer that was filled last
  size_t last_size;
};

// interpose.c
const char *cameras_root(void); // NULL: no camera is to be played
double now(void);               // CLOCK_MONOTONIC, in seconds

// listing.c: /dev with the fake cameras in the real ones' place
DIR *listing_open(DIR *real);
struct dirent64 *listing_next(DIR *real, struct dirent64 *(*next)(DIR *));
void listing_close(DIR *real);

// camera.c
int camera_open(int number, int flags);     // a file descriptor, or -1 and errno
bool camera_is(int fd);                     // quick: asked of every file descriptor
void cameras_lock(void);
void cameras_unlock(void);
struct camera *camera_hold(int fd);         // locks, whatever it finds; NULL when it is none any more
void camera_close(int fd);
bool camera_has(const struct camera *, const char *what);
bool camera_gone(const struct camera *);
bool camera_is_metadata(const struct camera *);
void camera_text(const struct camera *, const char *name, char *text, size_t size);
void camera_remember_mode(const struct camera *);
int camera_claim(struct camera *);          // for streaming: 0 or EBUSY
void camera_let_go(struct camera *);

// answers.c: 0 or an errno
int camera_answer(struct camera *, unsigned long request, void *argument);

// stream.c: 0 or an errno
size_t stream_size(const struct mode *);
int stream_request(struct camera *, struct v4l2_requestbuffers *);
int stream_describe(const struct camera *, struct v4l2_buffer *);
int stream_queue(struct camera *, const struct v4l2_buffer *);
int stream_on(struct camera *);
int stream_off(struct camera *);
int stream_dequeue(struct camera *, struct v4l2_buffer *);
void stream_free(struct camera *);
int stream_poll(int fd, short *events, int milliseconds); // as poll(2) of that one descriptor
