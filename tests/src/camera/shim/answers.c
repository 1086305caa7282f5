// What a camera answers to ioctl, as the driver of USB cameras (uvcvideo) does.
#include "camera.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int who_are_you(const struct camera *camera, struct v4l2_capability *answer) {
  *answer = (struct v4l2_capability){.driver = "uvcvideo", .version = 0x060100};
  camera_text(camera, "name", (char *)answer->card, sizeof answer->card);
  camera_text(camera, "bus", (char *)answer->bus_info, sizeof answer->bus_info);
  uint32_t takes = camera_is_metadata(camera) ? V4L2_CAP_META_CAPTURE : V4L2_CAP_VIDEO_CAPTURE;
  answer->device_caps = V4L2_CAP_STREAMING | takes;
  // Those of all nodes together: this alone does not tell the metadata node.
  answer->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
  return 0;
}

static bool is_compressed(uint32_t fourcc) { return fourcc == V4L2_PIX_FMT_MJPEG || fourcc == V4L2_PIX_FMT_H264; }

static uint32_t line_size(const struct mode *mode) {
  if (is_compressed(mode->fourcc)) return 0;
  return mode->fourcc == V4L2_PIX_FMT_NV12 ? mode->width : (uint32_t)(stream_size(mode) / mode->height);
}

static bool has_before(const struct camera *camera, unsigned place) {
  for (unsigned before = 0; before < place; before++) {
    if (camera->modes[before].fourcc == camera->modes[place].fourcc) return true;
  }
  return false;
}

static int format(const struct camera *camera, struct v4l2_fmtdesc *answer) {
  if (answer->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || camera_is_metadata(camera)) return EINVAL;
  for (unsigned place = 0, nth = 0; place < camera->mode_count; place++) {
    if (has_before(camera, place) || nth++ != answer->index) continue;
    answer->pixelformat = camera->modes[place].fourcc;
    answer->flags = is_compressed(answer->pixelformat) ? V4L2_FMT_FLAG_COMPRESSED : 0;
    snprintf((char *)answer->description, sizeof answer->description, "%.4s", (char *)&answer->pixelformat);
    return 0;
  }
  return EINVAL;
}

static int frame_size(const struct camera *camera, struct v4l2_frmsizeenum *answer) {
  for (unsigned place = 0, nth = 0; place < camera->mode_count; place++) {
    const struct mode *mode = &camera->modes[place];
    if (mode->fourcc != answer->pixel_format || nth++ != answer->index) continue;
    answer->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    answer->discrete.width = mode->width;
    answer->discrete.height = mode->height;
    return 0;
  }
  return EINVAL;
}

static int frame_interval(const struct camera *camera, struct v4l2_frmivalenum *answer) {
  for (unsigned place = 0; place < camera->mode_count; place++) {
    const struct mode *mode = &camera->modes[place];
    bool asked = mode->fourcc == answer->pixel_format && mode->width == answer->width && mode->height == answer->height;
    if (!asked || answer->index >= mode->rates) continue;
    answer->type = V4L2_FRMIVAL_TYPE_DISCRETE;
    answer->discrete = mode->interval[answer->index];
    return 0;
  }
  return EINVAL;
}

static void tell_format(const struct mode *mode, struct v4l2_format *answer) {
  answer->fmt.pix = (struct v4l2_pix_format){
      .width = mode->width,
      .height = mode->height,
      .pixelformat = mode->fourcc,
      .field = V4L2_FIELD_NONE,
      .colorspace = V4L2_COLORSPACE_SRGB,
      .sizeimage = (uint32_t)stream_size(mode),
      .bytesperline = line_size(mode),
  };
}

static unsigned apart(unsigned one, unsigned other) { return one > other ? one - other : other - one; }

// The nearest size of that format, else the first mode of all.
static unsigned nearest(const struct camera *camera, const struct v4l2_pix_format *wanted) {
  unsigned best = 0, least = ~0u;
  for (unsigned place = 0; place < camera->mode_count; place++) {
    const struct mode *mode = &camera->modes[place];
    unsigned off = apart(mode->width, wanted->width) + apart(mode->height, wanted->height);
    if (mode->fourcc != wanted->pixelformat || off >= least) continue;
    best = place;
    least = off;
  }
  return best;
}

static int set_format(struct camera *camera, struct v4l2_format *wanted) {
  if (camera->buffers || camera_claim(camera)) return EBUSY;
  camera_let_go(camera);
  unsigned mode = nearest(camera, &wanted->fmt.pix);
  if (mode != camera->mode) camera->rate = 0;
  camera->mode = mode;
  camera_remember_mode(camera);
  tell_format(&camera->modes[mode], wanted);
  return 0;
}

static int about_format(struct camera *camera, unsigned request, struct v4l2_format *format) {
  if (format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || camera_is_metadata(camera) || !camera->mode_count) return EINVAL;
  if (request == VIDIOC_S_FMT) return set_format(camera, format);
  bool try = request == VIDIOC_TRY_FMT;
  tell_format(&camera->modes[try ? nearest(camera, &format->fmt.pix) : camera->mode], format);
  return 0;
}

static double seconds(struct v4l2_fract interval) { return (double)interval.numerator / interval.denominator; }

static unsigned nearest_rate(const struct mode *mode, struct v4l2_fract wanted) {
  unsigned best = 0;
  double least = 1e9;
  for (unsigned rate = 0; rate < mode->rates; rate++) {
    double off = seconds(mode->interval[rate]) - seconds(wanted);
    if (off < 0) off = -off;
    if (off >= least) continue;
    best = rate;
    least = off;
  }
  return best;
}

static int about_rate(struct camera *camera, unsigned request, struct v4l2_streamparm *parameters) {
  if (parameters->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || camera_is_metadata(camera) || !camera->mode_count) return EINVAL;
  const struct mode *mode = &camera->modes[camera->mode];
  struct v4l2_fract wanted = parameters->parm.capture.timeperframe;
  if (request == VIDIOC_S_PARM) {
    if (camera->buffers) return EBUSY;
    if (wanted.numerator && wanted.denominator) camera->rate = nearest_rate(mode, wanted);
    camera_remember_mode(camera);
  }
  parameters->parm.capture =
      (struct v4l2_captureparm){.capability = V4L2_CAP_TIMEPERFRAME, .timeperframe = mode->interval[camera->rate]};
  return 0;
}

int camera_answer(struct camera *camera, unsigned long request, void *argument) {
  if (camera_gone(camera)) return ENODEV;
  unsigned asked = (unsigned)request; // some callers extend its sign
  switch (asked) {
    case VIDIOC_QUERYCAP: return who_are_you(camera, argument);
    case VIDIOC_ENUM_FMT: return format(camera, argument);
    case VIDIOC_ENUM_FRAMESIZES: return frame_size(camera, argument);
    case VIDIOC_ENUM_FRAMEINTERVALS: return frame_interval(camera, argument);
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT: return about_format(camera, asked, argument);
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: return about_rate(camera, asked, argument);
    case VIDIOC_REQBUFS: return stream_request(camera, argument);
    case VIDIOC_QUERYBUF: return stream_describe(camera, argument);
    case VIDIOC_QBUF: return stream_queue(camera, argument);
    case VIDIOC_DQBUF: return stream_dequeue(camera, argument);
    case VIDIOC_STREAMON: return stream_on(camera);
    case VIDIOC_STREAMOFF: return stream_off(camera);
    default: return _IOC_TYPE(asked) == 'V' ? EINVAL : ENOTTY;
  }
}
