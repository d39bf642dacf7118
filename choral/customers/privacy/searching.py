"""Finds and rewrites a person's events in the log: every batch is searched, whatever any index says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connections, transaction

from choral.core.event import Event, decode_lines, encode_lines
from choral.core.ids import new_id
from choral.customers.privacy import rules
from choral.customers.privacy.traces import Traces, groups
from choral.events import dedupe
from choral.events.store import EventLog, Stored

_AT_ONCE = 50_000  # events
_decode = msgspec.json.Decoder(dict[str, Any]).decode
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
    patterns = [f"(?i){one}" for one in groups(traces.in_log)]
    while after < upto and (batches := log.read(after, _AT_ONCE)):
        hits = _hits(batches, patterns)
        yield batches[-1].last, [found for one in hits if (found := rewritten(one, traces)) is not None]
        after = batches[-1].last


def rewritten(batch: Stored, traces: Traces) -> Rewritten | None:
    """What becomes of one batch; None when nothing in it is about the person."""
    own = frozenset(traces.identifiers)
    before = decode_lines(batch.payload)
    after = [_event(event, position, own, traces) for position, event in enumerate(before, batch.first)]
    personal = None if batch.personal is None else _personal(batch.personal, before, own, traces)
    changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    if not changed and personal == batch.personal:
        return None
    positions = tuple(batch.first + index for index in changed)
    renamed = tuple(
        (batch.source, before[index].id, after[index].id, batch.first + index)
        for index in changed
        if before[index].id != after[index].id
    )
    return Rewritten(batch.first, encode_lines(after), personal, positions, renamed)


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


def _personal(part: bytes, events: Sequence[Event], own: frozenset[str], traces: Traces) -> bytes | None:
    """The batch's personal parts without those of the person's events, and of others without the person's values."""
    before = _decode(part)
    kept: dict[str, Any] = {}
    for index, said in before.items():
        if rules.is_about(events[int(index)], own):
            continue
        identifiers = {key: value for key, value in said.get("identifiers", {}).items() if key not in own}
        kept[index] = {**said, "identifiers": identifiers, "traits": rules.masked(said.get("traits", {}), traces)}
    if kept == before:
        return part
    return _encode(kept) if kept else None


def _hits(batches: Sequence[Stored], patterns: Sequence[str]) -> list[Stored]:
    import pyarrow  # deferred: 100 ms that the command line's help must not pay
    import pyarrow.compute

    texts = pyarrow.array(
        [one.payload if one.personal is None else one.payload + one.personal for one in batches], pyarrow.large_binary()
    )
    hit: set[int] = set()
    for pattern in patterns:
        # RE2: one pass over the bytes however many alternatives, and other threads go on meanwhile.
        matches = pyarrow.compute.match_substring_regex(texts, pattern).to_pylist()
        hit |= {index for index, found in enumerate(matches) if found}
    return [batches[index] for index in sorted(hit)]
