"""Trains what the API tests serve: a classifier, a regression and a model of several classes.

Usage: make_registry.py MLOPS REGISTRY CUSTOMERS_CSV
"""

import pathlib
import random
import shutil
import subprocess
import sys


def write_prices(path):
    """Rows whose price follows from size, district, balcony and the year of building."""
    draw = random.Random(7)
    factor = {"north": 1.0, "centre": 1.6, "harbour, east": 1.2}
    with open(path, "w", encoding="utf-8") as out:
        out.write("size,district,balcony,built,price\n")
        for _ in range(400):
            size = draw.randint(20, 160)
            district = draw.choice(sorted(factor))
            balcony = draw.choice(["yes", "no"])
            built = f"{draw.randint(1950, 2020)}-{draw.randint(1, 12):02}-01"
            price = size * 30 * factor[district] + (200 if balcony == "yes" else 0)
            price += draw.gauss(0, 150)
            out.write(f'{size},"{district}",{balcony},{built},{price:.2f}\n')


def write_species(path):
    """Three classes told apart by two measures."""
    draw = random.Random(11)
    centres = {"small": (2, 1), "long": (6, 1.5), "round": (4, 4)}
    with open(path, "w", encoding="utf-8") as out:
        out.write("length,width,species\n")
        for _ in range(300):
            species = draw.choice(sorted(centres))
            length, width = (draw.gauss(centre, 0.8) for centre in centres[species])
            out.write(f"{length:.3f},{width:.3f},{species}\n")


def main():
    mlops, registry, customers = sys.argv[1:]
    registry = pathlib.Path(registry)
    shutil.rmtree(registry, ignore_errors=True)
    registry.parent.mkdir(parents=True, exist_ok=True)
    prices = registry.parent / "prices.csv"
    species = registry.parent / "species.csv"
    write_prices(prices)
    write_species(species)
    for data, target, name in (
        (customers, "churned", "churn"),
        (prices, "price", "prices"),
        (species, "species", "species"),
    ):
        subprocess.run(
            [mlops, "train", data, "--target", target, "--name", name, "--registry", registry]
            + ["--preset", "fast", "--max-trials", "2"],
            check=True,
        )


if __name__ == "__main__":
    main()
