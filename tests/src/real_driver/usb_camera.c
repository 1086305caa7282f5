// A USB camera that is a program. It plugs itself into the kernel it runs on
// when it starts, and is torn out when it ends, however it ends; frozen, it is
// a camera whose firmware hangs.
//
//     usb_camera FOLDER     shows the JPEG files of FOLDER, 1280x720, one after
//                           the other and over again, 30 a second
//
// The kernel's raw-gadget hands every request of the bus to this program, and
// dummy_hcd is the bus. On the other end is the real uvcvideo driver, which
// takes this for any USB Video Class 1.1 camera. The pictures go over a bulk
// endpoint, as dummy_hcd knows no isochronous one.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <linux/usb/raw_gadget.h>
#include <linux/usb/video.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    WIDTH = 1280,
    HEIGHT = 720,
    FRAMES_PER_SECOND = 30,
    INTERVAL = 10000000 / FRAMES_PER_SECOND, // in units of 100 ns, as the class has it
    LARGEST_FRAME = WIDTH * HEIGHT * 2,
    LARGEST_PAYLOAD = 0x8000,
    PACKET = 512, // of a bulk endpoint at high speed
    CLOCK = 48000000,
    MOST_FRAMES = 256,
    // Events that the headers of Debian 12 are too old to name.
    BUS_RESET = 5,
    BUS_DISCONNECT = 6,
};

#define LE16(x) ((x) & 255), ((x) >> 8 & 255)
#define LE32(x) LE16(x), LE16((x) >> 16)

// ---- What the camera says it is ----

static const char *const STRINGS[] = {NULL, "Entry Tickets", "Test Camera"};

static const uint8_t DEVICE[] = {
    18, USB_DT_DEVICE, LE16(0x0200), USB_CLASS_MISC, 2, 1, 64,
    LE16(0x1d6b), LE16(0x0104), LE16(0x0100), 1, 2, 0, 1};

static const uint8_t QUALIFIER[] = {10, USB_DT_DEVICE_QUALIFIER, LE16(0x0200), USB_CLASS_MISC, 2, 1, 64, 1, 0};

#define CONTROL_LENGTH (13 + 17 + 9)
#define STREAMING_LENGTH (14 + 11 + 30 + 6)
#define TOTAL_LENGTH (9 + 8 + 9 + CONTROL_LENGTH + 9 + STREAMING_LENGTH + 7)

static const uint8_t CONFIGURATION[] = {
    9, USB_DT_CONFIG, LE16(TOTAL_LENGTH), 2, 1, 0, USB_CONFIG_ATT_ONE, 50,
    // Two interfaces that belong together: control and streaming.
    8, USB_DT_INTERFACE_ASSOCIATION, 0, 2, USB_CLASS_VIDEO, UVC_SC_VIDEO_INTERFACE_COLLECTION, 0, 2,
    9, USB_DT_INTERFACE, 0, 0, 0, USB_CLASS_VIDEO, UVC_SC_VIDEOCONTROL, 1, 2,
    13, USB_DT_CS_INTERFACE, UVC_VC_HEADER, LE16(0x0110), LE16(CONTROL_LENGTH), LE32(CLOCK), 1, 1,
    // A lens (1) that leads to the USB cable (3).
    17, USB_DT_CS_INTERFACE, UVC_VC_INPUT_TERMINAL, 1, LE16(UVC_ITT_CAMERA), 0, 0, LE16(0), LE16(0), LE16(0), 2, 0, 0,
    9, USB_DT_CS_INTERFACE, UVC_VC_OUTPUT_TERMINAL, 3, LE16(UVC_TT_STREAMING), 0, 1, 0,
    9, USB_DT_INTERFACE, 1, 0, 1, USB_CLASS_VIDEO, UVC_SC_VIDEOSTREAMING, 0, 0,
    14, USB_DT_CS_INTERFACE, UVC_VS_INPUT_HEADER, 1, LE16(STREAMING_LENGTH), 0x81, 0, 3, 0, 0, 0, 1, 0,
    // One format, in one size, at one rate.
    11, USB_DT_CS_INTERFACE, UVC_VS_FORMAT_MJPEG, 1, 1, 1, 1, 0, 0, 0, 0,
    30, USB_DT_CS_INTERFACE, UVC_VS_FRAME_MJPEG, 1, 0, LE16(WIDTH), LE16(HEIGHT),
    LE32(100000000), LE32(400000000), LE32(LARGEST_FRAME), LE32(INTERVAL), 1, LE32(INTERVAL),
    6, USB_DT_CS_INTERFACE, UVC_VS_COLORFORMAT, 1, 1, 4,
    7, USB_DT_ENDPOINT, 0x81, USB_ENDPOINT_XFER_BULK, LE16(PACKET), 0};
_Static_assert(sizeof CONFIGURATION == TOTAL_LENGTH, "the lengths inside the descriptors add up");

