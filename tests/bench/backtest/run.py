#!/usr/bin/env python3
"""Backtests of whole data sets: alarms where the world changed, silence on shuffled rows, and what
retraining gains, as the table of docs/retraining.md. Needs python3-pandas.

    run.py MLOPS DATA [SET...]   MLOPS: the program; DATA: the folder of data sets

SHUFFLES in the environment: how many orders are tried, 1 unless given.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import pandas

MLOPS, DATA = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
SHUFFLES = int(os.environ.get("SHUFFLES", "1"))
TRAINING = ["--preset", "fast", "--max-trials", "4"]


def elec2():
    rows = pandas.read_csv(DATA / "elec2/data.csv").drop(columns="date")
    n = len(rows) // 5
    keep = ["--keep", "vicprice", "--keep", "vicdemand", "--keep", "transfer"]
    return rows[:n], rows[n:], "class", keep, ["--step", "30m"], [17_424 - n]


def bike():
    rows = pandas.read_csv(DATA / "bike-sharing-hourly/data.csv")
    rows["time"] = rows["dteday"] + "T" + rows["hr"].map("{:02}:00:00Z".format)
    rows = rows.drop(columns=["instant", "casual", "registered", "dteday"])
    n = int((rows["time"] < "2011-06").sum())
    train, history = rows[:n].drop(columns="time"), rows[n:]
    return train, history, "cnt", ["--keep", "yr"], ["--time-column", "time", "--by", "month"], []


def beijing():
    rows = pandas.read_csv(DATA / "beijing-pm25/data.csv").drop(columns=["No", "year"])
    n = 365 * 24  # a whole year, all seasons
    return rows[:n], rows[n:], "pm2.5", [], ["--step", "1h"], []


def wine():
    white = pandas.read_csv(DATA / "wine-quality/data.csv", sep=";").drop_duplicates()
    red = pandas.read_csv(DATA / "wine-quality/red.csv", sep=";").drop_duplicates()
    white = white.sample(frac=1, random_state=1)
    n = len(white) // 2
    history = pandas.concat([white[n:], red])
    return white[:n], history, "quality", ["--task", "regression"], ["--step", "5m"], [len(white) - n]


SETS = {"elec2": elec2, "bike-sharing-hourly": bike, "beijing-pm25": beijing, "wine white, red": wine}


def mlops(arguments, directory):
    command = [str(MLOPS), "--registry", str(directory / "registry"), *arguments, "--json"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def backtest(train, history, target, flags, clock, drift_at, more):
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        train.to_csv(directory / "train.csv", index=False)
        history.to_csv(directory / "history.csv", index=False)
        mlops(["train", "train.csv", "--target", target, "--name", "m", *flags, *TRAINING], directory)
        truth = [word for row in drift_at for word in ("--drift-at", str(row))]
        return mlops(["backtest", "m", "history.csv", *clock, *truth, *TRAINING, *more], directory)


def main():
    wanted = sys.argv[3:] or SETS
    for name in wanted:
        train, history, target, flags, clock, drift_at = SETS[name]()
        live = backtest(train, history, target, flags, clock, drift_at, ["--retrain"])
        print(f"\n## {name}: {len(train)} rows of training, {len(history)} streamed in {live['seconds']:.0f} s")
        print("| from | rows | as it was | retrained |\n|---|---|---|---|")
        for window in live["windows"]:
            print(f"| {window['from'][:10]} | {window['rows']} | {window['frozen']['value']:.3f} "
                  f"| {window['live']['value']:.3f} |")
        summary = live["summary"]
        print(f"| all | {live['rows']} | {summary['frozen']['value']:.3f} | {summary['live']['value']:.3f} |")
        print("summary", json.dumps(summary))
        for alarm in live["alarms"][:12]:
            print("alarm", alarm["row"], alarm["rule"], alarm["subject"], "-", alarm["message"])
        for run in live["retrains"]:
            print("retrain", run["row"], run["verdict"], "-", run["trigger"], "-", run["sentence"])
        # The same rows in random orders: train and history are one world.
        for seed in range(7, 7 + SHUFFLES):
            columns = train.columns
            everything = pandas.concat([train, history[columns]]).sample(frac=1, random_state=seed)
            n = len(train)
            # Row after row: the gaps in time are not shuffled.
            even = clock if "--step" in clock else ["--step", "1h"]
            shuffled = backtest(everything[:n], everything[n:], target, flags, even, [], ["--drift-at", "none"])
            print(f"shuffled, seed {seed}: {shuffled['summary']['alarms']} alarms in {shuffled['seconds']:.0f} s",
                  [(a["rule"], a["subject"], a["row"]) for a in shuffled["alarms"]])
        sys.stdout.flush()


if __name__ == "__main__":
    main()
