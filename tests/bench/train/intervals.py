#!/usr/bin/python3
"""How many fresh rows the 90 % intervals of `mlops train` hold, over seeded splits.

Each repetition draws a fifth of a regression set by its seed, trains on the rest with the same
seed, and counts the drawn rows whose truth lies in the interval of `mlops predict`.

  intervals.py --mlops build/release/bin/mlops --data DIR [--splits 20] [--sets NAMES]
               [-- more options of `mlops train`]

DIR holds the sets of REFERENCE.md. Needs python3 only.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import compare
import data_sets
import scores


def coverage_of(options, data_set, seed):
    """(share of the rows inside, number of rows)."""
    with tempfile.TemporaryDirectory(prefix="mlops-intervals-") as name:
        directory = Path(name)
        split = data_sets.write_split(data_set, options.data, directory, seed)
        report = compare.train(options.mlops, data_set, split, directory,
                               options.extra + ["--seed", str(seed)])
        answers = directory / "answers.csv"
        compare.run([options.mlops, "predict", f"bench@{report['version']}", split.test, "-o",
                     answers, "--registry", directory / "registry"])
        rows = scores.read_predictions(answers)
        return scores.coverage(rows, split.truth), split.n_test


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mlops", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--sets", default="")
    arguments = sys.argv[1:]
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:cut])
    options.extra = arguments[cut + 1:]
    print("| set | rows | mean % | its error | one split's deviation | lowest | highest | "
          "splits within 87 to 93 |\n|---|---|---|---|---|---|---|---|")
    for data_set in data_sets.SETS:
        wanted = not options.sets or data_set.name in options.sets.split(",")
        if data_set.task != "regression" or not wanted:
            continue
        runs = [coverage_of(options, data_set, seed) for seed in range(1, options.splits + 1)]
        shares = [100 * share for share, _ in runs]
        deviation = statistics.stdev(shares)
        inside = sum(87 <= share <= 93 for share in shares)
        print(f"| {data_set.name} | {runs[0][1]} | {statistics.mean(shares):.1f} | "
              f"{deviation / len(shares) ** 0.5:.2f} | {deviation:.1f} | {min(shares):.1f} | "
              f"{max(shares):.1f} | {inside} of {len(shares)} |", flush=True)


if __name__ == "__main__":
    main()
