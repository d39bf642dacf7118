"""How a finding is named: the same matter has the same name on every day, fit for an address. Pure."""

from __future__ import annotations

import re

from choral.core.ids import digest

_LONGEST = 60


def key(*parts: str) -> str:
    """Readable words of its parts, and a digest that tells apart what reads alike."""
    words = re.sub(r"[^a-z0-9]+", "-", " ".join(part for part in parts if part).lower()).strip("-")
    return f"{words[:_LONGEST]}-{digest(chr(31).join(parts), 4).hex()}"
