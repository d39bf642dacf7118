"""One cause, one finding: figures that moved together are told as one, at the place that explains most. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from choral.analytics.findings.values import Also, Finding

_EXPLAINS = 0.5  # a part that makes up half of the whole's change is told in its stead
_MOST_ALSO = 8
_LEADS = ("sales", "orders", "average", "conversion", "customers", "slipping", "new_customers", "discount_share")


def folded(found: Sequence[Finding]) -> list[Finding]:
    """The findings with those that say the same put into the one that says it best (`also`, `share`)."""
    longest = _one_grain(found)
    places: dict[tuple[str, str], list[Finding]] = {}
    others = [one for one in longest if one.kind != "change"]
    for one in longest:
        if one.kind == "change":
            places.setdefault((one.place.by, one.place.key), []).append(one)
    leads = _explained([_lead(group) for group in places.values()])
    shut = {(one.place.by, one.place.key): one for one in others if one.kind == "place_gone"}
    told = [*leads, *(one for one in others if one.kind != "place_gone")]
    for one in leads:
        gone = shut.get((one.place.by, one.place.key))
        if gone is not None:  # that it sells nothing says more than that it sells less
            told.remove(one)
            shut[one.place.by, one.place.key] = replace(gone, share=one.share, also=one.also)
    return [*told, *shut.values()]


def _one_grain(found: Sequence[Finding]) -> list[Finding]:
    """Of a figure that is odd on several grains, the surest (the shorter of equals)."""
    best: dict[str, Finding] = {}
    for one in found:
        rival = best.get(one.key)
        if rival is None or (one.p or 0.0) < (rival.p or 0.0):
            best[one.key] = one
    return list(best.values())


def _lead(group: Sequence[Finding]) -> Finding:
    """Of the figures of one place that moved to the same side, the one people think in; the others go with it."""
    ranked = sorted(group, key=lambda one: (_LEADS.index(one.metric) if one.metric in _LEADS else 99, one.metric))
    first = ranked[0]
    with_it = [one for one in ranked[1:] if one.money is None or first.money is None or _same(one, first)]
    against = [one for one in ranked[1:] if one not in with_it]
    return _joined(first, [*with_it, *against])


def _explained(leads: Sequence[Finding]) -> list[Finding]:
    """The whole and its parts: whichever says more about the other keeps the word."""
    whole = next((one for one in leads if one.place.by == "all"), None)
    if whole is None or whole.metric not in ("sales", "orders"):
        return list(leads)
    parts = [one for one in leads if one is not whole and _same(one, whole) and one.metric in ("sales", "orders")]
    rest = [one for one in leads if one is not whole and one not in parts]
    if not parts or not whole.money:
        return list(leads)
    best = max(parts, key=lambda one: (abs(one.money or 0), one.key))
    share = abs(best.money or 0) / abs(whole.money)
    others = [one for one in parts if one is not best]
    if best.place.by in ("channel", "store", "department") and share >= _EXPLAINS and best.grain == whole.grain:
        return [_joined(replace(best, share=min(share, 1.0)), [whole, *others]), *rest]
    return [_joined(whole, [best, *others]), *rest]


def _joined(first: Finding, more: Sequence[Finding]) -> Finding:
    found = list(first.also)
    for one in more:
        if one.value is not None and one.expected is not None:
            found.append(Also(one.metric, one.place, one.value, one.expected, one.unit))
        found += one.also
    return replace(first, also=tuple(found[:_MOST_ALSO]))


def _same(one: Finding, other: Finding) -> bool:
    return one.money is not None and other.money is not None and (one.money > 0) == (other.money > 0)
