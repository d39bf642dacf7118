"""The frozen values that go through the door of connectors: what an import is, found out, would do and did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["customers", "orders", "products", "spend"]
State = Literal["uploaded", "running", "done", "failed", "undone", "discarded"]
Decimal = Literal[".", ","]
DateOrder = Literal["ymd", "dmy", "mdy"]


@dataclass(frozen=True)
class Field:
    """Something a column can mean: its key, whether a row cannot do without, and whether it is personal.

    `label` is English; pages translate it by its key. `one_of` names a group of which a row needs at least one.
    """

    key: str
    label: str
    type: Literal["text", "money", "number", "moment", "email", "phone"]
    required: bool = False
    one_of: str = ""
    personal: bool = False


@dataclass(frozen=True)
class ColumnFound:
    """A column of the file: its place (from 0), head, up to five samples, and the field it is taken for ('' none)."""

    place: int
    head: str
    samples: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Reading:
    """How the file is read. `time_zone` is the zone of times without one; `currency` of amounts without one."""

    encoding: str
    delimiter: str
    header: bool
    decimal: Decimal
    dates: DateOrder
    currency: str
    time_zone: str


@dataclass(frozen=True)
class Draft:
    """A file on its way in: what was found out about it. `problems` are codes of what still stands in the way."""

    id: str
    name: str
    size: int
    kind: Kind
    state: State
    reading: Reading
    columns: tuple[ColumnFound, ...]
    rows_guess: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What a person decides otherwise; None keeps what was found. `mapping` is by column place ('' leaves it out)."""

    kind: Kind | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    decimal: Decimal | None = None
    dates: DateOrder | None = None
    currency: str | None = None
    mapping: dict[int, str] | None = None


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken: its number in the file (the head is row 1), a stable code, and why, in words."""

    row: int
    code: str
    message: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class DryRun:
    """What the import would do; nothing has happened. `things` are what rows are about, such as orders, not rows."""

    rows: int
    new: int
    updated: int
    unchanged: int
    refused_rows: int
    refused: tuple[Refused, ...]
    reasons: dict[str, int]
    sample: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class Imported:
    """An import as it stands. Times in µs UTC. `seconds_left` is None when not running or not yet known."""

    id: str
    name: str
    kind: Kind
    state: State
    by: str
    created_at: int
    finished_at: int | None
    rows: int
    rows_done: int
    seconds_left: float | None
    new: int
    updated: int
    unchanged: int
    refused_rows: int
    source: str
    problem: str
