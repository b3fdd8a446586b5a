# Gives the card of a network that machines share its address, now and at every boot, and writes the names of its
# machines into /etc/hosts. Set above: network; mac and address (with its prefix), empty to leave the card alone; hosts
# (lines of /etc/hosts). Runs as root.
# shellcheck shell=sh disable=SC2154
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
umask 022
folder=/etc/allocator
mkdir -p "$folder/networks"

# What runs at every boot: gives each card that has a file here the address in it.
write_starter() {
  cat >"$folder/start-networks" <<'EOF'
#!/bin/sh
# Gives the cards of networks that this machine shares with others their addresses.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
find_card() {
  for each in /sys/class/net/*; do
    # What lies on top of a card, such as a bridge, may have its hardware address.
    [ -e "$each/bridge" ] && continue
    [ "$(cat "$each/address" 2>/dev/null)" = "$1" ] && card=${each##*/} && return 0
  done
  return 1
}
failed=0
for file in /etc/allocator/networks/*; do
  read -r mac address <"$file" || continue
  tries=0
  until find_card "$mac" || [ "$tries" -ge 100 ]; do
    tries=$((tries + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  if ! find_card "$mac"; then
    echo "there is no network card $mac" >&2
    failed=1
    continue
  fi
  ip link set dev "$card" up && ip address replace "$address" dev "$card" || failed=1
done
exit $failed
EOF
  chmod 755 "$folder/start-networks"
}

start_at_boot() {
  if [ -d /run/systemd/system ] || command -v systemctl >/dev/null 2>&1; then
    cat >/etc/systemd/system/allocator-networks.service <<EOF
[Unit]
Description=Networks that this machine shares with others
Wants=network.target
Before=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$folder/start-networks

[Install]
WantedBy=multi-user.target
EOF
    systemctl -q enable allocator-networks.service
  elif [ -d /etc/local.d ]; then
    printf '#!/bin/sh\nexec %s\n' "$folder/start-networks" >/etc/local.d/allocator-networks.start
    chmod 755 /etc/local.d/allocator-networks.start
    rc-update -q add local default
  else
    echo "neither systemd nor OpenRC: after a reboot the card of network '$network' will have no address" >&2
  fi
}

# Whoever configures cards of the system must not ask for an address there, nor wait for one.
keep_off_others() {
  if [ -d /etc/systemd/network ]; then
    cat >"/etc/systemd/network/05-allocator-$network.network" <<EOF
[Match]
MACAddress=$mac

[Link]
RequiredForOnline=no

[Network]
Address=$address
DHCP=no
IPv6AcceptRA=no
EOF
    networkctl reload >/dev/null 2>&1 || true
  fi
  if [ -d /etc/NetworkManager/conf.d ]; then
    printf '[keyfile]\nunmanaged-devices+=mac:%s\n' "$mac" >"/etc/NetworkManager/conf.d/90-allocator-$network.conf"
    nmcli general reload conf >/dev/null 2>&1 || true
  fi
}

# Two allocators may write at once.
write_hosts() {
  exec 9>"$folder/lock"
  flock -w 10 9 2>/dev/null || true
  touch /etc/hosts
  pattern=$(echo "$network" | sed 's/[.]/[.]/g')
  others=$(sed "/^# allocator network $pattern: begin\$/,/^# allocator network $pattern: end\$/d" /etc/hosts)
  cat >"$folder/hosts.new" <<EOF
$others
# allocator network $network: begin
$hosts
# allocator network $network: end
EOF
  # No new file takes the place of the old one, as a container may have that from outside.
  cat "$folder/hosts.new" >/etc/hosts
  rm -f "$folder/hosts.new"
  exec 9>&-
}

if [ -n "$mac" ]; then
  command -v ip >/dev/null 2>&1 || {
    echo "the machine has no 'ip' (package iproute2), which gives the card of network '$network' its address" >&2
    exit 1
  }
  echo "$mac $address" >"$folder/networks/$network"
  write_starter
  start_at_boot
  keep_off_others
  "$folder/start-networks"
fi
write_hosts
