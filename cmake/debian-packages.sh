#!/bin/sh
# Installs what building (and, with `test`, testing) needs from Debian's packages; only what is
# missing, and says what. Usage: cmake/debian-packages.sh build|test [--no-install]
set -eu

build_packages="g++ cmake ninja-build pkg-config libfmt-dev nlohmann-json3-dev libsqlite3-dev
libssl-dev zlib1g-dev libfast-float-dev libyaml-cpp-dev libcli11-dev libxgboost-dev libdlib-dev
libcpp-httplib-dev libsimdjson-dev libjemalloc-dev"
tour_packages="curl ca-certificates procps"
test_packages="doctest-dev libcsv-dev python3 python3-jsonschema python3-pyte python3-requests
chromium chromium-driver"

case "${1:-}" in
  build) wanted="$build_packages $tour_packages" ;;
  test) wanted="$build_packages $tour_packages $test_packages" ;;
  *) echo "usage: $0 build|test [--no-install]" >&2; exit 2 ;;
esac

missing=""
for package in $wanted; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "${2:-}" = --no-install ]; then
  echo "these Debian packages are missing:$missing" >&2
  echo "install them yourself, or run this again without --no-install" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "need root or sudo to install:$missing" >&2; exit 1; }
  as_root=sudo
fi
echo "installing from Debian's packages:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  # the lists are words on purpose
{
  $as_root apt-get update -qq
  $as_root apt-get install -y -qq --no-install-recommends $missing
} >&2
