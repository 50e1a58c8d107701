#!/usr/bin/env bash
# Runs the runtime stage of deploy/Dockerfile without Docker: its RUN and COPY lines in a debootstrap chroot, with the binary
# of build/release; then, as the image's user, the start, the health check, a request, and the end by STOPSIGNAL.
# The build stage is `make build`, which `make fresh` proves. What only Docker can show (layers, networking, the health
# check's schedule) is not run here. Needs root. IMAGE_KEEP=1 uses the chroot of the last time again.
source "$(dirname "$0")/env.sh"

SUITE=bookworm
image=$BUILD/image/$SUITE
binary=$BUILD/release/signalbox
log=$BUILD/logs/image.log
server=

((EUID == 0)) || die "image: a chroot needs root."
[[ -x $binary ]] || die "image: $binary is not built; run make build."
mkdir -p "$BUILD/logs" "$BUILD/image"
: >"$log"

cleanup() {
  [[ -z $server ]] || kill -9 "$server" 2>/dev/null || true
  for mounted in dev proc; do
    ! mountpoint -q "$image/$mounted" || umount -R "$image/$mounted"
  done
}
trap cleanup EXIT

mirror() {
  apt-get indextargets --format '$(SITE) $(CODENAME) $(SUITE)' 'Created-By: Packages' | awk -v suite="$SUITE" '$2 == suite {print $1; exit}'
}

# The lines of the runtime stage, continuations joined: "INSTRUCTION rest".
runtime_stage() {
  sed -n '/^FROM .* AS runtime/,$p' "$ROOT/deploy/Dockerfile" | sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}'
}

in_image() { chroot "$@"; }

if [[ -z ${IMAGE_KEEP:-} || ! -d $image/bin ]]; then
  rm -rf --one-file-system "$image"
  say "image: debootstrap of $SUITE"
  debootstrap --variant=minbase "$SUITE" "$image" "$(mirror)" >>"$log" 2>&1 || die "image: debootstrap failed, see build/logs/image.log"
  for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/trusted.gpg.d /etc/apt/keyrings \
    /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
    [[ ! -e $path ]] || { mkdir -p "$image$(dirname "$path")"; rm -rf "${image:?}$path"; cp -rL "$path" "$image$(dirname "$path")/"; }
  done
fi
mount -t proc proc "$image/proc"
mount --rbind --make-rslave /dev "$image/dev"

while IFS= read -r line; do
  case $line in
    "RUN "*)
      say "image: ${line:0:100}"
      in_image "$image" /bin/sh -ec "${line#RUN }" >>"$log" 2>&1 || { tail -n 5 "$log"; die "image: this step failed."; }
      ;;
    "COPY --from=build "*)
      read -r _ _ source target <<<"$line"
      install -D -m 755 "$ROOT/${source#/src/}" "$image$target"
      ;;
  esac
done < <(runtime_stage | if [[ -n ${IMAGE_KEEP:-} ]]; then grep -v groupadd; else cat; fi)

sed -e "s/127.0.0.1, port: 8899/127.0.0.1, port: ${IMAGE_PORT:-28899}/" "$ROOT/examples/quickstart.yaml" >"$image/etc/signalbox/signalbox.yaml"
as_user=(env -i PATH=/usr/local/bin:/usr/bin:/bin STATE_DIRECTORY=/var/lib/signalbox "SIGNALBOX_MANAGEMENT_PORT=${IMAGE_MANAGEMENT_PORT:-28080}"
  "$(command -v chroot)" --userspec=10001:10001 "$image")
"${as_user[@]}" signalbox serve -c /etc/signalbox/signalbox.yaml >>"$log" 2>&1 &
server=$!
for ((i = 0; i < 300; ++i)); do
  "${as_user[@]}" signalbox health --address "127.0.0.1:${IMAGE_MANAGEMENT_PORT:-28080}" >>"$log" 2>&1 && break
  kill -0 "$server" 2>/dev/null || { tail -n 5 "$log"; die "image: the router ended, see build/logs/image.log"; }
  sleep 0.2
done
"${as_user[@]}" signalbox health --ready --address "127.0.0.1:${IMAGE_MANAGEMENT_PORT:-28080}" || die "image: not ready"
[[ $(stat -c '%a %u' "$image/var/lib/signalbox/management-token") == "600 10001" ]] || die "image: no token, or not for its owner only"
kill -TERM "$server"
wait "$server" || die "image: SIGTERM ended it with $?"
server=
size=$(du -sm --exclude=proc --exclude=dev "$image" | cut -f1)
say "image: the runtime stage works as uid 10001; $size MiB with Debian's base"
