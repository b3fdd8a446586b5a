#!/bin/sh
# Builds a small Debian 12 (amd64) disk image for QEMU from Debian packages alone: no loop
# mounts, no installer, nothing downloaded but packages from the Debian mirror apt knows.
#
# The guest boots with BIOS, one virtio disk and one virtio network card, and is trimmed for
# a quick start under emulation, where every process a boot runs costs tenths of a second.
# Its credentials are public and its protections thin: it is for disposable test machines.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin" MTOOLS_SKIP_CHECK=1
umask 022

usage() {
    cat <<USAGE
Usage: make-debian-image.sh [--variant plain|cloud] [--install] [--force] OUTPUT.qcow2
       make-debian-image.sh --variant nosshd|panic|9p --from IMAGE.qcow2 [--force] OUTPUT.qcow2

Variants:
  plain    user "debian", password "debian", sudo without password (the default)
  cloud    cloud-init (NoCloud); no password and no SSH host key in the image
  nosshd   a copy of IMAGE that boots without its SSH server
  panic    a copy of IMAGE whose kernel panics after two seconds, for its init ends at once
  9p       a copy of IMAGE with the kernel that knows 9p, the file system of shared folders
Options:
  --from IMAGE   the finished image nosshd, panic and 9p are made from (in seconds)
  --install      install missing tools with apt-get (needs root)
  --force        build even if OUTPUT is there and up to date

plain and cloud need root. Prints OUTPUT's path when it is ready; progress goes to stderr.
OUTPUT.recipe records what OUTPUT was made from, OUTPUT.lock lets one build run at a time.
TMPDIR, if set, holds the temporary files (about 1 GB), else OUTPUT's own folder does.
USAGE
}

begun=$(date +%s)
say() { printf 'make-debian-image: %3d s  %s\n' $(($(date +%s) - begun)) "$*" >&2; }
die() { printf 'make-debian-image: %s\n' "$*" >&2; exit 1; }

variant=plain from='' install=no force=no output=''
while [ $# -gt 0 ]; do
    case $1 in
        --variant | --from)
            [ $# -ge 2 ] || die "$1 needs a value; see --help"
            if [ "$1" = --from ]; then from=$2; else variant=$2; fi
            shift ;;
        --install) install=yes ;;
        --force) force=yes ;;
        -h | --help) usage; exit 0 ;;
        -*) die "unknown option $1; see --help" ;;
        *) [ -z "$output" ] || die "one OUTPUT only; see --help"
           output=$1 ;;
    esac
    shift
done
[ -n "$output" ] || die 'no OUTPUT given; see --help'
case $variant in
    plain | cloud) [ -z "$from" ] || die "--from goes with --variant nosshd, panic or 9p" ;;
    nosshd | panic | 9p) [ -f "$from" ] || die "--variant $variant needs --from with a finished image" ;;
    *) die "unknown variant $variant; see --help" ;;
esac
output=$(realpath -m -- "$output")
[ -z "$from" ] || from=$(realpath -- "$from")

# ---- An image made by this very script, for this variant, is used again -------------------

recipe=$({ cat "$0"; echo "$variant"; [ -z "$from" ] || stat -c '%n %s %Y' "$from"; } |
    sha256sum | cut -d ' ' -f 1)
ready() { # the size tells a truncated image
    [ "$force" = no ] && [ -s "$output" ] && [ -f "$output.recipe" ] &&
        [ "$(cat "$output.recipe")" = "$recipe $(stat -c %s "$output")" ]
}
if ready; then echo "$output"; exit 0; fi

# ---- Tools --------------------------------------------------------------------------------

mbr=/usr/lib/syslinux/mbr/mbr.bin
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
tools='qemu-utils:qemu-img mtools:mcopy'
[ "$variant" != 9p ] || tools="$tools debian-archive-keyring:$keyring cpio:cpio dpkg:dpkg-deb"
[ -n "$from" ] || tools="$tools mmdebstrap:mmdebstrap debian-archive-keyring:$keyring \
    syslinux:syslinux syslinux-common:$mbr fdisk:sfdisk e2fsprogs:mke2fs"
