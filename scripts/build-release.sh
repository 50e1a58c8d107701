#!/usr/bin/env bash
# Builds build/release/signalbox, with signalbox-document-worker beside it, and nothing else. A first build leaves tests
# and benchmarks out, so that it needs neither their packages nor their time; a folder that `make test` configured keeps
# them.
source "$(dirname "$0")/env.sh"

settings=()
[[ -f $BUILD/release/CMakeCache.txt ]] || settings=(-DSIGNALBOX_TESTS=OFF -DSIGNALBOX_BENCH=OFF)
say "build: compiling the release binary with $JOBS jobs"
"$ROOT/scripts/build.sh" release "${settings[@]}" signalbox
say "build: build/release/signalbox is ready (signalbox-document-worker beside it reads PDFs)"
