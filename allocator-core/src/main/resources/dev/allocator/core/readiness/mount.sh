# Mounts a folder of the host, also at later boots. Set above: source, type, options, guest. Runs as root.
# shellcheck shell=sh disable=SC2154
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
known() { grep -Eq "(^|[[:space:]])$type\$" /proc/filesystems; }
known || modprobe "$type" 2>/dev/null || true
if ! known; then
    echo "the guest's kernel $(uname -r) has no file system '$type': use an image with a kernel that has it" \
        "(of Debian's, linux-image-amd64 has it and linux-image-cloud-amd64 has not), or remove the share" >&2
    exit 1
fi
# What connects it to virtual hardware may be a module that nothing has asked for yet.
[ "$type" != 9p ] || modprobe 9pnet_virtio 2>/dev/null || true
mkdir -p "$guest"
mount -t "$type" -o "$options" "$source" "$guest"
touch /etc/fstab
place=$(printf '%s\n' "$guest" | sed 's/\\/\\134/g; s/ /\\040/g; s/#/\\043/g')
mkdir -p /etc/allocator
# First all of it elsewhere: a machine that is cut off meanwhile keeps what it had.
{
    awk -v source="$source" '$1 != source' /etc/fstab
    printf '%s\n' "$source $place $type $options,nofail 0 0"
} >/etc/allocator/fstab
cat /etc/allocator/fstab >/etc/fstab
rm -f /etc/allocator/fstab
# systemd mounts by a unit of its own what has to be there before anybody logs in: by fstab it would not wait for
# anything that may fail, and images trimmed for a quick start have no generator that reads fstab.
case $guest in *\\*) exit 0 ;; esac # which would continue a line of the unit
if [ -d /run/systemd/system ]; then
    unit=$(systemd-escape --path --suffix=mount "$guest")
    units=/etc/systemd/system
    mkdir -p $units/local-fs.target.wants
    {
        printf '%s\n' '[Unit]' 'Description=A folder of the host' '[Mount]' "What=$source" "Where=$guest" \
            "Type=$type" "Options=$options" '[Install]' WantedBy=local-fs.target
    } | sed 's/%/%%/g' >/etc/allocator/unit
    mv /etc/allocator/unit "$units/$unit"
    ln -sf "../$unit" "$units/local-fs.target.wants/$unit"
fi
