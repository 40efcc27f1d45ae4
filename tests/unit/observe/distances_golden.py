#!/usr/bin/python3
"""Writes distances_golden.json: what SciPy says of the histograms that the distance tests use.

Needs Debian's python3-scipy. Run after changing the cases; the tests read the JSON only:

    /usr/bin/python3 tests/unit/observe/distances_golden.py
"""
import json
import pathlib

import numpy
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon


def cases():
    rng = numpy.random.default_rng(7)
    yield [500] * 10, [30, 40, 50, 50, 50, 50, 50, 50, 60, 70]
    yield [100, 0, 50], [0, 10, 5]
    yield [1, 1], [1000000, 999999]
    yield [250] * 20, [0] * 19 + [40]
    for bins in (2, 3, 5, 10, 20, 51):
        for n in (50, 1000, 20000):
            p = rng.dirichlet(numpy.ones(bins))
            q = rng.dirichlet(numpy.ones(bins) * 5)
            yield rng.multinomial(5000, p).tolist(), rng.multinomial(n, q).tolist()


def smoothed(counts):
    counts = numpy.asarray(counts, float)
    return (counts + 0.5) / (counts.sum() + 0.5 * len(counts))


def figures(reference, current):
    p, q = smoothed(reference), smoothed(current)
    bins = numpy.arange(len(reference))
    m, n = sum(reference), sum(current)
    positions = numpy.sqrt(bins + 1.0) * 3 - 2
    both = numpy.array([reference, current])
    both = both[:, both.sum(axis=0) > 0]
    chi2 = stats.chi2_contingency(both, correction=False)
    gaps = numpy.cumsum(reference) / m - numpy.cumsum(current) / n
    ks = float(numpy.abs(gaps).max())
    if m <= 10000 and n <= 20000:  # the two-sample statistic itself, on the expanded rows
        expanded = stats.ks_2samp(numpy.repeat(bins, reference), numpy.repeat(bins, current),
                                  method="asymp")
        assert abs(expanded.statistic - ks) < 1e-12
    return {
        "reference": reference,
        "current": current,
        "positions": positions.tolist(),
        "psi": float(stats.entropy(p, q) + stats.entropy(q, p)),
        "js": float(jensenshannon(p, q, base=2)),
        "ks": ks,
        "ks_p": float(stats.kstwobign.sf(numpy.sqrt(m * n / (m + n)) * ks)),
        "chi2": float(chi2[0]),
        "df": float(chi2[2]),
        "wasserstein": float(stats.wasserstein_distance(positions, positions, reference, current)),
    }


def main():
    document = {
        "scipy": scipy.__version__,
        "histograms": [figures(*case) for case in cases()],
        "chi2_survival": [[x, df, float(stats.chi2.sf(x, df))] for x in (0.1, 1, 5, 20, 60, 200)
                          for df in (1, 2, 9, 19, 50)],
        "chi2_quantile": [[p, df, float(stats.chi2.ppf(p, df))] for p in (0.01, 0.5, 0.95, 0.99, 0.999)
                          for df in (1, 2, 9, 19, 50)],
        "normal_quantile": [[p, float(stats.norm.ppf(p))] for p in (1e-12, 1e-4, 0.025, 0.4, 0.5001,
                                                                    0.975, 0.999, 1 - 1e-9)],
        "kolmogorov_survival": [[x, float(stats.kstwobign.sf(x))] for x in (0.2, 0.5, 0.9, 1.0, 1.1,
                                                                            1.6276, 3)],
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(document, indent=1) + "\n")


main()
