"""The files of the lab, made when the app is synthesised: who attended and when, whose result is open, and two cohorts.

Everything is invented and comes from fixed seeds, so the files are the same on every machine.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from random import Random

from ml.data import COLUMNS, ROWS, SEED, TARGET, make_row

ID = "attendee_id"
TIME = "event_time"
FIRST_LAB = datetime(2025, 11, 1, 3, tzinfo=timezone.utc)
COHORT = 40
"""Attendees of one past workshop; there was one a week."""
UNLABELLED = 300
WINDOW = 240
"""Rows of each cohort that is replayed, which is also how many predictions the drift job compares."""
SLOWER_MINUTES = 6.0
"""How much longer the setup takes in the cohort with the slow network."""
FAULTY = 40
"""Rows of the history that no model may learn from."""

Cell = float | str
Row = Sequence[Cell]


def lab_files() -> Mapping[str, str]:
    """CSV files with a header, by their key in the lab bucket."""
    history = _history()
    return {
        "raw/attendees/history.csv": _csv((ID, TIME, *COLUMNS, TARGET), history),
        "raw/attendees/late-entries.csv": _csv((ID, TIME, *COLUMNS, TARGET), _faulty(history)),
        "raw/unlabelled/unlabelled.csv": _csv((ID, TIME, *COLUMNS), (row[:-1] for row in _cohort("u", UNLABELLED))),
        "cohorts/usual/usual.csv": _csv((ID, TIME, *COLUMNS, TARGET), _cohort("n", WINDOW)),
        "cohorts/slow-network/slow-network.csv": _csv(
            (ID, TIME, *COLUMNS, TARGET), _cohort("s", WINDOW, SLOWER_MINUTES)
        ),
    }


def _history() -> list[Row]:
    """The rows of `data.csv` in their order, one workshop of forty people a week."""
    random = Random(SEED)  # noqa: S311 - invented data, not a secret
    return [(f"h{number:04}", _time(number), *make_row(random)) for number in range(ROWS)]


def _faulty(history: Sequence[Row]) -> list[Row]:
    """In turn: no result, an impossible setup time, a missing answer, a second entry older than the first."""
    random = Random("late entries")  # noqa: S311 - invented data, not a secret
    setup, halfway = (2 + COLUMNS.index(name) for name in ("setup_minutes", "halfway_percent"))
    rows: list[Row] = []
    for number in range(FAULTY):
        row: list[Cell] = [f"l{number:04}", _time(ROWS + number), *make_row(random)]
        if number % 4 == 0:
            row[-1] = ""
        elif number % 4 == 1:
            row[setup] = 480.0
        elif number % 4 == 2:
            row[halfway] = ""
        else:
            twin = history[number * 50]
            row[:2] = [twin[0], _iso(FIRST_LAB - timedelta(days=1))]
        rows.append(row)
    return rows


def _cohort(prefix: str, size: int, slower_minutes: float = 0.0) -> list[Row]:
    random = Random(f"cohort {prefix}")  # noqa: S311 - invented data, not a secret
    start = ROWS + FAULTY
    return [(f"{prefix}{n:04}", _time(start + n), *make_row(random, slower_minutes)) for n in range(size)]


def _time(number: int) -> str:
    week, seat = divmod(number, COHORT)
    return _iso(FIRST_LAB + timedelta(weeks=week, minutes=seat))


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _csv(header: Sequence[str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
