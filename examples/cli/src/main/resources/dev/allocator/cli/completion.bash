
_allocator() {
    local kind current prefix context words candidate line=${COMP_LINE:0:COMP_POINT}
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    _allocator_look "${words[@]:1}"
    COMPREPLY=()
    # Not compgen -W, which expands its words: a name may hold $(…).
    while IFS= read -r candidate; do
        [[ -n $candidate && $candidate == "$current"* ]] && COMPREPLY+=("$candidate")
    done < <(_allocator_candidates "${words[0]}")
    if [[ $kind == files || $kind == paths ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
    fi
    [[ $kind == paths ]] && compopt -o nospace 2>/dev/null
    # bash takes what follows these characters for a word of its own.
    if [[ $COMP_WORDBREAKS == *:* && $current == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}")
    elif [[ $COMP_WORDBREAKS != *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
    fi
}
complete -F _allocator allocator spread-adhoc-allocator
