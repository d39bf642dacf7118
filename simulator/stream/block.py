"""A block: many events of one name, column by column, before they become text."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Ints

SOURCES = ("web", "app", "till", "server")
WEB, APP, TILL, SERVER = range(4)
TILL_CONTEXT = '"library":{"name":"town-till","version":"1.0.0"}'
SERVER_CONTEXT = '"library":{"name":"town-server","version":"1.0.0"}'


@dataclass(frozen=True)
class Block:
    """`at` is the true time (ms since 1970 UTC); `person` and `device` are -1 for robots and for no device.
    `anonymous` and `user` are JSON values ("null" where absent), `context` JSON members, `payload` a JSON object.
    `late` is by how many ms the event is held back on its device; `touch` the touch it belongs to, or -1."""

    kind: str
    name: str
    source: int
    channel: str
    at: Ints
    person: Ints
    device: Ints
    anonymous: list[str]
    user: list[str]
    context: list[str]
    payload: list[str]
    late: Ints
    touch: Ints

    def __len__(self) -> int:
        return len(self.payload)


def block(
    name: str,
    source: int,
    channel: str,
    at: Ints,
    person: Ints,
    payload: list[str],
    *,
    anonymous: list[str],
    user: list[str],
    context: list[str],
    kind: str = "track",
    device: Ints | None = None,
    late: Ints | None = None,
    touch: Ints | None = None,
) -> Block:
    """A block with the usual defaults: a `track` call from no device, sent at once, of no touch."""
    none = np.full(len(payload), -1)
    return Block(
        kind,
        name,
        source,
        channel,
        at,
        person,
        none if device is None else device,
        anonymous,
        user,
        context,
        payload,
        np.zeros(len(payload), np.int64) if late is None else late,
        none if touch is None else touch,
    )


def quoted(values: list[str]) -> list[str]:
    """Plain ids as JSON values; "" becomes null."""
    return [f'"{value}"' if value else "null" for value in values]


def external(kind: str, values: list[str]) -> list[str]:
    """Segment's `externalIds` as a context member led by a comma; "" where there is no value."""
    head, tail = ',"externalIds":[{"id":"', f'","type":"{kind}","collection":"users","encoding":"none"}}]'
    return [f"{head}{value}{tail}" if value else "" for value in values]
