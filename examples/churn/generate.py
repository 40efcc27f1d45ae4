#!/usr/bin/env python3
"""Writes the three CSV files of this example. Seeded: the same files every time.

The process (all numbers are ours, the telephone company is invented):

  customers.csv            4,000 customers of the past year, with what became of them
  new_customers.csv        1,500 customers from the same process
  after_price_change.csv   3,000 customers after the world has changed: a price rise (monthly_charge
                           up by 22 %), a campaign that sold month-to-month contracts (45 % -> 70 %),
                           younger accounts, and a new relation: high charges and low data use now
                           drive people away, support calls no longer do

A customer's log odds of leaving are a linear function of contract, tenure, charge, support calls,
satisfaction and payment, plus one interaction (fibre on a month-to-month contract), plus noise by
drawing the outcome from that probability. Satisfaction is missing for those who did not answer the
survey (more often those who are unhappy), data use for 4 % at random.
"""

import csv
import datetime
import math
import random
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = [
    "customer_id", "signed_up", "plan", "contract", "payment", "region", "tenure_months",
    "monthly_charge", "data_gb", "support_calls", "satisfaction", "paperless", "churned",
]
REGIONS = ["north", "north-east", "east", "south", "south-west", "west", "islands"]
TODAY = datetime.date(2025, 3, 1)


def choose(rng, weighted):
    """One key of a {value: weight} table."""
    point = rng.random() * sum(weighted.values())
    for value, weight in weighted.items():
        point -= weight
        if point < 0:
            return value
    return value


def customer(rng, number, changed):
    contract = choose(rng, {"month-to-month": 70, "one-year": 18, "two-year": 12} if changed
                      else {"month-to-month": 45, "one-year": 30, "two-year": 25})
    tenure = min(72, int(rng.expovariate(1 / (12 if changed else 26)))) + 1
    plan = choose(rng, {"basic": 35, "plus": 35, "fibre": 30})
    payment = choose(rng, {"card": 40, "direct debit": 35, "invoice": 25})
    charge = {"basic": 22.0, "plus": 38.0, "fibre": 61.0}[plan] * (1 + 0.12 * rng.gauss(0, 1))
    if changed:
        charge *= 1.22
    data_gb = max(0.1, rng.lognormvariate({"basic": 1.0, "plus": 2.2, "fibre": 3.6}[plan], 0.6))
    calls = min(9, int(rng.expovariate(1 / 1.1)))
    mood = 3.4 - 0.45 * calls + 0.01 * tenure + rng.gauss(0, 0.9)
    satisfaction = max(1, min(5, round(mood)))

    log_odds = -1.9
    log_odds += {"month-to-month": 1.5, "one-year": 0.0, "two-year": -1.3}[contract]
    log_odds += 0.6 if payment == "invoice" else 0.0
    log_odds -= 0.035 * tenure
    if changed:
        log_odds += 0.055 * (charge - 50) - 0.75 * math.log(data_gb / 8)
        log_odds += 0.2 * (3 - satisfaction)
    else:
        log_odds += 0.020 * (charge - 40) + 0.55 * calls - 0.5 * (satisfaction - 3)
        log_odds += 0.8 if plan == "fibre" and contract == "month-to-month" else 0.0
    churned = rng.random() < 1 / (1 + math.exp(-log_odds))

    answered = rng.random() < (0.55 if satisfaction <= 2 else 0.75)
    return {
        "customer_id": f"C{number:06d}",
        "signed_up": TODAY - datetime.timedelta(days=30 * tenure + rng.randrange(30)),
        "plan": plan,
        "contract": contract,
        "payment": payment,
        "region": choose(rng, dict(zip(REGIONS, [24, 9, 17, 21, 13, 14, 2]))),
        "tenure_months": tenure,
        "monthly_charge": f"{charge:.2f}",
        "data_gb": "" if rng.random() < 0.04 else f"{data_gb:.1f}",
        "support_calls": calls,
        "satisfaction": satisfaction if answered else "",
        "paperless": "yes" if rng.random() < 0.6 else "no",
        "churned": "yes" if churned else "no",
    }


def write(name, seed, first_number, count, changed):
    rng = random.Random(seed)
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for index in range(count):
            writer.writerow(customer(rng, first_number + index, changed))


if __name__ == "__main__":
    write("customers.csv", seed=20250301, first_number=1, count=4000, changed=False)
    write("new_customers.csv", seed=20250302, first_number=10001, count=1500, changed=False)
    write("after_price_change.csv", seed=20250303, first_number=20001, count=3000, changed=True)
