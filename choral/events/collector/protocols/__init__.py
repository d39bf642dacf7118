"""One file a wire protocol, found by itself: its addresses, how its bodies become claims, what else it must serve.

A protocol module has `ROUTES`, a list of `Route`. A route's path may end in `/*`: then the rest of the path is given
to it as `request.rest`. It knows nothing of storage, keys or answers; the steps of `collector.app` do those.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from choral.events.collector.intake import Claim
from choral.events.collector.refusals import Refusal
from choral.events.collector.request import Request


class Parsed(msgspec.Struct):
    """A body's claims in order, a refusal where one could not be read; `raw(index)` is that event as it was sent."""

    claims: list[Claim | Refusal]
    raw: Callable[[int], bytes]


class Route(NamedTuple):
    """One address. `read` makes claims of a body (raising `ChoralError` when it is not what the protocol sends);
    `write_key` finds the key inside a body that arrived without one; `document` answers a GET with a JSON object."""

    path: str
    read: Callable[[bytes, Request], Parsed] | None = None
    write_key: Callable[[bytes], str | None] | None = None
    document: Callable[[Request, str], dict[str, object]] | None = None
    document_key: Callable[[Request], str | None] | None = None
    file: str | None = None  # a script of the built front end, answered to GET


def routes() -> dict[str, Route]:
    """The routes of every protocol file in this folder, by path."""
    found: dict[str, Route] = {}
    for module in sorted(name for _, name, _ in pkgutil.iter_modules(__path__)):
        for route in importlib.import_module(f"{__name__}.{module}").ROUTES:
            if route.path in found:
                raise ValueError(f"Two protocols claim {route.path}.")
            found[route.path] = route
    return found
