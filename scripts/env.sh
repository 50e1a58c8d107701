# Shared by every script of this folder (source it, do not run it): where the tree is, how builds run, how messages look.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
JOBS=${JOBS:-$(nproc)}

# One small cache for every checkout and worktree: paths are stored relative to the tree, so another clone of it hits too.
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-2G}
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$ROOT}
export CCACHE_NOHASHDIR=1
export NINJA_STATUS=${NINJA_STATUS:-"[%f/%t %es] "}

say() { printf 'signalbox: %s\n' "$*"; }
# One clear sentence, then the end.
die() { printf 'signalbox: %s\n' "$*" >&2; exit 1; }
