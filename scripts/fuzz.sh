#!/usr/bin/env bash
# Builds the fuzz preset and lets each target search for FUZZ_SECONDS (60), starting from its seed corpus; new inputs go to
# build/fuzz-corpus/TARGET, a crash to build/fuzz-crashes. A target is a folder of tests/fuzz/corpus/.
#   FUZZ_TARGETS="name..." picks some.
source "$(dirname "$0")/env.sh"

seconds=${FUZZ_SECONDS:-60}
cd "$ROOT"
targets=${FUZZ_TARGETS:-$(find tests/fuzz/corpus -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort)}
[[ -n $targets ]] || die "fuzz: no folder in tests/fuzz/corpus names a target."
# shellcheck disable=SC2086  # the names are words
"$ROOT/scripts/build.sh" fuzz -DSIGNALBOX_TESTS=ON -DSIGNALBOX_BENCH=OFF $targets
mkdir -p "$BUILD/logs" "$BUILD/fuzz-crashes"
passed=0 failed=0
for target in $targets; do
  binary=$(find "$BUILD/fuzz" -name "$target" -type f -executable | head -n 1)
  [[ -n $binary ]] || die "fuzz: $target was built, but its executable is not below build/fuzz."
  mkdir -p "$BUILD/fuzz-corpus/$target"
  say "fuzz: $target for $seconds s"
  if "$binary" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$BUILD/fuzz-crashes/$target-" "$BUILD/fuzz-corpus/$target" "tests/fuzz/corpus/$target" \
    >"$BUILD/logs/fuzz-$target.log" 2>&1; then
    grep -E 'number_of_executed_units|new_units_added' "$BUILD/logs/fuzz-$target.log" || true
    passed=$((passed + 1))
  else
    tail -n 40 "$BUILD/logs/fuzz-$target.log"
    failed=$((failed + 1))
  fi
done
printf '%s passed, %s failed\n' "$passed" "$failed"
((failed == 0))
