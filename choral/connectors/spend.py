"""A line of media spend typed in by hand, or taken out; the data set is written under the turn of the imports."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

import pyarrow

from choral.analytics.mix.spend import SpendTable
from choral.analytics.mix.values import SpendLine
from choral.books import Actor, Tx, act
from choral.connectors.csv.media import channel_key
from choral.connectors.csv.place import Place
from choral.core.errors import Conflict, InvalidInput, NotFound, Unavailable
from choral.core.event import Event
from choral.core.ids import new_id
from choral.core.money import check_currency
from choral.customers import sets
from choral.events.lake.datasets import Datasets, Put, definition

_PATIENCE, _NEXT_LOOK = 10.0, 0.1  # seconds until an import that runs is waited for no longer
_LONGEST_DAYS = 5 * 366


class SpendBook:
    """Lines of media spend written one at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def add(self, line: SpendLine, actor: Actor) -> SpendLine:
        """Write one line; what it became (the channel by its usual name).

        Raises `InvalidInput` for what cannot be, `Conflict` (`spend_known`) when there is such a line.
        """
        line = _checked(line)
        with self._turn():
            lines = SpendTable(self._place.home.lake).every()
            if any(one.key == line.key for one in lines):
                raise Conflict(
                    "spend_known", "This line is there already.",
                    "A line of the same channel, campaign, creative, region and first day is known.",
                    "Remove that one first, or name the campaign.", status=409,
                )  # fmt: skip
            put = self._write((*lines, line))
            act(_note, actor, "spend.added", line, put)
        return line

    def remove(self, key: str, actor: Actor) -> SpendLine:
        """Take one line out; the line it was, to add again. `NotFound` without it."""
        with self._turn():
            lines = SpendTable(self._place.home.lake).every()
            gone = next((one for one in lines if one.key == key), None)
            if gone is None:
                raise NotFound("no_such_line", "There is no such line of spend.", status=404)
            put = self._write(tuple(one for one in lines if one.key != key))
            act(_note, actor, "spend.removed", gone, put)
        return gone

    def _write(self, lines: tuple[SpendLine, ...]) -> Put:
        schema = definition("spend").schema
        table = pyarrow.Table.from_pylist([asdict(one) for one in lines], schema)
        return Datasets(self._place.home.lake).put("spend", table.to_reader(), "replace", "typed")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        until = time.monotonic() + _PATIENCE
        while True:
            with self._place.turn() as mine:
                if mine:
                    yield
                    return
            if time.monotonic() > until:
                raise Unavailable(
                    "import_running", "An import is running.", "It may be writing the same list.",
                    "Try again when it has ended.", status=503,
                )  # fmt: skip
            time.sleep(_NEXT_LOOK)


def _note(tx: Tx, action: str, line: SpendLine, put: Put) -> None:
    """The audit log says who, the log that the data set changed."""
    said = {name: str(value) for name, value in asdict(line).items() if value not in ("", None)}
    tx.audit(action, f"spend:{line.key}", after=said)
    tx.tell(
        Event(
            id=str(new_id(tx.now)), name="Dataset Imported", at=tx.now, channel="console",
            properties=sets.raw({"dataset": "spend", "rows": put.rows, "version": put.version}),
        )
    )  # fmt: skip


def _checked(line: SpendLine) -> SpendLine:
    channel = channel_key(line.channel)
    if not channel:
        raise InvalidInput("no_channel", "The line names no channel.", fix="Say where the advertising ran.", status=422)
    if line.amount < 0:
        raise InvalidInput("below_zero", "The amount is below zero.", fix="Give what was paid.", status=422)
    if line.ends < line.starts or (line.ends - line.starts).days > _LONGEST_DAYS:
        raise InvalidInput(
            "wrong_days", f"It cannot run from {line.starts} to {line.ends}.",
            fix="The last day must not be before the first, nor more than five years after it.", status=422,
        )  # fmt: skip
    texts = {name: getattr(line, name).strip()[:120] for name in ("campaign_id", "creative", "region")}
    return replace(line, channel=channel, currency=check_currency(line.currency), **texts)
