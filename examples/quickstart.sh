#!/bin/sh
# From a fresh Debian machine to a shell command inside a disposable virtual machine, in one command, as root:
#
#   examples/quickstart.sh
#
# Installs what is missing, builds Allocator, makes a small Debian 12 image, allocates a machine of it, looks inside,
# and gives it back. Without root it says what to install. The second run is much faster: the image is kept.
set -eu
cd "$(dirname "$0")/.."

if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 0
fi

start=$(date +%s%N)
step=$start
# took WHAT: says how long the step took that ends now
took() {
    now=$(date +%s%N)
    printf '  %-46s %6d.%01d s\n' "$1" $(((now - step) / 1000000000)) $((((now - step) / 100000000) % 10))
    step=$now
}

echo "1. Tools"
.ci/install-packages build machines
took "tools are there"

echo "2. Build"
mvn -q -B -ntp package -DskipTests
took "built examples/cli/target/dist"

echo "3. Image"
image=${XDG_CACHE_HOME:-${HOME:?}/.cache}/allocator/images/debian-12.qcow2
mkdir -p "$(dirname "$image")"
examples/images/make-debian-image.sh --install "$image" >/dev/null
ALLOCATOR_DEMO_IMAGE=$image
export ALLOCATOR_DEMO_IMAGE
took "$image"

allocator() {
    examples/cli/target/dist/bin/allocator --config examples/allocator.yaml "$@"
}

echo "4. Allocate"
if ! address=$(allocator allocate debian-12); then
    echo "quickstart: $address" >&2
    exit 1
fi
trap 'allocator discard "$address" >/dev/null' EXIT
trap 'exit 130' INT TERM HUP
took "debian-12 at $address"

echo "5. Look inside: uname -a"
allocator exec "$address" -- uname -a
took "ran a command"

echo "6. List"
allocator list
took "listed"

echo "7. Discard"
trap - EXIT
allocator discard "$address"
took "gone"

step=$start
took "everything"
