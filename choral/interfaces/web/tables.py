"""Lists: columns, filters, sorting, paging, choice of columns, density, saved views, export; all in the address."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.functional import Promise

from choral.interfaces.web.cells import NUMERIC, Cell, Kind, Shown, plain, show
from choral.interfaces.web.models import SavedView

__all__ = ["Action", "Asked", "Bulk", "Cell", "Column", "Empty", "Filter", "Row", "Table"]
Text = str | Promise
PAGE_ROWS = 50
_OWN = ("sort", "after", "columns", "density", "export")


@dataclass(frozen=True)
class Column:
    """One column: `kind` decides how its values are written and aligned; `explain` is shown behind a small “i”."""

    key: str
    label: Text
    kind: Kind = "text"
    sortable: bool = False
    shown: bool = True
    explain: Text = ""


@dataclass(frozen=True)
class Filter:
    """A question above the table: free text, one of some values, or a day."""

    key: str
    label: Text
    kind: Literal["text", "choice", "day"] = "text"
    choices: Sequence[tuple[str, Text]] = ()


@dataclass(frozen=True)
class Action:
    """A button of a row or of the bar of chosen rows: POSTs to `url`; `confirm` asks first and names what is lost."""

    label: Text
    url: str
    tone: Literal["", "bad"] = ""
    confirm: Text = ""


@dataclass(frozen=True)
class Row:
    """A row: its cells by column key (a plain value or a `Cell`); `href` makes the first cell a link."""

    id: str
    cells: Mapping[str, object]
    href: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Bulk(Action):
    """An action on chosen rows: the POST carries `row` (ids) or `all=1` with the filters in the query."""


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what it is for, and the button that fills it."""

    title: Text
    text: Text = ""
    href: str = ""
    label: Text = ""
    icon: str = "table"


@dataclass(frozen=True)
class Table:
    """A list as the page declares it; `key` is unique over the console, `sort` the first order ("-at": descending)."""

    key: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    sort: str = ""
    bulk: Sequence[Bulk] = ()
    export: bool = True
    caption: Text = ""

    def read(self, request: HttpRequest) -> Asked:
        """What the address asks for; what it asks wrongly is left out."""
        query = request.GET
        wanted = query.get("sort", self.sort)
        sortable = {column.key for column in self.columns if column.sortable}
        sort = wanted if wanted.removeprefix("-") in sortable else self.sort
        chosen = [key for key in query.get("columns", "").split(",") if key]
        known = [column for column in self.columns if column.key in chosen]
        return Asked(
            request=request,
            table=self,
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
            after=query.get("after") or None,
            filters={one.key: value for one in self.filters if (value := _clean(one, query.get(one.key, "")))},
            columns=known or [column for column in self.columns if column.shown],
            density="compact" if query.get("density") == "compact" else "normal",
            export=self.export and query.get("export") == "csv",
        )


