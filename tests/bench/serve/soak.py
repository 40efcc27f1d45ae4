#!/usr/bin/env python3
"""Mixed load for a long time: is memory flat, is anything lost, does anything fail?

Single rows, batches and feedback from several clients, all dialects, 20 dashboards listening, the
champion swapped every 10 s, the other version in shadow. Prints a line a swap and a verdict.

A stall can be attributed: the verdict has the longest times without any answer and the slowest
answers, each with its hour, and beside them how long a probe in the same folder waited for its own
fsync and for the processor. The server's records stay in --keep.

  tests/bench/serve/soak.py build/release/bin [--minutes 20] [--swap-seconds 10]

Needs python3-requests and, in the build, serve_bench_model.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time

import requests

FEATURES = [f"feature_{i:02}" for i in range(20)]
N_CLIENTS = 6
N_LISTENERS = 20


class Longest:
    """The longest few of many times, each with the hour it ended and what it was."""

    def __init__(self, n=5):
        self.n, self.found = n, []

    def add(self, seconds, what=""):
        if len(self.found) == self.n and seconds <= self.found[-1][0]:
            return
        at = datetime.datetime.now(datetime.timezone.utc).strftime("%H:%M:%S")
        self.found = sorted(self.found + [(round(seconds, 3), at, what)], reverse=True)[: self.n]


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.last_answer = time.monotonic()
        self.gaps, self.slowest = Longest(), Longest()
        self.fsyncs, self.wakes = Longest(), Longest()
        self.rows = self.feedback = self.swaps = self.events = 0
        self.errors = []

    def add(self, **counts):
        with self.lock:
            for name, n in counts.items():
                setattr(self, name, getattr(self, name) + n)

    def answered(self, began, what):
        now = time.monotonic()
        with self.lock:
            self.gaps.add(now - self.last_answer)
            self.slowest.add(now - began, what)
            self.last_answer = now

    def error(self, text):
        at = datetime.datetime.now(datetime.timezone.utc).strftime("%H:%M:%S")
        with self.lock:
            self.errors.append(f"{at} {text}")


def probe(directory, stop, tally):
    """How long the disk and the processor keep somebody waiting who is not the server."""
    with open(directory / "probe", "wb") as file:
        while not stop.is_set():
            began = time.monotonic()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            written = time.monotonic()
            time.sleep(0.1)
            tally.fsyncs.add(written - began)
            tally.wakes.add(time.monotonic() - written - 0.1)


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1e3
    return 0


def draw_row(draw):
    return {name: round(draw.gauss(0, 1), 4) for name in FEATURES}


def predict(session, url, draw, tally):
    rows = [draw_row(draw) for _ in range(draw.choice((1, 1, 1, 1, 50)))]
    dialect = draw.randrange(3)
    if dialect == 0:
        answer = session.post(f"{url}/v1/models/bench/predict", json={"instances": rows})
        ids = [p["id"] for p in answer.json()["predictions"]]
    elif dialect == 1:
        answer = session.post(f"{url}/invocations", json={"dataframe_records": rows})
        ids = answer.json()["ids"]
    else:
        tensors = [
            {"name": n, "shape": [len(rows)], "datatype": "FP64", "data": [r[n] for r in rows]}
            for n in FEATURES
        ]
        answer = session.post(f"{url}/v2/models/bench/infer", json={"inputs": tensors})
        ids = next(o["data"] for o in answer.json()["outputs"] if o["name"] == "id")
    if answer.status_code != 200 or len(ids) != len(rows):
        tally.error(f"predict: {answer.status_code} {answer.text[:200]}")
    tally.add(rows=len(rows))
    return ids


def client(url, number, stop, tally):
    draw = random.Random(number)
    session = requests.Session()
    while not stop.is_set():
        try:
            began = time.monotonic()
            ids = predict(session, url, draw, tally)
            tally.answered(began, f"predict {len(ids)}")
            if draw.random() < 0.2:
                began = time.monotonic()
                items = [{"id": i, "actual": draw.choice("01")} for i in ids]
                told = session.post(f"{url}/v1/models/bench/feedback", json={"feedback": items})
                if told.json().get("accepted") != len(items):
                    tally.error(f"feedback lost an id: {told.text[:200]}")
                tally.answered(began, f"feedback {len(items)}")
                tally.add(feedback=len(items))
        except (requests.RequestException, KeyError, ValueError) as error:
            if not stop.is_set():
                tally.error(f"client: {error!r}"[:300])


def listener(port, stop, tally):
    """Listens to the event stream; a server without one answers 404, which is enough here."""
    while not stop.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.settimeout(1)
                connection.sendall(b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                while not stop.is_set():
                    try:
                        data = connection.recv(65536)
                    except TimeoutError:
                        continue
                    if not data:
                        break
                    tally.add(events=data.count(b"\ndata:"))
        except OSError as error:
            if not stop.is_set():
                tally.error(f"listener: {error!r}")
        stop.wait(0.5)


def swap(mlops, registry, champion, tally):
    shadow = 3 - champion
    for arguments in (["deploy", f"bench@{champion}"],
                      ["deploy", f"bench@{shadow}", "--as", "challenger", "--shadow"]):
        done = subprocess.run(
            [mlops, *arguments, "--registry", registry, "--yes", "--quiet"],
            capture_output=True, text=True,
        )
        if done.returncode != 0:
            return tally.error(f"{arguments}: {done.stderr[:300]}")
    tally.add(swaps=1)


def metric(url, name):
    for line in requests.get(url + "/metrics").text.splitlines():
        if line.startswith(name + "{"):
            return float(line.split()[-1])
    return 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--swap-seconds", type=float, default=10)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("soak-records"),
                        help="folder for the server's records")
    options = parser.parse_args()
    binaries = options.binaries.resolve()
    tally, stop = Tally(), threading.Event()
    options.keep.mkdir(parents=True, exist_ok=True)
    records = options.keep / "server.jsonl"
    with tempfile.TemporaryDirectory(prefix="serve-soak-") as directory:
        work = pathlib.Path(directory)
        registry = work / "registry"
        for name in ("first.ubj", "second.ubj"):
            subprocess.run([binaries / "serve_bench_model", registry, work / name], check=True)
        with open(work / "out", "wb") as out, open(records, "wb") as err:
            server = subprocess.Popen(
                [binaries / "mlops", "serve", "--registry", registry, "--port", "0",
                 "--access-log", "errors"],
                stdout=out, stderr=err,
            )
        while b"http://" not in (work / "out").read_bytes():
            time.sleep(0.05)
        url = (work / "out").read_text().split()[-1]
        port = int(url.rsplit(":", 1)[1])
        threads = [threading.Thread(target=client, args=(url, i, stop, tally)) for i in range(N_CLIENTS)]
        threads += [threading.Thread(target=listener, args=(port, stop, tally)) for _ in range(N_LISTENERS)]
        threads.append(threading.Thread(target=probe, args=(work, stop, tally)))
        tally.last_answer = time.monotonic()
        for thread in threads:
            thread.start()
        end, champion, samples = time.monotonic() + options.minutes * 60, 1, []
        while time.monotonic() < end and server.poll() is None:
            swap(binaries / "mlops", registry, champion, tally)
            champion = 3 - champion
            stop.wait(options.swap_seconds)
            samples.append(resident_mb(server.pid))
            print(f"{tally.rows} rows, {tally.feedback} outcomes, {tally.swaps} swaps, "
                  f"{tally.events} events, {samples[-1]:.1f} MB, {len(tally.errors)} errors", flush=True)
        if server.poll() is not None:
            print(records.read_text()[-5000:], file=sys.stderr)
            sys.exit(f"the server ended by itself, with {server.returncode}")
        stop.set()
        for thread in threads:
            thread.join()
        logged = metric(url, "mlops_log_records_total")
        shadow_dropped = metric(url, "mlops_shadow_dropped_total")
        server.terminate()
        status = server.wait(timeout=60)
        half = len(samples) // 2
        growth = max(samples[half:]) / max(samples[:half] or [1])
        print(json.dumps({
            "rows_answered": tally.rows, "rows_logged_with_shadows": logged,
            "shadow_rows_dropped": shadow_dropped, "outcomes": tally.feedback,
            "swaps": tally.swaps, "events": tally.events, "errors": len(tally.errors),
            "memory_mb_first_half": max(samples[:half] or [0]), "memory_mb_second_half": max(samples[half:]),
            "memory_growth": round(growth, 3), "exit_status": status,
            "log_mb": round((registry / "models/bench/observations.sqlite").stat().st_size / 1e6),
            "longest_without_answer": tally.gaps.found, "slowest_answers": tally.slowest.found,
            "probe_longest_fsync": tally.fsyncs.found, "probe_longest_wake": tally.wakes.found,
            "server_records": str(records)}))
        for error in tally.errors[:20]:
            print(error, file=sys.stderr)
        raise SystemExit(0 if not tally.errors and status == 0 else 1)


if __name__ == "__main__":
    main()
