"""What a tree means for one person: does it hold, by what evidence, and when will that change by itself. Pure.

The set-based form is `compile.py`; tests hold the two to the same answers on random trees and histories.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from choral.core.clock import DAY, HOUR
from choral.customers.audiences import tree
from choral.customers.audiences.matchers import matchers_of
from choral.customers.audiences.plain import Plain, compares, passes, yearly
from choral.customers.audiences.tree import DATED, YEARLY, Condition, Leaf, Test, key_of
from choral.customers.audiences.windows import Moment, bounds, turns


class Hit(NamedTuple):
    """An event a matcher noted: when (µs UTC), where in the log, what it adds to the count or the sum."""

    at: int
    position: int
    number: float


@dataclass(frozen=True)
class Person:
    """All that conditions may ask about one customer. `hits`: by the key of the matcher, in the order of time;
    `channels`: events and the last of them by channel; `audiences`: fixed lists they are on; `restricted`: their data
    may not be used to choose them."""

    known: bool = True
    hits: Mapping[str, Sequence[Hit]] = field(default_factory=dict)
    traits: Mapping[str, Plain] = field(default_factory=dict)
    personal: Mapping[str, Plain] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    channels: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    orders: int = 0
    revenue: int = 0
    events: int = 0
    first_at: int = 0
    last_at: int = 0
    consents: frozenset[tuple[str, str]] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    audiences: frozenset[str] = frozenset()
    restricted: bool = False


@dataclass(frozen=True)
class Finding:
    """What was found at one node. `number`: the count or sum; `value`: what was compared; `at`: the latest event
    that counts (µs UTC); `turns_at`: the earliest time this may change by itself, None for never."""

    node: Condition
    holds: bool
    number: float | None = None
    value: str | None = None
    at: int | None = None
    turns_at: int | None = None
    parts: tuple[Finding, ...] = ()


Others = Mapping[str, Condition]


def find(node: Condition, person: Person, moment: Moment, others: Others) -> Finding:
    """The finding at a node and all below. `others`: the trees of audiences by name; those missing are fixed lists."""
    if isinstance(node, tree.All | tree.Some):
        parts = tuple(find(one, person, moment, others) for one in node.of)
        together = all if isinstance(node, tree.All) else any
        return Finding(node, together(one.holds for one in parts), turns_at=_first(parts), parts=parts)
    if isinstance(node, tree.Not):
        part = find(node.of, person, moment, others)
        return Finding(node, not part.holds, turns_at=part.turns_at, parts=(part,))
    if isinstance(node, tree.Member):
        if node.audience not in others:
            return Finding(node, node.audience in person.audiences)
        part = find(others[node.audience], person, moment, others)
        return Finding(node, part.holds, turns_at=part.turns_at, parts=(part,))
    return _LEAVES[type(node)](node, person, moment)


def _first(parts: Iterable[Finding]) -> int | None:
    return _earliest(part.turns_at for part in parts)


def _earliest(times: Iterable[int | None]) -> int | None:
    return min((one for one in times if one is not None), default=None)


def _trait(leaf: tree.Trait, person: Person, moment: Moment) -> Finding:
    return _stated(leaf, leaf.test, person.traits.get(leaf.field), moment)


def _personal(leaf: tree.Personal, person: Person, moment: Moment) -> Finding:
    return _stated(leaf, leaf.test, person.personal.get(leaf.field), moment)


def _stated(leaf: Leaf, test: Test, found: Plain | None, moment: Moment) -> Finding:
    value = None if found is None else ", ".join(found.texts) or _spelt(found.number)
    return Finding(leaf, passes(test, found, moment.today), value=value, turns_at=_day_turns(test, found, moment))


def _day_turns(test: Test, found: Plain | None, moment: Moment) -> int | None:
    if test.how not in DATED or found is None or found.day is None:
        return None
    days, of = int(float(test.values[0])), [found.day]
    if test.how in YEARLY:
        of = [yearly(found.day, moment.today.year + more) for more in (-1, 0, 1, 2)]
    begins, ends = (0, days + 1) if test.how.endswith("_ago") else (-days, 1)
    later = (moment.midnight(day + timedelta(days=one)) for day in of for one in (begins, ends))
    return _earliest(one if one > moment.now else None for one in later)


def _spelt(number: float | None) -> str | None:
    return None if number is None else f"{number:g}"


def _seen(leaf: tree.Seen, person: Person, moment: Moment) -> Finding:
    if not person.events:
        return Finding(leaf, False)
    at = person.first_at if leaf.which == "first" else person.last_at
    since, until = bounds(leaf.window, moment)
    return Finding(leaf, since <= at < until, at=at, turns_at=_earliest(turns(leaf.window, at, moment)))


def _total(leaf: tree.Total, person: Person, moment: Moment) -> Finding:
    number = float(getattr(person, leaf.figure))
    return Finding(leaf, compares(leaf.test, number), number=number)


def _happened(leaf: tree.Happened, person: Person, moment: Moment) -> Finding:
    hits = _hits(leaf, person)[0]
    if leaf.measure in ("count", "sum"):
        return _counted(leaf, leaf.test, leaf.window, hits, moment)
    if not hits:
        return Finding(leaf, False)
    at = hits[0].at if leaf.measure == "first" else hits[-1].at
    since, until = bounds(leaf.window, moment)
    return Finding(leaf, since <= at < until, at=at, turns_at=_earliest(turns(leaf.window, at, moment)))


def _bought(leaf: tree.Bought, person: Person, moment: Moment) -> Finding:
    return _counted(leaf, leaf.test, leaf.window, _hits(leaf, person)[0], moment)


def _counted(
    leaf: Leaf, test: Test, window: tree.Window | None, hits: Sequence[Hit], moment: Moment
) -> Finding:  # fmt: skip
    since, until = bounds(window, moment)
    inside = [hit for hit in hits if since <= hit.at < until]
    number = round(sum(hit.number for hit in inside), 6)
    later = _earliest(turn for hit in hits for turn in turns(window, hit.at, moment))
    return Finding(leaf, compares(test, number), number, at=inside[-1].at if inside else None, turns_at=later)


def _sequence(leaf: tree.Sequence, person: Person, moment: Moment) -> Finding:
    firsts, thens = _hits(leaf, person)
    times = [hit.at for hit in thens]
    since, until = bounds(leaf.window, moment)
    within = None if leaf.hours is None else leaf.hours * HOUR
    last: int | None = None
    later: list[int] = []
    for hit in firsts:
        later += turns(leaf.window, hit.at, moment)
        if within is not None and not leaf.followed and hit.at + within > moment.now:
            later.append(hit.at + within)
        if since <= hit.at < until and _fits(hit.at, times, within, leaf.followed, moment.now):
            last = hit.at
    return Finding(leaf, last is not None, at=last, turns_at=_earliest(later))


def _fits(at: int, times: Sequence[int], within: int | None, followed: bool, now: int) -> bool:
    index = bisect_right(times, at)
    came = index < len(times) and (within is None or times[index] - at <= within)
    return came if followed else not came and (within is None or at + within <= now)


def _channel(leaf: tree.Channel, person: Person, moment: Moment) -> Finding:
    events, last = person.channels.get(leaf.channel, (0, 0))
    if leaf.use == "preferred":
        best = min(person.channels, key=lambda one: (-person.channels[one][0], one), default=None)
        return Finding(leaf, best == leaf.channel, number=float(events), value=best)
    border = None if leaf.days is None else leaf.days * DAY
    used = events > 0 and (border is None or last + border > moment.now)
    turns_at = last + border if used and border is not None else None
    return Finding(leaf, used is (leaf.use == "used"), float(events), at=last if events else None, turns_at=turns_at)


def _consent(leaf: tree.Consent, person: Person, moment: Moment) -> Finding:
    return Finding(leaf, ((leaf.purpose, leaf.channel) in person.consents) is leaf.given)


def _attribute(leaf: tree.Attribute, person: Person, moment: Moment) -> Finding:
    value = person.attributes.get(leaf.name)
    return Finding(leaf, value in leaf.values, value=value)


def _identifier(leaf: tree.Identifier, person: Person, moment: Moment) -> Finding:
    return Finding(leaf, (leaf.kind in person.kinds) is leaf.known)


def _hits(leaf: Leaf, person: Person) -> list[Sequence[Hit]]:
    return [person.hits.get(key_of(matcher), ()) for matcher in matchers_of(leaf)]


_LEAVES: Mapping[type, Callable[..., Finding]] = {
    tree.Trait: _trait, tree.Personal: _personal, tree.Seen: _seen, tree.Total: _total, tree.Happened: _happened,
    tree.Bought: _bought, tree.Sequence: _sequence, tree.Channel: _channel, tree.Consent: _consent,
    tree.Attribute: _attribute, tree.Identifier: _identifier,
}  # fmt: skip
