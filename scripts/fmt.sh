#!/usr/bin/env bash
# Formats every C++ source that git knows, in place.
source "$(dirname "$0")/env.sh"

cd "$ROOT"
git ls-files -z --cached --others --exclude-standard '*.cpp' '*.h' | xargs -0 --no-run-if-empty clang-format-19 -i
say "fmt: done"
