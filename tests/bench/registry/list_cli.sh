#!/bin/sh
# `mlops list` over 1,000 models with 20 versions each, process start included, beside `find` and
# `cat`, which list the same directories and read the same two files a model. Medians of 9 runs,
# alternating. Usage: list_cli.sh MLOPS LIST_BENCH [DIRECTORY, default temporary]
set -eu
mlops=$1
directory=${3:-$(mktemp -d)}
[ $# -gt 2 ] || trap 'rm -rf "$directory"' EXIT
"$2" make "$directory"

milliseconds() {
  start=$(date +%s%N)
  "$@" >/dev/null
  echo $((($(date +%s%N) - start) / 1000000))
}
bare_reading() {
  find "$directory/models" -maxdepth 3 >/dev/null
  cat "$directory"/models/*/aliases.yaml "$directory"/models/*/versions/19/manifest.yaml
}
median() { sort -n | sed -n 5p; }

for round in 1 2 3 4 5 6 7 8 9; do
  milliseconds "$mlops" list --registry "$directory" >>"$directory/list.times"
  milliseconds "$mlops" list --json --registry "$directory" >>"$directory/json.times"
  milliseconds bare_reading >>"$directory/bare.times"
done
echo "mlops list          $(median <"$directory/list.times") ms"
echo "mlops list --json   $(median <"$directory/json.times") ms"
echo "find and cat        $(median <"$directory/bare.times") ms"
rm "$directory"/*.times
