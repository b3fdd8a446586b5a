#!/bin/bash
# How long it takes from asking for a container to an address at which one can log in:
#
#   examples/benchmarks/lxd.sh [ROUNDS]
#
# Allocator's command line, in a folder whose only configuration is a spread-lxd.yaml, against "lxc launch", a wait for
# the address and log-ins tried each 100 ms until one works. Both in turn, 5 rounds unless told; prints each time, the
# medians and their ratio. Needs the build (mvn package), sshpass, and an LXD with the image debian-12
# (.ci/start-lxd and examples/images/make-lxd-image.sh debian-12).
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
    sed -n '2,10s/^# \{0,1\}//p' "$0"
    exit 0
fi
rounds=${1:-5}
allocator=$PWD/examples/cli/target/dist/bin/allocator
image=debian-12

[ -x "$allocator" ] || { echo "lxd.sh: no $allocator: mvn package makes it" >&2; exit 1; }
command -v sshpass >/dev/null || { echo 'lxd.sh: sshpass is missing: apt-get install sshpass' >&2; exit 1; }
lxc image info $image >/dev/null || { echo "lxd.sh: LXD has no image $image: examples/images/make-lxd-image.sh $image" >&2; exit 1; }

work=$(mktemp -d)
name=''
cleanup() {
    [ -z "$name" ] || lxc delete --force "$name" >/dev/null 2>&1 || true
    (cd "$work" && "$allocator" --state-dir "$work/state" cleanup --all >/dev/null 2>&1) || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' HUP INT TERM
cat >"$work/spread-lxd.yaml" <<YAML
system:
  $image:
    image: $image
    vm: false
YAML

milliseconds() { echo $(($(date +%s%N) / 1000000)); }
login() { # ADDRESS PORT
    SSHPASS=debian sshpass -e ssh -p "$2" -o ConnectTimeout=2 -o NumberOfPasswordPrompts=1 -o LogLevel=QUIET \
        -o PreferredAuthentications=password -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
        "debian@$1" true </dev/null 2>/dev/null
}
with_allocator() { # sets took
    local start address
    start=$(milliseconds)
    address=$(cd "$work" && "$allocator" --state-dir "$work/state" -q --backend lxd allocate $image debian debian)
    took=$(($(milliseconds) - start))
    login "${address%:*}" "${address##*:}" || { echo "lxd.sh: nobody can log in at $address" >&2; exit 1; }
    (cd "$work" && "$allocator" --state-dir "$work/state" discard "$address" >/dev/null)
}
with_lxc() { # sets took; with the limits that spread-lxd.yaml's systems have
    local start address=''
    name=benchmark-$$-$RANDOM
    start=$(milliseconds)
    lxc launch $image "$name" --ephemeral --quiet -c limits.cpu=2 -c limits.memory=2GiB </dev/null
    until [ -n "$address" ]; do
        address=$(lxc list "^$name\$" --columns 4 --format csv | cut -d ' ' -f 1)
        [ -n "$address" ] || sleep 0.1
    done
    until login "$address" 22; do sleep 0.1; done
    took=$(($(milliseconds) - start))
    lxc delete --force "$name"
    name=''
}
median() { printf '%s\n' "$@" | sort -n | sed -n "$(($# / 2 + 1))p"; }

with_lxc # not counted: both find the same warm caches
with_allocator
ours=() theirs=()
for round in $(seq "$rounds"); do
    with_allocator
    ours+=("$took")
    with_lxc
    theirs+=("$took")
    printf 'round %d: allocator %d ms, lxc launch and log-in %d ms\n' "$round" "${ours[-1]}" "${theirs[-1]}"
done
awk -v ours="$(median "${ours[@]}")" -v theirs="$(median "${theirs[@]}")" -v rounds="$rounds" 'BEGIN {
    printf "median of %d: allocator %d ms, lxc launch and log-in %d ms, ratio %.2f\n", rounds, ours, theirs, ours / theirs }'
