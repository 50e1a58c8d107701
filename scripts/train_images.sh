#!/usr/bin/env bash
# Makes the projection of pack/images again, from pictures that it renders first, and judges it: pack/images/report.json, and the tables on the way.
# Needs the corpus (SIGNALBOX_CORPUS, ../shared/corpus), Debian's chromium with the fonts below and, the first time, the network for training/pictures/requirements.txt.
#   TRAIN="--judge-only"  arguments of training/images.py: judges the projection that is there
# Pictures and features are kept in build/training/pictures. SIGNALBOX_TRAINING_VENV names a ready environment.
source "$(dirname "$0")/env.sh"

FONTS=(fonts-dejavu-core fonts-liberation fonts-freefont-ttf fonts-hack fonts-inconsolata fonts-noto-mono fonts-dkg-handwriting fonts-breip fonts-bwht
  fonts-dancingscript fonts-femkeklaver fonts-humor-sans fonts-kristi fonts-comic-neue fonts-ocr-b fonts-roboto fonts-open-sans fonts-lato fonts-jetbrains-mono
  fonts-firacode fonts-courier-prime fonts-ebgaramond fonts-cantarell fonts-quicksand fonts-ecolier-court)
missing=()
for package in chromium "${FONTS[@]}"; do
  [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
((${#missing[@]} == 0)) || die "train: these Debian packages are missing, install them: ${missing[*]}"
export SIGNALBOX_CORPUS=${SIGNALBOX_CORPUS:-$ROOT/../shared/corpus}
[[ -d $SIGNALBOX_CORPUS/data/photos ]] || die "train: the corpus is missing; SIGNALBOX_CORPUS names its folder."

venv=${SIGNALBOX_TRAINING_VENV:-$BUILD/training/images-venv}
if [[ -z ${SIGNALBOX_TRAINING_VENV:-} ]]; then
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$ROOT/training/pictures/requirements.txt"
fi
read -ra arguments <<<"${TRAIN:-}"
# One thread each: sums in another order give other last bits.
export OMP_NUM_THREADS=1
exec "$venv/bin/python" "$ROOT/training/images.py" "${arguments[@]}"
