#!/usr/bin/env bash
# Builds and runs every microbenchmark (src/*/*_bench.cpp), one JSON file each in build/bench, and prints them as one table.
#   BENCH_FILTER=regex picks benchmarks; BENCH_REPETITIONS (3): the table shows the median.
source "$(dirname "$0")/env.sh"

cd "$ROOT"
mapfile -t folders < <(find src -name '*_bench.cpp' -printf '%h\n' | sort -u | sed 's|^src/||')
((${#folders[@]})) || die "bench: no src/*/*_bench.cpp in this tree."
"$ROOT/scripts/build.sh" release -DSIGNALBOX_BENCH=ON "${folders[@]/%/_bench}"
mkdir -p "$BUILD/bench"
for folder in "${folders[@]}"; do
  say "bench: $folder"
  "$BUILD/release/src/$folder/${folder}_bench" --benchmark_filter="${BENCH_FILTER:-.}" \
    --benchmark_repetitions="${BENCH_REPETITIONS:-3}" --benchmark_report_aggregates_only=true \
    --benchmark_out="$BUILD/bench/$folder.json" --benchmark_out_format=json >/dev/null 2>"$BUILD/logs/bench-$folder.log" ||
    die "bench: ${folder}_bench failed: $(tail -n 1 "$BUILD/logs/bench-$folder.log")"
done
exec python3 "$ROOT/scripts/bench.py" "$BUILD/bench"
