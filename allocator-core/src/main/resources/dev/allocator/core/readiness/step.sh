old=$(umask)
umask 077
file=$(mktemp /tmp/allocator-step.XXXXXX) || exit 125
trap 'rm -f "$file"' EXIT
trap 'exit 143' HUP INT TERM
cat >"$file"
umask "$old"
shell=$(command -v bash) || shell=/bin/sh
"$shell" "$file" </dev/null 2>&1