static struct usb_endpoint_descriptor PICTURES = {
    .bLength = 7,
    .bDescriptorType = USB_DT_ENDPOINT,
    .bEndpointAddress = 0x81,
    .bmAttributes = USB_ENDPOINT_XFER_BULK,
    .wMaxPacketSize = PACKET};

// What driver and camera agree upon before pictures flow. There is one answer, whatever is asked.
static const uint8_t AGREEMENT[34] = {
    LE16(1), 1, 1, LE32(INTERVAL), LE16(0), LE16(0), LE16(0), LE16(0), LE16(0),
    LE32(LARGEST_FRAME), LE32(LARGEST_PAYLOAD), LE32(CLOCK), 3, 1, 1, 1};

// ---- The bus ----

static int bus;
static int pictures = -1;  // the endpoint's number, once the driver has chosen the configuration
static atomic_int wanted;  // counts the starts of streaming; 0 while none is wanted

struct transfer {
    struct usb_raw_ep_io head;
    uint8_t bytes[LARGEST_PAYLOAD];
};

static void answer(const struct usb_ctrlrequest *request, const void *bytes, size_t length) {
    static struct transfer out;
    out.head = (struct usb_raw_ep_io){.length = length < request->wLength ? length : request->wLength};
    memcpy(out.bytes, bytes, out.head.length);
    ioctl(bus, USB_RAW_IOCTL_EP0_WRITE, &out);
}

static void take(const struct usb_ctrlrequest *request) {
    static struct transfer in;
    in.head = (struct usb_raw_ep_io){.length = request->wLength < sizeof in.bytes ? request->wLength : sizeof in.bytes};
    ioctl(bus, USB_RAW_IOCTL_EP0_READ, &in);
}

static void refuse(void) {
    ioctl(bus, USB_RAW_IOCTL_EP0_STALL, 0);
}

static void answer_string(const struct usb_ctrlrequest *request, unsigned number) {
    static const uint8_t english[] = {4, USB_DT_STRING, LE16(0x0409)};
    if (number == 0) return answer(request, english, sizeof english);
    if (number >= sizeof STRINGS / sizeof *STRINGS) return refuse();
    uint8_t text[2 + 2 * 64] = {0};
    size_t length = strlen(STRINGS[number]);
    text[0] = 2 + 2 * length;
    text[1] = USB_DT_STRING;
    for (size_t i = 0; i < length; i++) text[2 + 2 * i] = STRINGS[number][i];
    answer(request, text, text[0]);
}

static void answer_descriptor(const struct usb_ctrlrequest *request) {
    switch (request->wValue >> 8) {
    case USB_DT_DEVICE: return answer(request, DEVICE, sizeof DEVICE);
    case USB_DT_CONFIG: return answer(request, CONFIGURATION, sizeof CONFIGURATION);
    case USB_DT_DEVICE_QUALIFIER: return answer(request, QUALIFIER, sizeof QUALIFIER);
    case USB_DT_STRING: return answer_string(request, request->wValue & 255);
    default: return refuse();
    }
}

// What every USB device is asked.
static void standard(const struct usb_ctrlrequest *request) {
    switch (request->bRequest) {
    case USB_REQ_GET_DESCRIPTOR: return answer_descriptor(request);
    case USB_REQ_SET_CONFIGURATION:
        if (pictures < 0) pictures = ioctl(bus, USB_RAW_IOCTL_EP_ENABLE, &PICTURES);
        ioctl(bus, USB_RAW_IOCTL_VBUS_DRAW, 50);
        ioctl(bus, USB_RAW_IOCTL_CONFIGURE, 0);
        return take(request);
    case USB_REQ_SET_INTERFACE: return take(request);
    case USB_REQ_GET_INTERFACE: return answer(request, "\0", 1);
    case USB_REQ_GET_STATUS: return answer(request, "\0\0", 2);
    default: return refuse();
    }
}

// What only a camera is asked: propose, and agree.
static void of_the_class(const struct usb_ctrlrequest *request) {
    unsigned what = request->wValue >> 8;
    int streaming = (request->wIndex & 255) == 1;
    if (!streaming || (what != UVC_VS_PROBE_CONTROL && what != UVC_VS_COMMIT_CONTROL)) return refuse();
    switch (request->bRequest) {
    case UVC_SET_CUR:
        take(request);
        if (what == UVC_VS_COMMIT_CONTROL) wanted++;
        return;
    case UVC_GET_CUR:
    case UVC_GET_MIN:
    case UVC_GET_MAX:
    case UVC_GET_DEF: return answer(request, AGREEMENT, sizeof AGREEMENT);
    case UVC_GET_LEN: return answer(request, (uint8_t[]){LE16(sizeof AGREEMENT)}, 2);
    case UVC_GET_INFO: return answer(request, (uint8_t[]){3}, 1);
    default: return refuse();
    }
}

