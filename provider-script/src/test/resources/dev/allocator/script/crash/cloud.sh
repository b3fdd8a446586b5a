# A cloud in a folder, for scripts that are read by sh or bash in its folder's parent. Its machines carry no tags.

# point NAME: at the instant $INSTANT kills the process $OWNER, once, and stays there for a while
point() {
    [ "$INSTANT" = "$1" ] && [ ! -e reached ] || return 0
    : >reached
    kill -9 "$OWNER"
    case $1 in DISCARD*) sleep 1 ;; *) sleep 60 ;; esac
}

# make NAME
make() {
    point HOOK_BEGUN
    mkdir "cloud/$1"
    env -u ALLOCATOR_REALM -u ALLOCATOR_MACHINE setsid sleep 86400 </dev/null >/dev/null 2>&1 &
    echo $! >"cloud/$1/pid"
    point MADE
}

# unmake NAME: success if there is none
unmake() {
    [ -d "cloud/$1" ] || return 0
    kill -9 "$(cat "cloud/$1/pid")" || true
    rm -r "cloud/$1"
}