missing=''
for tool in $tools; do # package:what it brings
    [ -e "${tool#*:}" ] || command -v "${tool#*:}" >/dev/null || missing="$missing ${tool%%:*}"
done
if [ -n "$missing" ]; then
    if [ "$install" = no ] || [ "$(id -u)" != 0 ]; then
        die "please install these packages first (--install does it, as root):$missing"
    fi
    say "installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update >&2
    # shellcheck disable=SC2086 # a word is a package
    apt-get -qy install --no-install-recommends $missing >&2
fi
[ -n "$from" ] || [ "$(id -u)" = 0 ] || die "building the variant $variant needs root"

# ---- One build at a time, in a folder that goes away whatever happens ---------------------

mkdir -p -- "$(dirname "$output")"
exec 9>"$output.lock"
if ! flock -n 9; then
    say 'another build of the same image is running; waiting for it'
    flock 9
    force=no # what that build made is new enough
    if ready; then echo "$output"; exit 0; fi
fi
work='' child=''
cleanup() {
    [ -z "$child" ] || { kill "$child" && wait "$child"; } 2>/dev/null || true
    # Should mmdebstrap have left /dev or /sys mounted below, they are not to be emptied.
    [ -z "$work" ] || rm -rf --one-file-system -- "$work" "$output.part"
}
trap cleanup EXIT
trap 'exit 130' HUP INT TERM
work=$(mktemp -d -- "${TMPDIR:-$(dirname "$output")}/make-debian-image.XXXXXX")

run() { # in the background, for a shell handles signals only between foreground commands
    "$@" >"$work/log" 2>&1 9>&- &
    child=$!
    wait "$child" || { child=''; tail -n 30 "$work/log" >&2; die "$1 failed"; }
    child=''
}
finish() { # IMAGE: across file systems first, then into its place at one stroke
    mv -- "$1" "$output.part"
    rm -f -- "$output.recipe"
    mv -- "$output.part" "$output"
    echo "$recipe $(stat -c %s "$output")" >"$output.recipe"
    say "ready: $(($(stat -c %s "$output") / 1048576)) MiB"
    echo "$output"
}

# ---- Where packages are -------------------------------------------------------------------

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

# ---- Variants of a finished image: the same with other kernel arguments, or another kernel --

