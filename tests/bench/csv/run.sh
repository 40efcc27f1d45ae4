#!/bin/sh
# Generates a mixed file and reads it with one and two threads and with pandas in the same run.
# Usage: run.sh BUILD_DIRECTORY [MEGABYTES]. The build needs -DMLOPS_BENCH=ON -DMLOPS_TESTS=ON and
# should be optimised; pandas (Debian: python3-pandas) is left out, visibly, when it is
# absent; PYTHON names another interpreter.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=${1:?usage: run.sh BUILD_DIRECTORY [MEGABYTES]}/bin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$folder/mixed.csv
"$bin/generate_csv" "$file" "${2:-1000}"
cat "$file" > /dev/null   # every reader finds the file in the page cache
"$bin/read_csv_bench" "$file" 1
"$bin/read_csv_bench" "$file" 2
"$bin/read_csv_bench" "$file" 2 checksum
python=${PYTHON:-python3}
if "$python" -c 'import pandas' 2> /dev/null; then
  "$python" "$here/read_with_pandas.py" "$file"
else
  echo "pandas is not installed: no peer in this run" >&2
fi