@dataclass(frozen=True)
class Asked:
    """The state of a list as its address says it."""

    request: HttpRequest
    table: Table
    sort: str
    descending: bool
    after: str | None
    filters: dict[str, str]
    columns: list[Column]
    density: str
    export: bool
    limit: int = PAGE_ROWS

    def day(self, key: str) -> date | None:
        """The value of a filter of kind day."""
        return date.fromisoformat(self.filters[key]) if key in self.filters else None

    def url(self, **changes: str | None) -> str:
        """This page with some of its query changed (None removes); the cursor is forgotten unless given."""
        query = {key: value for key, value in self.request.GET.items() if key != "after" and value}
        query |= {key: value for key, value in changes.items() if value is not None}
        for key, value in changes.items():
            if value is None:
                query.pop(key, None)
        return f"{self.request.path}?{urlencode(query)}" if query else self.request.path

    def show(
        self, rows: Iterable[Row], *, next: str | None = None, total: int | None = None, empty: Empty | None = None
    ) -> View:
        """The list for `parts/table.html`; `next` is the cursor of the page after, `total` all rows that match."""
        return View(self, [_shown(self, row) for row in rows], next, total, empty)

    def csv(self, rows: Iterable[Row], name: str) -> StreamingHttpResponse:
        """All rows as a CSV file (UTF-8 with a mark, so that spreadsheets read accents), sent while they are read."""
        response = StreamingHttpResponse(self._lines(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response

    def _lines(self, rows: Iterable[Row]) -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        buffer = StringIO()
        writer = csv.writer(buffer)
        writer.writerow([str(column.label) for column in self.columns])
        for number, row in enumerate(rows, 1):
            writer.writerow([plain(column.kind, row.cells.get(column.key)) for column in self.columns])
            if number % 500 == 0:
                yield _taken(buffer)
        yield _taken(buffer)


@dataclass(frozen=True)
class Head:
    """The head of a column as the template needs it."""

    column: Column
    numeric: bool
    sorted: str
    url: str


@dataclass(frozen=True)
class ShownRow:
    id: str
    cells: list[Shown]
    href: str
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class View:
    """A list as `parts/table.html` draws it."""

    asked: Asked
    rows: list[ShownRow]
    next: str | None
    total: int | None
    empty: Empty | None
    _cache: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.asked.table.key

    @property
    def heads(self) -> list[Head]:
        asked = self.asked
        found = []
        for column in asked.columns:
            here = column.key == asked.sort
            order = ("descending" if asked.descending else "ascending") if here else ""
            first = "-" if column.kind in NUMERIC or column.kind in ("day", "time", "ago") else ""
            turned = column.key if here and asked.descending else f"-{column.key}" if here else first + column.key
            found.append(Head(column, column.kind in NUMERIC, order, asked.url(sort=turned) if column.sortable else ""))
        return found

    @property
    def fields(self) -> list[dict[str, object]]:
        return [{"filter": one, "value": self.asked.filters.get(one.key, "")} for one in self.asked.table.filters]

    @property
    def chips(self) -> list[dict[str, object]]:
        """The filters that hold, each with the address without it."""
        found: list[dict[str, object]] = []
        for one in self.asked.table.filters:
            value = self.asked.filters.get(one.key)
            if value:
                label = dict(one.choices).get(value, value)
                found.append({"label": one.label, "value": label, "url": self.asked.url(**{one.key: None})})
        return found

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form sends along unseen: everything in the address that is not a filter or the cursor."""
        mine = {one.key for one in self.asked.table.filters} | {"after", "export"}
        return [(key, str(value)) for key, value in self.asked.request.GET.items() if key not in mine and value]

    @property
    def choices(self) -> list[dict[str, object]]:
        """Every column: its label, whether shown, and the address that turns it."""
        shown = [column.key for column in self.asked.columns]
        found: list[dict[str, object]] = []
        for column in self.asked.table.columns:
            on = column.key in shown
            keys = [k for k in shown if k != column.key] if on else [*shown, column.key]
            ordered = [c.key for c in self.asked.table.columns if c.key in keys]
            found.append({"label": column.label, "on": on, "url": self.asked.url(columns=",".join(ordered))})
        return found

    @property
    def next_url(self) -> str:
        return self.asked.url(after=self.next) if self.next else ""

    @property
    def first_url(self) -> str:
        return self.asked.url() if self.asked.after else ""

    @property
    def export_url(self) -> str:
        return self.asked.url(export="csv") if self.asked.table.export else ""

    @property
    def density_url(self) -> str:
        return self.asked.url(density=None if self.asked.density == "compact" else "compact")

    @property
    def clear_url(self) -> str:
        return self.asked.url(**{one.key: None for one in self.asked.table.filters})

    @property
    def query(self) -> str:
        return urlencode({key: value for key, value in self.asked.request.GET.items() if key != "after" and value})

    @property
    def views(self) -> list[SavedView]:
        """What this member saved of this list."""
        if "views" not in self._cache:
            user: Any = self.asked.request.user
            mine = SavedView.objects.filter(member=user.pk, page=self.key).order_by("name")
            self._cache["views"] = list(mine) if user.is_authenticated else []
        return list(self._cache["views"])


def _shown(asked: Asked, row: Row) -> ShownRow:
    cells = [show(column.kind, row.cells.get(column.key)) for column in asked.columns]
    return ShownRow(row.id, cells, row.href, row.actions)


def _clean(one: Filter, value: str) -> str:
    value = value.replace("\x00", "").strip()[:200]
    if one.kind == "choice" and value not in {key for key, _ in one.choices}:
        return ""
    if one.kind == "day":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return ""
    return value


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
