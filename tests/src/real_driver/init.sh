#!/bin/sh
# The first program of the machine, and its only one until told otherwise. It
# runs on this machine's own files, which it may not change, and does what it
# reads from its console, line by line.

here=${0%/*}
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
stty -echo -onlcr 2>/dev/null

# A page that is touched for the first time costs this kernel dearly: memory
# that is given back and fetched anew for every frame leaves 4 frames of 30.
export MALLOC_MMAP_THRESHOLD_=268435456 MALLOC_TRIM_THRESHOLD_=536870912 MALLOC_TOP_PAD_=33554432

plug() {
    "$here/camera" "$here/frames" &
    camera=$!
}

# As torn out: the program has no time to say goodbye.
unplug() { kill -KILL $camera; }

# Its firmware hangs, and comes to itself.
freeze() { kill -STOP $camera; }
thaw() { kill -CONT $camera; }

# Somebody looks through the camera; each line of theirs begins with their name.
watch() {
    sh -c 'echo $$ >"/run/$1" && exec "$0"' "$here/watcher" "$1" 2>&1 | sed -u "s/^/$1: /" &
}
leave() { kill "$(cat "/run/$1")"; }

echo ready
while read -r line; do
    eval "$line"
done
