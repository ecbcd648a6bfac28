"""Totals that grow as the days go by."""

import collections


class Totals:
    def __init__(self):
        self.orders = 0
        self.amount = 0
        self.by_article = collections.Counter()
        self.history = collections.defaultdict(list)

    def add(self, order):
        self.orders += 1
        self.amount += order.amount
        self.by_article[order.article] += order.amount
        # The slow growth: one short record per order stays until the end.
        self.history[order.customer].append((order.day, order.article, order.amount))
