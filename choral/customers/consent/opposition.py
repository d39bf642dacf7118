"""Which opposition lists must be asked, and whether the one at hand is young enough to be believed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from choral.core.clock import to_datetime
from choral.customers.consent.packs import Pack
from choral.customers.consent.values import ListState


def state_of_lists(packs: Iterable[Pack], loaded: Mapping[str, tuple[date, int, int]], at: int) -> list[ListState]:
    """The lists of all countries at a time (µs UTC), then those the shop loaded of its own."""
    today = to_datetime(at).date()
    found = {
        rule.list: _state(rule.list, rule.label, pack.country, rule.holds(today), rule.most_days, loaded, today)
        for pack in packs
        for rule in pack.rule
        if rule.kind == "register"
    }
    for key in sorted(set(loaded) - set(found)):
        found[key] = _state(key, key, "", False, 0, loaded, today)
    return list(found.values())


def _state(
    key: str, label: str, country: str, required: bool, most_days: int,
    loaded: Mapping[str, tuple[date, int, int]], today: date,
) -> ListState:  # fmt: skip
    if key not in loaded:
        return ListState(key, label, country, required, None, None, most_days, 0, None)
    day, loaded_at, numbers = loaded[key]
    return ListState(key, label, country, required, day.isoformat(), (today - day).days, most_days, numbers, loaded_at)
