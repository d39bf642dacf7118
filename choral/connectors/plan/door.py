"""The door of the tracking plan: what is expected, what came otherwise, a plan proposed from what came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from django.db import connections

from choral.books import SYSTEM, Actor, act
from choral.connectors.plan import actions, document, queries, rules
from choral.connectors.plan.values import Coverage, Expected, Standing, Violation
from choral.core.clock import DAY, SYSTEM_CLOCK
from choral.core.errors import InvalidInput
from choral.customers.door import Customers
from choral.events import dedupe
from choral.events.door import Events
from choral.events.lake.rows import Placed, placed

_BATCH = 5_000  # events checked in one transaction
_LOOKED_AT = 200_000  # events at most that a proposal is made from
_OWN = "choral"  # our own facts are as we write them
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class TrackingPlan:
    """Expected events and properties by source. What is otherwise is never dropped: it is counted and shown."""

    def __init__(self, events: Events, customers: Customers) -> None:
        self._events = events
        self._customers = customers

    def plan(self, source: str | None = None) -> tuple[Expected, ...]:
        """What is expected; of one source: its own events and those of all."""
        return tuple(queries.plan(source))

    def line(self, number: str) -> Expected:
        """One event of the plan; `NotFound` `no_such_expected_event`."""
        return queries.line(number)

    def expect(self, actor: Actor, lines: Sequence[Expected]) -> tuple[Expected, ...]:
        """Add events to the plan or change those of the same name and source; raises `InvalidInput`: `no_name`,
        `bad_type`, `bad_properties`, `too_many_properties`, `no_such_source`."""
        self._check_sources(lines)
        act(actions.expect, actor, lines)
        return self.plan()

    def change(self, actor: Actor, line: Expected) -> Expected:
        """Change one; raises what `expect` raises, and `Conflict` `already_expected`."""
        self._check_sources([line])
        act(actions.change, actor, line)
        return self.line(line.id)

    def forget(self, actor: Actor, number: str) -> None:
        """An event is no longer expected."""
        act(actions.forget, actor, number)

    def violations(
        self, source: str | None = None, event: str | None = None, limit: int = 500
    ) -> tuple[Violation, ...]:
        """What came otherwise since checking began, the most frequent first."""
        return tuple(queries.violations(source, event, limit))

    def coverage(self) -> tuple[Coverage, ...]:
        """What came since checking began, the most frequent first."""
        plan = rules.by_name(queries.plan())
        return tuple(
            Coverage(source, event, count, good, rules.expected_of(plan, source, event) is not None, last)
            for source, event, count, good, last in queries.seen()
        )

    def standing(self) -> Standing:
        """The plan and what came, in a few figures."""
        covered = self.coverage()
        return Standing(
            len(queries.plan()), sum(one.count for one in covered), sum(one.good for one in covered),
            sum(one.count for one in covered if not one.planned), queries.kinds(), queries.position() or 0,
            self._customers.status().position,
        )  # fmt: skip

    def propose(self, source: str = "", days: int = 7) -> list[Expected]:
        """What events of the last days had in common: of one source, or of all. Nothing is written."""
        seen = rules.Proposal()
        upto = self._customers.status().position
        after = max(self._events.before(SYSTEM_CLOCK.now() - days * DAY), upto - _LOOKED_AT)
        for item in self._read(after, upto):
            if item.source != _OWN and source in ("", item.source):
                seen.see(item.event.name, _properties(item))
        return seen.plan(source)

    def export(self, name: str) -> dict[str, Any]:
        """The plan in the shape of Segment's, with JSON Schema."""
        return document.written(name, queries.plan())

    def bring_in(self, actor: Actor, text: bytes) -> int:
        """Add a plan in that shape; how many events it has. Raises `InvalidInput` `bad_plan`."""
        try:
            lines = document.read(msgspec.json.decode(text))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            raise InvalidInput(
                "bad_plan", "This is no tracking plan.", f"It is not JSON: {problem}.", status=422
            ) from None
        known = {one.id for one in self._events.sources()}
        # A plan from elsewhere may name sources that are not here: then it speaks of all.
        lines = [one if one.source in known else replace(one, source="") for one in lines]
        act(actions.expect, actor, lines)
        return len(lines)

    def recheck(self, actor: Actor, since: int) -> None:
        """Forget what was found and check again what came in from a time (µs UTC) on."""
        act(actions.begin, actor, self._events.before(since))

    def check_due(self) -> bool:
        """Check the next stretch of the log; whether there was one. For the worker. Begins with the first line of a
        plan, seven days back."""
        before = queries.position()
        if before is None:
            if not queries.plan():
                return False  # a shop without a plan pays nothing
            act(actions.begin, SYSTEM, self._events.before(SYSTEM_CLOCK.now() - 7 * DAY))
            return True
        upto = self._customers.status().position
        if before >= upto:
            return False
        batches = self._events.log.read(before, _BATCH)
        last = min(upto, batches[-1].last) if batches else upto
        found, counted = self._judged(before, last)
        return act(actions.note, SYSTEM, before, last, found, counted)

    def _judged(self, after: int, upto: int) -> tuple[actions.Found, actions.Counted]:
        plan = rules.by_name(queries.plan())
        planned = {source for source, _ in plan}
        found: dict[tuple[str, str, str, str], tuple[int, int, int, list[int]]] = {}
        counts: Counter[tuple[str, str]] = Counter()
        good: Counter[tuple[str, str]] = Counter()
        last: dict[tuple[str, str], int] = {}
        for item in self._read(after, upto):
            if item.source == _OWN:
                continue
            key = (item.source, item.event.name)
            counts[key] += 1
            last[key] = max(item.received, last.get(key, 0))
            if not planned & {"", item.source}:
                continue  # nothing is expected of this source
            faults = rules.faults(rules.expected_of(plan, *key), _properties(item))
            good[key] += not faults
            for kind, name in faults:
                count, first, newest, samples = found.get((*key, kind, name), (0, item.received, 0, []))
                samples.append(item.position)
                found[(*key, kind, name)] = (
                    count + 1, min(first, item.received), max(newest, item.received), samples[-actions.MOST_SAMPLES :]
                )  # fmt: skip
        return found, {key: (count, good[key], last[key]) for key, count in counts.items()}

    def _read(self, after: int, upto: int) -> Iterator[Placed]:
        """The events that count between two positions, batch by batch."""
        withdrawn = frozenset(self._customers.withdrawn())
        while after < upto and (batches := self._events.log.read(after, _BATCH)):
            end = min(upto, batches[-1].last)
            with connections["views"].cursor() as cursor:
                dedupe.prepare(cursor, cursor.db.vendor)
                twice = set(dedupe.excluded(cursor, after, end))
            yield from placed(batches, after, end, twice, withdrawn)
            after = end

    def _check_sources(self, lines: Sequence[Expected]) -> None:
        known = {one.id for one in self._events.sources()} | {""}
        for line in lines:
            if line.source not in known:
                raise InvalidInput(
                    "no_such_source", "There is no such source.", f"“{line.source[:60]}” is not known.",
                    "Leave it empty for all sources.", 422,
                )  # fmt: skip


def _properties(item: Placed) -> dict[str, Any]:
    return _decode(item.event.properties)
