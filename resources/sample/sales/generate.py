"""Makes the input: customers as JSON, the orders of each day as CSV. The same on every run."""

import csv
import json
import os
import random

DAYS = 60
ORDERS_PER_DAY = 1500
CUSTOMERS = 4000
REGIONS = ("north", "east", "south", "west", "islands")
ARTICLES = ("lamp", "desk", "chair", "shelf", "carpet", "mirror", "curtain", "cushion", "clock", "vase")


def write_input(folder, scale):
    chance = random.Random(2019)
    count = max(10, int(CUSTOMERS * scale))
    with open(os.path.join(folder, "customers.json"), "w", encoding="utf-8") as file:
        json.dump([make_customer(chance, number) for number in range(count)], file)
    for day in range(DAYS):
        write_day(chance, os.path.join(folder, f"orders-{day:03d}.csv"), day, count, scale)


def make_customer(chance, number):
    return {
        "customer": f"C{number:06d}",
        "name": f"Customer {number} of {chance.choice(REGIONS)}",
        "region": chance.choice(REGIONS),
        "since": 2000 + chance.randrange(19),
    }


def write_day(chance, path, day, customers, scale):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("order", "day", "customer", "article", "count", "cents", "note"))
        for number in range(max(5, int(ORDERS_PER_DAY * scale))):
            writer.writerow(
                (
                    f"{day:03d}-{number if chance.random() > 0.002 else max(0, number - 1):06d}",
                    day,
                    f"C{chance.randrange(customers):06d}",
                    chance.choice(ARTICLES),
                    chance.randint(1, 9),
                    chance.randint(199, 99999),
                    f"please ring twice, order {number} of day {day}",
                )
            )
