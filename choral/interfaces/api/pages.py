"""What lists of the API have in common: how many at once, and where the next ones begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from ninja import Query

from choral.core.clock import to_microseconds
from choral.core.errors import InvalidInput

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most (1 to 200).")]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`next` of the answer before; nothing for the beginning.")
]
Moment = Annotated[datetime | None, Query(description="ISO 8601 with its zone.")]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Done:
    """What a change without an answer of its own says."""

    id: str
    state: str


def number(cursor: str | None) -> int | None:
    """A cursor that is a number; `InvalidInput` `invalid_cursor` when it is not one of ours."""
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdecimal() or int(cursor) >= 1 << 63:
        raise InvalidInput(
            "invalid_cursor", "This place in the list is not known.", fix="Start without “after”.", status=422
        )
    return int(cursor)


def following(rows: list[Item], limit: int) -> tuple[list[Item], bool]:
    """The page out of `limit + 1` rows read, and whether more follow."""
    return rows[:limit], len(rows) > limit


def moment(value: datetime | None) -> int | None:
    """A time in µs since 1970 UTC; `InvalidInput` `time_without_zone`."""
    if value is None:
        return None
    try:
        return to_microseconds(value)
    except (ValueError, OverflowError) as problem:
        raise InvalidInput(
            "time_without_zone", "A time cannot be used.", str(problem), "Write it as 2026-11-24T09:00:00Z.", 422
        ) from problem
