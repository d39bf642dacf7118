"""Which touches are steps: each text column looked up once per value, all steps of a row as one number's bits. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from choral.analytics.journeys.funnel import Bits
from choral.analytics.journeys.rows import Piece
from choral.analytics.journeys.values import Step

MOST = 60  # bits of one number
COLUMNS = {"event": "name", "channel": "channel", "campaign": "campaign_id", "about": "about"}


def columns(steps: Sequence[Step]) -> tuple[str, ...]:
    """The columns that must be read to tell these steps."""
    return tuple(column for part, column in COLUMNS.items() if any(getattr(step, part) for step in steps))


def bits(piece: Piece, steps: Sequence[Step]) -> Bits:
    """Of each row: bit k set where it is the k-th step."""
    kind = next(kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if len(steps) <= np.iinfo(kind).bits)
    found: Bits = np.full(len(piece.at), (1 << len(steps)) - 1, dtype=kind)
    for part, column in COLUMNS.items():
        if column in piece.texts:
            wanted = [getattr(step, part) for step in steps]
            fits = lambda value, wanted=wanted: sum(  # noqa: E731
                1 << at for at, text in enumerate(wanted) if not text or text == value
            )
            found &= piece.texts[column].look(fits, kind)
    return found
