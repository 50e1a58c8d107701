#!/usr/bin/env bash
# Removes build/, except a chroot of `make fresh` that still has something mounted inside.
source "$(dirname "$0")/env.sh"

grep -q " $BUILD/" /proc/mounts && die "clean: something is still mounted below build/; unmount it first: $(grep -o " $BUILD/[^ ]*" /proc/mounts | tr '\n' ' ')"
rm -rf "$BUILD"
say "clean: build/ is gone"
