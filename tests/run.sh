#!/bin/sh
# Installs what the tests need, builds with warnings as errors and sanitizers, runs every test
# through CTest and ends with CTest's summary. `--no-install` leaves the system's packages alone.
set -eu
cd "$(dirname "$0")/.."

cmake/debian-packages.sh test "${1:-}"

log=build/run-configure.log
mkdir -p build
cmake --preset dev > "$log" 2>&1 || { cat "$log"; exit 1; }
cmake --build --preset dev
ctest --preset dev -j"$(nproc)"
