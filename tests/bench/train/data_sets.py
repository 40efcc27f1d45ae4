"""The sets of REFERENCE.md: how each is read and which rows are its test part."""

import gzip
import random
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class DataSet:
    name: str
    file: str
    separator: str
    target: str
    task: str  # binary, multiclass or regression
    drop: tuple = ()
    # REFERENCE.md turns bike's date into its day of the month; so do we, for both sides.
    day_of: str = ""
    ordinal_peers: bool = False  # kdd99: XGBoost on ordinal codes

    @property
    def metric(self):
        return "rmse" if self.task == "regression" else "log_loss"


SETS = (
    DataSet("telco-churn", "telco-churn/data.csv", ",", "Churn", "binary", ("customerID",)),
    DataSet("penguins", "penguins/data.csv", ",", "species", "multiclass"),
    DataSet("wine-white-reg", "wine-quality/data.csv", ";", "quality", "regression"),
    DataSet("wine-white-class", "wine-quality/data.csv", ";", "quality", "multiclass"),
    DataSet("california-housing", "california-housing/data.csv", ",", "median_house_value",
            "regression"),
    DataSet("bike-sharing-hourly", "bike-sharing-hourly/data.csv", ",", "cnt", "regression",
            ("instant", "casual", "registered"), day_of="dteday"),
    DataSet("covertype-20k", "covertype-20k/data.csv", ",", "Cover_Type", "multiclass"),
    DataSet("adult", "adult/data.csv", ",", "income", "binary"),
    DataSet("elec2", "elec2/data.csv", ",", "class", "binary", ("date",)),
    DataSet("beijing-pm25", "beijing-pm25/data.csv", ",", "pm2.5", "regression", ("No",)),
    DataSet("diamonds", "diamonds/data.csv", ",", "price", "regression"),
    DataSet("skin-segmentation", "skin-segmentation/data.csv", "\t", "SKIN", "binary"),
    DataSet("kdd99-10pct", "kdd99-10pct/data.csv.gz", ",", "label", "multiclass",
            ordinal_peers=True),
)

PEERS = ("linear", "random_forest", "hist_gb", "xgboost")


@dataclass
class Split:
    train: Path
    test: Path
    n_train: int = 0
    n_test: int = 0
    truth: list = field(default_factory=list)


def read_lines(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return [line.rstrip("\r\n") for line in file]


def fields_of(line, separator):
    """No set used here has a separator inside quotes."""
    return [text.strip().strip('"') for text in line.split(separator)]


def with_day(line, position, separator):
    """2011-01-15 becomes 15 in the field at `position`."""
    fields = line.split(separator)
    fields[position] = str(int(fields[position].strip('"')[-2:]))
    return separator.join(fields)


def write_split(data_set, root, directory, seed=None):
    """Writes train.csv and test.csv as the original's own lines; the truth is the test's target.

    The test rows are REFERENCE.md's, or with a seed a fifth drawn by it.
    """
    lines = read_lines(root / data_set.file)
    header, records = lines[0], lines[1:]
    names = fields_of(header, data_set.separator)
    if data_set.day_of:
        position = names.index(data_set.day_of)
        records = [with_day(line, position, data_set.separator) for line in records]
    target = names.index(data_set.target)
    if seed is None:
        chosen = (root / "splits" / f"{data_set.name}.test.txt").read_text().split()
        test_rows = {int(number) for number in chosen}
    else:
        known = [row for row, line in enumerate(records)
                 if fields_of(line, data_set.separator)[target] not in ("", "NA")]
        test_rows = set(random.Random(seed).sample(known, len(known) // 5))
    split = Split(directory / "train.csv", directory / "test.csv")
    with open(split.train, "w") as train, open(split.test, "w") as test:
        train.write(header + "\n")
        test.write(header + "\n")
        for row, line in enumerate(records):
            if row in test_rows:
                test.write(line + "\n")
                split.truth.append(fields_of(line, data_set.separator)[target])
            else:
                train.write(line + "\n")
                split.n_train += 1
    split.n_test = len(split.truth)
    return split


def reference_scores(root):
    """{set: {peer: held-out log loss or RMSE}} from the two tables of REFERENCE.md."""
    scores = {}
    wanted = {data_set.name: data_set for data_set in SETS}
    section = (root / "REFERENCE.md").read_text().split("## Fixed 80/20 split")[1]
    for line in section.split("## Seconds")[0].splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0] not in wanted:
            continue
        position = 0 if wanted[cells[0]].task == "regression" else 2
        figures = [re.split(r"\s*/\s*", cell)[position] for cell in cells[-5:]]
        scores[cells[0]] = dict(zip(("baseline",) + PEERS, map(float, figures)))
    return scores


def reference_seconds(root):
    """{set: {peer: seconds to encode and fit}}, measured on an idle machine."""
    seconds = {}
    section = (root / "REFERENCE.md").read_text().split("## Seconds to encode and fit")[1]
    for line in section.split("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 8 and cells[0] in {data_set.name for data_set in SETS}:
            seconds[cells[0]] = dict(zip(PEERS, map(float, cells[3:7])))
    return seconds
