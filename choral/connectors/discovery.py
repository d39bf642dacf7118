"""Finds the connectors: every file or folder here that has a `CONNECTOR`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import choral.connectors
from choral.connectors.contract import Connector
from choral.core.errors import NotFound


@cache
def connectors() -> dict[str, Connector]:
    """All connectors by their key."""
    found: dict[str, Connector] = {}
    for one in pkgutil.iter_modules(choral.connectors.__path__, f"{choral.connectors.__name__}."):
        connector = getattr(importlib.import_module(one.name), "CONNECTOR", None)
        if connector is not None:
            found[connector.manifest.key] = connector
    return found


def connector(key: str) -> Connector:
    """One connector; `NotFound` when there is none."""
    if key not in connectors():
        raise NotFound(
            "no_such_connector",
            f"There is no connector “{key[:60]}”.",
            fix=f"Choose one of: {', '.join(connectors())}.",
            status=404,
        )  # fmt: skip
    return connectors()[key]
