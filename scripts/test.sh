#!/usr/bin/env bash
# Runs the test stages one after the other, goes on when one fails, and ends with a table of wall times and the line
# "N passed, N failed". `test.sh full` runs the whole suite, integration tests included, under both sanitizers.
#   STAGES="unit asan" picks stages. Logs: build/logs/STAGE.log; machine-readable results: build/reports/STAGE/.
source "$(dirname "$0")/env.sh"

mode=${1:-quick}
STAGES=${STAGES:-lint build unit integration asan tsan}
# Folders with threads of their own; the other ones gain nothing under TSan but time. `signals` is clean, too, but its
# tests take minutes to build, and threads meet there in two small files only. oneDNN and its OpenMP runtime need no
# suppression: each encoder's worker tells them to start no threads (tensor/linear.cpp).
TSAN_FOLDERS=${TSAN_FOLDERS:-auth gateway lifecycle upstream telemetry decision vision api plugins models}
REPORTS=$BUILD/reports

# A symbolizer that is on no PATH by its plain name; reports name files and lines with it.
symbolizer=$(command -v llvm-symbolizer-19 || true)
export ASAN_OPTIONS="detect_leaks=1:strict_string_checks=1:external_symbolizer_path=$symbolizer"
export UBSAN_OPTIONS="print_stacktrace=1:external_symbolizer_path=$symbolizer"
export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:external_symbolizer_path=$symbolizer"

# run_ctest STAGE PRESET [CTEST ARGUMENTS]: every GoogleTest binary also reports its single cases, which is what is counted.
run_ctest() {
  local stage=$1 preset=$2
  shift 2
  GTEST_OUTPUT="json:$REPORTS/$stage/gtest/" nice -n 5 ctest --test-dir "$BUILD/$preset" -j "$JOBS" --timeout 900 \
    --no-tests=error --output-on-failure --output-junit "$REPORTS/$stage/ctest.xml" "$@"
}

run_pytest() {
  local stage=$1 binary=$2
  "$ROOT/scripts/venv.sh"
  "$ROOT/scripts/varnishtest.sh"
  cd "$ROOT/tests/integration"
  local selected="not slow"
  [[ $mode != full ]] || selected=""
  SIGNALBOX_BINARY=$binary "$BUILD/venv/bin/python" -m pytest -q -m "$selected" --junitxml="$REPORTS/$stage/pytest.xml"
}

# Test binaries of TSAN_FOLDERS that this tree has.
threaded_tests() {
  local folder
  for folder in $TSAN_FOLDERS; do
    compgen -G "$ROOT/src/$folder/*_test.cpp" >/dev/null && printf '%s\n' "$folder"
  done
  return 0
}

stage_lint() { "$ROOT/scripts/lint.sh"; }
stage_build() { "$ROOT/scripts/models.sh" && "$ROOT/scripts/build.sh" release -DSIGNALBOX_TESTS=ON -DSIGNALBOX_BENCH=ON; }
stage_unit() { run_ctest unit release; }
stage_integration() { run_pytest integration "$BUILD/release/signalbox"; }

stage_asan() {
  "$ROOT/scripts/build.sh" asan -DSIGNALBOX_BENCH=OFF
  run_ctest asan asan
  [[ $mode != full ]] || run_pytest asan "$BUILD/asan/signalbox"
}

stage_tsan() {
  local folders
  if [[ $mode == full ]]; then
    "$ROOT/scripts/build.sh" tsan -DSIGNALBOX_BENCH=OFF
    run_ctest tsan tsan
    run_pytest tsan "$BUILD/tsan/signalbox"
    return
  fi
  mapfile -t folders < <(threaded_tests)
  ((${#folders[@]})) || { say "tsan: no folder of '$TSAN_FOLDERS' has tests"; return 0; }
  "$ROOT/scripts/build.sh" tsan -DSIGNALBOX_BENCH=OFF "${folders[@]/%/_test}"
  run_ctest tsan tsan -R "^($(IFS='|'; echo "${folders[*]}"))\$"
}

# On a terminal everything is shown; in a pipe a stage stays quiet unless it fails. A stage is a process of its own, because
# `set -e` does nothing inside a function whose status is looked at.
run_stage() {
  local stage=$1 log=$BUILD/logs/$1.log status=0
  say "== $stage"
  rm -rf "${REPORTS:?}/$stage"
  mkdir -p "$REPORTS/$stage"
  SECONDS=0
  if [[ -t 1 ]]; then
    "$0" "$mode" --stage "$stage" 2>&1 | tee "$log" || status=1
  else
    "$0" "$mode" --stage "$stage" >"$log" 2>&1 || status=1
    ((status == 0)) || tail -n 120 "$log"
  fi
  printf '%s\t%s\t%s\n' "$stage" "$SECONDS" "$status" >>"$REPORTS/stages.tsv"
}

if [[ ${2:-} == --stage ]]; then
  "stage_$3"
  exit
fi

cd "$ROOT"
mkdir -p "$BUILD/logs" "$REPORTS"
: >"$REPORTS/stages.tsv"
for stage in $STAGES; do
  declare -F "stage_$stage" >/dev/null || die "test: unknown stage '$stage' (known: lint, build, unit, integration, asan, tsan)"
done
for stage in $STAGES; do run_stage "$stage"; done
exec python3 "$ROOT/scripts/summary.py" "$REPORTS"
