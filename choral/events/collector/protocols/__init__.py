"""One file a wire protocol, found by itself: its addresses, how its bodies become claims, what else it must serve.

A protocol module has `ROUTES`, a list of `Route`. A route's path may end in `/*`: then the rest of the path is given
to it as `request.rest`. It knows nothing of storage, keys or answers; the steps of `collector.app` do those. A module
whose events have a shape of their own also has `owns(fields)`, which knows one by its members, and
`read_event(raw)`, which reads one that was kept when it was refused.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import NamedTuple

import msgspec
from msgspec import Raw

from choral.events.collector.intake import Claim
from choral.events.collector.refusals import Refusal
from choral.events.collector.request import Request


class Parsed(msgspec.Struct):
    """A body's claims in order, a refusal where one could not be read; `raw(index)` is that event as it was sent."""

    claims: list[Claim | Refusal]
    raw: Callable[[int], bytes]

    @classmethod
    def of_several(cls, raws: Sequence[Raw], read: Callable[[Raw], list[Claim | Refusal]]) -> Parsed:
        """Where one event as it was sent may say several things: each claim leads back to its event."""
        claims: list[Claim | Refusal] = []
        owner: list[int] = []
        for index, raw in enumerate(raws):
            found = read(raw)
            claims += found
            owner += [index] * len(found)
        return cls(claims, lambda index: bytes(raws[owner[index]]))


class Route(NamedTuple):
    """One address. `read` makes claims of a body (raising `ChoralError` when it is not what the protocol sends);
    `write_key` finds the key inside a body that arrived without one; `document` answers a GET with a JSON object, or
    with a script when it gives bytes. `reply` answers a POST that brings no events. `pixel`: events also come by GET,
    in the query (`data=`, else the parameters themselves). `busy` is the status that makes the protocol's SDKs wait
    and try again: some drop events on 429."""

    path: str
    read: Callable[[bytes, Request], Parsed] | None = None
    write_key: Callable[[bytes], str | None] | None = None
    document: Callable[[Request, str], dict[str, object] | bytes] | None = None
    document_key: Callable[[Request], str | None] | None = None
    file: str | None = None  # a script of the built front end, answered to GET
    reply: dict[str, object] | None = None
    pixel: bool = False
    busy: int = 429


def routes() -> dict[str, Route]:
    """The routes of every protocol file in this folder, by path."""
    found: dict[str, Route] = {}
    for module in _modules():
        for route in getattr(module, "ROUTES", ()):
            if route.path in found:
                raise ValueError(f"Two protocols claim {route.path}.")
            found[route.path] = route
    return found


def reader_of(fields: dict[str, object]) -> Callable[[bytes], list[Claim | Refusal]] | None:
    """Who reads an event with these members; None when it is in the shape of no protocol with shapes of its own."""
    for module in _modules():
        if hasattr(module, "owns") and module.owns(fields):
            found: Callable[[bytes], list[Claim | Refusal]] = module.read_event
            return found
    return None


def _modules() -> list[ModuleType]:
    names = sorted(name for _, name, _ in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]
