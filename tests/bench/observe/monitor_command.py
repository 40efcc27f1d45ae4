#!/usr/bin/env python3
"""How long the command `mlops monitor` takes over many logged predictions, and its memory.

Debian packages: wrk. Build first:
  cmake --preset release -DMLOPS_TESTS=ON -DMLOPS_BENCH=ON
  ninja -C build/release mlops serve_bench_model
  tests/bench/observe/monitor_command.py build/release/bin [--rows 10000000]

A server logs requests of 1,000 rows (20 columns, 100 trees) until a tenth and then all of the rows
are in the log; then the command runs 20 times. Prints the middle and the slowest run and the
largest resident memory, beside `mlops list`, which reads no predictions.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

from bench_server import POST, body_file, serving

ROWS_A_REQUEST = 1000
RUNS = 20


def measured(command):
    times, memory = [], 0
    for _ in range(RUNS):
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        times.append(time.perf_counter() - begin)
        if status != 0:
            raise SystemExit(f"{command} ended with {status}")
        memory = max(memory, usage.ru_maxrss / 1024)
    times.sort()
    return f"{1e3 * times[RUNS // 2]:.0f} ms, slowest {1e3 * times[-1]:.0f} ms, {memory:.0f} MB"


def logged(mlops):
    report = subprocess.run([*mlops, "monitor", "--range", "30d", "--json"], check=True,
                            capture_output=True, text=True).stdout
    return json.loads(report)["models"][0]["volume"]["total"]


def fill(mlops, wanted, body):
    with serving(mlops, "--log-sync", "off") as (_, url):
        while logged(mlops) < wanted:
            subprocess.run(["wrk", "-t1", "-c2", "-d5s", "-s", POST, url],
                           env={**os.environ, "BENCH_BODY": str(body)}, check=True,
                           capture_output=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    options = parser.parse_args()
    binaries = options.binaries.resolve()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        registry = directory / "registry"
        subprocess.run([binaries / "serve_bench_model", registry, directory / "model.json"],
                       check=True)
        mlops = [binaries / "mlops", "--registry", registry]
        body = body_file(directory, ROWS_A_REQUEST)
        for wanted in (options.rows // 10, options.rows):
            fill(mlops, wanted, body)
            print(f"{logged(mlops):,} predictions, limit 100 ms")
            for arguments in (["monitor"], ["monitor", "--range", "30d"], ["monitor", "--json"],
                              ["monitor", "--check"], ["list"]):
                print(f"    mlops {' '.join(arguments)}: {measured([*mlops, *arguments])}")


main()
