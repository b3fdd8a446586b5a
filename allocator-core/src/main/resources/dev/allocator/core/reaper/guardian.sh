# Runs the reaper once the process that writes to the input has ended; if that writes a line, there is no need to.
# $1: the reaper's folder, $2: the state directory, $3: the owner's token
trap '' HUP INT TERM QUIT PIPE
echo "$$"
exec >/dev/null
read -r farewell && exit 0
exec </dev/null
for pause in 2 5 0; do
    for folder in "$1" "$2"/reaper/*; do # any other does if that one is gone
        [ ! -e "$folder/args" ] || break
    done
    (cd "$folder" && exec sh ./java @args "$2" "$3") && exit 0
    sleep "$pause"
done
