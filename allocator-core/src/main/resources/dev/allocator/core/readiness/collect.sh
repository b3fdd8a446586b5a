# Names the files at some paths, one a line, folders with all in them. The shell expands the paths, which are its arguments
# as far as they are no patterns.
collect() {
  for path; do
    if [ -d "$path" ]; then
      find "$path" -type f
    elif [ -f "$path" ]; then
      printf '%s\n' "$path"
    else
      printf '%s\n' "$path: no such file" >&2
    fi
  done
}
