"""The tables of the lab, and the questions of `queries.toml`. `stacks/data/lake.py` deploys both."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ml.cohorts import ID, TIME
from ml.data import COLUMNS, TARGET

QUERIES_FILE = Path(__file__).with_name("queries.toml")


@dataclass(frozen=True)
class Table:
    """CSV files with a header line below one prefix."""

    name: str
    prefix: str
    description: str
    columns: tuple[tuple[str, str], ...]
    """Name and Hive type, in the order of the file."""


class SavedQuery(BaseModel):
    """A question with its SQL, shown in Athena's list of saved queries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern="^[A-Z][A-Za-z]+$")
    """Part of the logical id."""
    name: str = Field(min_length=1, max_length=128)
    description: str = Field(min_length=1, max_length=1024)
    sql: str


@cache
def saved_queries() -> tuple[SavedQuery, ...]:
    """Those of `queries.toml`. Raises pydantic's ValidationError if one is not complete."""
    found = tomllib.loads(QUERIES_FILE.read_text(encoding="utf-8"))["queries"]
    return tuple(SavedQuery.model_validate(each) for each in found)


KEY = ((ID, "string"), (TIME, "string"))
FEATURES = tuple((name, "double") for name in COLUMNS)

TABLES = (
    Table(
        "attendees",
        "raw/attendees/",
        "Who attended past labs, as it was written down",
        (*KEY, *FEATURES, (TARGET, "int")),
    ),
    Table("unlabelled", "raw/unlabelled/", "Attendees whose result is still open", (*KEY, *FEATURES)),
)
