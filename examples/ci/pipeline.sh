#!/bin/sh
# A pipeline for any CI system: check the data, train, ask for a minimum, export the version as an
# artifact, take it in elsewhere and deploy it there. Every step leaves its verdict as JSON, all of
# them together a JUnit file, so that the CI system can show what failed and why.
#
#   pipeline.sh DATA TARGET NAME MIN_METRIC PRODUCTION [OUT]
#
# DATA        labelled rows, CSV, TSV or JSON lines
# TARGET      the column to predict
# NAME        the model's name
# MIN_METRIC  what the held-out score must reach: log loss (or RMSE) at most this; set METRIC in the
#             environment to ask for another one, METRIC=accuracy for at least this
# PRODUCTION  registry directory to deploy into; a server that runs over it follows by itself
# OUT         where verdicts and the artifact go (default: ./ci-out)
#
# Exit status: 0 deployed, 10 a verdict was "no", else the status of the mlops command that failed.
# MLOPS names the program (default: mlops).
set -eu
[ $# -ge 5 ] || { sed -n '2,17s/^# \{0,1\}//p' "$0" >&2; exit 2; }
data=$1 target=$2 name=$3 minimum=$4 production=$5 out=${6:-ci-out}
mlops=${MLOPS:-mlops}
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
mkdir -p "$out"
cases=$out/.cases
: > "$cases"
tests=0 failures=0 skipped=0 failed=0

escape() { tr -d '\000-\010\013\014\016-\037' | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'; }

# step NAME COMMAND...: runs mlops with --json; the document goes to OUT/NAME.json, what went wrong
# to OUT/NAME.err. After a failure the steps that follow are skipped.
step() {
  step=$1
  shift
  tests=$((tests + 1))
  if [ "$failed" -ne 0 ]; then
    skipped=$((skipped + 1))
    printf '  <testcase classname="mlops.%s" name="%s"><skipped/></testcase>\n' "$name" "$step" >> "$cases"
    echo "skipped  $step"
    return
  fi
  begin=$(date +%s)
  status=0
  "$mlops" "$@" --json --no-input > "$out/$step.json" 2> "$out/$step.err" || status=$?
  seconds=$(($(date +%s) - begin))
  printf '  <testcase classname="mlops.%s" name="%s" time="%s">' "$name" "$step" "$seconds" >> "$cases"
  if [ "$status" -ne 0 ]; then
    failures=$((failures + 1))
    failed=$status
    message=$(head -c 2000 "$out/$step.err" | escape)
    [ "$status" -ne 10 ] || message="the condition was not met; see $step.json $message"
    printf '<failure type="exit status %s" message="%s"/>' "$status" "$message" >> "$cases"
    echo "failed   $step (exit status $status)"
    cat "$out/$step.err" >&2
  else
    echo "passed   $step"
  fi
  printf '</testcase>\n' >> "$cases"
}

metric=${METRIC:+--metric $METRIC}
# The list below is words on purpose.
# shellcheck disable=SC2086
{
  step inspect inspect "$data" --target "$target"
  step train --registry "$staging" train "$data" --target "$target" --name "$name" --no-deploy \
    --preset "${PRESET:-balanced}" --min-metric "$minimum" $metric
  step export --registry "$staging" export "$name@1" "$out/$name.tar.gz"
  step import --registry "$production" import "$out/$name.tar.gz"
  step deploy --registry "$production" deploy "$name@latest"
  step check --registry "$production" monitor "$name" --check
}

{
  echo '<?xml version="1.0" encoding="UTF-8"?>'
  printf '<testsuite name="mlops %s" tests="%d" failures="%d" skipped="%d">\n' \
    "$name" "$tests" "$failures" "$skipped"
  cat "$cases"
  echo '</testsuite>'
} > "$out/junit.xml"
rm "$cases"
exit "$failed"
