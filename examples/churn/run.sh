#!/bin/sh
# The tour: train, serve, predict, feed back, watch, meet a changed world, retrain. Every command
# is printed before it runs. Usage: examples/churn/run.sh [path of mlops]
# Works in a directory of its own, on a free port, and ends what it started.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mlops=$(realpath "${1:-$here/../../build/release/bin/mlops}")
work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$work"
cp "$here"/*.csv .
export MLOPS_REGISTRY="$work/registry"

say() { printf '\n# %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; }
mlops() {
  show mlops "$@"
  "$mlops" "$@"
}

# Customers of a CSV as prediction requests of at most 200 rows each, one file a request; the
# customer's number becomes the prediction's id, so that the outcome can be reported by it.
make_requests() {
  awk -F, -v prefix="$2" '
    NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
    {
      if ((NR - 2) % 200 == 0) { if (file) { print "]}" > file; close(file) }
                                 file = prefix "-" (++part) ".json"; printf "{\"instances\":[" > file }
      else printf "," > file
      printf "{\"id\":\"%s\"", $1 > file
      for (i = 2; i < NF; i++) printf ",\"%s\":%s", name[i], ($i == "" ? "null" : "\"" $i "\"") > file
      printf "}" > file
    }
    END { if (file) print "]}" > file }' "$1"
}
send_all() {
  show "for request in $1-*.json; do curl -s $url/v1/models/churn/predict -d @\$request; done"
  for request in "$1"-*.json; do
    curl -sSf "$url/v1/models/churn/predict" -H 'Content-Type: application/json' \
      -d "@$request" > answer.json
  done
}

say "Train on last year's customers: one command, the model is registered and becomes champion."
mlops train customers.csv --target churned --name churn --preset fast

say "Serve every deployed model."
show "mlops serve &"
"$mlops" serve --port 0 > serve.out 2> serve.log &
server=$!
for _ in $(seq 100); do
  url=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' serve.out)
  [ -n "$url" ] && curl -sf "$url/readyz" > ready.out && break
  kill -0 "$server" || { cat serve.log; exit 1; }
  sleep 0.1
done
cat serve.out

say "Ask for one prediction."
body='{"instances":[{"plan":"fibre","contract":"month-to-month","payment":"invoice","region":"east",
  "tenure_months":3,"monthly_charge":71.5,"data_gb":40,"support_calls":4,"satisfaction":1,
  "paperless":"yes","signed_up":"2024-12-01"}]}'
show "curl -s $url/v1/models/churn/predict -d '$body'"
curl -sSf "$url/v1/models/churn/predict" -H 'Content-Type: application/json' -d "$body"
echo

say "1,500 new customers come in, and later we learn what became of them."
make_requests new_customers.csv new
send_all new
mlops feedback churn new_customers.csv --id-column customer_id

say "All is well: --check is silent and ends with 0."
mlops monitor churn
mlops monitor --check
echo "exit status $?"

say "Then prices rise and a campaign changes who signs up: 3,000 customers of a changed world."
make_requests after_price_change.csv changed
send_all changed
mlops feedback churn after_price_change.csv --id-column customer_id

say "The alarm: --check names the cause and ends with 10."
status=0
mlops monitor --check || status=$?
echo "exit status $status"
[ "$status" -eq 10 ]
mlops monitor churn

say "Retrain on what was learnt, as cron would: decide, train a challenger, compare, promote."
mlops retrain churn --if-needed
mlops list

say "The running server answers with the new champion."
show "curl -s $url/v1/models/churn/predict -d '...'"
for _ in $(seq 50); do
  curl -sSf "$url/v1/models/churn/predict" -H 'Content-Type: application/json' -d "$body" > answer.json
  grep -q '"version": *2' answer.json && break
  sleep 0.1
done
cat answer.json
echo
grep -q '"version": *2' answer.json
mlops history churn

say "Stop. SIGTERM lets requests in flight finish."
show "kill $server"
kill "$server"
wait "$server"
server=
echo "exit status 0: everything that was answered is in the log"