// ---- The pictures ----

static uint8_t *frames[MOST_FRAMES];
static size_t lengths[MOST_FRAMES];
static int count;

static void load(const char *folder) {
    struct dirent **entries;
    int found = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < found && count < MOST_FRAMES; i++) {
        if (entries[i]->d_name[0] == '.') continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        FILE *file = fopen(path, "rb");
        if (!file) continue;
        frames[count] = malloc(LARGEST_FRAME);
        lengths[count] = fread(frames[count], 1, LARGEST_FRAME, file);
        fclose(file);
        count++;
    }
}

// A live sensor never gives the same bytes twice, and the gate takes a picture
// that it has just had for a stale one. So a comment right behind the first
// marker, which a decoder skips, gets the number of the showing.
static void make_unlike_any_other(int frame) {
    static unsigned long shown;
    uint8_t *jpeg = frames[frame];
    char number[17];
    snprintf(number, sizeof number, "%016lx", ++shown);
    if (lengths[frame] > 22 && jpeg[2] == 0xff && jpeg[3] == 0xfe && jpeg[5] >= 18) memcpy(jpeg + 6, number, 16);
}

// Sends one frame in payloads of two bytes of header and what fits behind them;
// gives up when streaming has ended, or begun anew, meanwhile.
static void send_frame(int frame, int parity, int order) {
    static struct transfer out;
    for (size_t sent = 0; sent < lengths[frame] && wanted == order;) {
        size_t left = lengths[frame] - sent, fits = LARGEST_PAYLOAD - 2;
        size_t now = left < fits ? left : fits;
        int last = now == left;
        out.head = (struct usb_raw_ep_io){
            .ep = pictures,
            // The driver knows the end of a payload by a short packet, be it an empty one.
            .flags = last && (now + 2) % PACKET == 0 ? USB_RAW_IO_FLAGS_ZERO : 0,
            .length = now + 2};
        out.bytes[0] = 2;
        out.bytes[1] = UVC_STREAM_EOH | (last ? UVC_STREAM_EOF : 0) | parity;
        memcpy(out.bytes + 2, frames[frame] + sent, now);
        if (ioctl(bus, USB_RAW_IOCTL_EP_WRITE, &out) < 0) {
            if (errno == ESHUTDOWN || errno == EINVAL) atomic_compare_exchange_strong(&wanted, &order, 0);
            return;
        }
        sent += now;
    }
}

static void *stream(void *nothing) {
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    for (int frame = 0, parity = 0;; frame = (frame + 1) % count, parity ^= UVC_STREAM_FID) {
        int order;
        while (!(order = wanted)) usleep(5000);
        make_unlike_any_other(frame);
        send_frame(frame, parity, order);
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        due.tv_nsec += 1000000000 / FRAMES_PER_SECOND;
        if (due.tv_nsec >= 1000000000) due.tv_sec++, due.tv_nsec -= 1000000000;
        // One that was kept waiting does not make up for it.
        if (now.tv_sec > due.tv_sec || (now.tv_sec == due.tv_sec && now.tv_nsec > due.tv_nsec)) due = now;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    }
    return nothing;
}

static int fails(const char *what) {
    perror(what);
    return EXIT_FAILURE;
}

int main(int arguments, char **argument) {
    if (arguments != 2) return fprintf(stderr, "usage: usb_camera FOLDER\n"), EXIT_FAILURE;
    load(argument[1]);
    if (!count) return fails(argument[1]);
    if ((bus = open("/dev/raw-gadget", O_RDWR)) < 0) return fails("/dev/raw-gadget");
    struct usb_raw_init plug = {"dummy_udc", "dummy_udc.0", USB_SPEED_HIGH};
    if (ioctl(bus, USB_RAW_IOCTL_INIT, &plug) || ioctl(bus, USB_RAW_IOCTL_RUN, 0)) return fails("raw-gadget");
    pthread_t thread;
    if (pthread_create(&thread, NULL, stream, NULL)) return fails("pthread_create");
    for (;;) {
        struct {
            struct usb_raw_event head;
            struct usb_ctrlrequest request;
        } event = {.head.length = sizeof event.request};
        if (ioctl(bus, USB_RAW_IOCTL_EVENT_FETCH, &event) < 0) {
            if (errno == EINTR) continue;
            return fails("raw-gadget's next event");
        }
        if (event.head.type == BUS_RESET || event.head.type == BUS_DISCONNECT) wanted = 0;
        if (event.head.type != USB_RAW_EVENT_CONTROL) continue;
        switch (event.request.bRequestType & USB_TYPE_MASK) {
        case USB_TYPE_STANDARD: standard(&event.request); break;
        case USB_TYPE_CLASS: of_the_class(&event.request); break;
        default: refuse();
        }
    }
}
