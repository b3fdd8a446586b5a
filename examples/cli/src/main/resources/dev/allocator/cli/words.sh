# Completion for allocator; made by 'allocator completion'.

@TABLES@
# WORD…: finds out what the last word is going to be, after those before it; sets kind, current, prefix and context.
_allocator_look() {
    local word= option= command= value= number=0 ended=
    kind= current= prefix= context=()
    while [ $# -gt 1 ]; do
        word=$1
        shift
        if [ -n "$value" ]; then
            case $option in --config | --state-dir) context+=("$option" "$word") ;; esac
            value=
        elif [ -z "$ended" ] && [ "$word" = -- ]; then
            ended=1
        elif [ -z "$ended" ] && [ "${word#-}" != "$word" ]; then
            option=$word
            case $word in
                --config=* | --state-dir=*) context+=("$word") ;;
                *=*) ;;
                *) value=$(_allocator_value "$command" "$word") ;;
            esac
        elif [ -z "$command" ]; then
            command=$word
        else
            number=$((number + 1))
        fi
    done
    current=$1
    if [ -n "$value" ]; then
        kind=$value
    elif [ -z "$ended" ] && [ "${current#--*=}" != "$current" ]; then
        prefix=${current%%=*}=
        current=${current#*=}
        kind=$(_allocator_value "$command" "${prefix%=}")
    elif [ -z "$ended" ] && [ "${current#-}" != "$current" ]; then
        kind="words $(_allocator_options "$command")"
    elif [ -z "$command" ]; then
        kind=commands
    else
        kind=$(_allocator_word "$command" "$number")
    fi
}

# PROGRAM: prints what can be in the place of the word, one a line; files are the shell's business.
_allocator_candidates() {
    case $kind in
        words\ *) printf '%s\n' "${kind#words }" | tr ' ' '\n' ;;
        commands) _allocator_commands | tr ' ' '\n' ;;
        profiles | leases) "$1" complete "$kind" "${context[@]}" 2>/dev/null ;;
        paths) "$1" complete leases "${context[@]}" 2>/dev/null | sed 's/$/:/' ;;
    esac
}
