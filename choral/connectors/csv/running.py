"""A file imported: rehearsed, run in pieces that are each on disk before the next, resumed after a kill, undone."""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Iterator
from typing import Any

from choral.books import Actor, act
from choral.connectors import queries
from choral.connectors.actions import begin_import, end_import, note_progress, undo_import
from choral.connectors.csv import items, media
from choral.connectors.csv.comparing import Counts, compare
from choral.connectors.csv.drafts import draft
from choral.connectors.csv.grouping import orders
from choral.connectors.csv.items import Item, Reader, Taken, event_line
from choral.connectors.csv.place import Place
from choral.connectors.csv.rows import read_rows
from choral.connectors.csv.tabledata import TABLES, put_table, restore_table
from choral.connectors.values import Draft, DryRun, Imported, Refused
from choral.core.clock import SECOND, SYSTEM_CLOCK
from choral.core.errors import ChoralError, Conflict, InvalidInput, NotFound
from choral.core.ids import key64

Progress = Callable[[str, int, int], None]
_PIECE = 2_000
_SHOWN = 20
_NEXT_LOOK = 0.2  # seconds until the turn is asked for again
_log = logging.getLogger(__name__)


def dry_run(place: Place, import_id: str) -> DryRun:
    """See `Connectors.dry_run`."""
    found = _ready(place, import_id)
    counts = Counts()
    sample: list[dict[str, object]] = []
    with _RefusedFile(place, found) as refused:
        for piece in _pieces(_taken(place, found)):
            compared = compare(place, found, piece)
            counts.add(compared)
            refused.write(compared.refused)
            sample += [_shown(item) for item in compared.new[: _SHOWN - len(sample)]]
    return DryRun(
        counts.rows, counts.new, counts.updated, counts.unchanged, counts.refused_rows, tuple(refused.first),
        dict(counts.reasons), tuple(sample),
    )  # fmt: skip


def start(place: Place, import_id: str, actor: Actor) -> Imported:
    """See `Connectors.start`."""
    _ready(place, import_id, ("uploaded", "failed", "running", "done"))
    if act(begin_import, actor, import_id):
        place.background.start(lambda: _run_in_turn(place, import_id, None))
    return imported(place, import_id)


def run(place: Place, import_id: str, actor: Actor, progress: Progress | None) -> Imported:
    """See `Connectors.run`."""
    _ready(place, import_id, ("uploaded", "failed", "running", "done"))
    if act(begin_import, actor, import_id):
        _run_in_turn(place, import_id, progress)
    return imported(place, import_id)


def resume(place: Place) -> int:
    """See `Connectors.resume`."""
    waiting = queries.running()
    if not waiting:
        return 0
    with place.turn() as mine:
        if mine:
            for import_id in waiting:
                _run(place, import_id, None)
    return len(waiting) if mine else 0


def imported(place: Place, import_id: str) -> Imported:
    """See `Connectors.imported`."""
    row = queries.one(import_id)
    if row is None or row["state"] == "discarded":
        raise NotFound("no_such_import", "There is no such import.", status=404)
    return _imported(place, row)


def imports(place: Place, limit: int) -> tuple[Imported, ...]:
    """See `Connectors.imports`."""
    return tuple(_imported(place, row) for row in queries.newest(limit))


def refused_file(place: Place, import_id: str) -> Iterator[bytes]:
    """See `Connectors.refused_file`."""
    path = place.refused(import_id)
    if not path.is_file():
        raise NotFound("nothing_refused", "No row of this import was refused, or it was never tried.", status=404)
    with path.open("rb") as handle:
        while part := handle.read(65_536):
            yield part


def undo(place: Place, import_id: str, actor: Actor) -> Imported:
    """See `Connectors.undo`."""
    found = imported(place, import_id)
    if found.state == "running":
        raise Conflict("import_running", "The import is running.", "It cannot be undone half way.", "Wait for its end.",
                       status=409)  # fmt: skip
    if found.kind in TABLES and found.state != "undone":
        restore_table(place, found.kind, _result(import_id))
    act(undo_import, actor, import_id, place.source(import_id))
    return imported(place, import_id)


def _ready(place: Place, import_id: str, states: tuple[str, ...] = ("uploaded", "failed")) -> Draft:
    found = draft(place, import_id)
    if found.state not in states:
        raise Conflict("import_ended", "This import has been done.", f"It is {found.state}.", "Drop the file again.",
                       status=409)  # fmt: skip
    if found.problems:
        raise InvalidInput(
            "mapping_incomplete", "The columns are not all understood.", f"In the way: {', '.join(found.problems)}.",
            "Say which column is which.", 422, {"problems": list(found.problems)},
        )  # fmt: skip
    return found


def _run_in_turn(place: Place, import_id: str, progress: Progress | None) -> None:
    """Wait for the turn of the home's imports, then run."""
    while True:
        with place.turn() as mine:
            if mine:
                _run(place, import_id, progress)
                return
        place.background.wait(_NEXT_LOOK)


