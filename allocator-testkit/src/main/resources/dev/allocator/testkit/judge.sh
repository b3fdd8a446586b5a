#!/bin/sh
# Says what an allocator left behind, judged by /proc and the files alone: nothing of the library is asked.
#
#   judge.sh [--timekeeper-ok] [--tmp DIR] STATE [REALM]
#
# STATE is the state directory, REALM the id in its realm.json unless given. Prints one line for each leftover:
# processes that carry the realm's tag, or whose command line or working directory names STATE; records of leases,
# machines and addresses, in the journal and as files; secrets; files of machines; locks of owners; wake-ups; and, with
# --tmp, temporary files in DIR. History, evidence, the library's copies for later and the store's own files are not
# leftovers. With --timekeeper-ok the process that watches the wake-ups may linger, with the one that it waits for.
# Exit status: 0 if there is nothing, 1 if there is something, 2 if that cannot be told.
set -u
LC_ALL=C
export LC_ALL

timekeeper=no
tmp=
while [ $# -gt 0 ]; do
    case $1 in
        --timekeeper-ok) timekeeper=ok; shift ;;
        --tmp) tmp=$2; shift 2 ;;
        *) break ;;
    esac
done
[ $# -ge 1 ] && [ $# -le 2 ] || { echo "usage: judge.sh [--timekeeper-ok] [--tmp DIR] STATE [REALM]" >&2; exit 2; }
[ -r /proc/self/environ ] || { echo "judge.sh: there is no /proc" >&2; exit 2; }
state=$1
real=$state
[ -d "$state" ] && real=$(cd -P "$state" && pwd)
realm=${2:-}
if [ -z "$realm" ] && [ -f "$state/realm.json" ]; then
    realm=$(sed -n 's/.*"realm" *: *"\([^"]*\)".*/\1/p' "$state/realm.json")
    [ -n "$realm" ] || { echo "judge.sh: $state/realm.json names no realm" >&2; exit 2; }
fi

# ---- processes

# parent PID: prints its parent. The name in stat may hold anything; nothing after it holds a parenthesis.
parent() {
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086  # a list of words: state, parent, …
    set -- ${stat##*) }
    echo "$2"
}

# descends PID ANCESTOR
descends() {
    next=$1
    while [ -n "$next" ] && [ "$next" -gt 1 ]; do
        [ "$next" = "$2" ] && return 0
        next=$(parent "$next")
    done
    return 1
}

command_of() {
    tr '\0\n' '  ' 2>/dev/null <"/proc/$1/cmdline"
}

# of_timekeeper PID: whether it is the process that watches the wake-ups, or the sleep that this waits for
of_timekeeper() {
    case $(command_of "$1") in
        *timekeeper*) return 0 ;;
        sleep\ *) case $(command_of "$(parent "$1")") in *timekeeper*) return 0 ;; esac ;;
    esac
    return 1
}

# judge_process PID WHY: reports it once, unless it is this script, one of its parts or one of those who called it
reported=' '
judge_process() {
    case $reported in *" $1 "*) return 0 ;; esac
    [ -d "/proc/$1" ] || return 0
    descends "$1" $$ && return 0
    descends $$ "$1" && return 0
    [ "$timekeeper" = ok ] && of_timekeeper "$1" && return 0
    described=$(command_of "$1")
    [ -n "$described" ] || return 0 # it has ended
    reported="$reported$1 "
    echo "process $1 ($2): $described"
}

# Patterns come from standard input, so that the searching processes do not find themselves.
processes() {
    if [ -n "$realm" ]; then
        for file in $(echo "ALLOCATOR_REALM=$realm" | grep -l -F -f - /proc/[0-9]*/environ 2>/dev/null); do
            pid=${file#/proc/}
            judge_process "${pid%/environ}" "tagged with the realm"
        done
    fi
    for file in $(printf '%s\n' "$state" "$real" | grep -l -F -f - /proc/[0-9]*/cmdline 2>/dev/null); do
        pid=${file#/proc/}
        judge_process "${pid%/cmdline}" "names the state directory"
    done
    # shellcheck disable=SC2012  # the links' targets, which find cannot print everywhere
    ls -ld /proc/[0-9]*/cwd 2>/dev/null | while read -r line; do
        case $line in
            *" -> $real" | *" -> $real/"* | *" -> $real (deleted)")
                pid=${line%%/cwd -> *}
                judge_process "${pid##*/proc/}" "works in the state directory"
                ;;
        esac
    done
}

# ---- records

# The journal is a line of text and then transactions, all numbers big-endian: length and checksum of what follows,
# 4 bytes each; revision, 8; number of changes, 4; for each change its kind, its name, 1 if it deletes, and its text,
# where a text is its length in 4 bytes and its bytes. The last change of a record counts; a torn end does not.
live_records() {
    od -An -v -tu1 "$state/journal" | awk '
        function number(at) { return ((byte[at] * 256 + byte[at + 1]) * 256 + byte[at + 2]) * 256 + byte[at + 3] }
        function text(at,    result, i) {
            result = ""
            for (i = 0; i < number(at); i++) result = result sprintf("%c", byte[at + 4 + i])
            return result
        }
        { for (i = 1; i <= NF; i++) byte[size++] = $i + 0 }
        END {
            while (at < size && byte[at] != 10) at++
            at++
            while (at + 20 <= size) {
                end = at + 8 + number(at)
                if (number(at) < 12 || end > size) break
                changes = number(at + 16)
                for (at += 20; changes > 0; changes--) {
                    kind = text(at)
                    at += 4 + number(at)
                    name = text(at)
                    at += 4 + number(at)
                    if (byte[at]) delete live[kind "/" name]
                    else live[kind "/" name] = 1
                    at += 1
                    at += 4 + number(at)
                }
                at = end
            }
            for (record in live) print "record " record " (in the journal)"
        }'
}

# ---- files

# files WHAT FOLDER [FIND'S TESTS]: reports what is found below the folder
files() {
    what=$1
    folder=$2
    shift 2
    [ -d "$folder" ] && find "$folder" "$@" 2>/dev/null | while read -r found; do
        echo "$what $found"
    done
}

report() {
    processes
    [ -f "$state/journal" ] && live_records
    files "file of a record:" "$state/records" ! -type d
    files "secret:" "$state/blobs" ! -type d
    files "of a machine:" "$state/machines" ! -type d
    files "folder of a machine:" "$state/machines" -type d -path "$state/machines/*/*"
    files "owner's lock:" "$state/owners" ! -type d
    files "wake-up:" "$state/wakeups" ! -type d
    [ -n "$tmp" ] && files "temporary:" "$tmp" -name 'allocator-*'
    true
}

found=$(report)
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
