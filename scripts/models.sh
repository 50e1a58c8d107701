#!/usr/bin/env bash
# Checks the model files that the default configuration needs, and says where they are. Today that is one: the data with
# which Tesseract reads English text in pictures (a Debian package that setup.sh installs).
source "$(dirname "$0")/env.sh"

data=$(find "${TESSDATA_PREFIX:-/usr/share/tesseract-ocr}" -name eng.traineddata -size +100k 2>/dev/null | head -n 1)
[[ -n $data ]] || die "models: eng.traineddata of Tesseract is missing; install the package tesseract-ocr-eng or set TESSDATA_PREFIX."
say "models: text in pictures is read with $data"
