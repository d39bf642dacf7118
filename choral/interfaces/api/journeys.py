"""Journeys: paths, funnels, cohorts, sequences and visits, and the people behind each, as lists and as audiences."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from choral.analytics.journeys.door import CohortQuery, FunnelQuery, PathQuery, People, SequenceQuery
from choral.analytics.journeys.values import (
    Activity,
    CohortMeasure,
    Cohorts,
    CohortStart,
    Every,
    Funnel,
    JourneyDifference,
    Journeys,
    LabelBy,
    Offered,
    Order,
    Outcome,
    PeoplePage,
    Sequences,
    SessionRow,
    Split,
)  # fmt: skip
from choral.core.errors import NotFound
from choral.customers.audiences.values import Audience
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Limit

router = Router(tags=["Journeys"])
Segment = Annotated[str, Query(max_length=120, description="audience:<key> or value:<segment>; nothing: everybody.")]
Written = Annotated[
    str, Query(max_length=400, description="event | channel | campaign | about; leave out what is any.")
]


class FunnelIn(Schema):
    """A funnel; without steps the usual one of a shop. Days are the shop's, both included."""

    step: list[str] = []
    window_days: float = 7.0
    order: Order = "then"
    exclude: list[str] = []
    split: Split | None = None
    since: date | None = None
    until: date | None = None
    segment: Segment = ""

    def query(self) -> FunnelQuery:
        steps = tuple(self.step) or shop().analytics.journeys.usual_steps()
        return FunnelQuery(
            steps, self.window_days, self.order, tuple(self.exclude), self.split, self.since, self.until, self.segment
        )


class PathIn(Schema):
    """Which ways: from a start to an end, or back from it."""

    by: LabelBy = "channel"
    start: Written = ""
    end: Written = ""
    depth: Annotated[int, Query(ge=1, le=10)] = 4
    backwards: bool = False
    channel: Annotated[str, Query(max_length=120)] = ""
    since: date | None = None
    until: date | None = None
    segment: Segment = ""

    def query(self) -> PathQuery:
        return PathQuery(**{field: getattr(self, field) for field in PathQuery.__dataclass_fields__})


class CohortIn(Schema):
    """Which cohorts, and what counts as coming back."""

    every: Every = "month"
    activity: Activity = "purchases"
    start: CohortStart = "purchase"
    measure: CohortMeasure = "customers"
    segment: Segment = ""

    def query(self) -> CohortQuery:
        return CohortQuery(**{field: getattr(self, field) for field in CohortQuery.__dataclass_fields__})


class SequenceIn(Schema):
    """What is looked for, how long before and how long after."""

    outcome: Outcome = "purchase"
    by: LabelBy = "channel"
    window_days: Annotated[int, Query(ge=1, le=365)] = 30
    horizon_days: Annotated[int, Query(ge=1, le=365)] = 30
    longest: Annotated[int, Query(ge=2, le=4)] = 3
    segment: Segment = ""

    def query(self) -> SequenceQuery:
        return SequenceQuery(**{field: getattr(self, field) for field in SequenceQuery.__dataclass_fields__})


class AtStep(FunnelIn):
    """A step of a funnel (from 0): those who did it, or (`lost`) went no further."""

    at: Annotated[int, Query(ge=0, le=59)] = 0
    lost: bool = False

    def people(self) -> People:
        return shop().analytics.journeys.funnel_people(self.query(), self.at, self.lost)


class AtNode(PathIn):
    """A node of the ways by its id, or the link from it `to` the next; or a passage from `source` to `target`."""

    node: Annotated[str, Query(max_length=400)] = ""
    to: Annotated[str | None, Query(max_length=400)] = None
    source: Annotated[str, Query(max_length=400)] = ""
    target: Annotated[str, Query(max_length=400)] = ""

    def people(self) -> People:
        if self.source and self.target:
            return shop().analytics.journeys.passage_people(self.query(), self.source, self.target)
        return shop().analytics.journeys.path_people(self.query(), self.node, self.to)


class AtCell(CohortIn):
    """A cell of the cohorts: those active so many periods after, or (`lost`) not."""

    begins: Annotated[date | None, Query(description="The first day of the cohort's period.")] = None
    periods: Annotated[int, Query(ge=0, le=60)] = 0
    lost: bool = False

    def people(self) -> People:
        if self.begins is None:
            raise NotFound("no_such_cohort", "No cohort is named.", fix="Give the day it begins.", status=404)
        return shop().analytics.journeys.cohort_people(self.query(), self.begins, self.periods, self.lost)


class AtSequence(SequenceIn):
    """A sequence, one label for each step."""

    step: list[str] = []

    def people(self) -> People:
        return shop().analytics.journeys.sequence_people(self.query(), tuple(self.step))


class ListName(Schema):
    """What the audience is called."""

    name: str


@reads(router, "/journeys/steps", "analytics.view", Offered)
def list_journey_steps(request: HttpRequest) -> Offered:
    """What steps can be made of: events with their channels, channels, campaigns."""
    return shop().analytics.journeys.offered()


