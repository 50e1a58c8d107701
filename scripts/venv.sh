#!/usr/bin/env bash
# Makes build/venv for the integration tests: the pinned Python packages, Node.js (a pinned wheel, since Debian 12's is too
# old for the OpenAI SDK) and, with it, the pinned Node packages. Done again only when a pin changed.
source "$(dirname "$0")/env.sh"

tests=$ROOT/tests/integration
venv=$BUILD/venv
node_modules=$BUILD/node/node_modules
stamp=$venv/.pins
pins=$(cat "$tests/requirements.txt" "$tests/node/package-lock.json" | sha256sum)
[[ -f $stamp && $(<"$stamp") == "$pins" && -d $node_modules ]] && exit 0

say "venv: installing the Python and Node packages of the integration tests"
mkdir -p "$BUILD/logs" "$BUILD/node"
log=$BUILD/logs/venv.log
# Debian's own Python, so that a run does not depend on what else is first on PATH.
python=/usr/bin/python3
[[ -x $python ]] || python=python3
{
  rm -rf "$venv" &&
  "$python" -m venv "$venv" &&
  "$venv/bin/python" -m pip install --disable-pip-version-check --require-virtualenv -r "$tests/requirements.txt"
} >"$log" 2>&1 || die "venv: pip could not install tests/integration/requirements.txt: $(tail -n 1 "$log")"
cp "$tests/node/package.json" "$tests/node/package-lock.json" "$BUILD/node/"
# npm of the wheel does not read the system's configuration, so it is told which authorities the system trusts.
authorities=/etc/ssl/certs/ca-certificates.crt
[[ ! -f $authorities ]] || export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$authorities}
(cd "$BUILD/node" && PATH=$venv/bin:$PATH "$venv/bin/npm" ci --no-audit --no-fund --ignore-scripts) >>"$log" 2>&1 ||
  die "venv: npm could not install tests/integration/node: $(tail -n 1 "$log")"
printf '%s' "$pins" >"$stamp"
