# Names the machine. Set above: name. Runs as root.
# shellcheck shell=sh disable=SC2154
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
echo "$name" >/etc/hostname
hostname "$name" 2>/dev/null || echo "$name" >/proc/sys/kernel/hostname
touch /etc/hosts
others=$(grep -v '^127\.0\.1\.1[[:space:]]' /etc/hosts || true)
cat >/etc/hosts <<EOF
$others
127.0.1.1 $name
EOF
