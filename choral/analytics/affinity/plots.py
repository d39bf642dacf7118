"""Segments by channels as an Altair chart; needs the `notebook` extra."""

from __future__ import annotations

from typing import Any

from choral.analytics.affinity.door import ChannelAffinity
from choral.core.errors import InvalidInput

_MEASURES = ("bought", "followed", "answered", "preferred", "reviews", "surveys")


def grid(affinity: ChannelAffinity, altair: Any, by: str, measure: str) -> Any:
    """A cell for each part and channel; what is too little known stays empty."""
    if measure not in _MEASURES:
        raise InvalidInput("no_such_measure", f"There is no measure “{measure[:40]}”.", fix=f"{', '.join(_MEASURES)}.")
    rows = [
        {"part": one.part, "channel": one.channel, "share": rate.value, "low": rate.low, "high": rate.high}
        for one in affinity.by(by).cells
        if (rate := getattr(one, measure)).value is not None
    ]
    return altair.Chart(altair.Data(values=rows)).mark_rect().encode(
        x=altair.X("channel:N", title=None), y=altair.Y("part:N", title=None, sort=None),
        color=altair.Color("share:Q", title=measure.capitalize()),
        tooltip=["part:N", "channel:N", "share:Q", "low:Q", "high:Q"],
    ).properties(width=480)  # fmt: skip
