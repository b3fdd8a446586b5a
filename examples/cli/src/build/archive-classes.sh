#!/bin/sh
# Writes lib/allocator.jsa: the classes that short commands load, verified and ready to be mapped into memory. Not a
# dynamic archive (JEP 350), which on Java 17 leaves out picocli, whose classes are of an older format.
# usage: archive-classes.sh DIST JAVA_HOME
dist=$1
export JAVA_HOME="$2"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

export ALLOCATOR_STATE_DIR="$folder/state"
echo 'sources: [spread-lxd.yaml]' >allocator.yaml
cat >spread-lxd.yaml <<EOF
resources: &small {mem: 1GiB, cpu: 1, size: 4GiB}
system: {a: {image: x, vm: false, setup-steps: common, resources: *small}}
setup: {common: ['true', 'true']}
EOF
JAVA_TOOL_OPTIONS=-XX:DumpLoadedClassList=classes "$dist/bin/allocator" list --config allocator.yaml >log 2>&1
JAVA_TOOL_OPTIONS='-Xshare:dump -XX:SharedClassListFile=classes -XX:SharedArchiveFile=allocator.jsa' \
    "$dist/bin/allocator" version >>log 2>&1
if [ -s allocator.jsa ]; then
    mv allocator.jsa "$dist/lib/allocator.jsa"
else
    cat log
    echo "no archive of classes was made, which costs a little time at each start"
fi
