// The folder /dev: everything that is there, but the fake cameras in the real ones' place.
//
// The program holds the real folder; beside it, in a small table, stands the
// folder of ours whose entries it is given first.
#define _GNU_SOURCE
#include "camera.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { LISTINGS = 16 };

static struct {
  DIR *real, *ours;
} listings[LISTINGS];
static unsigned open_listings; // read without the lock: nearly always none

static bool is_camera(const char *name) { return !strncmp(name, "video", 5); }

DIR *listing_open(DIR *real) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/dev", cameras_root());
  DIR *ours = opendir(path);
  cameras_lock();
  for (int place = 0; ours && place < LISTINGS; place++) {
    if (listings[place].real) continue;
    listings[place].real = real;
    listings[place].ours = ours;
    ours = NULL;
    __atomic_add_fetch(&open_listings, 1, __ATOMIC_SEQ_CST);
  }
  cameras_unlock();
  if (ours) closedir(ours); // no place left: it sees the real folder
  return real;
}

// Our part of a folder that is being read; NULL when it has none.
static DIR *ours_of(DIR *real) {
  DIR *ours = NULL;
  cameras_lock();
  for (int place = 0; place < LISTINGS; place++) {
    if (listings[place].real == real) ours = listings[place].ours;
  }
  cameras_unlock();
  return ours;
}

struct dirent64 *listing_next(DIR *real, struct dirent64 *(*next)(DIR *)) {
  bool none = !__atomic_load_n(&open_listings, __ATOMIC_SEQ_CST);
  DIR *ours = none ? NULL : ours_of(real);
  if (!ours) return next(real);
  struct dirent64 *entry;
  while ((entry = next(ours))) {
    if (!is_camera(entry->d_name)) continue;
    entry->d_type = DT_CHR; // as the kernel's are
    return entry;
  }
  while ((entry = next(real)) && is_camera(entry->d_name)) continue;
  return entry;
}

void listing_close(DIR *real) {
  if (!__atomic_load_n(&open_listings, __ATOMIC_SEQ_CST)) return;
  DIR *ours = NULL;
  cameras_lock();
  for (int place = 0; place < LISTINGS; place++) {
    if (listings[place].real != real) continue;
    ours = listings[place].ours;
    listings[place].real = listings[place].ours = NULL;
    __atomic_sub_fetch(&open_listings, 1, __ATOMIC_SEQ_CST);
  }
  cameras_unlock();
  if (ours) closedir(ours);
}
