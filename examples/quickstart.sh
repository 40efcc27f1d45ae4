#!/bin/sh
# From a fresh clone to a model that has retrained itself, in one go: installs what building needs
# from Debian's packages, builds a release, and runs the tour of examples/churn.
# `--no-install` leaves the system's packages alone.
set -eu
cd "$(dirname "$0")/.."

cmake/debian-packages.sh build "${1:-}"

mkdir -p build
log=build/quickstart-configure.log
cmake --preset release > "$log" 2>&1 || { cat "$log"; exit 1; }
echo "building a release (the first time takes some minutes) ..."
cmake --build --preset release --target mlops

examples/churn/run.sh build/release/bin/mlops

bin=$PWD/build/release/bin/mlops
cat <<EOF

The program is $bin
Try next, with your own table:

  $bin inspect FILE.csv
  $bin train FILE.csv --target COLUMN
  $bin serve                      # then open http://127.0.0.1:8080
  $bin --help
EOF
