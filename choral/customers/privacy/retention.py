"""Applies the rules of retention: what is older than its category allows goes; first it can be counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from choral.books import SYSTEM, act
from choral.books.erasing import count_audit, drop_audit
from choral.core.clock import DAY, SYSTEM_CLOCK
from choral.core.errors import InvalidInput
from choral.customers.privacy import actions, ageing, queries
from choral.customers.privacy.contract import rooms
from choral.customers.privacy.person import person_of
from choral.customers.privacy.retention_rules import BY_CATEGORY, NOT_THEIR_DOING, RULES, Rule
from choral.customers.profiles.ageing import count_old
from choral.customers.profiles.inactive import count_silent_since, silent_since
from choral.events.store import EventLog
from choral.home import Home

MOST_CUSTOMERS = 100  # erased by one run: each takes seconds


@dataclass(frozen=True)
class Retained:
    """A rule as it stands: `days` in force (None: for ever), whether it is applied, why, by whom; and what it would
    take now (`count`; None when that was not asked)."""

    category: str
    title: str
    days: int | None
    default_days: int | None
    active: bool
    reason: str
    source: str
    by: str
    count: int | None


@dataclass(frozen=True)
class Keeping:
    """How a category is counted and how what is too old goes, given a time (µs UTC)."""

    count: Callable[[int], int]
    drop: Callable[[int], int]


def rules(home: Home, log: EventLog, counted: bool) -> list[Retained]:
    """All rules; with `counted` each with what it would take now, active or not. Nothing is changed."""
    changed, now = queries.kept(), SYSTEM_CLOCK.now()
    found = []
    for rule in RULES:
        one = changed.get(rule.category)
        days = one.days if one else rule.days
        count = None
        if counted and days is not None:
            count = _keepings(home, log)[rule.category].count(now - days * DAY)
        found.append(
            Retained(
                rule.category, rule.title, days, rule.days, _active(rule, one), one.reason if one else rule.reason,
                rule.source, one.by if one else "", count,
            )
        )  # fmt: skip
    return found


def check(category: str, days: int | None) -> None:
    """Raise `InvalidInput` for a category there is not, or a time that makes no sense."""
    if category not in BY_CATEGORY:
        known = ", ".join(BY_CATEGORY)
        raise InvalidInput("unknown_category", "This category is not known.", fix=f"Use one of: {known}.")
    if days is not None and not 1 <= days <= 36_500:
        raise InvalidInput("bad_days", "A category is kept between one day and a hundred years.", fix="Give days.")


def apply(home: Home, log: EventLog) -> int:
    """Apply every active rule; how much went. Each that took something is recorded."""
    total, now = 0, SYSTEM_CLOCK.now()
    for rule in rules(home, log, counted=False):
        if not rule.active or rule.days is None:
            continue
        before = now - rule.days * DAY
        gone = _keepings(home, log)[rule.category].drop(before)
        if gone:
            act(actions.note_run, SYSTEM, rule.category, before, gone)
        total += gone
    return total


def _active(rule: Rule, changed: queries.Kept | None) -> bool:
    return rule.active if changed is None else changed.days is not None


def _keepings(home: Home, log: EventLog) -> dict[str, Keeping]:
    return {
        "refused_events": Keeping(log.count_rejected, log.drop_rejected),
        "refused_rows": _files(home, "refused"),
        "waiting_files": _files(home, "waiting"),
        "visits": Keeping(lambda at: count_old(ageing.VISITS, at), lambda at: ageing.age(home, log, at)),
        "requests": Keeping(queries.count_closed, lambda at: act(actions.forget_closed, SYSTEM, at)),
        "audit": Keeping(count_audit, lambda at: act(drop_audit, SYSTEM, at)),
        "inactive_customers": Keeping(
            lambda at: count_silent_since(at, NOT_THEIR_DOING), lambda at: _erase_inactive(home, at)
        ),
    }


def _files(home: Home, what: str) -> Keeping:
    return Keeping(lambda at: _rooms(home, what, at, True), lambda at: _rooms(home, what, at, False))


def _rooms(home: Home, what: str, before: int, dry: bool) -> int:
    """Files of rooms above this one: they say what is too old and delete it themselves."""
    expiring = [room.module.expire for room in rooms() if hasattr(room.module, "expire")]
    return sum(int(expire(home, what, before, dry)) for expire in expiring)


def _erase_inactive(home: Home, before: int) -> int:
    waiting = sum(1 for one in queries.erasures() if one.state in ("waiting", "running"))
    customers = silent_since(before, NOT_THEIR_DOING, max(0, MOST_CUSTOMERS - waiting))
    asked = 0
    for customer in customers:
        if not queries.erasures_of(str(customer)):
            person = person_of(home, str(customer))
            act(actions.ask_erasure, SYSTEM, person.customer, person.traces, reason="inactive")
            asked += 1
    return asked
