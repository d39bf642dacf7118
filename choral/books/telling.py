"""What a room says of its tables: how the log and the team learn that a row has changed.

Each room with books declares it in its `apps.py`; `tests/promises/books.py` watches every action of every test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FACT = "fact"
AUDIT = "audit"


@dataclass(frozen=True)
class Telling:
    """`tables`: by name FACT (whoever changes it tells a fact in the same transaction), AUDIT (writes a line of the
    audit log), or the reason why neither. `silent`: actions that may change them without either, with the reason."""

    tables: Mapping[str, str]
    silent: Mapping[str, str] = field(default_factory=dict)
