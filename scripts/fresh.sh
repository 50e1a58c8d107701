#!/usr/bin/env bash
# Proves the two commands on a machine that has nothing: a minimal Debian of SUITE (bookworm) by debootstrap, a clone of HEAD
# in it with shared/ beside, then `make run` until it is ready, the requests it prints, and `make test`.
#   FRESH_ONLY=run|test   one of the two      FRESH_KEEP=1   use the chroot of the last time again (no proof, but quick)
#   FRESH_CCACHE=1        takes the host's compiler cache along: the same proof, but its wall times say nothing
# The host's apt, pip and npm settings (mirror, certificates, proxies) are copied into the chroot, so that it reaches the same
# registries; nothing but /proc and /dev is mounted in it. Needs root, since chroot does. Logs: build/logs/fresh-*.log.
source "$(dirname "$0")/env.sh"

SUITE=${SUITE:-bookworm}
only=${FRESH_ONLY:-run test}
chroot=$BUILD/fresh/$SUITE
tree=/home/signalbox
cache=/var/cache/ccache
logs=$BUILD/logs
server=

((EUID == 0)) || die "fresh: a chroot needs root; run 'sudo make fresh'."
cd "$ROOT"
mkdir -p "$logs" "$BUILD/fresh"

# Ends the server and everything else that runs in the chroot, then unmounts. Only processes whose root is the chroot.
stop_server() {
  local process
  for process in /proc/[0-9]*; do
    [[ $(readlink "$process/root" 2>/dev/null) != "$chroot" ]] || kill -9 "${process#/proc/}" 2>/dev/null || true
  done
  [[ -z $server ]] || wait "$server" 2>/dev/null || true
  server=
}
cleanup() {
  stop_server
  local mounted
  for mounted in dev proc; do
    ! mountpoint -q "$chroot/$mounted" || umount -R "$chroot/$mounted"
  done
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# The mirror the host itself uses for this suite, from its apt sources.
mirror() {
  apt-get indextargets --format '$(SITE) $(CODENAME) $(SUITE)' 'Created-By: Packages' | awk -v suite="$SUITE" '$2 == suite {print $1; exit}'
}

bootstrap() {
  local from
  from=$(mirror)
  [[ -n $from ]] || die "fresh: apt on this machine has no source for $SUITE to bootstrap from."
  cleanup
  rm -rf --one-file-system "$chroot"
  say "fresh: debootstrap of $SUITE"
  debootstrap --variant=minbase "$SUITE" "$chroot" "$from" >"$logs/fresh-debootstrap.log" 2>&1 ||
    die "fresh: debootstrap failed, see build/logs/fresh-debootstrap.log: $(tail -n 1 "$logs/fresh-debootstrap.log")"
}

# Copies what decides how registries are reached, where the host has it.
copy_settings() {
  local path
  rm -rf "$chroot/etc/apt/sources.list" "$chroot/etc/apt/sources.list.d"
  for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf /etc/apt/apt.conf.d /etc/apt/auth.conf.d \
    /etc/apt/trusted.gpg.d /etc/apt/keyrings /etc/pip.conf /etc/npmrc /usr/local/etc/npmrc "$HOME/.npmrc" "$HOME/.config/pip" \
    /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates; do
    [[ -e $path ]] || continue
    mkdir -p "$chroot$(dirname "$path")"
    cp -rL "$path" "$chroot$(dirname "$path")/"
  done
}

copy_tree() {
  rm -rf "$chroot$tree"
  git clone -q "$ROOT" "$chroot$tree"
  rm -rf "$chroot$(dirname "$tree")/shared"
  [[ ! -d $ROOT/../shared ]] || cp -rL "$ROOT/../shared" "$chroot$(dirname "$tree")/shared"
}

copy_cache() {
  local from
  [[ -n ${FRESH_CCACHE:-} ]] || return 0
  from=$(ccache --get-config cache_dir) || die "fresh: FRESH_CCACHE needs ccache on this machine."
  rm -rf "${chroot:?}$cache"
  cp -r "$from" "$chroot$cache"
}

mount_system() {
  mountpoint -q "$chroot/proc" || mount -t proc proc "$chroot/proc"
  mountpoint -q "$chroot/dev" || mount --rbind --make-rslave /dev "$chroot/dev"
}

# A shell in the chroot, with no variable of the host but those that pip, npm and proxies read.
inside() {
  local variable passed=("CCACHE_DIR=$cache")
  for variable in $(compgen -e); do
    case $variable in
      PIP_* | NPM_CONFIG_* | npm_config_* | *_proxy | *_PROXY | SSL_CERT_FILE | NODE_EXTRA_CA_CERTS) passed+=("$variable=${!variable}") ;;
    esac
  done
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "${passed[@]}" \
    chroot "$chroot" /bin/bash -c "cd $tree && $1"
}

prove_run() {
  local log=$logs/fresh-run.log begin=$SECONDS limit=${FRESH_RUN_LIMIT:-1800} printed failed=0
  say "fresh: make run"
  # Ports of its own, so that a router on the host is never mistaken for this one.
  inside "SIGNALBOX_PORT=${FRESH_PORT:-18899} SIGNALBOX_MANAGEMENT_PORT=${FRESH_MANAGEMENT_PORT:-18080} make run" >"$log" 2>&1 &
  server=$!
  until grep -q '^ready http' "$log"; do
    kill -0 "$server" 2>/dev/null || { tail -n 30 "$log"; die "fresh: make run ended before it was ready, see build/logs/fresh-run.log."; }
    ((SECONDS - begin < limit)) || { tail -n 30 "$log"; die "fresh: make run was not ready after $limit s."; }
    sleep 1
  done
  say "fresh: make run was ready after $((SECONDS - begin)) s"
  sleep 2  # the rest of what it prints
  inside "apt-get install -y -qq --no-install-recommends curl" >"$logs/fresh-curl.log" 2>&1
  python3 "$ROOT/scripts/printed_requests.py" "$log" "$logs/fresh-requests"
  for printed in "$logs"/fresh-requests/*.sh; do
    cp "$printed" "$chroot/tmp/request.sh"
    if inside "bash -euo pipefail /tmp/request.sh" >"$printed.out" 2>&1; then
      say "fresh: request $(basename "$printed" .sh) answered: $(head -c 160 "$printed.out" | tr '\n' ' ')"
    else
      say "fresh: request $(basename "$printed" .sh) failed: $(tail -n 2 "$printed.out")"
      failed=1
    fi
  done
  stop_server
  ((failed == 0)) || die "fresh: a printed request failed, see build/logs/fresh-requests."
}

prove_test() {
  local begin=$SECONDS
  say "fresh: make test"
  inside "CI=true make test" >"$logs/fresh-test.log" 2>&1 || { tail -n 40 "$logs/fresh-test.log"; die "fresh: make test failed after $((SECONDS - begin)) s."; }
  tail -n 10 "$logs/fresh-test.log"
  say "fresh: make test passed after $((SECONDS - begin)) s"
}

[[ -n ${FRESH_KEEP:-} && -d $chroot/bin ]] || bootstrap
copy_settings
copy_tree
copy_cache
mount_system
inside "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends git make ca-certificates" \
  >"$logs/fresh-apt.log" 2>&1 || die "fresh: apt-get in the chroot failed: $(tail -n 1 "$logs/fresh-apt.log")"
for proof in $only; do
  case $proof in
    run | test) "prove_$proof" ;;
    *) die "fresh: FRESH_ONLY is '$proof' (known: run, test)" ;;
  esac
done
say "fresh: done"
