"""Makes `ml/data.csv`: invented attendees of a lab, and whether each one finished it in time.

No real person is in here. The rows come from a fixed seed, so the file is the same on every machine.
"""

import csv
import math
from pathlib import Path
from random import Random

COLUMNS = (
    "programming_years",
    "cloud_months",
    "notebook_before",
    "setup_minutes",
    "halfway_percent",
    "helpers_per_ten",
)
"""Features in the order that the endpoint expects them; `ml/README.md` gives the unit and range of each."""

TARGET = "finished_in_time"
RANGES = {
    "programming_years": (0.0, 15.0),
    "cloud_months": (0.0, 60.0),
    "notebook_before": (0.0, 1.0),
    "setup_minutes": (2.0, 45.0),
    "halfway_percent": (0.0, 100.0),
    "helpers_per_ten": (0.5, 3.0),
}
"""Lowest and highest value of each feature that can be right; whatever is outside was written down wrongly."""
DATA_FILE = Path(__file__).with_name("data.csv")
ROWS = 2_000
SEED = 20_260


def make_row(random: Random, slower_minutes: float = 0.0) -> list[float]:
    """One invented attendee: the six features, then 1 if the lab was finished in time and 0 if not.

    Args:
        slower_minutes: how much longer the setup takes on average, as with a slow network at the venue; whoever starts
            later is also less far at half time.
    """
    years = round(min(15.0, random.expovariate(1 / 3.5)), 1)
    months = round(min(60.0, random.expovariate(1 / 9.0)))
    notebook = int(random.random() < 0.25 + 0.04 * min(years, 12))
    setup = round(min(45.0, max(2.0, random.gauss(14 + slower_minutes - 5 * notebook, 6))), 1)
    halfway = round(min(100.0, max(0.0, random.gauss(34 + 2.2 * years + 14 * notebook - 0.8 * setup, 16))))
    helpers = round(random.uniform(0.5, 3.0), 1)

    # A slow start is made good by helpers only while there is something to help with.
    score = 0.13 * (halfway - 40) + 0.03 * months - 0.1 * (setup - 12) + (1.5 * helpers if halfway < 45 else 0.5)
    finished = random.random() < 1 / (1 + math.exp(-(score - 1.2)))
    return [years, months, notebook, setup, halfway, helpers, int(finished)]


def write_data(path: Path = DATA_FILE) -> None:
    """Write all rows with a header line."""
    random = Random(SEED)  # noqa: S311 - invented data, not a secret
    with path.open("w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*COLUMNS, TARGET])
        writer.writerows(make_row(random) for _ in range(ROWS))


def read_data(path: Path = DATA_FILE) -> tuple[list[list[float]], list[float]]:
    """Features and targets. Raises ValueError if the header is not the one that this module writes."""
    with path.open(encoding="ascii", newline="") as file:
        header, *lines = csv.reader(file)
    if header != [*COLUMNS, TARGET]:
        raise ValueError(f"{path}: header is {header}, expected {[*COLUMNS, TARGET]}; run `python -m ml.data`")
    numbers = [[float(cell) for cell in line] for line in lines]
    return [row[:-1] for row in numbers], [row[-1] for row in numbers]


if __name__ == "__main__":
    write_data()
