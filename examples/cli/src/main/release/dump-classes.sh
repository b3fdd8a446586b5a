#!/bin/sh
# Writes FOLDER/lib/allocator.jsa: the classes that commands load, verified and ready to be mapped into memory, for the
# runtime and the jars of that folder. Not a dynamic archive (JEP 350), which on Java 17 leaves out picocli, whose classes
# are of an older format.
# usage: dump-classes.sh FOLDER
set -eu
lib=$1/lib
log=$(mktemp)
trap 'rm -f "$log" "$lib/allocator.jsa.$$"' EXIT
env -i PATH="$PATH" HOME=/nonexistent JAVA_HOME="${JAVA_HOME-}" JAVA_TOOL_OPTIONS="-Xshare:dump -XX:SharedClassListFile='$lib/classes' -XX:SharedArchiveFile='$lib/allocator.jsa.$$'" \
    "$1/bin/allocator" version >"$log" 2>&1 || true
[ -s "$lib/allocator.jsa.$$" ] || {
    cat "$log" >&2
    exit 1
}
mv -f "$lib/allocator.jsa.$$" "$lib/allocator.jsa"
