#!/usr/bin/env bash
# `make run`: set up, build the release binary, check the models, then serve in the foreground until Ctrl-C.
# SIGNALBOX_CONFIG names another configuration; SIGNALBOX_PORT and SIGNALBOX_MANAGEMENT_PORT move the ports.
source "$(dirname "$0")/env.sh"

"$ROOT/scripts/setup.sh" run
"$ROOT/scripts/build-release.sh"
"$ROOT/scripts/models.sh"
cd "$ROOT"
exec "$BUILD/release/signalbox" serve -c "${SIGNALBOX_CONFIG:-examples/quickstart.yaml}"
