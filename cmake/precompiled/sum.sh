#!/bin/sh
# usage: sum.sh OUT COMPILER FLAGS...: what a precompiled header depends on, in one checksum: the compiler, its flags
# and the text that the header expands to. No path of this checkout is in it.
set -e
out=$1
shift
compiler=$1
source=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
{
  "$compiler" --version
  printf '%s\n' "$@" | sed "s|$source||g"
  "$@" -E -P
} | sha256sum >"$out"
