#!/bin/sh
# Builds a small Debian 12 container image for LXD from Debian packages alone and gives it to LXD under
# an alias. The image is kept, so that only its first build takes time (about 20 s).
#
# Its credentials are public and its protections thin: it is for disposable test machines.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
umask 022

usage() {
    cat <<USAGE
Usage: make-lxd-image.sh [--variant plain|cloud] [--install] [--force] ALIAS

Variants:
  plain    user "debian", password "debian", sudo without password (the default)
  cloud    cloud-init; no password and no SSH host key in the image, passwords refused by sshd
Options:
  --install   install missing tools with apt-get
  --force     build even if the image is there and up to date

Needs root and an LXD that answers (LXD_DIR says where, as for lxc). An alias of that name that was not made
by this script is left alone. The image is kept in \${XDG_CACHE_HOME:-~/.cache}/allocator/images/ALIAS-lxd.tar;
its path is printed when it is ready, progress goes to stderr. ALIAS-lxd.tar.recipe records what it was made from,
ALIAS-lxd.tar.lock lets one build run at a time. TMPDIR, if set, holds the temporary files (about 500 MB).
USAGE
}

begun=$(date +%s)
say() { printf 'make-lxd-image: %3d s  %s\n' $(($(date +%s) - begun)) "$*" >&2; }
die() { printf 'make-lxd-image: %s\n' "$*" >&2; exit 1; }

variant=plain install=no force=no alias=''
while [ $# -gt 0 ]; do
    case $1 in
        --variant)
            [ $# -ge 2 ] || die "$1 needs a value; see --help"
            variant=$2
            shift ;;
        --install) install=yes ;;
        --force) force=yes ;;
        -h | --help) usage; exit 0 ;;
        -*) die "unknown option $1; see --help" ;;
        *) [ -z "$alias" ] || die "one ALIAS only; see --help"
           alias=$1 ;;
    esac
    shift
