"""One audience as a notebook holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

    from choral.customers.audiences.door import Audiences
    from choral.customers.audiences.values import Reach, Why


class Members:
    """Who is in, read when it is asked for: columns `customer` (text), `entered_at` (µs UTC, null where not noted)."""

    def __init__(self, audiences: Audiences, key: str) -> None:
        self._audiences = audiences
        self._key = key

    def __len__(self) -> int:
        return self._audiences.count(self._key)

    def __repr__(self) -> str:
        return f"<{len(self):,} members of “{self._key}”>"

    def ids(self) -> Sequence[str]:
        """Their ids."""
        return self._audiences.ids(self._key)

    def to_arrow(self) -> pyarrow.Table:
        import pyarrow  # deferred: as other tables do

        rows = [(one.customer.id, one.entered_at) for one in self._audiences.export(self._key, personal=False)]
        customers, times = zip(*rows, strict=True) if rows else ((), ())
        return pyarrow.table(
            {
                "customer": pyarrow.array(customers, pyarrow.string()),
                "entered_at": pyarrow.array(times, pyarrow.int64()),
            }
        )

    def to_polars(self) -> Any:
        import polars  # deferred: an optional extra

        return polars.from_arrow(self.to_arrow())


class Handle:
    """An audience by its key."""

    def __init__(self, audiences: Audiences, key: str) -> None:
        self._audiences = audiences
        self.key = key

    def __repr__(self) -> str:
        return f"<audience “{self.key}”: {self.sentence()}>"

    def sentence(self, language: str = "en") -> str:
        """Whom it holds, in English, French or Italian."""
        return self._audiences.get(self.key, language).row.sentence

    def members(self) -> Members:
        """Who is in now."""
        return Members(self._audiences, self.key)

    def reach(self) -> tuple[Reach, ...]:
        """How many can be reached on each channel."""
        return self._audiences.reach(self.key)

    def why(self, customer: str, language: str = "en") -> Why:
        """Why a customer is in or not."""
        return self._audiences.why(self.key, customer, language)
