"""`promtool check metrics` has nothing to say about GET /metrics. Needs Debian's prometheus; exits
with 77 (skipped) without it.

Usage: prometheus_test.py MLOPS REGISTRY
"""

import shutil
import subprocess

import requests

from serving import Checks, Serving, arguments

SKIPPED = 77


def main():
    promtool = shutil.which("promtool")
    if promtool is None:
        print("skipped: promtool is not installed (Debian's package prometheus has it)")
        return SKIPPED
    checks = Checks()
    with Serving(*arguments()) as serving, requests.Session() as session:
        row = {"instances": [{"plan": "basic"}]}
        for body in (row, {"instances": 3}):
            session.post(serving.url + "/v1/models/churn/predict", json=body)
        session.get(serving.url + "/nothing")
        answer = session.get(serving.url + "/metrics")
        checks.check(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), "type")
        checks.check('mlops_predictions_total{model="churn"' in answer.text, "predictions counted")
        result = subprocess.run(
            [promtool, "check", "metrics"], input=answer.text, capture_output=True, text=True
        )
        checks.check(result.returncode == 0, result.stdout + result.stderr)
        checks.check(result.stdout + result.stderr == "", result.stdout + result.stderr)
    return checks.status()


if __name__ == "__main__":
    raise SystemExit(main())
