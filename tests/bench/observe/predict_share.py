#!/usr/bin/env python3
"""Which share of a busy server's processor time goes into counting predictions into sketches.

Debian packages: wrk linux-perf. Build first:
  cmake --preset release -DMLOPS_TESTS=ON -DMLOPS_BENCH=ON
  ninja -C build/release mlops serve_bench_model
  tests/bench/observe/predict_share.py build/release/bin [--seconds 5]

The server answers requests of one row on 64 connections, then of 1,000 rows on two; 20 columns,
100 trees, every answer logged. perf samples the whole process; what the samples find in the
functions that count, and that read and write stored sketches, is added up.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).parent
POST = HERE.parent / "serve" / "post.lua"
FEATURES = [f"feature_{i:02}" for i in range(20)]
COUNTING = re.compile(
    r"observe::(\(anonymous namespace\)::)?"
    r"(count_|TrafficCounter|TrafficSketch|ColumnBins|ColumnCounts|LatencyHistogram|SketchKeeper|"
    r"SketchLayout|expected_loss_bin|write_sketches|load_sketch|store_sketch|Counting|rows_of|"
    r"add_counts|encode\(mlops::observe::TrafficSketch|decode\(std::span)|sparse_counts")


def body_file(directory, n_rows):
    draw = random.Random(5)
    row = lambda: {name: round(draw.gauss(0, 1), 4) for name in FEATURES}
    path = directory / f"{n_rows}.json"
    path.write_text(json.dumps({"instances": [row() for _ in range(n_rows)]}))
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def load(url, connections, seconds, body):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", POST, url]
    done = subprocess.run(command, env={**os.environ, "BENCH_BODY": str(body)}, check=True,
                          capture_output=True, text=True)
    result = re.search(r"RESULT (.*)", done.stdout).group(1).split()
    if result[-1] != "0":
        raise SystemExit(f"{result[-1]} requests failed")
    return float(result[0])


def sampled(samples, process, seconds, work):
    perf = subprocess.Popen(["perf", "record", "-q", "-F", "1999", "-o", samples, "-p", str(process),
                             "--", "sleep", str(seconds)], stderr=subprocess.DEVNULL)
    rate = work()
    perf.wait()
    report = subprocess.run(["perf", "report", "-i", samples, "--stdio", "--sort", "sym"],
                            check=True, capture_output=True, text=True).stdout
    lines = re.findall(r"^\s*([0-9.]+)%\s+\[\.\] (.*)$", report, re.MULTILINE)
    return rate, sorted(((float(share), name) for share, name in lines if COUNTING.search(name)),
                        reverse=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    binaries = options.binaries.resolve()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        subprocess.run([binaries / "serve_bench_model", directory / "registry",
                        directory / "model.json"], check=True)
        for n_rows, connections in ((1, 64), (1000, 2)):
            copy = directory / f"copy{n_rows}"
            shutil.copytree(directory / "registry", copy)
            # Counting starts with the first look of the server, after some seconds, or with this.
            subprocess.run([binaries / "mlops", "--registry", copy, "monitor", "--recount"],
                           check=True, capture_output=True)
            port = free_port()
            server = subprocess.Popen([binaries / "mlops", "serve", "--registry", copy, "--port",
                                       str(port)], stderr=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL)
            while subprocess.run(["curl", "-sf", f"http://127.0.0.1:{port}/readyz"],
                                 capture_output=True).returncode != 0:
                time.sleep(0.05)
            url = f"http://127.0.0.1:{port}/v1/models/bench/predict"
            body = body_file(directory, n_rows)
            load(url, connections, 1, body)
            rate, found = sampled(directory / "perf.data", server.pid, options.seconds,
                                  lambda: load(url, connections, options.seconds, body))
            print(f"{n_rows} row(s) a request, {connections} connections: {rate:,.0f} requests/s, "
                  f"counting takes {sum(share for share, _ in found):.2f} % of the server's "
                  f"processor time (limit 2)")
            for share, function in found[:6]:
                print(f"    {share:5.2f} %  {function[:80]}")
            server.terminate()
            server.wait()


main()
