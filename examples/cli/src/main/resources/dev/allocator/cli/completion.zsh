
_allocator() {
    local kind current prefix program=$words[1]
    local -a context candidates
    _allocator_look "${(@)words[2,CURRENT]}"
    candidates=("${(@f)$(_allocator_candidates "$program")}")
    candidates=("${(@)candidates:#}")
    if [[ -n $prefix ]]; then
        compset -P '*='
    fi
    if [[ $kind == paths ]]; then
        compadd -S '' -a candidates
    else
        compadd -a candidates
    fi
    if [[ $kind == files || $kind == paths ]]; then
        _files
    fi
}
if [ "$funcstack[1]" = "_allocator" ]; then
    _allocator "$@" # the first time, zsh has read this file as the function's body
else
    compdef _allocator allocator spread-adhoc-allocator
fi
