"""One text per region."""

import os


def regions(totals, directory):
    return sorted({directory[customer]["region"] for customer in totals.history})


def write_region(folder, region, totals, directory):
    with open(os.path.join(folder, f"report-{region}.txt"), "w", encoding="utf-8") as file:
        for customer, lines in sorted(totals.history.items()):
            if directory[customer]["region"] == region:
                file.write(customer_text(directory[customer], lines))


def customer_text(customer, lines):
    text = "{} (since {})\n".format(customer["name"], customer["since"])
    for day, article, amount in lines:
        text += f"  day {day:2d}  {article:10s} {amount / 100:12,.2f}\n"
    return text
