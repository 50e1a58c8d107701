#!/usr/bin/env bash
# Unpacks varnishtest, which plays the wire tests in tests/integration/vtc, from Debian's packages into build/varnishtest.
# Unpacked, not installed: the varnish package would start a cache server on this machine. Done once.
source "$(dirname "$0")/env.sh"

folder=$BUILD/varnishtest
[[ -x $folder/usr/bin/varnishtest ]] && exit 0
say "varnishtest: unpacking it from Debian's packages"
mkdir -p "$BUILD/logs" "$folder"
log=$BUILD/logs/varnishtest.log
# The lists of packages may be missing or old; only root may renew them.
download() {
  apt-get download varnish libvarnishapi3 && return
  apt-get -qq update || sudo apt-get -qq update
  apt-get download varnish libvarnishapi3
}
(
  cd "$folder" && download &&
    for package in ./*.deb; do dpkg -x "$package" .; done && rm -f ./*.deb
) >"$log" 2>&1 || die "varnishtest: $(tail -n 1 "$log")"
