"""What changed, why, and what was said: the questions of the room of findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from choral.analytics.findings import actions, queries, rules, sentences
from choral.analytics.findings import why as changes
from choral.analytics.findings.search import search
from choral.analytics.findings.values import By, Finding, FindingList, Said, Why, WhyMetric
from choral.analytics.reading import Desk, Reading
from choral.books import SYSTEM, Actor, act
from choral.core.errors import NotFound

_METHOD = 6  # raise it whenever findings would come out differently


class Findings:
    """Findings of one shop; the same marts always give the same ones. Days are days of the shop's zone."""

    def __init__(self, lake: str, desk: Desk) -> None:
        self._lake, self._desk = lake, desk

    def all(self) -> FindingList:
        """Everything found in the marts of now, worth most first; what was put away apart.

        Method and limits: docs/decisions/0021-findings.md.
        """
        reading = self._desk.reading()
        if reading is None:
            return FindingList(self._desk.as_of().currency, None, 0, 0, 0.05, ())
        return _parted(self._found(reading))

    def prepared(self) -> FindingList | None:
        """The same where the worker has worked it out already; None, at once, where it has not."""
        reading = self._desk.reading()
        found = None if reading is None else reading.kept(_key(), FindingList)
        return None if found is None else _parted(found)

    def one(self, key: str) -> Finding:
        """One finding, put away or not; `NotFound` (`no_such_finding`) when it is not found any more."""
        found = self.all()
        for one in (*found.rows, *found.put_away):
            if one.key == key:
                return one
        raise NotFound("no_such_finding", "There is no such finding.", "It may have passed.", "Look at the list.", 404)

    def put_away(self, actor: Actor, key: str) -> None:
        """Tell a finding no more, until it gets worse by a quarter or comes again after eight weeks."""
        act(actions.put_away, actor, self.one(key))

    def bring_back(self, actor: Actor, key: str) -> None:
        """Tell it again. Raises `NotFound` (`not_put_away`)."""
        act(actions.bring_back, actor, key)

    def said(self, limit: int = 100) -> list[Said]:
        """What was told and when, newest first."""
        return queries.said(limit)

    def text(self, language: str = "en", most: int = 5) -> str:
        """The first findings as plain text (`en`, `fr`, `it`), for a mail; '' when there is nothing to tell."""
        found = self.all()
        return sentences.letter(found, language, most)

    def why(
        self,
        metric: WhyMetric = "sales",
        by: By = "channel",
        since: date | None = None,
        until: date | None = None,
        before_since: date | None = None,
        before_until: date | None = None,
    ) -> Why:
        """The change of a figure between two periods, cut into its causes; by default the last complete week against
        the one before. Parts sum to the change, money to the cent.

        Raises `InvalidInput`: `no_such_metric`, `no_such_slice`, `days_reversed`.
        """
        reading, as_of = self._desk.reading(), self._desk.as_of()
        over = changes.spans(as_of, since, until, before_since, before_until)
        return changes.why(reading, as_of, metric, by, over)

    def prepare(self) -> None:
        """Work everything out and note what is told for the first time; the worker's."""
        told = [(one, sentences.headline(one, "en", self._desk.as_of().currency)) for one in self.all().rows]
        known = {(one.key, one.until) for one in queries.said(1_000)}
        fresh = [pair for pair in told if (pair[0].key, pair[0].until) not in known]
        if fresh:
            act(actions.say, SYSTEM, fresh)

    def _found(self, reading: Reading) -> FindingList:
        return reading.lasting(_key(), FindingList, lambda: search(self._lake, reading))


def _key() -> str:
    return f"findings {_METHOD}"


def _parted(found: FindingList) -> FindingList:
    """What is told, and what was put away and did not get worse."""
    away = queries.away()
    hidden = {one.key for one in found.rows if one.key in away and rules.stays_away(one, away[one.key])}
    return replace(
        found, rows=tuple(one for one in found.rows if one.key not in hidden),
        put_away=tuple(one for one in found.rows if one.key in hidden),
    )  # fmt: skip