@reads(router, "/journeys/paths", "analytics.view", Journeys)
def get_paths(request: HttpRequest, asked: Annotated[PathIn, Query()]) -> Journeys:
    """The ways customers took: nodes, links, whole ways, and what follows what after how long."""
    return shop().analytics.journeys.paths(asked.query())


@reads(router, "/journeys/paths/difference", "analytics.view", JourneyDifference)
def compare_paths(request: HttpRequest, asked: Annotated[PathIn, Query()], other: Segment = "") -> JourneyDifference:
    """The ways of one segment beside those of another, link by link with 95 % intervals."""
    return shop().analytics.journeys.difference(asked.query(), other)


@reads(router, "/journeys/funnel", "analytics.view", Funnel)
def get_funnel(request: HttpRequest, asked: Annotated[FunnelIn, Query()]) -> Funnel:
    """How many customers did the steps one after the other, all within the window after the first."""
    return shop().analytics.journeys.funnel(asked.query())


@reads(router, "/journeys/cohorts", "analytics.view", Cohorts)
def get_cohorts(request: HttpRequest, asked: Annotated[CohortIn, Query()]) -> Cohorts:
    """How many come back, by the period of their first purchase."""
    return shop().analytics.journeys.cohorts(asked.query())


@reads(router, "/journeys/sequences", "analytics.view", Sequences)
def get_sequences(request: HttpRequest, asked: Annotated[SequenceIn, Query()]) -> Sequences:
    """Which sequences of touches come before a purchase, or a loss, more often than not: a correlation."""
    return shop().analytics.journeys.sequences(asked.query())


@reads(router, "/journeys/sessions", "analytics.view", tuple[SessionRow, ...])
def list_sessions(
    request: HttpRequest,
    silence_minutes: Annotated[float, Query(gt=0, le=1_440)] = 30.0,
    since: date | None = None,
    until: date | None = None,
    segment: Segment = "",
) -> tuple[SessionRow, ...]:
    """Visits by channel: runs of touches without a longer silence."""
    return shop().analytics.journeys.sessions(silence_minutes, since, until, segment)


@reads(router, "/journeys/paths/customers", "analytics.view", PeoplePage)
def list_path_customers(
    request: HttpRequest, asked: Annotated[AtNode, Query()], after: Cursor = None, limit: Limit = 50
) -> PeoplePage:
    """The customers at a place on the ways, or going from it to the next, by id."""
    return asked.people().page(after, limit)


@writes(router, "POST", "/journeys/paths/customers", "audiences.manage", Audience, status=201)
def keep_path_customers(request: HttpRequest, asked: Annotated[AtNode, Query()], kept: ListName) -> Audience:
    """Keep the customers at a place on the ways, or going from it to the next, as an audience that never moves."""
    return _kept(request, asked.people(), kept.name, "paths")


@reads(router, "/journeys/funnel/customers", "analytics.view", PeoplePage)
def list_funnel_customers(
    request: HttpRequest, asked: Annotated[AtStep, Query()], after: Cursor = None, limit: Limit = 50
) -> PeoplePage:
    """The customers at a step of a funnel, or lost after it, by id."""
    return asked.people().page(after, limit)


@writes(router, "POST", "/journeys/funnel/customers", "audiences.manage", Audience, status=201)
def keep_funnel_customers(request: HttpRequest, asked: Annotated[AtStep, Query()], kept: ListName) -> Audience:
    """Keep the customers at a step of a funnel, or lost after it, as an audience that never moves."""
    return _kept(request, asked.people(), kept.name, "funnel")


@reads(router, "/journeys/cohorts/customers", "analytics.view", PeoplePage)
def list_cohort_customers(
    request: HttpRequest, asked: Annotated[AtCell, Query()], after: Cursor = None, limit: Limit = 50
) -> PeoplePage:
    """The customers at a cell of the cohorts, or lost in it, by id."""
    return asked.people().page(after, limit)


@writes(router, "POST", "/journeys/cohorts/customers", "audiences.manage", Audience, status=201)
def keep_cohort_customers(request: HttpRequest, asked: Annotated[AtCell, Query()], kept: ListName) -> Audience:
    """Keep the customers at a cell of the cohorts, or lost in it, as an audience that never moves."""
    return _kept(request, asked.people(), kept.name, "cohorts")


@reads(router, "/journeys/sequences/customers", "analytics.view", PeoplePage)
def list_sequence_customers(
    request: HttpRequest, asked: Annotated[AtSequence, Query()], after: Cursor = None, limit: Limit = 50
) -> PeoplePage:
    """The customers at a sequence: those whose last days hold it, by id."""
    return asked.people().page(after, limit)


@writes(router, "POST", "/journeys/sequences/customers", "audiences.manage", Audience, status=201)
def keep_sequence_customers(request: HttpRequest, asked: Annotated[AtSequence, Query()], kept: ListName) -> Audience:
    """Keep the customers at a sequence: those whose last days hold it, as an audience that never moves."""
    return _kept(request, asked.people(), kept.name, "sequences")


def _kept(request: HttpRequest, people: People, name: str, source: str) -> Audience:
    audiences = shop().customers.audiences
    return audiences.get(audiences.keep_list(who(request).actor, name, people.ids.tolist(), f"journeys: {source}"))
