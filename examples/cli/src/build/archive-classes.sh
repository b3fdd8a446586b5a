#!/bin/sh
# Writes lib/classes, the names of the classes that commands load, and lib/allocator.jsa, the archive of these classes.
# usage: archive-classes.sh DIST JAVA_HOME
dist=$1
java_home=$2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

# Whoever builds may have a configuration, leases and an LXD, none of which is to be touched.
allocator() {
    options=$1
    shift
    env -i PATH="$PATH" HOME="$folder" JAVA_HOME="$java_home" JAVA_TOOL_OPTIONS="$options" \
        ALLOCATOR_STATE_DIR="$folder/state" LXD_SOCKET="$folder/none" "$dist/bin/allocator" "$@"
}

echo 'sources: [spread-lxd.yaml]' >allocator.yaml
cat >spread-lxd.yaml <<EOF
resources: &small {mem: 1GiB, cpu: 1, size: 4GiB}
system: {a: {image: x, vm: false, setup-steps: common, resources: *small}}
setup: {common: ['true', 'true']}
EOF
# Fails at the first question to LXD, which has loaded most of what an allocation takes.
allocator -XX:DumpLoadedClassList=classes allocate --config allocator.yaml a user password >log 2>&1
# What it did not get to: answers, a machine, its SSH server.
for jar in "$dist"/lib/allocator-*.jar "$dist"/lib/provider-lxd-*.jar "$dist"/lib/okhttp-*.jar "$dist"/lib/okio-*.jar \
    "$dist"/lib/jsch-*.jar; do
    "$java_home/bin/jar" tf "$jar" | sed -n '/^META-INF/d; /-info\.class$/d; s/\.class$//p'
done >>classes 2>>log
cp classes "$dist/lib/classes"
JAVA_HOME=$java_home "$dist/lib/dump-classes.sh" "$dist" ||
    echo "no archive of classes was made, which costs a little time at each start"