done
[ -n "$alias" ] || die 'no ALIAS given; see --help'
case $alias in */* | .*) die "an alias without slashes, please: $alias" ;; esac
case $variant in plain | cloud) ;; *) die "unknown variant $variant; see --help" ;; esac
[ "$(id -u)" = 0 ] || die 'building an image needs root'
images=${XDG_CACHE_HOME:-${HOME:?}/.cache}/allocator/images
output=$images/$alias-lxd.tar
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# ---- An image made by this very script, for this variant, is used again -------------------

recipe=$({ cat "$0"; echo "$variant"; } | sha256sum | cut -d ' ' -f 1)
ready() { # the size tells a truncated image
    [ "$force" = no ] && [ -s "$output" ] && [ -f "$output.recipe" ] &&
        [ "$(cat "$output.recipe")" = "$recipe $(stat -c %s "$output")" ]
}
give_to_lxd() {
    if lxc image alias list --format csv | cut -d , -f 1 | grep -qxF -- "$alias"; then
        made_from=$(lxc image get-property "$alias" recipe 2>/dev/null || true)
        if [ -z "$made_from" ] || [ "$made_from" = "$recipe" ]; then return; fi
        say "replacing LXD's image $alias, which an older script made"
        lxc image delete "$alias" >&2
    fi
    say "giving the image to LXD as $alias"
    fingerprint=$(sha256sum "$output" | cut -d ' ' -f 1)
    if lxc image info "$fingerprint" >/dev/null 2>&1; then # it has it, under another alias or none
        lxc image alias create "$alias" "$fingerprint" >&2
        return
    fi
    lxc image import "$output" --alias "$alias" >"$output.log" 2>&1 || {
        cat "$output.log" >&2
        die "LXD does not take $output"
    }
    rm -f "$output.log"
}
finish() {
    give_to_lxd
    echo "$output"
    exit 0
}

# ---- Tools --------------------------------------------------------------------------------

missing=''
for tool in mmdebstrap:mmdebstrap debian-archive-keyring:$keyring lxd-client:lxc; do # package:what it brings
    [ -e "${tool#*:}" ] || command -v "${tool#*:}" >/dev/null || missing="$missing ${tool%%:*}"
done
if [ -n "$missing" ]; then
    [ "$install" = yes ] || die "please install these packages first (--install does it):$missing"
    say "installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update >&2
    # shellcheck disable=SC2086 # a word is a package
    apt-get -qy install --no-install-recommends $missing >&2
fi
lxc query /1.0 >/dev/null || die 'LXD does not answer; .ci/start-lxd starts one'

# ---- One build at a time, in a folder that goes away whatever happens ---------------------

mkdir -p -- "$images"
exec 9>"$output.lock"
if ! flock -n 9; then
    say 'another build of the same image is running; waiting for it'
    flock 9
    force=no # what that build made is new enough
fi
if ready; then finish; fi
work='' child=''
cleanup() {
    [ -z "$child" ] || { kill "$child" && wait "$child"; } 2>/dev/null || true
    # Should mmdebstrap have left /dev or /sys mounted below, they are not to be emptied.
    [ -z "$work" ] || rm -rf --one-file-system -- "$work" "$output.part"
}
trap cleanup EXIT
trap 'exit 130' HUP INT TERM
work=$(mktemp -d -- "${TMPDIR:-$images}/make-lxd-image.XXXXXX")

run() { # in the background, for a shell handles signals only between foreground commands
    "$@" >"$work/log" 2>&1 9>&- &
    child=$!
    wait "$child" || { child=''; tail -n 30 "$work/log" >&2; die "$1 failed"; }
    child=''
}

# ---- Packages -----------------------------------------------------------------------------

put() { # FILE [LINE...]: writes the lines, or stdin, making the folders on the way
    file=$1
    shift
    mkdir -p "$(dirname "$file")"
    if [ $# -gt 0 ]; then printf '%s\n' "$@"; else cat; fi >"$file"
}
sources() { # the host's own mirror, however apt's sources are written, if it has Debian 12
    # Others may offer a "bookworm" of their own; only Debian has the suites next to it.
    apt-get update --print-uris 2>/dev/null |
        sed -nE "s#^'(https?://.*)/dists/(bookworm(-updates|-security)?)/InRelease'.*#\1 \2#p" |
        awk -v "by=[signed-by=$keyring]" '
            { base[NR] = $1; suite[NR] = $2; if ($2 == "bookworm-updates") debian[$1] = 1 }
            END {
                for (i = 1; i <= NR; i++)
                    if (suite[i] == "bookworm-security" || base[i] in debian) {
                        print "deb " by " " base[i] " " suite[i] " main"
                        if (suite[i] == "bookworm") found = 1
                    }
                exit !found
            }' && return
    for suite in 'debian bookworm' 'debian bookworm-updates' 'debian-security bookworm-security'; do
        echo "deb [signed-by=$keyring] http://deb.debian.org/$suite main"
    done
}
sources >"$work/sources.list"

root=$work/rootfs
early=$work/early # what is put into the root before the packages
# mmdebstrap does not read the host's apt.conf, but the host's proxy is to be used.
apt-config dump --format '%f "%v";%n' Acquire | grep -Ei \
    '^Acquire::(https?::(Proxy|CaInfo|Verify)|Check-(Date|Valid-Until)|Retries)' |
    put "$early/etc/apt/apt.conf.d/99host"
put "$early/etc/apt/apt.conf.d/10image" 'Acquire::Languages "none";' 'APT::Install-Recommends "false";'
# Not as --dpkgopt: mmdebstrap would then filter each package through a Python process.
put "$early/etc/dpkg/dpkg.cfg.d/image" force-unsafe-io \
    'path-exclude=/usr/share/man/*' 'path-exclude=/usr/share/i18n/*' \
    'path-exclude=/usr/share/doc/*' 'path-include=/usr/share/doc/*/copyright' \
    'path-exclude=/usr/share/locale/*' 'path-include=/usr/share/locale/locale.alias'

packages=systemd-sysv,dbus,systemd-resolved,libnss-myhostname,openssh-server,sudo,iproute2,procps
[ "$variant" = plain ] || packages=$packages,cloud-init
# With /usr merged from the start nothing needs the package usrmerge, and so Perl.
say "installing Debian 12 packages from $(awk '{ print $3; exit }' "$work/sources.list")"
run mmdebstrap --mode=root --variant=apt --include="$packages" \
    --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --setup-hook="cp -r '$early/.' \"\$1\"" \
    bookworm "$root" "$work/sources.list"

# ---- The guest's configuration ------------------------------------------------------------

say 'configuring'
inside() { SYSTEMD_OFFLINE=1 chroot "$root" "$@" 9>&-; }
rm -rf "$root"/usr/share/man/* "$root"/usr/share/locale/*/ "$root"/usr/share/i18n/* \
    "$root/etc/apt/apt.conf.d/99host" "$root"/etc/apt/apt.conf.d/99mmdebstrap \
    "$root"/var/log/*.log "$root"/var/log/apt/* "$root"/var/cache/debconf/*-old \
    "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/etc/ssh/ssh_host_* \
    "$root"/etc/update-motd.d/* # a process for every log-in
put "$root/etc/default/locale" LANG=C.UTF-8
: | put "$root/etc/machine-id" # each guest draws its own at its first start
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

put "$root/etc/systemd/network/20-wired.network" '[Match]' 'Name=eth*' '[Network]' DHCP=ipv4
# There is no udev in a container, and networkd would wait for it, unless /sys looks read-only.
put "$root/etc/systemd/system/systemd-networkd.service.d/image.conf" '[Service]' ReadOnlyPaths=/sys
inside systemctl -q enable systemd-networkd.service systemd-resolved.service
inside systemctl -q disable systemd-networkd-wait-online.service
: | put "$root/etc/tmpfiles.d/systemd-nologin.conf" # no log-in is refused while still booting

# Debian's sshd_config includes this folder, and the first value found for a setting holds.
put "$root/etc/ssh/sshd_config.d/10-image.conf" 'HostKey /etc/ssh/ssh_host_ed25519_key' 'UseDNS no'
mask() { for unit in "$@"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done; }
mask console-getty.service getty-static.service getty@tty1.service \
    systemd-firstboot.service systemd-binfmt.service systemd-tmpfiles-clean.timer \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
    sys-kernel-config.mount sys-fs-fuse-connections.mount
put "$root/etc/systemd/journald.conf.d/image.conf" '[Journal]' Storage=volatile

if [ "$variant" = plain ]; then
    echo 'PasswordAuthentication yes' >>"$root/etc/ssh/sshd_config.d/10-image.conf"
    put "$root/etc/systemd/system/ssh-host-key.service" <<'FILE'
[Unit]
Description=Draw an SSH host key at the first start
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service
[Service]
Type=oneshot
ExecStart=ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
[Install]
RequiredBy=ssh.service
FILE
    inside systemctl -q enable ssh-host-key.service
    inside useradd --create-home --shell /bin/bash --groups sudo,adm debian
    echo debian:debian | inside chpasswd
    put "$root/etc/sudoers.d/debian" 'debian ALL=(ALL) NOPASSWD:ALL'
    chmod 440 "$root/etc/sudoers.d/debian"
else
    echo 'PasswordAuthentication no' >>"$root/etc/ssh/sshd_config.d/10-image.conf"
    put "$root/etc/cloud/cloud.cfg.d/99-image.cfg" <<'FILE'
datasource_list: [ LXD, None ]
network: { config: disabled }
ssh_genkeytypes: [ ed25519 ]
no_ssh_fingerprints: true
FILE
fi

# ---- The image ----------------------------------------------------------------------------

# LXD draws these two files from templates, when an instance is made.
put "$work/templates/hostname.tpl" '{{ container.name }}'
put "$work/templates/hosts.tpl" '127.0.0.1 localhost' '127.0.1.1 {{ container.name }}' \
    '::1 localhost ip6-localhost'
put "$work/metadata.yaml" <<FILE
architecture: $(uname -m)
creation_date: $begun
properties:
  os: debian
  release: bookworm
  description: Debian 12 with sshd, $variant
  recipe: $recipe
templates:
  /etc/hostname: { when: [ create, copy ], template: hostname.tpl }
  /etc/hosts: { when: [ create, copy ], template: hosts.tpl }
FILE
say 'writing the image'
# Not compressed: that would take longer here, and LXD would have to undo it.
run tar -C "$work" --numeric-owner --xattrs --xattrs-include='*' --sort=name -cf "$output.part" \
    metadata.yaml templates rootfs
rm -f -- "$output.recipe"
mv -- "$output.part" "$output"
echo "$recipe $(stat -c %s "$output")" >"$output.recipe"
say "ready: $(($(stat -c %s "$output") / 1048576)) MiB"
finish
