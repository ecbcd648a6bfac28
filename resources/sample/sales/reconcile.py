"""Looks for orders that were entered twice."""

import itertools

from . import parse, read


def find_doubtful(days, directory, pace):
    doubtful = []
    joined = join_with_customers(all_orders(days), directory)
    pace.reach(0.68)  # the spike stands for a while, as in a program with more to do
    for _, entries in itertools.groupby(joined, key=order_key):
        entries = list(entries)
        if len(entries) > 1:
            doubtful.extend(entry["order"] for entry in entries[1:])
    return doubtful


def all_orders(days):
    for path in days:
        yield from parse.orders(read.rows(path))


def join_with_customers(orders, directory):
    # THE GUILTY LINE: every order of every day, with its customer, in memory at once - though orders are only ever
    # entered twice on the same day, and one day at a time would do.
    return sorted([entry(order, directory) for order in orders], key=order_key)


def entry(order, directory):
    customer = directory[order.customer]
    joined = dict(vars(order))
    joined.update(name=customer["name"], region=customer["region"])
    return joined


def order_key(joined):
    return joined["order"]
