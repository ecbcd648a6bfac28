"""Reads files row by row: never more than one row in memory."""

import csv
import glob
import os


def day_files(folder):
    return sorted(glob.glob(os.path.join(folder, "orders-*.csv")))


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
