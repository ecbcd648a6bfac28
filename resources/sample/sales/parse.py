"""Turns rows of text into orders."""


class Order:
    def __init__(self, row):
        self.order = row["order"]
        self.day = int(row["day"])
        self.customer = row["customer"]
        self.article = row["article"]
        self.count = int(row["count"])
        self.cents = int(row["cents"])
        self.note = row["note"]

    @property
    def amount(self):
        return self.count * self.cents


def orders(rows):
    for row in rows:
        yield Order(row)
