#!/usr/bin/python3
"""The four reference models on the same splits, on this machine: held-out metric (a check against
REFERENCE.md), seconds to encode and fit, and microseconds for one row, measured on a row that is
already encoded, which is kinder to them than a served request.

  peers.py --data DIR [--sets telco-churn,adult]

Needs python3-pandas, python3-sklearn and python3-xgboost.
"""

import argparse
import math
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy
import pandas
import xgboost
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (HistGradientBoostingClassifier, HistGradientBoostingRegressor,
                              RandomForestClassifier, RandomForestRegressor)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

import data_sets

TIMED_ROWS = 200


def read(path, data_set):
    frame = pandas.read_csv(path, sep=data_set.separator, skipinitialspace=True,
                            na_values=["?", " ", ""])
    frame = frame.drop(columns=list(data_set.drop))
    frame = frame[frame[data_set.target].notna()]
    return frame.drop(columns=data_set.target), frame[data_set.target]


def encoders(frame):
    numbers = frame.select_dtypes("number").columns
    others = frame.columns.difference(numbers, sort=False)
    one_hot = OneHotEncoder(min_frequency=10, max_categories=100, handle_unknown="ignore",
                            sparse=False)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1,
                           encoded_missing_value=-1)
    filled = make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"), one_hot)
    scaled = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    return {
        "linear": make_column_transformer((scaled, numbers), (filled, others)),
        "xgboost": make_column_transformer(("passthrough", numbers), (filled, others)),
        "random_forest": make_column_transformer(
            (SimpleImputer(strategy="constant", fill_value=-999), numbers), (codes, others)),
        "hist_gb": make_column_transformer(("passthrough", numbers), (codes, others)),
    }


def models(task):
    if task == "regression":
        return {"linear": Ridge(alpha=1), "random_forest": RandomForestRegressor(n_jobs=2),
                "hist_gb": HistGradientBoostingRegressor(),
                "xgboost": xgboost.XGBRegressor(tree_method="hist", n_jobs=2)}
    return {"linear": LogisticRegression(max_iter=1000),
            "random_forest": RandomForestClassifier(n_jobs=2),
            "hist_gb": HistGradientBoostingClassifier(),
            "xgboost": xgboost.XGBClassifier(tree_method="hist", n_jobs=2)}


def held_out(model, inputs, truth, task):
    if task == "regression":
        return math.sqrt(float(numpy.mean((model.predict(inputs) - truth) ** 2)))
    shares = model.predict_proba(inputs)
    own = shares[numpy.arange(len(truth)), truth]
    return float(-numpy.mean(numpy.log(numpy.clip(own, 1e-15, 1 - 1e-15))))


def one_row_us(model, inputs, task):
    answer = model.predict if task == "regression" else model.predict_proba
    if hasattr(model, "n_jobs") and not isinstance(model, xgboost.XGBModel):
        model.set_params(n_jobs=1)
    times = []
    for row in range(min(TIMED_ROWS, len(inputs))):
        begun = time.perf_counter()
        answer(inputs[row:row + 1])
        times.append(time.perf_counter() - begun)
    return 1e6 * sorted(times)[len(times) // 2]


def measure(data_set, root):
    with tempfile.TemporaryDirectory(prefix="mlops-peers-") as name:
        split = data_sets.write_split(data_set, root, Path(name))
        train, train_truth = read(split.train, data_set)
        test, test_truth = read(split.test, data_set)
    if data_set.task != "regression":
        labels = {label: code for code, label in enumerate(sorted(train_truth.unique()))}
        train_truth, test_truth = train_truth.map(labels), test_truth.map(labels)
    results = {}
    for name, model in models(data_set.task).items():
        encoder = encoders(train)["hist_gb" if data_set.ordinal_peers and name == "xgboost"
                                  else name]
        begun = time.monotonic()
        inputs = encoder.fit_transform(train)
        model.fit(inputs, train_truth.to_numpy())
        seconds = time.monotonic() - begun
        encoded = numpy.ascontiguousarray(encoder.transform(test))
        results[name] = {"metric": held_out(model, encoded, test_truth.to_numpy(), data_set.task),
                         "seconds": seconds,
                         "row_us": one_row_us(model, encoded, data_set.task)}
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--sets", default="")
    options = parser.parse_args()
    wanted = set(filter(None, options.sets.split(",")))
    warnings.filterwarnings("ignore")
    print("| set | model | held-out | seconds | us a row |\n|---|---|---|---|---|")
    for data_set in data_sets.SETS:
        if wanted and data_set.name not in wanted:
            continue
        try:
            results = measure(data_set, options.data)
        except ValueError as error:
            print(f"{data_set.name}: {error}", file=sys.stderr)
            continue
        for name, result in results.items():
            print(f"| {data_set.name} | {name} | {result['metric']:.4f} | "
                  f"{result['seconds']:.1f} | {result['row_us']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
