"""Who said no, and who is too young to have said yes: asked by every room that uses what is known of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from choral.core.clock import SYSTEM_CLOCK, to_datetime
from choral.customers.identity import queries as identity
from choral.customers.privacy import minors, queries
from choral.customers.records import queries as records

BIRTHDAY = "birthday"
# What each use is stopped by: a restriction of all processing stops everything.
STOPPED_BY = {
    "processing": ("processing",),
    "profiling": ("processing", "profiling"),
    "marketing": ("processing", "marketing"),
}


def restricted(use: str, country: str, among: Collection[int] | None = None) -> set[int]:
    """The customers who are left out of a use (`processing`, `profiling`, `marketing`), of all or of some of them.

    Restrictions hold for the person: one of their identifiers is enough, also after a merge. Minors (by a birthday
    and their country's age) are left out of profiling and marketing without having said anything.
    """
    said_no = queries.restricted_identifiers(STOPPED_BY[use])
    if use != "processing":
        said_no += _too_young(country)
    found = set(identity.resolve(said_no).values()) if said_no else set()
    return found if among is None else found.intersection(among)


def may_use(identifiers: Sequence[str], use: str, country: str) -> bool:
    """The same for one person by their identifiers."""
    kinds = {one.kind for one in queries.restrictions_of(identifiers)}
    if not kinds.isdisjoint(STOPPED_BY[use]):
        return False
    return use == "processing" or not too_young(identifiers, country)


def too_young(identifiers: Iterable[str], country: str) -> bool:
    """Whether a birthday that is known of a person says that they are a minor."""
    told = [one for one in records.of_identifiers(identifiers, personal=True) if one.field == BIRTHDAY]
    return bool(told) and minors.is_minor(told[0].value, _today(), country)


def _too_young(country: str) -> list[str]:
    after = minors.born_after(_today(), country)
    return [
        identifier
        for identifier, value in records.birthdays(after.isoformat())
        if minors.is_minor(value, _today(), country)
    ]


def _today() -> date:
    return to_datetime(SYSTEM_CLOCK.now()).date()
