#!/usr/bin/env bash
# Installs what a profile needs from Debian 12's own packages (the release pins the versions), or finds it all there and
# returns at once without calling apt.
#
#   scripts/setup.sh PROFILE...      run    compiler, build tools and libraries of the release binary
#                                    test   run + sanitizer runtimes, test libraries, Python's venv
#                                    lint   clang-format, clang-tidy
#                                    fresh  debootstrap
#                                    bench  what the gateway benchmark needs beside run and test: wrk, nginx
# SIGNALBOX_SKIP_SETUP=1 skips it all, for machines where the same things were installed in another way.
source "$(dirname "$0")/env.sh"

RUN=(
  clang-19 lld-19 libstdc++-12-dev cmake ninja-build ccache pkg-config make python3 python3-venv
  libboost1.81-dev libssl-dev zlib1g-dev libsimdjson-dev nlohmann-json3-dev libyaml-cpp-dev libre2-dev libicu-dev
  libfmt-dev libcli11-dev libc-ares-dev liblbfgs-dev
  libdnnl-dev libhwy-dev libcld2-dev libstemmer-dev libjpeg62-turbo-dev libpng-dev libwebp-dev libgif-dev libtesseract-dev libleptonica-dev tesseract-ocr-eng libseccomp-dev
  libpoppler-dev libpoppler-private-dev poppler-data
)
# llvm-19 brings the symbolizer that turns sanitizer reports into file and line.
# German text data and a font with umlauts are for the tests of pictures in two languages. Chromium, driven by Playwright, is the browser of the page tests.
TEST=(libclang-rt-19-dev llvm-19 tesseract-ocr-deu fonts-dejavu-core libgtest-dev libgmock-dev libbenchmark-dev python3 python3-venv git chromium)
LINT=(clang-format-19 clang-tidy-19 python3)
FRESH=(debootstrap git python3)
# nginx-light brings the program and a service; the benchmark starts its own and needs no service.
BENCH=(wrk nginx-light)

wanted=()
for profile in "${@:-run}"; do
  case $profile in
    run) wanted+=("${RUN[@]}") ;;
    test) wanted+=("${RUN[@]}" "${TEST[@]}" clang-format-19) ;;
    lint) wanted+=("${LINT[@]}") ;;
    fresh) wanted+=("${FRESH[@]}") ;;
    bench) wanted+=("${BENCH[@]}") ;;
    *) die "setup: unknown profile '$profile' (known: run, test, lint, fresh, bench)" ;;
  esac
done

[[ -n ${SIGNALBOX_SKIP_SETUP:-} ]] && { say "setup: skipped (SIGNALBOX_SKIP_SETUP is set)"; exit 0; }

system=$(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}" || uname -s)
command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
  die "setup: this machine ($system) has no apt; Signalbox is built on Debian 12: use such a machine, container or chroot, or install ${wanted[*]} yourself and set SIGNALBOX_SKIP_SETUP=1."

# Packages of the list that dpkg does not have installed, one a line.
missing_packages() {
  local have
  have=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p' | sort -u || true)
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) <(printf '%s\n' "$have")
}

mapfile -t missing < <(missing_packages)
if ((${#missing[@]} == 0)); then
  say "setup: everything is installed"
  exit 0
fi
[[ $system == "debian 12" ]] ||
  die "setup: this is $system, and Signalbox's packages are those of Debian 12 (bookworm): use such a machine, container or chroot, or install ${missing[*]} yourself and set SIGNALBOX_SKIP_SETUP=1."

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || die "setup: ${#missing[@]} packages are missing and this user is not root and has no sudo; run as root: apt-get install ${missing[*]}"
  as_root=(sudo)
fi

say "setup: installing ${#missing[@]} Debian packages: ${missing[*]}"
mkdir -p "$BUILD/logs"
log=$BUILD/logs/setup.log
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1
}
: >"$log"
apt -o APT::Update::Error-Mode=any update || die "setup: apt-get update failed, is the network reachable? The log is ${log#"$ROOT"/}: $(tail -n 1 "$log")"
apt install -y --no-install-recommends "${missing[@]}" ||
  die "setup: apt-get install failed, is the network reachable? The log is ${log#"$ROOT"/}: $(tail -n 1 "$log")"
mapfile -t missing < <(missing_packages)
((${#missing[@]} == 0)) || die "setup: apt-get succeeded but these are still missing: ${missing[*]}"
say "setup: done"
