# Makes a user able to log in over SSH. Set above: user, password, key (a line of authorized_keys); one of the last
# two is empty. Runs as root from standard input, so that nothing of it is in anybody's arguments.
# shellcheck shell=sh disable=SC2154
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# The user's name where a pattern is expected: it may have dots.
pattern=$(echo "$user" | sed 's/[.]/[.]/g')

fail() {
  echo "$1" >&2
  exit 1
}

create_user() {
  shell=/bin/bash
  [ -x "$shell" ] || shell=/bin/sh
  if command -v useradd >/dev/null 2>&1; then
    if grep -q "^$pattern:" /etc/group; then
      useradd -m -s "$shell" -g "$user" "$user"
    else
      useradd -m -s "$shell" "$user"
    fi
  elif command -v adduser >/dev/null 2>&1; then
    adduser -D -s "$shell" "$user" </dev/null
  else
    fail "the machine has neither useradd nor adduser"
  fi
}

set_password() {
  chpasswd <<EOF || fail "chpasswd did not accept the password"
$user:$password
EOF
}

# A locked account ("!") is refused by an sshd without PAM; "*" only means that no password fits.
unlock() {
  grep -q "^$pattern:!" /etc/shadow 2>/dev/null || return 0
  if command -v usermod >/dev/null 2>&1; then
    usermod -p '*' "$user"
  else
    sed -i "s/^$pattern:![^:]*:/$user:*:/" /etc/shadow
  fi
}

install_key() {
  eval "home=~$user"
  case $home in
    /*) ;;
    *) fail "the user '$user' has no home" ;;
  esac
  folder=$home/.ssh
  file=$folder/authorized_keys
  mkdir -p "$folder"
  if ! grep -qxF -e "$key" "$file" 2>/dev/null; then
    # A last line without its end must not swallow the key.
    [ ! -s "$file" ] || [ -z "$(tail -c 1 "$file")" ] || echo >>"$file"
    cat >>"$file" <<EOF
$key
EOF
  fi
  group=$(id -g "$user")
  chmod 700 "$folder"
  chmod 600 "$file"
  chown "$user:$group" "$folder" "$file"
  if command -v restorecon >/dev/null 2>&1; then
    restorecon -R "$folder" || true
  fi
}

# The configuration as sshd itself understands it, for this user. It shows none without a host key; the first start of
# this machine may be about to make some.
effective() {
  mkdir -p /run/sshd 2>/dev/null || true
  { as_sshd_reads_it || with_other_host_key || true; } | tr '[:upper:]' '[:lower:]' | sed -n "s/^$1 //p"
}

as_sshd_reads_it() {
  sshd -T -C "user=$user,host=localhost,addr=127.0.0.1" "$@" 2>/dev/null || sshd -T "$@" 2>/dev/null
}

with_other_host_key() {
  keys=$(mktemp -d) || return 1
  ssh-keygen -q -t ed25519 -N '' -f "$keys/key" >/dev/null 2>&1 && as_sshd_reads_it -h "$keys/key"
  rm -r "$keys"
}

# option, value, other value that is as good; one that sshd cannot tell, as early in a boot, is as wrong as another
wants() {
  now=$(effective "$1")
  [ "${now:-$unknown}" = "$2" ] || [ "$now" = "$3" ] || echo "$1 $2"
}

# what to take an option for that sshd cannot tell
wanted() {
  unknown=$1
  if [ -n "$password" ]; then
    wants passwordauthentication yes yes
    [ "$user" != root ] || wants permitrootlogin yes yes
  else
    wants pubkeyauthentication yes yes
    [ "$user" != root ] || {
      now=$(effective permitrootlogin)
      [ "$now" = prohibit-password ] || wants permitrootlogin yes without-password
    }
  fi
}

# The first value of an option counts, so ours go before all others.
put_first() {
  config=/etc/ssh/sshd_config
  if [ -e "$config" ]; then
    cp -p "$config" "$config.allocator"
    { echo "$1"; cat "$config"; } >"$config.allocator"
    mv "$config.allocator" "$config"
  else
    mkdir -p /etc/ssh/sshd_config.d
    echo "$1" >/etc/ssh/sshd_config.d/00-allocator.conf
  fi
}

# An sshd that starts later reads the new configuration anyway, and systemd keeps a reload for a unit that is about to
# start. Only one that is starting right now may have read the old one and not be ready for a signal, which would end it.
reload() {
  tries=0
  while starting && [ "$tries" -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.2 2>/dev/null || sleep 1
  done
  if command -v systemctl >/dev/null 2>&1; then
    systemctl reload ssh 2>/dev/null || systemctl reload sshd 2>/dev/null || hang_up
  else
    hang_up
  fi
}

# Whether there is an sshd that listens for no signals yet: it has no process file yet, and is none that serves a
# connection, which says so in its arguments.
starting() {
  [ -z "$(master)" ] || return 1
  for name in /proc/[0-9]*/comm; do
    process=${name%/comm}
    comm=
    { read -r comm <"$name"; } 2>/dev/null || continue
    [ "$comm" = sshd ] || continue
    case "$({ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null) " in
      ' ' | sshd:* | *' -i '* | *' -R '*) ;;
      *) return 0 ;;
    esac
  done
  return 1
}

# The process that listens; none where sshd is started for each connection.
master() {
  for file in /run/sshd.pid /var/run/sshd.pid; do
    pid=
    { read -r pid <"$file"; } 2>/dev/null || [ -n "$pid" ] || continue
    comm=
    { read -r comm <"/proc/$pid/comm"; } 2>/dev/null || continue
    if [ "$comm" = sshd ]; then
      echo "$pid"
      return 0
    fi
  done
}

hang_up() {
  pid=$(master)
  [ -z "$pid" ] || kill -HUP "$pid" || true
}

id -u "$user" >/dev/null 2>&1 || create_user
if [ -n "$password" ]; then
  set_password
else
  unlock
  (umask 077 && install_key)
fi
if command -v sshd >/dev/null 2>&1; then
  missing=$(wanted '')
  if [ -n "$missing" ]; then
    put_first "$missing"
    missing=$(wanted yes)
    # shellcheck disable=SC2086,SC2116  # makes one line of it
    [ -z "$missing" ] || fail "sshd keeps other values than: $(echo $missing) (a Match block in its configuration?)"
    reload
  fi
fi
