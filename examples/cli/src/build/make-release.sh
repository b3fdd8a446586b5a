#!/bin/sh
# Makes allocator-VERSION-linux-ARCH.tar.gz of the built distribution: with a Java runtime of its own, trimmed to what
# it needs, the installer and the completion scripts. Nothing in it tells when, where or by whom it was made.
# usage: make-release.sh DIST JAVA_HOME VERSION TARGET TIMESTAMP
set -eu
dist=$1
java_home=$2
name=allocator-$3-linux-$(uname -m)
target=$4
timestamp=$5
folder=$target/release/$name

rm -rf "$target/release"
mkdir -p "$folder"
cp -a "$dist/bin" "$dist/lib" "$dist/TROUBLESHOOTING.md" "$folder/"
# It fits one place and one runtime only: the installer makes another one.
rm -f "$folder/lib/allocator.jsa"

# What the classes refer to, looked at without their modules, which are not used here either. Not java.desktop and
# java.sql: Jackson does without them where they are missing, and they are large.
class_path=$(find "$folder/lib" -name '*.jar' | tr '\n' ':')
mkdir "$target/release/classes"
for jar in "$folder"/lib/*.jar; do
    (cd "$target/release/classes" && "$java_home/bin/jar" xf "$jar" && rm -rf META-INF module-info.class)
done
modules=$("$java_home/bin/jdeps" --list-deps --ignore-missing-deps --multi-release 17 "$target/release/classes" |
    sed -n 's|^ *\(j[a-z.]*\)\(/.*\)*$|\1|p' | sort -u | grep -v -x -e java.desktop -e java.sql | paste -s -d ,)
rm -rf "$target/release/classes"
# Found by name only: elliptic curves for TLS.
strip=--strip-java-debug-attributes
command -v objcopy >/dev/null && strip=--strip-debug
"$java_home/bin/jlink" --add-modules "$modules,jdk.crypto.ec" --output "$folder/runtime" \
    $strip --no-header-files --no-man-pages --compress=2

mkdir -p "$folder/completions"
for shell in bash zsh fish; do
    env -i PATH=/nowhere HOME="$target" "$folder/runtime/bin/java" -cp "$class_path" dev.allocator.cli.Main \
        completion $shell >"$folder/completions/$shell"
done
cp "$(dirname "$0")/../main/release/install.sh" "$folder/"
echo "$3" >"$folder/VERSION"
chmod 755 "$folder/install.sh"

chmod -R u+rw,go-w,a+rX "$folder"
tar -C "$target/release" --sort=name --mtime="$timestamp" --owner=0 --group=0 --numeric-owner -cf "$target/release/tar" "$name"
gzip -n <"$target/release/tar" >"$target/$name.tar.gz.new"
mv "$target/$name.tar.gz.new" "$target/$name.tar.gz"
rm -rf "$target/release"
