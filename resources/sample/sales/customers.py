"""The customers by their number."""

import json
import os


def load(folder):
    with open(os.path.join(folder, "customers.json"), encoding="utf-8") as file:
        return {customer["customer"]: customer for customer in json.load(file)}
