"""What goes through the door of connectors and imports: ids and frozen values, never a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["customers", "orders", "products"]
State = Literal["draft", "waiting", "running", "done", "failed", "undone"]
KINDS: tuple[Kind, ...] = ("customers", "orders", "products")


@dataclass(frozen=True)
class ConnectorInfo:
    """One connector as a page shows it. `abilities`: of check, discover, read, webhook, write, reconcile, redact.

    `verified` says against what it was proven (real data, or a recorded contract and its date).
    """

    key: str
    label: str
    summary: str
    abilities: tuple[str, ...]
    streams: tuple[str, ...]
    personal_fields: tuple[str, ...]
    verified: str


@dataclass(frozen=True)
class Field:
    """Something a column can mean for a kind of import; `group` is what the form groups by."""

    key: str
    label: str
    group: str
    required: bool = False


@dataclass(frozen=True)
class Column:
    """A column of the file: its place (from 0), its name, some values that are not empty, the field it is taken for.

    `field` is None for a column left out, or `trait:<name>` for a trait of the retailer's own (customers).
    """

    index: int
    name: str
    samples: tuple[str, ...]
    field: str | None


@dataclass(frozen=True)
class Problem:
    """What keeps an import from starting (`blocking`), or should be looked at; `column` where it is about one."""

    code: str
    message: str
    blocking: bool = True
    column: int | None = None


@dataclass(frozen=True)
class Draft:
    """An uploaded file and how it is understood. Everything found by itself can be said otherwise by `describe`.

    `encoding` is Python's name; `delimiter` one character; `decimal` "." or ","; `date_order` "ymd", "dmy" or "mdy";
    `currency` and `channel` for rows that do not say their own. `certain` holds the names of what was beyond doubt in
    the rows looked at. `size` in bytes; `rows` as estimated from the beginning of the file until the dry run has counted.
    """

    id: str
    name: str
    size: int
    state: State
    created_at: int
    created_by: str
    kind: Kind
    encoding: str
    delimiter: str
    decimal: str
    date_order: str
    header: bool
    currency: str
    channel: str
    rows: int
    columns: tuple[Column, ...]
    fields: tuple[Field, ...]
    certain: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it can be run."""
        return not any(problem.blocking for problem in self.problems)

    @property
    def mapping(self) -> dict[int, str | None]:
        return {column.index: column.field for column in self.columns}


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken: `row` as a spreadsheet counts it (the header is row 1), why, and its cells."""

    row: int
    code: str
    message: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class DryRun:
    """What a run would do; nothing was changed.

    `rows` are the file's; `records` what they make (an order may have several rows): new + updated + unchanged.
    `refused` counts rows, `reasons` them by code. `samples` are the first records as they will be kept.
    """

    id: str
    kind: Kind
    rows: int
    records: int
    new: int
    updated: int
    unchanged: int
    refused: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[Refused, ...] = ()
    samples: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far a run is: `done` of `total` records, by the second, and about how many seconds are left (None: unknown)."""

    id: str
    state: State
    stage: str
    done: int
    total: int
    rate: float
    seconds_left: float | None
    error: str = ""

    @property
    def finished(self) -> bool:
        return self.state in ("done", "failed", "undone")


@dataclass(frozen=True)
class Imported:
    """One import in the list. Counts are None until it ran; `source` is where its events come from in the log."""

    id: str
    name: str
    kind: Kind
    state: State
    size: int
    created_at: int
    created_by: str
    source: str
    started_at: int | None = None
    finished_at: int | None = None
    undone_at: int | None = None
    rows: int | None = None
    new: int | None = None
    updated: int | None = None
    unchanged: int | None = None
    refused: int | None = None
    error: str = ""

    @property
    def can_undo(self) -> bool:
        return self.state in ("done", "failed")
