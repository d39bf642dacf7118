"""The 63-bit number that stands for an identifier in the views, guarded against collisions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from django.db.backends.utils import CursorWrapper

from choral.core.ids import key64
from choral.customers import sets

_POSITIVE = (1 << 63) - 1
_COLUMNS = "key, text, tier, customer, state, position, proven"


class Node(msgspec.Struct, gc=False):
    """An identifier as the view knows it; `proven`: somebody known proved that it is theirs; `fresh` when this very
    batch brought it."""

    key: int
    text: str
    tier: int
    customer: int
    state: int
    position: int
    proven: int = 0
    fresh: bool = False


def key_of(text: str, attempt: int = 0) -> int:
    """The number of an identifier; `attempt` counts the others that were there first with the same number."""
    return key64(text + "\0" * attempt) & _POSITIVE


def load(cursor: CursorWrapper, keys: Iterable[int]) -> dict[int, Node]:
    """The identifiers with these numbers, those that are known."""
    wanted = list(keys)
    if not wanted:
        return {}
    cursor.execute(
        f"SELECT {_COLUMNS} FROM identity_identifier WHERE key {sets.among_numbers(cursor)}",  # noqa: S608
        [sets.as_json(wanted)],
    )
    return {row[0]: Node(*row) for row in cursor.fetchall()}


def find(cursor: CursorWrapper, texts: Iterable[str]) -> tuple[dict[str, int], dict[int, Node]]:
    """The number of each identifier, and those already known; two different texts never share a number."""
    keys: dict[str, int] = {}
    nodes: dict[int, Node] = {}
    owner: dict[int, str] = {}
    waiting, attempt = list(texts), 0
    while waiting:
        tried = {text: key_of(text, attempt) for text in waiting}
        known = load(cursor, tried.values())
        waiting = []
        for text, key in tried.items():
            taken_by = known[key].text if key in known else owner.setdefault(key, text)
            if taken_by != text:
                waiting.append(text)
                continue
            keys[text] = key
            if key in known:
                nodes[key] = known[key]
        attempt += 1
    return keys, nodes