other_kernel() { # all of its modules that the guest needs are in its initrd.img, in this order
    mcopy -i boot.raw@@1M ::initrd.img .
    sources >sources.list
    mkdir -p lists/partial archives/partial initrd
    : >status
    cat >apt.conf <<FILE
Dir::Etc { SourceList "$work/sources.list"; SourceParts "-"; };
Dir::State { Lists "$work/lists"; Status "$work/status"; };
Dir::Cache { Archives "$work/archives"; PkgCache ""; SrcPkgCache ""; };
APT { Architecture "amd64"; Sandbox::User "root"; };
FILE
    run env APT_CONFIG="$work/apt.conf" apt-get -q update
    package=$(APT_CONFIG="$work/apt.conf" apt-cache show --no-all-versions linux-image-amd64 |
        sed -n 's/^Depends: \([^ ,]*\).*/\1/p')
    say "fetching $package"
    run env APT_CONFIG="$work/apt.conf" apt-get -q download "$package"
    dpkg-deb -x "$package"_*.deb kernel
    (cd initrd && zcat ../initrd.img | cpio --quiet -id && rm -f ./*.ko && : >modules)
    for module in virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk \
        failover net_failover virtio_net virtio-rng crc16 mbcache jbd2 crc32c_generic ext4 \
        netfs fscache 9pnet 9pnet_virtio 9p; do
        find kernel/lib/modules -name "$module.ko" -exec cp {} initrd/ ';'
        echo "/$module.ko" >>initrd/modules
    done
    (cd initrd && find . | cpio --quiet -o -H newc) | gzip -9 >initrd.img
    mcopy -o -i boot.raw@@1M kernel/boot/vmlinuz-* ::vmlinuz
    mcopy -o -i boot.raw@@1M initrd.img ::initrd.img
}

boot_mib=32 # the table and the boot partition end, and the root partition begins, here
if [ -n "$from" ]; then
    case $variant in
        nosshd) arguments=systemd.mask=ssh.service ;;
        panic) arguments=init=/bin/false ;; # which ends, and without init there is no going on
        9p) arguments='' ;;
    esac
    cd "$work"
    run qemu-img convert -O qcow2 "$from" image.qcow2
    qemu-img dd -O raw bs=1M count=$boot_mib "if=$from" of=boot.raw
    mcopy -i boot.raw@@1M ::syslinux.cfg . || die "$from was not made by this script"
    sed -i "s|^APPEND .*|& $arguments|" syslinux.cfg
    mcopy -o -i boot.raw@@1M syslinux.cfg ::
    [ "$variant" != 9p ] || other_kernel
    qemu-io -f qcow2 -c "write -s boot.raw 0 ${boot_mib}M" image.qcow2 >"$work/log"
    finish image.qcow2
    exit 0
fi

# ---- Packages -----------------------------------------------------------------------------

put() { # FILE [LINE...]: writes the lines, or stdin, making the folders on the way
    file=$1
    shift
    mkdir -p "$(dirname "$file")"
    if [ $# -gt 0 ]; then printf '%s\n' "$@"; else cat; fi >"$file"
}
sources >"$work/sources.list"

root=$work/root
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
# The kernel has ext4 built in but virtio as modules. tiny-initramfs loads them, mounts the
# root file system and starts init: much quicker than initramfs-tools, to build and to boot.
put "$early/etc/tiny-initramfs/tiny-initramfs.conf" AUTO_MODULES=no MICROCODE=no \
    INCLUDE_MODULES=virtio_pci,virtio_blk,virtio_net,virtio_rng

packages=linux-image-cloud-amd64,tiny-initramfs,systemd-sysv,udev,libnss-myhostname
packages=$packages,openssh-server,sudo,iproute2,procps,e2fsprogs,fdisk
[ "$variant" = plain ] || packages=$packages,cloud-init
# With /usr merged from the start nothing needs the package usrmerge, and so Perl.
say "installing Debian 12 packages from $(awk '{ print $3; exit }' "$work/sources.list")"
run mmdebstrap --mode=root --architectures=amd64 --variant=apt --include="$packages" \
    --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --setup-hook="cp -r '$early/.' \"\$1\"" \
    bookworm "$root" "$work/sources.list"

# ---- The guest's configuration ------------------------------------------------------------

say 'configuring'
inside() { SYSTEMD_OFFLINE=1 chroot "$root" "$@" 9>&-; }
rm -rf "$root"/usr/share/man/* "$root"/usr/share/locale/*/ "$root"/usr/share/i18n/* \
    "$root/etc/apt/apt.conf.d/99host" "$root"/etc/apt/apt.conf.d/99mmdebstrap \
    "$root"/var/log/*.log "$root"/var/log/apt/* "$root"/var/cache/debconf/*-old
put "$root/etc/hostname" debian
put "$root/etc/hosts" '127.0.0.1 localhost' '127.0.1.1 debian'
put "$root/etc/resolv.conf" 'nameserver 10.0.2.3' # QEMU's user network
put "$root/etc/default/locale" LANG=C.UTF-8
: | put "$root/etc/fstab" # the kernel command line mounts /, nothing else is to be
: | put "$root/etc/machine-id" # each guest draws its own at its first start
inside apt-mark -q hold linux-image-cloud-amd64 >/dev/null # the boot partition keeps this kernel

put "$root/etc/systemd/network/20-wired.network" '[Match]' 'Name=en* eth*' \
    '[Network]' DHCP=ipv4 LinkLocalAddressing=no IPv6AcceptRA=no
inside systemctl -q enable systemd-networkd.service
inside systemctl -q disable systemd-networkd-wait-online.service

# Started as early as it can be; the package's unit waits for the network and checks the
# configuration first, which takes as long as starting.
sed -e '/^After=/d' -e '/^ExecStartPre=/d' "$root/lib/systemd/system/ssh.service" |
    put "$root/etc/systemd/system/ssh.service"
# Debian's sshd_config includes this folder, and the first value found for a setting holds.
put "$root/etc/ssh/sshd_config.d/10-image.conf" 'HostKey /etc/ssh/ssh_host_ed25519_key' \
    'UseDNS no' 'GSSAPIAuthentication no' 'PubkeyAuthentication yes'
rm -f "$root"/etc/ssh/ssh_host_rsa_key* "$root"/etc/ssh/ssh_host_ecdsa_key* \
    "$root"/etc/update-motd.d/* # a process for every log-in
: | put "$root/etc/tmpfiles.d/systemd-nologin.conf" # no log-in is refused while still booting

# Each of these costs the start a process or more and gives a test machine nothing.
mask() { for unit in "$@"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done; }
mask getty-static.service getty@tty1.service systemd-user-sessions.service \
    systemd-firstboot.service systemd-repart.service systemd-pstore.service \
    systemd-network-generator.service systemd-remount-fs.service systemd-journal-flush.service \
    systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-initctl.socket \
    systemd-ask-password-console.path systemd-ask-password-wall.path systemd-tmpfiles-clean.timer \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
    e2scrub_all.timer e2scrub_reap.service fstrim.timer \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
    sys-kernel-config.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount
mkdir -p "$root/etc/systemd/system-generators"
for generator in cryptsetup fstab gpt-auto hibernate-resume integritysetup rc-local run \
    system-update sysv veritysetup; do # left: debug, for systemd.mask=, and getty
    ln -s /dev/null "$root/etc/systemd/system-generators/systemd-$generator-generator"
done
rm -f "$root/etc/modules-load.d/modules.conf" # empty, but a reason to start a service
put "$root/etc/systemd/journald.conf.d/image.conf" '[Journal]' Storage=volatile
# Telling udev of all the devices there are loads IDE, KVM and more, for seconds. These are
# what a guest of virtio devices needs; "udevadm trigger --action=add" fetches the others.
match='--subsystem-match=net --subsystem-match=block --subsystem-match=tty'
put "$root/etc/systemd/system/systemd-udev-trigger.service.d/image.conf" '[Service]' ExecStart= \
    "ExecStart=udevadm trigger --action=add $match --subsystem-match=virtio --subsystem-match=virtio-ports"

# A larger disk than the image: the last partition and its file system grow into it.
put "$root/usr/local/sbin/grow-root" <<'FILE'
#!/bin/sh
set -eu
part=$(realpath "/sys/dev/block/$(mountpoint -d /)")
disk=${part%/*}
free=$(($(cat "$disk/size") - $(cat "$part/start") - $(cat "$part/size")))
[ "$free" -ge 2048 ] || exit 0 # less than 1 MiB
number=$(cat "$part/partition")
echo ', +' | sfdisk --quiet --force --no-reread --no-tell-kernel -N "$number" "/dev/${disk##*/}"
partx --update --nr "$number" "/dev/${disk##*/}"
resize2fs "/dev/${part##*/}"
FILE
chmod 755 "$root/usr/local/sbin/grow-root"
put "$root/etc/systemd/system/grow-root.service" <<'FILE'
[Unit]
Description=Grow the root file system to the size of the disk
After=ssh.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/grow-root
[Install]
WantedBy=multi-user.target
FILE
inside systemctl -q enable grow-root.service

if [ "$variant" = plain ]; then
    echo 'PasswordAuthentication yes' >>"$root/etc/ssh/sshd_config.d/10-image.conf"
    inside useradd --create-home --shell /bin/bash --groups sudo,adm debian
    # A hash that is cheap to check: the password is public, and yescrypt slow when emulated.
    echo debian:debian | inside chpasswd --crypt-method SHA256 --sha-rounds 1000
    put "$root/etc/sudoers.d/debian" 'debian ALL=(ALL) NOPASSWD:ALL'
    chmod 440 "$root/etc/sudoers.d/debian"
else
    rm -f "$root"/etc/ssh/ssh_host_*
    put "$root/etc/cloud/cloud.cfg.d/99-image.cfg" <<'FILE'
datasource_list: [ NoCloud, None ]
network: { config: disabled }
ssh_genkeytypes: [ ed25519 ]
no_ssh_fingerprints: true
system_info: { default_user: { groups: [ adm, sudo ] } }
cloud_init_modules: [ bootcmd, write-files, set_hostname, timezone, users-groups, ssh, set-passwords, runcmd ]
cloud_config_modules: []
cloud_final_modules: [ package-update-upgrade-install, write-files-deferred, scripts-vendor, scripts-per-once, scripts-per-boot, scripts-per-instance, scripts-user, final-message, power-state-change ]
FILE
    # Debian starts cloud-init four times. Loading its Python modules is most of the work, so
    # one process takes all stages here, and lets sshd start when users and keys are there.
    put "$root/usr/local/sbin/cloud-init-at-once" <<'FILE'
#!/usr/bin/python3
import os, socket, sys
sys.modules["jsonschema"] = None  # it only warns of user-data errors, for a second or two
from cloudinit.cmd.main import main

failed = 0
if os.path.exists("/var/lib/cloud/instance/obj.pkl"):
    failed += main(["cloud-init", "init", "--local"])  # forgets an earlier instance
failed += main(["cloud-init", "init"])
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
    systemd.sendto(b"READY=1", os.environ.pop("NOTIFY_SOCKET"))
failed += main(["cloud-init", "modules", "--mode=final"])
sys.exit(1 if failed else 0)
FILE
    chmod 755 "$root/usr/local/sbin/cloud-init-at-once"
    ln -s /dev/null "$root/etc/systemd/system-generators/cloud-init-generator"
    mask cloud-init-local.service cloud-config.service cloud-final.service cloud-init-hotplugd.socket
    put "$root/etc/systemd/system/cloud-init.service" <<'FILE'
[Unit]
Description=cloud-init, all stages
After=systemd-networkd.service
Before=ssh.service
ConditionPathExists=!/etc/cloud/cloud-init.disabled
[Service]
Type=notify
ExecStart=/usr/local/sbin/cloud-init-at-once
RemainAfterExit=yes
TimeoutStartSec=infinity
KillMode=process
StandardOutput=journal+console
[Install]
WantedBy=multi-user.target
FILE
    inside systemctl -q enable cloud-init.service
fi
# Last, for it is compared with /usr's time: nothing is to be updated at the first start.
touch "$root/etc/.updated" "$root/var/.updated"

# ---- The disk -----------------------------------------------------------------------------

# A DOS table, with which a larger disk is a matter of one entry: syslinux and the kernel on
# FAT, then the root file system. Sparse, so that its 2 GiB cost what they hold.
say 'writing the disk'
disk=$work/disk.raw
uuid=$(cat /proc/sys/kernel/random/uuid)
truncate -s 2G "$disk"
printf 'label: dos\nstart=1MiB, size=%dMiB, type=e, bootable\nstart=%dMiB, type=83\n' \
    $((boot_mib - 1)) "$boot_mib" | sfdisk --quiet "$disk"
dd if=$mbr of="$disk" bs=440 count=1 conv=notrunc status=none
mformat -i "$disk@@1M" -T $(((boot_mib - 1) * 2048)) -h 16 -s 63 -H 2048 ::
# Without no_timer_check the kernel of an emulated guest on a busy host may find its timer broken, and panics.
put "$work/syslinux.cfg" 'DEFAULT linux' 'PROMPT 0' 'LABEL linux' 'KERNEL vmlinuz' \
    'INITRD initrd.img' "APPEND root=UUID=$uuid rw rootflags=noatime console=ttyS0 no_timer_check"
mcopy -i "$disk@@1M" "$work/syslinux.cfg" ::
mcopy -i "$disk@@1M" "$root"/boot/vmlinuz-* ::vmlinuz
mcopy -i "$disk@@1M" "$root"/boot/initrd.img-* ::initrd.img
syslinux --offset 1048576 --install "$disk"
rm -f "$root"/boot/vmlinuz-* "$root"/boot/initrd.img-* "$root"/vmlinuz* "$root"/initrd.img*
# Tables are written out now, into a sparse file, rather than by each guest in the background.
run mke2fs -q -t ext4 -U "$uuid" -L root -m 1 -J size=16 -d "$root" \
    -E "offset=$((boot_mib * 1048576)),lazy_itable_init=0,lazy_journal_init=0" \
    "$disk" $(((2048 - boot_mib) * 1024))K
# Not compressed: that would take longer here, and each guest would have to undo it.
run qemu-img convert -W -O qcow2 "$disk" "$work/image.qcow2"
finish "$work/image.qcow2"
