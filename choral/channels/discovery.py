"""Finds the channels: every file here that has a `CHANNEL`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import choral.channels
from choral.channels.contract import Channel
from choral.core.errors import NotFound


@cache
def channels() -> dict[str, Channel]:
    """All channels by their key."""
    found: dict[str, Channel] = {}
    for one in pkgutil.iter_modules(choral.channels.__path__, f"{choral.channels.__name__}."):
        channel = getattr(importlib.import_module(one.name), "CHANNEL", None)
        if channel is not None:
            found[channel.key] = channel
    return found


def channel(key: str) -> Channel:
    """One channel; `NotFound` when there is none."""
    if key not in channels():
        raise NotFound(
            "no_such_channel",
            f"There is no channel “{key[:60]}”.",
            fix=f"Choose one of: {', '.join(channels())}.",
            status=404,
        )
    return channels()[key]