def _run(place: Place, import_id: str, progress: Progress | None) -> None:
    """From the first row on, also after a kill: what is on disk already is known by its hash and told only once."""
    found = draft(place, import_id)
    if found.state != "running":
        return  # somebody else has brought it to its end while this one waited for its turn
    counts = Counts()
    result: dict[str, Any] = {}
    try:
        with _RefusedFile(place, found) as refused:
            if found.kind in TABLES:
                result = put_table(place, found, _taken(place, found), counts, refused.write)
            else:
                _run_events(place, found, counts, refused, progress)
        act(end_import, _BY, import_id, "done", counts.as_dict() | result)
        place.data(import_id).unlink(missing_ok=True)
    except Exception as problem:
        words = str(problem) if isinstance(problem, ChoralError) else f"{type(problem).__name__}"
        _log.exception("Import %s failed", import_id)
        act(end_import, _BY, import_id, "failed", counts.as_dict() | {"problem": words[:500]})


def _run_events(place: Place, found: Draft, counts: Counts, refused: _RefusedFile, progress: Progress | None) -> None:
    source = place.events.create_source(found.name, "store", source_id=place.source(found.id))
    for piece in _pieces(_taken(place, found)):
        compared = compare(place, found, piece)
        told = [*compared.new, *compared.updated]
        verdicts = place.events.accept_lines(source, [event_line(item, found.kind) for item in told])
        bad = {one.index: one for one in verdicts.refused}
        compared.refuse(told, {at: (one.code, one.message) for at, one in bad.items()})
        rows = [
            (found.kind, key64(item.key), item.content) for at, item in enumerate(told) if at not in bad
        ]  # fmt: skip
        counts.add(compared)
        refused.write(compared.refused)
        act(note_progress, _BY, found.id, counts.as_dict(), rows)
        if progress:
            progress("rows", counts.rows, max(found.rows_guess, counts.rows))


def _taken(place: Place, found: Draft) -> Iterator[Taken]:
    reader = Reader(found.kind, found.reading, found.columns, place.home.region, place.home.secret)
    rows = place.background.watched(read_rows(place.data(found.id), found.reading, len(found.columns)))
    if found.kind == "orders":
        return orders(reader, found.reading, rows)
    row = queries.one(found.id)
    return _READERS[found.kind](reader, rows, row["created_at"] if row else 0)


def _pieces(taken: Iterator[Taken]) -> Iterator[list[Taken]]:
    piece: list[Taken] = []
    for one in taken:
        piece.append(one)
        if len(piece) == _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _shown(item: Item) -> dict[str, object]:
    said = item.body.get("properties") or item.body.get("traits") or item.body
    return {"ids": list(item.ids), **{key: str(value)[:200] for key, value in said.items() if key != "products"}}


def _result(import_id: str) -> dict[str, Any]:
    row = queries.one(import_id)
    return dict(row["result"]) if row else {}


def _imported(place: Place, row: dict[str, Any]) -> Imported:
    said = row["result"]
    done = int(said.get("rows", 0))
    left = None
    total = done
    if row["state"] in ("running", "uploaded"):
        total = draft(place, row["id"]).rows_guess
        if done and row["started_at"] and row["state"] == "running":
            spent = (SYSTEM_CLOCK.now() - row["started_at"]) / SECOND
            left = max(0.0, spent / done * (total - done))
    return Imported(
        row["id"], row["name"], row["kind"], row["state"], row["by"], row["created_at"], row["finished_at"],
        max(total, done), done, left, int(said.get("new", 0)), int(said.get("updated", 0)),
        int(said.get("unchanged", 0)), int(said.get("refused_rows", 0)), place.source(row["id"]),
        str(said.get("problem", "")),
    )  # fmt: skip


class _RefusedFile:
    """Writes the refused rows as they were, with their number, code and reason; remembers the first for a page."""

    def __init__(self, place: Place, found: Draft) -> None:
        self.first: list[Refused] = []
        self._path = place.refused(found.id)
        self._heads = [one.head for one in found.columns]

    def __enter__(self) -> _RefusedFile:
        self._handle = self._path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._handle)
        self._writer.writerow([*map(inert, self._heads), "row", "code", "reason"])
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()
        if not self.first:
            self._path.unlink(missing_ok=True)

    def write(self, refused: list[Refused]) -> None:
        self.first += refused[: max(0, _SHOWN - len(self.first))]
        width = len(self._heads)
        for one in refused:
            cells = [inert(cell) for cell in one.cells]
            cells = (cells + [""] * width)[: max(width, len(cells))]
            self._writer.writerow([*cells, one.row, one.code, one.message])


def inert(text: str) -> str:
    """A text no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _plain_number(text) else text


def _plain_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).replace(",", "", 1).isdigit()


_BY = Actor("system")
_READERS = {"customers": items.customers, "products": items.products, "spend": media.spend}
