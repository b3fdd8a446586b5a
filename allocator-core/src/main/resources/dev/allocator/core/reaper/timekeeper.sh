# Runs the reaper for wake-ups that are due, and ends when there is none left. One per state directory.
# $1: the state directory
#
# A wake-up is a file: EPOCHSECONDS-LEASE is due at that time, process-EPOCHSECONDS-LEASE once a process has ended.
# Inside: the name of a reaper's folder and, of the second kind, "PID STARTTIME".
state=$1
wakeups=$state/wakeups
keeper=$state/timekeeper
umask 077
trap '' HUP INT QUIT PIPE
trap : USR1
trap 'stop_sleeping; exit 0' TERM

# Field 22 of /proc/PID/stat (proc(5)), and nothing for a process that has ended. The name in it may hold anything.
start_time() {
    stat=
    while IFS= read -r line; do
        stat="$stat $line"
    done <"/proc/$1/stat"
    set -- ${stat##*) }
    case $1 in [ZX]) ;; *) echo "${20}" ;; esac
}

runs() {
    [ -n "$2" ] && [ "$(start_time "$1" 2>/dev/null)" = "$2" ]
}

sleeper=
stop_sleeping() {
    [ -z "$sleeper" ] || kill -s KILL "$sleeper" 2>/dev/null # it may not be sleeping yet, and still have our traps
}

# Sleeps that many seconds, or until USR1.
pause() {
    sleep "$1" 9<&- &
    sleeper=$!
    wait "$sleeper" || {
        stop_sleeping
        wait "$sleeper"
    }
    sleeper=
}

# Whether this is the one; another one is told to look again.
take_over() {
    if flock -n 9; then
        echo "$$ $(start_time "$$")" >"$keeper"
        return 0
    fi
    read -r pid start <"$keeper" && runs "$pid" "$start" && kill -s USR1 "$pid"
    return 1
}

# Remembers which reaper is to run.
add() {
    read -r folder rest <"$1" || return 0 # it is gone
    case " $due " in *" $folder "*) ;; *) due="$due $folder" ;; esac
}

# Sets what is due, and how long there is to sleep; fails if there is no wake-up.
look() {
    due= next=60 first=
    now=$(date +%s)
    set -- "$wakeups"/[0-9]*
    if [ "$1" = "$wakeups/[0-9]*" ]; then
        set --
    fi
    count=$#
    for wakeup; do
        at=${wakeup##*/}
        at=${at%%-*}
        at=${at#"${at%%[!0]*}"}
        if [ "${at:-0}" -gt "$now" ]; then
            [ $((at - now)) -ge "$next" ] || next=$((at - now))
            break # they are sorted
        fi
        first=${first:-$wakeup}
        add "$wakeup"
    done
    set -- "$wakeups"/process-*
    if [ "$1" = "$wakeups/process-*" ]; then
        set --
    fi
    for wakeup; do
        [ "$next" -le 10 ] || next=10
        read -r folder pid start <"$wakeup" || continue
        if ! runs "$pid" "$start"; then
            first=${first:-$wakeup}
            add "$wakeup"
        fi
    done
    [ $((count + $#)) -gt 0 ]
}

# Runs the reaper of a folder, or if that is gone, any.
reap() {
    for folder in "$state/reaper/$1" "$state"/reaper/*; do
        if [ -e "$folder/args" ]; then
            (cd "$folder" && exec sh ./java @args "$state") </dev/null 9<&-
            return
        fi
    done
    return 1
}

exec </dev/null 2>/dev/null 9>>"$keeper" || exit
if ! take_over; then
    echo "another one runs"
    exit 0
fi
echo "it runs"
exec >/dev/null
delay=0 previous=
while :; do
    if ! look; then
        # Whoever sets a wake-up from now on does not count on this one any more, or is seen here.
        echo >"$keeper"
        flock -u 9
        look || exit 0
        take_over || exit 0
    fi
    if [ -z "$due" ]; then
        delay=0 previous=
        pause "$next"
        continue
    fi
    failed=
    for folder in $due; do
        reap "$folder" || failed=yes
    done
    # At least 5 s between two runs; what was due before and still is has to wait longer each time, up to a minute.
    if [ -n "$failed" ] || [ "$first" = "$previous" ]; then
        delay=$((delay * 2 + 5))
        [ "$delay" -le 55 ] || delay=55
    else
        delay=0
    fi
    previous=$first
    sleep 5 9<&-
    pause "$delay"
done
