#!/usr/bin/env bash
# Configures a preset and builds targets of it:   scripts/build.sh PRESET [-D...] [TARGET...]   (no target: everything)
# A preset that was configured before keeps its settings, so `make build` after `make test` does not rebuild.
source "$(dirname "$0")/env.sh"

preset=${1:?usage: build.sh PRESET [-Dname=value...] [target...]}
shift
settings=() targets=()
for argument in "$@"; do
  if [[ $argument == -D* ]]; then settings+=("$argument"); else targets+=("$argument"); fi
done
command -v clang++-19 >/dev/null || die "build: clang++-19 is not installed; 'make build' and 'make test' install it."

cd "$ROOT"
mkdir -p "$BUILD/logs"
log=$BUILD/logs/configure-$preset.log
cmake --preset "$preset" "${settings[@]}" >"$log" 2>&1 ||
  { tail -n 15 "$log" >&2; die "build: cmake could not configure '$preset', see build/logs/configure-$preset.log"; }
nice -n 10 ninja -C "$BUILD/$preset" -j "$JOBS" "${targets[@]}" || die "build: '$preset' does not compile, see above."
