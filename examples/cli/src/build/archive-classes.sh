#!/bin/sh
# Writes lib/allocator.jsa: the classes that short commands load, ready to map into memory (JEP 350).
# usage: archive-classes.sh DIST JAVA_HOME
dist=$1
state=$(mktemp -d) || exit 1
trap 'rm -rf "$state"' EXIT

JAVA_HOME=$2 JAVA_TOOL_OPTIONS="-XX:ArchiveClassesAtExit=$state/allocator.jsa" ALLOCATOR_STATE_DIR=$state/state \
    "$dist/bin/allocator" list --config /dev/null >"$state/log" 2>&1
if [ -s "$state/allocator.jsa" ]; then
    mv "$state/allocator.jsa" "$dist/lib/allocator.jsa"
else
    echo "no archive of classes was made, which costs a little time at each start"
fi
