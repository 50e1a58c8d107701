#!/usr/bin/env bash
# Measures: every microbenchmark (src/*/*_bench.cpp) and the gateway beside nginx and a peer (bench/gateway); or how good
# trained heads are (bench/heads) or how well personal data is found (bench/pii), or what a decision with eight learned signals
# costs (bench/learned), or how well attacks are found (bench/jailbreak); these are no part of all.
#   BENCH=micro|gateway|all|heads|pii|learned|jailbreak (all)
#   BENCH_JAILBREAK="--misses" or other arguments of bench/jailbreak/run.py.
#   BENCH_FILTER=regex picks microbenchmarks; BENCH_REPETITIONS (3): the table shows the median.
#   BENCH_LEARNED="--tokens 100" or other arguments of bench/learned/run.py.
#   BENCH_HEADS="--only banking77" or other arguments of bench/heads/run.py.
#   BENCH_GATEWAY="--quick" or other arguments of bench/gateway/run.py ("--soak 600"); without: the full matrix.
# Results: build/bench/*.json.
source "$(dirname "$0")/env.sh"

cd "$ROOT"
what=${BENCH:-all}
[[ " micro gateway all heads pii learned jailbreak " == *" $what "* ]] || die "bench: BENCH is micro, gateway, all, heads, pii, learned or jailbreak, not '$what'."
mkdir -p "$BUILD/bench" "$BUILD/logs"

micro() {
  mapfile -t folders < <(find src -name '*_bench.cpp' -printf '%h\n' | sort -u | sed 's|^src/||')
  ((${#folders[@]})) || die "bench: no src/*/*_bench.cpp in this tree."
  "$ROOT/scripts/build.sh" release -DSIGNALBOX_BENCH=ON "${folders[@]/%/_bench}"
  local folder
  for folder in "${folders[@]}"; do
    say "bench: $folder"
    "$BUILD/release/src/$folder/${folder}_bench" --benchmark_filter="${BENCH_FILTER:-.}" \
      --benchmark_repetitions="${BENCH_REPETITIONS:-3}" --benchmark_report_aggregates_only=true \
      --benchmark_out="$BUILD/bench/micro-$folder.json" --benchmark_out_format=json >/dev/null 2>"$BUILD/logs/bench-$folder.log" ||
      die "bench: ${folder}_bench failed: $(tail -n 1 "$BUILD/logs/bench-$folder.log")"
  done
  python3 "$ROOT/scripts/bench.py" "$BUILD/bench"
}

gateway() {
  "$ROOT/scripts/build.sh" release -DSIGNALBOX_BENCH=ON signalbox bench_backend bench_load
  "$ROOT/scripts/bench-peer.sh"
  local arguments
  read -ra arguments <<<"${BENCH_GATEWAY:-}"
  python3 "$ROOT/bench/gateway/run.py" "${arguments[@]}"
}

heads() {
  "$ROOT/scripts/build.sh" release signalbox
  "$ROOT/scripts/models.sh"
  local venv=$BUILD/bench/heads-venv
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$ROOT/bench/heads/requirements.txt"
  local arguments
  read -ra arguments <<<"${BENCH_HEADS:-}"
  "$venv/bin/python" "$ROOT/bench/heads/run.py" "${arguments[@]}"
}

learned() {
  "$ROOT/scripts/build.sh" release signalbox
  "$ROOT/scripts/models.sh"
  local arguments
  read -ra arguments <<<"${BENCH_LEARNED:-}"
  python3 "$ROOT/bench/learned/run.py" "${arguments[@]}"
}

jailbreak() {
  "$ROOT/scripts/build.sh" release signalbox
  "$ROOT/scripts/models.sh"
  "$ROOT/scripts/venv.sh"
  local arguments
  read -ra arguments <<<"${BENCH_JAILBREAK:-}"
  "$BUILD/venv/bin/python" "$ROOT/bench/jailbreak/run.py" "${arguments[@]}"
}

pii() {
  "$ROOT/scripts/build.sh" release -DSIGNALBOX_BENCH=ON bench_pii
  python3 "$ROOT/bench/pii/run.py"
}

case $what in
  micro) micro ;;
  pii) pii ;;
  jailbreak) jailbreak ;;
  gateway) gateway ;;
  heads) heads ;;
  learned) learned ;;
  all)
    micro
    gateway
    ;;
esac
