#!/usr/bin/env python3
"""What `mlops serve` reaches beside the machine's limit and beside Python's servers, in one run.

Debian packages: wrk python3-xgboost python3-pandas python3-fastapi uvicorn python3-uvloop
python3-httptools python3-flask gunicorn (without uvloop, uvicorn's answers wait 40 ms for Nagle).
Build first:
  cmake --preset release -DMLOPS_TESTS=ON -DMLOPS_BENCH=ON
  ninja -C build/release mlops serve_bench_echo serve_bench_model
  tests/bench/serve/run.py build/release/bin [--seconds 3] [--passes 3]

Load generator and server share the machine's cores. Ratios count; the digits are the machine's.
Contestants take turns, pass by pass, so that what else the machine does meets all of them; medians
count. FastAPI comes twice: tuned (one thread in XGBoost, no copy into a DMatrix, plain arrays) and
plain (the scikit-learn interface on a DataFrame, default threads).
Every figure of mlops includes validation, the prediction log and its sketches; the peers log and
watch nothing.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
FEATURES = [f"feature_{i:02}" for i in range(20)]
CONNECTIONS = (1, 8, 64)
LIMIT, FULL = "epoll echo (limit)", "mlops serve, full"
TUNED, PLAIN = "FastAPI tuned, 2 workers", "FastAPI plain, 2 workers"
FLASK = "Flask + gunicorn, 2 workers"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bodies(directory):
    draw = random.Random(5)
    row = lambda: {name: round(draw.gauss(0, 1), 4) for name in FEATURES}
    one, many = directory / "one.json", directory / "thousand.json"
    one.write_text(json.dumps({"instances": [row()]}))
    many.write_text(json.dumps({"instances": [row() for _ in range(1000)]}))
    return one, many


class Contestant:
    """A server process; measures its start and its memory."""

    def __init__(self, name, command, path, port, environment=None):
        self.name, self.command, self.path, self.port = name, command, path, port
        self.environment = {**os.environ, **(environment or {})}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}{self.path}"

    def start(self, body):
        """Starts it; the seconds until the first answer."""
        begin = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            cwd=HERE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        data = body.read_bytes()
        headers = {"Content-Type": "application/json"}
        while True:
            try:
                request = urllib.request.Request(self.url, data, headers)
                urllib.request.urlopen(request, timeout=5).read()
                return time.monotonic() - begin
            except OSError:
                if self.process.poll() is not None or time.monotonic() - begin > 60:
                    sys.exit(f"{self.name} did not start")
                time.sleep(0.001)

    def resident_mb(self):
        """Of the whole process group: workers count."""
        total = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
                if int(fields[2]) == self.process.pid:
                    total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
            except (OSError, IndexError):
                continue
        return total / 1e6

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Result:
    def __init__(self, text):
        line = next(line for line in text.splitlines() if line.startswith("RESULT"))
        self.rps, self.p50, self.p99, self.p999, self.errors = map(float, line.split()[1:])


def wrk(url, connections, seconds, body):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", HERE / "post.lua", url]
    output = subprocess.run(
        command, env={**os.environ, "BENCH_BODY": str(body)}, capture_output=True, text=True
    )
    if output.returncode != 0:
        sys.exit(output.stderr)
    return Result(output.stdout)


class Median:
    """Of several passes, figure by figure."""

    def __init__(self, results):
        for name in ("rps", "p50", "p99", "p999"):
            setattr(self, name, statistics.median(getattr(result, name) for result in results))
        self.errors = sum(result.errors for result in results)


def contestants(binaries, work):
    model = str(work / "model.ubj")
    registry = work / "registry"
    subprocess.run([binaries / "serve_bench_model", registry, model], check=True)
    python_environment = {"BENCH_MODEL": model, "OMP_NUM_THREADS": "1"}
    port = free_port()
    yield Contestant(LIMIT, [binaries / "serve_bench_echo", str(port)], "/", port)
    for sync in ("full", "normal", "off"):
        port = free_port()
        copy = work / f"registry-{sync}"
        shutil.copytree(registry, copy)
        command = [binaries / "mlops", "serve", "--registry", copy, "--port", str(port)]
        command += ["--log-sync", sync, "--access-log", "errors"]
        yield Contestant(f"mlops serve, {sync}", command, "/v1/models/bench/predict", port)
    for name, app, environment in (
        (TUNED, "fastapi_app", python_environment),
        (PLAIN, "fastapi_plain_app", {"BENCH_MODEL": model}),
    ):
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", f"{app}:app", "--workers", "2"]
        command += ["--port", str(port), "--log-level", "error"]
        yield Contestant(name, command, "/predict", port, environment)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "flask_app:app", "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    yield Contestant(FLASK, command, "/predict", port, python_environment)


def measure(contestant, one, many, options):
    """One pass of one contestant."""
    start = contestant.start(one)
    try:
        figures = {"start_ms": start * 1e3, "resident_mb": contestant.resident_mb()}
        wrk(contestant.url, 8, 1, one)
        for n in CONNECTIONS:
            figures[n] = wrk(contestant.url, n, options.seconds, one)
        figures["batch"] = wrk(contestant.url, 2, options.seconds, many)
        return figures
    finally:
        contestant.stop()


def median_of(passes):
    figures = {}
    for key in passes[0]:
        values = [one[key] for one in passes]
        is_result = isinstance(values[0], Result)
        figures[key] = Median(values) if is_result else statistics.median(values)
    return figures


class Crowd:
    """Idle keep-alive connections and clients that send a byte a second."""

    def __init__(self, port, n_idle, n_slow):
        self.idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(n_idle)]
        for connection in self.idle:
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(n_slow)]
        for connection in self.slow:
            connection.sendall(b"POST /v1/models/bench/predict HTTP/1.1\r\nHost: localhost\r\nX:")

    def drip(self, round_seconds):
        """A byte of each, one after the other: a burst would only keep the load from a core."""
        for connection in self.slow:
            try:
                connection.sendall(b"a")
            except OSError:
                pass
            time.sleep(round_seconds / len(self.slow))

    def close(self):
        for connection in self.idle + self.slow:
            connection.close()


def measure_crowd(contestant, one, options):
    """Latencies of 8 busy clients beside 1,000 idle and 200 slow ones."""
    contestant.start(one)
    try:
        wrk(contestant.url, 8, 1, one)
        crowd = Crowd(contestant.port, 1000, 200)
        environment = {**os.environ, "BENCH_BODY": str(one)}
        command = ["wrk", "-t1", "-c8", f"-d{options.seconds}s", "-s", HERE / "post.lua"]
        load = subprocess.Popen(
            [*command, contestant.url], env=environment, stdout=subprocess.PIPE, text=True
        )
        while load.poll() is None:
            crowd.drip(round_seconds=0.2)
        crowd.close()
        return Result(load.stdout.read())
    finally:
        contestant.stop()


def print_table(table):
    head = "| server | first answer | memory |"
    rule = "|---|---|---|"
    for n in CONNECTIONS:
        head += f" {n} connection{'s' if n > 1 else ''}: requests/s, p50 / p99 / p99.9 ms |"
        rule += "---|"
    print(head + " 1000-row batches/s, p50 ms | errors |\n" + rule + "---|---|")
    for name, figures in table.items():
        row = f"| {name} | {figures['start_ms']:.0f} ms | {figures['resident_mb']:.0f} MB |"
        errors = figures["batch"].errors
        for n in CONNECTIONS:
            result = figures[n]
            errors += result.errors
            row += f" {result.rps:,.0f}, {result.p50:.2f} / {result.p99:.2f} / {result.p999:.2f} |"
        print(row + f" {figures['batch'].rps:.0f}, {figures['batch'].p50:.1f} | {errors:.0f} |")


def verdicts(table, crowd):
    limit, full, flask = table[LIMIT], table[FULL], table[FLASK]
    tuned, plain = table[TUNED], table[PLAIN]
    fastest = max(table[peer]["batch"].rps for peer in (TUNED, PLAIN, FLASK))
    yield "64 connections, times FastAPI tuned", full[64].rps / tuned[64].rps, ">=", 30
    yield "64 connections, times FastAPI plain", full[64].rps / plain[64].rps, ">=", 30
    yield "64 connections, times Flask", full[64].rps / flask[64].rps, "", None
    yield "64 connections, p99 ms", full[64].p99, "<=", 3
    yield "8 connections, times FastAPI tuned", full[8].rps / tuned[8].rps, ">=", 8
    yield "8 connections, times FastAPI plain", full[8].rps / plain[8].rps, ">=", 8
    yield "64 connections, share of the limit", full[64].rps / limit[64].rps, ">=", 0.35
    yield "batches, times the fastest Python peer", full["batch"].rps / fastest, ">=", 1.5
    yield "batches, times FastAPI tuned", full["batch"].rps / tuned["batch"].rps, ">=", 10
    yield "first answer ms", full["start_ms"], "<=", 60
    yield "resident memory MB", full["resident_mb"], "<=", 40
    yield "p99 ms beside 1,000 idle and 200 slow clients", crowd.p99, "<=", 10


def fsyncs_per_second(directory, seconds=1.0):
    """Of a page appended and synced, alone: what few connections with `full` are bounded by."""
    page, n = b"x" * 8192, 0
    file = os.open(directory / "fsync", os.O_WRONLY | os.O_CREAT)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        os.write(file, page)
        os.fdatasync(file)
        n += 1
    os.close(file)
    return n / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=3, help="of one measurement")
    parser.add_argument("--passes", type=int, default=3, help="of each; the median counts")
    parser.add_argument("--only", default="", help="contestants whose name holds this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="serve-bench-") as directory:
        work = pathlib.Path(directory)
        one, many = bodies(work)
        wanted = list(contestants(options.binaries.resolve(), work))
        wanted = [c for c in wanted if options.only in c.name]
        passes, crowds, syncs = {c.name: [] for c in wanted}, [], []
        for number in range(options.passes):
            syncs.append(fsyncs_per_second(work))
            for contestant in wanted:
                print("pass", number + 1, contestant.name, file=sys.stderr, flush=True)
                passes[contestant.name].append(measure(contestant, one, many, options))
                if contestant.name == FULL:
                    crowds.append(measure_crowd(contestant, one, options))
        table = {name: median_of(found) for name, found in passes.items()}
        print_table(table)
        print(f"\nfsyncs of one page a second, alone: {statistics.median(syncs):,.0f}")
        if crowds:
            crowd = Median(crowds)
            print(f"beside the crowd: {crowd.rps:,.0f} requests/s, p50 / p99 / p99.9 "
                  f"{crowd.p50:.2f} / {crowd.p99:.2f} / {crowd.p999:.2f} ms")
        if options.only:
            return
        print("\n| what | measured | target | |\n|---|---|---|---|")
        for what, value, sign, target in verdicts(table, crowd):
            reached = not sign or (value >= target if sign == ">=" else value <= target)
            verdict = "" if not sign else "reached" if reached else "missed"
            print(f"| {what} | {value:.2f} | {sign} {target or ''} | {verdict} |")


if __name__ == "__main__":
    main()
