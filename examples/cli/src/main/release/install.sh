#!/bin/sh
# Installs this release of allocator, or removes what is installed. Needs no Java and no root, only a prefix that can be
# written to.
#
#   ./install.sh [--prefix DIR]                  DIR is /usr/local unless said otherwise
#   ./install.sh [--prefix DIR] --uninstall [--force]
#
# Each release gets a folder of its own, DIR/lib/allocator/VERSION-BUILD, and a link says which one is in use, so that a
# new one does not disturb what runs, nor the leases of an old one, which its programs end. Old ones go a month after they
# were replaced. Plugins in DIR/lib/allocator/plugins stay until --uninstall.
set -eu

say() { echo "install.sh: $*" >&2; }
die() {
    say "$*"
    exit 1
}

source=$(CDPATH='' cd -P "$(dirname "$0")" && pwd)
prefix=/usr/local uninstall='' force=''
case $source in */lib/allocator/*) prefix=${source%/lib/allocator/*} ;; esac # this copy is an installed one
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -gt 1 ] || die '--prefix needs a folder'; prefix=$2; shift ;;
        --prefix=*) prefix=${1#*=} ;;
        --uninstall) uninstall=1 ;;
        --force) force=1 ;;
        -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit ;;
        *) die "unknown option '$1': see --help" ;;
    esac
    shift
done
case $prefix in
    *:*) die "Java cannot run from a folder with a colon in its name: $prefix" ;;
    /*) ;;
    *) prefix=$PWD/$prefix ;;
esac

home=$prefix/lib/allocator
links="bin/allocator bin/spread-adhoc-allocator"
completions="bash:share/bash-completion/completions/allocator bash:share/bash-completion/completions/spread-adhoc-allocator
    zsh:share/zsh/site-functions/_allocator fish:share/fish/vendor_completions.d/allocator.fish"

# Whatever was there before is replaced in one step.
link() { # TARGET LINK
    mkdir -p "$(dirname "$2")"
    ln -s "$1" "$2.new.$$"
    mv -fT "$2.new.$$" "$2"
}

ours() { # LINK: whether it is one of ours
    case $(readlink "$1" 2>/dev/null) in */lib/allocator/current/*) ;; *) return 1 ;; esac
}

uninstall() {
    [ -d "$home" ] || die "nothing is installed in $prefix"
    if [ -z "$force" ] && leases=$("$home/current/bin/allocator" list --json 2>/dev/null) &&
        [ "$leases" != '{"leases":[]}' ]; then
        die "there are leases, whose machines would stay for ever: see 'allocator list'; end them with 'allocator cleanup --all', or remove it all the same with --force (only leases of this user's state directory are seen: other users' are for them to end)"
    fi
    for link in $links; do
        if ours "$prefix/$link"; then rm -f "$prefix/$link"; fi
    done
    for completion in $completions; do
        if ours "$prefix/${completion#*:}"; then rm -f "$prefix/${completion#*:}"; fi
    done
    rm -rf "$home"
    say "removed from $prefix; only leases of this user's state directory were looked for: machines of other users stay"
}

if [ -n "$uninstall" ]; then
    uninstall
    exit
fi

[ -x "$source/runtime/bin/java" ] || die "incomplete: no $source/runtime; unpack the archive again"
"$source/runtime/bin/java" -version >/dev/null 2>&1 || die "the Java of this archive does not run here: it is for another kind of machine, or needs glibc"
mkdir -p "$home" 2>/dev/null && [ -w "$home" ] || die "cannot write to $home: run as root, or choose another folder with --prefix"

version=$(cat "$source/VERSION")
build=$(cd "$source" && find bin lib runtime/release -type f ! -name '*.jsa' -exec cksum {} + | sort | cksum | cut -d' ' -f1)
folder=$home/$version-$build
if [ ! -d "$folder" ]; then
    unfinished=$home/.new-$$
    trap 'rm -rf "$unfinished"' EXIT
    mkdir "$unfinished"
    cp -R -p "$source/bin" "$source/lib" "$source/runtime" "$source/completions" "$source/TROUBLESHOOTING.md" \
        "$source/VERSION" "$source/install.sh" "$unfinished/"
    chmod -R u+w,go=u,go-w "$unfinished"
    mv -T "$unfinished" "$folder"
    trap - EXIT
fi

# An archive of classes is for jars in this place only. Without one it starts a little slower.
if [ ! -s "$folder/lib/allocator.jsa" ]; then
    "$folder/lib/dump-classes.sh" "$folder" || say 'no archive of classes was made: allocator starts a little slower'
fi

previous=$(readlink "$home/current" 2>/dev/null || true)
link "$(basename "$folder")" "$home/current"
[ -z "$previous" ] || [ ! -d "$home/$previous" ] || touch "$home/$previous" # it counts as replaced from now on
for link in $links; do
    link "../lib/allocator/current/$link" "$prefix/$link"
done
for completion in $completions; do
    path=${completion#*:}
    up=$(dirname "$path" | sed 's|[^/]*|..|g')
    link "$up/lib/allocator/current/completions/${completion%%:*}" "$prefix/$path"
done
find "$home" -mindepth 1 -maxdepth 1 -type d ! -name "$(basename "$folder")" ! -name plugins -mtime +30 -exec rm -rf {} +

say "allocator $version is in $prefix/bin"
case :$PATH: in *:"$prefix/bin":*) ;; *) say "put $prefix/bin into your PATH" ;; esac
