#!/usr/bin/python3
"""The default `mlops train` on every set of REFERENCE.md, beside its reference models.

The test part of each set is kept out of training and scored through `mlops predict`. Prints a
Markdown table and writes one JSON line a set, so that a run can be taken up again.

  compare.py --mlops build/release/bin/mlops --data DIR [--latency build/.../row_latency_bench]
             [--sets telco-churn,adult] [--results FILE] [-- more options of `mlops train`]

DIR holds REFERENCE.md and the sets. Needs python3 only.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import data_sets
import scores


def run(arguments):
    finished = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: status {finished.returncode}\n"
                           f"{finished.stderr}")
    return finished.stdout


def train(mlops, data_set, split, directory, extra):
    arguments = [mlops, "train", split.train, "--target", data_set.target, "--task", data_set.task,
                 "--name", "bench", "--registry", directory / "registry", "--json"]
    for column in data_set.drop:
        arguments += ["--drop", column]
    return json.loads(run(arguments + extra))


def row_latency_us(program, directory, version, split):
    """Median microseconds of one row, from cells to the answer; None without the program."""
    if not program:
        return None
    model = directory / "registry" / "models" / "bench" / "versions" / str(version)
    return float(run([program, model, split.test]).strip())


def measure(options, data_set, reference):
    with tempfile.TemporaryDirectory(prefix="mlops-train-bench-") as name:
        directory = Path(name)
        split = data_sets.write_split(data_set, options.data, directory)
        begun = time.monotonic()
        report = train(options.mlops, data_set, split, directory, options.extra)
        seconds = time.monotonic() - begun
        answers = directory / "answers.csv"
        run([options.mlops, "predict", f"bench@{report['version']}", split.test, "-o", answers,
             "--registry", directory / "registry"])
        rows = scores.read_predictions(answers)
        value, error = scores.score(rows, split.truth, data_set.task)
        latency = row_latency_us(options.latency, directory, report["version"], split)
        if options.keep:
            shutil.copytree(directory / "registry", options.keep / data_set.name,
                            dirs_exist_ok=True)
    peers = {peer: reference[peer] for peer in data_sets.PEERS}
    best = min(peers.values())
    return {"set": data_set.name, "metric": data_set.metric, "peers": peers,
            "mlops": value, "standard_error": error, "gap": (value - best) / error,
            "rank": 1 + sum(other < value for other in peers.values()),
            "own_estimate": report["metric"], "trials": report["trials"],
            "members": [entry["params"] for entry in report["leaderboard"] if entry["weight"] > 0],
            "seconds": seconds, "row_us": latency, "coverage": scores.coverage(rows, split.truth),
            "test_rows": split.n_test}


def number(value):
    return f"{value:.4f}" if value < 10 else f"{value:.2f}" if value < 1000 else f"{value:.0f}"


def table(results):
    lines = ["| set | linear | random forest | hist. boosting | XGBoost | **mlops** | SE | gap | "
             "rank | seconds | us a row |", "|---|---|---|---|---|---|---|---|---|---|---|"]
    for result in results:
        peers = [number(result["peers"][peer]) for peer in data_sets.PEERS]
        latency = "" if result["row_us"] is None else f"{result['row_us']:.1f}"
        lines.append("| " + " | ".join(
            [result["set"], *peers, f"**{number(result['mlops'])}**",
             number(result["standard_error"]), f"{result['gap']:+.2f}", str(result["rank"]),
             f"{result['seconds']:.0f}", latency]) + " |")
    return "\n".join(lines)


def average_ranks(results):
    names = (*data_sets.PEERS, "mlops")
    totals = dict.fromkeys(names, 0)
    for result in results:
        values = {**result["peers"], "mlops": result["mlops"]}
        for name in names:
            totals[name] += 1 + sum(other < values[name] for other in values.values())
    return {name: total / len(results) for name, total in totals.items()}


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mlops", required=True, type=lambda text: Path(text).resolve())
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--latency", type=lambda text: Path(text).resolve())
    parser.add_argument("--sets", default="")
    parser.add_argument("--results", type=Path, help="JSON lines; sets already there are kept")
    parser.add_argument("--keep", type=Path, help="copy each set's registry below this directory")
    parser.add_argument("extra", nargs="*", help="further options of `mlops train`, after --")
    return parser.parse_args(arguments)


def known_results(path):
    if path is None or not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {line["set"]: line for line in lines}


def main():
    options = parse(sys.argv[1:])
    reference = data_sets.reference_scores(options.data)
    known = known_results(options.results)
    wanted = set(filter(None, options.sets.split(",")))
    results = []
    for data_set in data_sets.SETS:
        if wanted and data_set.name not in wanted:
            continue
        result = known.get(data_set.name)
        if result is None:
            print(f"{data_set.name} ...", file=sys.stderr, flush=True)
            result = measure(options, data_set, reference[data_set.name])
            print(f"  {result['metric']} {number(result['mlops'])}, gap {result['gap']:+.2f} SE, "
                  f"rank {result['rank']}, {result['seconds']:.0f} s", file=sys.stderr, flush=True)
            if options.results:
                with open(options.results, "a") as file:
                    file.write(json.dumps(result) + "\n")
        results.append(result)
    print(table(results))
    ranks = ", ".join(f"{name} {rank:.2f}" for name, rank in average_ranks(results).items())
    print(f"\nAverage rank over {len(results)} sets: {ranks}.")
    covered = [result["coverage"] for result in results if result["coverage"] is not None]
    if covered:
        print("Coverage of the 90 % intervals: " + ", ".join(f"{share:.3f}" for share in covered))


if __name__ == "__main__":
    main()
