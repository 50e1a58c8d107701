#!/usr/bin/env bash
# `make run`: set up, build the release binary, check the models, then serve in the foreground until Ctrl-C.
# SIGNALBOX_CONFIG names another configuration; SIGNALBOX_PORT, SIGNALBOX_MANAGEMENT_PORT
# and SIGNALBOX_DEMO_PORT move the ports.
source "$(dirname "$0")/env.sh"

"$ROOT/scripts/setup.sh" run
"$ROOT/scripts/build-release.sh"
"$ROOT/scripts/models.sh"
cd "$ROOT"
# The quickstart's backends are the embedded demo backend; another configuration names its own.
demo=()
[[ -n ${SIGNALBOX_CONFIG:-} ]] || demo=(--demo-backend "127.0.0.1:${SIGNALBOX_DEMO_PORT:-8898}")
exec "$BUILD/release/signalbox" serve -c "${SIGNALBOX_CONFIG:-examples/quickstart.yaml}" "${demo[@]}"
