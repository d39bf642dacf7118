"""Whether what is asked for can be meant: places and rights, with an error that says what to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from choral.books import Tx
from choral.core.errors import InvalidInput, NotFound
from choral.customers.access import queries, rules
from choral.customers.access.values import Place, Rights

_MINUTES = 24 * 60
_MOST_ENTRIES = 1_000_000


def known(what: str, value: str, names: Collection[str]) -> None:
    """`InvalidInput` (`no_such_<what>`) when `value` is none of `names`."""
    if value not in names:
        words = what.replace("_", " ")
        raise InvalidInput(f"no_such_{what}", f"There is no {words} “{value}”.", fix=f"Choose: {', '.join(names)}.",
                           status=422)  # fmt: skip


def checked_place(tx: Tx, place: Place) -> Place:
    """A place with its texts stripped, that lies within places that are there and not within itself."""
    one = replace(place, code=place.code.strip(), name=place.name.strip(), within=place.within.strip())
    known("place_kind", one.kind, rules.PLACE_KINDS)
    if not one.code or not one.name or len(one.code) > 60 or len(one.name) > 120 or not one.code.isprintable():
        raise InvalidInput("bad_place", "The place has no code or no name.", "A code has up to 60 signs, a name 120.",
                           "Give both.", 422)  # fmt: skip
    if one.within:
        outer = queries.around(tx.rows, one.within)
        if not outer:
            raise _no_place(one.within)
        if one.code in [each.code for each in outer] or len(outer) >= rules.DEEPEST:
            raise InvalidInput(
                "place_within_itself", "A place cannot lie within itself.",
                f"Places lie in one another up to {rules.DEEPEST} deep.", "Choose another one.", 422,
            )  # fmt: skip
    return one


def checked_rights(tx: Tx, rights: Rights) -> Rights:
    """Rights that can hold at some time, to a place that is there; weekdays in order, each once."""
    if not queries.around(tx.rows, rights.place):
        raise _no_place(rights.place)
    times_ok = rights.starts_at is None or rights.ends_at is None or rights.starts_at < rights.ends_at
    hours = [one for one in (rights.opens, rights.closes) if one is not None]
    if (
        not times_ok
        or (rights.ends_at is not None and rights.ends_at <= tx.now)
        or any(not 0 <= one <= _MINUTES for one in hours)
        or not set(rights.days) <= set("1234567")
        or (rights.entries is not None and not 1 <= rights.entries <= _MOST_ENTRIES)
    ):
        raise InvalidInput(
            "bad_rights", "These rights would never open anything.",
            "They end before they begin or lie in the past, an hour or a weekday is none, or no entry is left.",
            "Correct the days, hours or entries.", 422,
        )  # fmt: skip
    return replace(rights, days="".join(sorted(set(rights.days))))


def _no_place(code: str) -> NotFound:
    return NotFound("no_such_place", f"There is no place “{code}”.", fix="Make it first, under Places.", status=404)
