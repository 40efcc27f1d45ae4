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
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from bench_server import POST, body_file, serving

COUNTING = re.compile(
    r"observe::(\(anonymous namespace\)::)?"
    r"(count_|CellCuts|copy_column|add_cut|cuts_of|TrafficCounter|TrafficSketch|ColumnBins|"
    r"ColumnCounts|LatencyHistogram|latency_bin|Gathered|SketchKeeper|SketchLayout|"
    r"expected_loss_bin|add_to_stored|load_sketch|store_sketch|Counting|rows_of|add_counts|"
    r"encode\(mlops::observe::TrafficSketch|decode\(std::span)|sparse_counts")


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
            body = body_file(directory, n_rows)
            with serving([binaries / "mlops", "--registry", copy]) as (server, url):
                load(url, connections, 1, body)
                rate, found = sampled(directory / "perf.data", server.pid, options.seconds,
                                      lambda: load(url, connections, options.seconds, body))
            print(f"{n_rows} row(s) a request, {connections} connections: {rate:,.0f} requests/s, "
                  f"counting takes {sum(share for share, _ in found):.2f} % of the server's "
                  f"processor time (limit 2)")
            for share, function in found[:6]:
                print(f"    {share:5.2f} %  {function[:80]}")


main()
