"""Held-out metrics as REFERENCE.md defines them, each with its standard error."""

import csv
import math


def read_predictions(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def normal(label):
    """8 and 8.0 are the same class."""
    try:
        number = float(label)
    except ValueError:
        return label
    return repr(int(number)) if number.is_integer() else repr(number)


def log_losses(rows, truth):
    """Natural log; a class never seen in training has probability 0, clipped at 1e-15."""
    columns = {normal(name[len("probability_"):]): name for name in rows[0]
               if name.startswith("probability_")}
    losses = []
    for row, label in zip(rows, truth):
        name = columns.get(normal(label))
        share = float(row[name]) if name else 0.0
        losses.append(-math.log(min(1 - 1e-15, max(1e-15, share))))
    return losses


def mean_and_error(values):
    n = len(values)
    mean = sum(values) / n
    variance = sum((value - mean) ** 2 for value in values) / max(1, n - 1)
    return mean, math.sqrt(variance / n)


def score(rows, truth, task):
    """(metric, standard error); an RMSE's error by the delta method."""
    if len(rows) != len(truth):
        raise ValueError(f"{len(rows)} predictions for {len(truth)} rows")
    if task != "regression":
        return mean_and_error(log_losses(rows, truth))
    squares = [(float(row["prediction"]) - float(label)) ** 2 for row, label in zip(rows, truth)]
    mean, error = mean_and_error(squares)
    return math.sqrt(mean), error / (2 * math.sqrt(mean)) if mean > 0 else 0.0


def coverage(rows, truth):
    """Share of the rows whose 90 % interval holds the truth; None where there is none."""
    if "lower" not in rows[0]:
        return None
    inside = [float(row["lower"]) <= float(label) <= float(row["upper"])
              for row, label in zip(rows, truth)]
    return sum(inside) / len(inside)
