#!/usr/bin/env bash
# What a reviewer should not have to look for: formatting, the direction of includes, long files, notes left behind.
# --tidy adds clang-tidy over src/ (minutes; it uses the compile commands of build/release).
source "$(dirname "$0")/env.sh"

cd "$ROOT"
failed=0
mapfile -d '' -t sources < <(git ls-files -z --cached --others --exclude-standard 'src/*.cpp' 'src/*.h' 'tests/*.cpp' 'tests/*.h' 'bench/*.cpp' 'bench/*.h')

mapfile -t unformatted < <(clang-format-19 --dry-run "${sources[@]}" 2>&1 | sed -n 's/:[0-9]*:[0-9]*: .*clang-format-violations.*//p' | sort -u)
if ((${#unformatted[@]})); then
  say "lint: not formatted, run 'make fmt': ${unformatted[*]}"
  failed=1
fi
python3 scripts/check_dependencies.py src || failed=1
python3 scripts/check_files.py "${sources[@]}" || failed=1

if [[ ${1:-} == --tidy ]]; then
  [[ -f build/release/compile_commands.json ]] || scripts/build.sh release -DSIGNALBOX_TESTS=ON -DSIGNALBOX_BENCH=ON
  printf '%s\0' "${sources[@]}" | grep -z '^src/.*\.cpp$' |
    xargs -0 -P "$JOBS" -n 4 nice -n 10 clang-tidy-19 --quiet -p build/release || failed=1
fi
((failed)) || say "lint: clean"
exit "$failed"
