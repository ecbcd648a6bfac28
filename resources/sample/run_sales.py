"""A small data pipeline to profile: a shop's orders, read day by day, joined with its customers and reported.

Memory grows slowly while the days are read, and once, in the middle, it jumps: a reconciliation that ought to look at
one customer at a time holds every order at once. README.md tells how to find that line with heapprof.

Uses the standard library alone and makes its own input, always the same, in a temporary folder. Python 3.7 or newer.
"""

import argparse
import sys
import tempfile

from sales import aggregate, customers, generate, parse, read, reconcile, report
from sales.pace import Pace


def main():
    options = parse_options()
    pace = Pace(options.seconds)
    with tempfile.TemporaryDirectory(prefix="heapprof-sample-") as folder:
        with pace.phase("generate", until=0.06):
            generate.write_input(folder, options.scale)
        directory = customers.load(folder)

        totals = aggregate.Totals()
        days = read.day_files(folder)
        with pace.phase("read and aggregate", until=0.55):
            for number, path in enumerate(days, 1):
                for order in parse.orders(read.rows(path)):
                    totals.add(order)
                pace.reach(0.06 + 0.49 * number / len(days))

        with pace.phase("reconcile", until=0.75):
            doubtful = reconcile.find_doubtful(days, directory, pace)

        with pace.phase("report", until=1.0):
            for region in report.regions(totals, directory):
                report.write_region(folder, region, totals, directory)
                pace.wait(options.seconds / 40)
    print(f"{totals.orders} orders, {len(doubtful)} doubtful, {totals.amount / 100:,.2f} in all")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30, metavar="N", help="how long to take (default: 30)")
    parser.add_argument("--scale", type=float, default=1, metavar="X", help="amount of data (default: 1, about 60 MB)")
    options = parser.parse_args()
    if not options.seconds >= 0 or not 0 < options.scale <= 1000:
        parser.error("--seconds has to be at least 0, and --scale greater than 0 and at most 1000")
    return options


if __name__ == "__main__":
    sys.exit(main())
