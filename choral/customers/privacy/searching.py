"""Finds and rewrites a person's events in the log: every batch is searched, whatever any index says."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connections, transaction

from choral.core.event import Event, decode_lines, encode_lines
from choral.core.ids import new_id
from choral.customers.privacy import rules
from choral.customers.privacy.traces import Traces
from choral.events import dedupe
from choral.events.store import EventLog, Stored

_AT_ONCE = 50_000  # events
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_decode_event = msgspec.json.Decoder(Event).decode
_encode = msgspec.json.Encoder().encode
Rename = tuple[str, str, str, int]


@dataclass(frozen=True)
class Rewritten:
    """A batch as it will be: which of its positions change, and which events get another id."""

    first: int
    payload: bytes
    personal: bytes | None
    positions: tuple[int, ...]
    renamed: tuple[Rename, ...]


def searched(log: EventLog, traces: Traces, after: int, upto: int) -> Iterator[tuple[int, list[Rewritten]]]:
    """Position reached and the batches to rewrite, a piece of the log at a time."""
    while after < upto and (batches := log.read(after, _AT_ONCE)):
        hits = _hits(batches, traces)
        yield batches[-1].last, [found for one in hits if (found := rewritten(*one, traces)) is not None]
        after = batches[-1].last


def rewritten(batch: Stored, called: bool, traces: Traces) -> Rewritten | None:
    """What becomes of one batch; None when nothing in it is about the person. Only lines that hit are decoded.

    `called`: whether a telephone number may stand in it.
    """
    own = frozenset(traces.identifiers)
    lines = batch.payload.split(b"\n")
    positions, renamed, theirs = [], [], set()
    for index in _lines_with(batch.payload, called, traces):
        before = _decode_event(lines[index])
        position = batch.first + index
        if rules.is_about(before, own):
            theirs.add(str(index))
        after = _event(before, position, own, traces)
        if after != before:
            lines[index] = _encode(after)
            positions.append(position)
            if after.id != before.id:
                renamed.append((batch.source, before.id, after.id, position))
    personal = None if batch.personal is None else _personal(batch.personal, theirs, own, traces)
    if not positions and personal == batch.personal:
        return None
    return Rewritten(batch.first, b"\n".join(lines), personal, tuple(positions), tuple(renamed))


def changed(batch: Stored, chosen: Collection[int], change: Callable[[Event], Event]) -> Rewritten:
    """A batch with the events at the chosen positions as `change` gives them; ids stay."""
    before = decode_lines(batch.payload)
    after = [change(event) if at in chosen else event for at, event in enumerate(before, batch.first)]
    positions = tuple(batch.first + at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new)
    return Rewritten(batch.first, encode_lines(after), batch.personal, positions, ())


def rewrite(log: EventLog, found: Sequence[Rewritten]) -> None:
    """Write the batches; before them what the views know of ids that change, so that a crash between harms nothing."""
    renamed = [one for batch in found for one in batch.renamed]
    if renamed:
        with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
            dedupe.prepare(cursor, cursor.db.vendor)
            dedupe.rename(cursor, cursor.db.vendor, renamed)
    log.rewrite_all([(one.first, one.payload, one.personal) for one in found])


def fact_without(line: bytes, personal: bytes | None, traces: Traces) -> tuple[bytes, bytes | None] | None:
    """A fact that waits in the outbox, the same way; None when it is not about the person."""
    own = frozenset(traces.identifiers)
    before = msgspec.json.decode(line, type=Event)
    after = _event(before, 0, own, traces)
    about = rules.is_about(before, own)
    kept = None if about or personal is None else _encode(rules.masked(msgspec.json.decode(personal), traces))
    if not about and after == before and (personal is None or traces.contacts.search(personal.decode()) is None):
        return None
    return encode_lines([msgspec.structs.replace(after, id=before.id)]).rstrip(b"\n"), kept


def _event(event: Event, position: int, own: frozenset[str], traces: Traces) -> Event:
    if rules.is_about(event, own):
        return rules.anonymous(event, position, own, traces, f"receipt:erased-{new_id().hex}")
    return rules.without(event, own, traces)


def _personal(part: bytes, theirs: set[str], own: frozenset[str], traces: Traces) -> bytes | None:
    """The batch's personal parts without those of the person's events, and of others without the person's values."""
    before = _decode(part)
    kept: dict[str, Any] = {}
    for index, said in before.items():
        if index in theirs:
            continue
        identifiers = {key: value for key, value in said.get("identifiers", {}).items() if key not in own}
        kept[index] = {**said, "identifiers": identifiers, "traits": rules.masked(said.get("traits", {}), traces)}
    if kept == before:
        return part
    return _encode(kept) if kept else None


def _hits(batches: Sequence[Stored], traces: Traces) -> list[tuple[Stored, bool]]:
    """The batches with anything of the person in them, and whether it is (also) a telephone number.

    Fixed texts are found by the bytes, numbers by RE2: one expression for everything is forty times slower, and
    Python's own is for lines that hit only.
    """
    texts = [one.payload if one.personal is None else one.payload + one.personal for one in batches]
    called = [False] * len(texts)
    if traces.numbers:
        import pyarrow  # deferred: 100 ms that the command line's help must not pay
        import pyarrow.compute

        column = pyarrow.array(texts, pyarrow.large_binary())
        for pattern in traces.numbers:
            found = pyarrow.compute.match_substring_regex(column, pattern).to_pylist()
            called = [bool(one) or two for one, two in zip(found, called, strict=True)]
    return [
        (batch, number) for batch, text, number in zip(batches, texts, called, strict=True)
        if number or _has(text, traces)
    ]  # fmt: skip


def _has(text: bytes, traces: Traces) -> bool:
    if any(one in text for one in traces.exact):
        return True
    folded = text.lower() if traces.folded else b""
    return any(one in folded for one in traces.folded)


def _lines_with(payload: bytes, called: bool, traces: Traces) -> list[int]:
    """The numbers of the lines in which something of the person stands."""
    places: set[int] = set()
    for text, needles in ((payload, traces.exact), (payload.lower(), traces.folded)):
        for needle in needles:
            at = text.find(needle)
            while at >= 0:
                places.add(at)
                at = text.find(needle, at + 1)
    for pattern in traces.numbers if called else ():
        places |= {found.start() for found in re.finditer(pattern.encode(), payload)}
    lines, line, last = set(), 0, 0
    for place in sorted(places):
        line += payload.count(b"\n", last, place)
        last = place
        lines.add(line)
    return sorted(lines)
