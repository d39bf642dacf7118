"""Erases in a restored home whoever was erased after its backup was taken: found by keyed hashes of identifiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from choral.books import SYSTEM, act
from choral.customers.consumer import consume
from choral.customers.identity import queries as identity
from choral.customers.privacy import actions, erasing, queries, tombstones
from choral.customers.privacy.erasing import MakeFigures
from choral.customers.privacy.person import person_of_identifiers
from choral.customers.privacy.tombstones import Tombstone
from choral.events.store import EventLog
from choral.home import Home


def forget_again(home: Home, log: EventLog, stones: Sequence[Tombstone], figures: MakeFigures) -> int:
    """How many were found and erased; who is on the list and not in the home costs nothing."""
    left = {one.id: one for one in stones if not _done(one.id)}
    if not left:
        return 0
    while consume(home, log):
        pass  # who is only in events not yet taken in has to be found too
    for stone in left.values():
        if stone.never_again:
            act(actions.bar, SYSTEM, stone.hashes)
    found = _identifiers(home, left)
    for stone_id, texts in sorted(found.items()):
        act(
            actions.ask_erasure, SYSTEM, "", person_of_identifiers(texts), reason="restored", minutes=0,
            never_again=left[stone_id].never_again, erasure_id=stone_id,
        )  # fmt: skip
        erasing.run(home, log, stone_id, figures)
    return len(found)


def _done(erasure_id: str) -> bool:
    found = queries.erasure(erasure_id)
    return found is not None and found.state == "done"


def _identifiers(home: Home, stones: dict[str, Tombstone]) -> dict[str, list[str]]:
    """The identifiers of the home that each erasure is about."""
    owner = {one: stone.id for stone in stones.values() for one in stone.hashes}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for text in identity.identity_map().column("identifier").to_pylist():
        (one,) = tombstones.hashed(home.secret, [text])
        if one in owner:
            found[owner[one]].append(text)
    return dict(found)
