"""The door of journeys: paths, funnels, cohorts, sequences, visits, and the people behind each of them.

Everything is of the marts' last version (`analytics.as_of()`), and of an empty shop too. What precedes a purchase has
not therefore caused it: these are counts and correlations, none of them is a causal figure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from choral.analytics.journeys import cohorts, funnels, picture, sequences, sessions
from choral.analytics.journeys.asking import Asking
from choral.analytics.journeys.groups import Groups, People
from choral.analytics.journeys.queries import CohortQuery, FunnelQuery, PathQuery, SequenceQuery
from choral.analytics.journeys.values import (
    Cohorts,
    Funnel,
    FunnelStep,
    JourneyDifference,
    Offered,
    Sequences,
    SessionRow,
    Step,
)  # fmt: skip
from choral.analytics.journeys.values import Journeys as Ways
from choral.core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from choral.analytics.door import Analytics

_YEAR = timedelta(days=364)  # both days included: the range that pages open with
_USUAL = ("Page Viewed", "Product Viewed", "Product Added", "Order Completed")
_NOBODY = People(np.zeros(0, dtype=np.int64))
__all__ = ["CohortQuery", "FunnelQuery", "Journeys", "PathQuery", "People", "SequenceQuery"]


class Journeys:
    """Ways of customers. Days are days of the shop's time zone, times seconds, amounts minor units."""

    def __init__(self, analytics: Analytics) -> None:
        self._analytics = analytics

    def offered(self) -> Offered:
        """What steps can be made of: events and channels that occur, the most frequent first, and campaigns."""
        asking = self._asking()
        return asking.offered() if asking else Offered((), (), ())

    def usual_steps(self) -> tuple[str, ...]:
        """The way through a shop, as far as its steps are recorded: page, product, basket, order."""
        seen = {event for event, _channel, _count in self.offered().events}
        return tuple(step for step in _USUAL[:-1] if step in seen) + _USUAL[-1:]

    def paths(self, query: PathQuery | None = None) -> Ways:
        """The ways customers took, one each, as nodes (depth, label), links, whole ways and passages with their times.

        By default from the first touch to the first order. Raises `InvalidInput` of `PathQuery.check` and
        `no_such_segment`.
        """
        query = query or PathQuery()
        query.check()
        asking = self._asking()
        if asking is None:
            return Ways(query.by, query.start, query.end, query.depth, query.backwards, 0, 0, (), (), (), (),
                        query.since, query.until, query.segment)  # fmt: skip
        people = asking.groups.people(query.segment)
        return asking.kept(query, Ways, people, lambda: picture.answer(asking, query, people))

    def difference(self, query: PathQuery, other: str) -> JourneyDifference:
        """The ways of `query.segment` beside those of another segment, link by link with 95 % intervals."""
        return picture.difference(self.paths(query), self.paths(replace(query, segment=other)))

    def path_people(self, query: PathQuery, node: str, to: str | None = None) -> People:
        """The customers at a node (its `id`), or who went from it to the next; `NotFound` `no_such_node`."""
        query.check()
        asking = self._asking()
        return picture.people(asking, query, asking.groups.people(query.segment), node, to) if asking else _NOBODY

    def passage_people(self, query: PathQuery, source: str, target: str) -> People:
        """The customers on whose way one followed the other (labels as `Passage` names them); `NotFound`
        `no_such_label`."""
        query.check()
        asking = self._asking()
        if asking is None:
            return _NOBODY
        return picture.passage_people(asking, query, asking.groups.people(query.segment), source, target)

    def funnel(self, query: FunnelQuery) -> Funnel:
        """How many customers did the steps one after the other within the window after the first (`windowFunnel`).

        A step that was never recorded says so (`events` 0). Raises `InvalidInput` of `FunnelQuery.check` and
        `no_such_segment`.
        """
        query.check()
        asking = self._asking()
        if asking is None:
            steps = tuple(FunnelStep(Step.read(one), 0, 0.0, 0.0, 0.0, 1.0, 0, 0, None) for one in query.steps)
            excluded = tuple(Step.read(one) for one in query.excluded)
            return Funnel(steps, (), query.window_days, query.order, excluded, query.since, query.until, query.segment)
        people = asking.groups.people(query.segment)
        return asking.kept(query, Funnel, people, lambda: funnels.answer(asking, query, people))

    def funnel_people(self, query: FunnelQuery, step: int, lost: bool = False) -> People:
        """The customers who did the steps up to `step` (from 0); `lost`: and went no further."""
        query.check()
        if not 0 <= step < len(query.steps):
            raise NotFound("no_such_step", f"This funnel has no step {step}.", fix="Steps count from 0.", status=404)
        asking = self._asking()
        return funnels.people(asking, query, asking.groups.people(query.segment), step, lost) if asking else _NOBODY

    def cohorts(self, query: CohortQuery | None = None) -> Cohorts:
        """Retention by the period of the first purchase or meeting; amounts in `as_of().currency` only."""
        query = query or CohortQuery()
        query.check()
        asking = self._asking()
        if asking is None or asking.reading.as_of.until is None:
            return Cohorts(query.every, query.activity, query.start, query.measure, self._analytics.as_of().currency,
                           (), (), None, query.segment)  # fmt: skip
        people = asking.groups.people(query.segment)
        return asking.kept(query, Cohorts, people, lambda: cohorts.cohorts(asking.reading, query, people))

    def cohort_people(self, query: CohortQuery, begins: date, after: int = 0, lost: bool = False) -> People:
        """The customers of a cohort active so many periods later; `lost`: those who were not."""
        query.check()
        asking = self._asking()
        if asking is None:
            return _NOBODY
        if not 0 <= after <= cohorts.MOST:
            raise InvalidInput("wrong_period", "There is no such period.", fix="Count from 0.", status=422)
        people = asking.groups.people(query.segment)
        return asking.listed([cohorts.people_of(asking.reading, query, people, begins, after, lost)])

    def sequences(self, query: SequenceQuery | None = None) -> Sequences:
        """Sequences of touches that come before a purchase, or before a loss, more often than not: a correlation."""
        query = query or SequenceQuery()
        query.check()
        asking = self._asking()
        if asking is None:
            return Sequences(query.outcome, query.by, query.window_days, query.horizon_days, 0, 0, 0, 0.0, 0, ())
        people = asking.groups.people(query.segment)
        return asking.kept(query, Sequences, people, lambda: sequences.answer(asking, query, people))

    def sequence_people(self, query: SequenceQuery, steps: tuple[str, ...]) -> People:
        """The customers whose last `window_days` of the data hold the sequence: whom it speaks of now."""
        query.check()
        asking = self._asking()
        return sequences.people(asking, query, asking.groups.people(query.segment), steps) if asking else _NOBODY

    def sessions(
        self, silence_minutes: float = 30.0, since: date | None = None, until: date | None = None, segment: str = ""
    ) -> tuple[SessionRow, ...]:
        """Runs of touches of one channel without a longer silence, by channel, of all touches (the mart `sessions`
        counts only what customers did)."""
        asking = self._asking()
        if asking is None:
            return ()
        within = asking.within(since, until, asking.groups.people(segment))
        return sessions.answer(asking, silence_minutes, within)

    def prepare(self) -> None:
        """Work out what the pages open with; the worker's."""
        as_of = self._analytics.as_of()
        if as_of.until is not None and as_of.since is not None:
            year = as_of.until - _YEAR
            self.paths(PathQuery(since=year if year > as_of.since else None, until=as_of.until))
            self.cohorts()

    @cached_property
    def _groups(self) -> Groups:
        return Groups(self._analytics)

    def _asking(self) -> Asking | None:
        reading = self._analytics.reading()
        return Asking(reading, self._groups) if reading else None
