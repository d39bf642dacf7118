"""The tracking plan over HTTP: what is expected of events, what came otherwise, a plan proposed from what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from choral.connectors.plan.values import Coverage, Expected, Property, Standing, Violation
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Done, moment

router = Router(tags=["Tracking plan"])
LineId = Annotated[str, Path(max_length=36)]
SOURCE = Field("", max_length=60, description="The id of a source; empty for all.")


class PropertyIn(Strict):
    """A property that an event is expected to have."""

    name: str = Field(min_length=1, max_length=200)
    type: str = Field("any", pattern="^(string|number|integer|boolean|array|object|time|any)$")
    required: bool = False
    allowed: list[str] = Field([], max_length=500, description="All values it may have; empty for any.")
    description: str = Field("", max_length=2_000)


class ExpectedIn(Strict):
    """An event that is expected."""

    event: str = Field(min_length=1, max_length=200)
    source: str = SOURCE
    description: str = Field("", max_length=2_000)
    properties: list[PropertyIn] = Field([], max_length=200)

    def line(self, number: str = "") -> Expected:
        return Expected(
            number, self.source, self.event,
            tuple([Property(o.name, o.type, o.required, tuple(o.allowed), o.description) for o in self.properties]),
            self.description,
        )  # fmt: skip


class ExpectedMany(Strict):
    events: list[ExpectedIn] = Field(max_length=2_000)


class PlanDocument(Strict):
    document: dict[str, Any] = Field(description="A tracking plan as Segment writes it: rules.events with JSON Schema.")


class Since(Strict):
    since: datetime = Field(description="Check again what came in from then on.")


@dataclass(frozen=True)
class PlanPage:
    """The plan by event."""

    rows: tuple[Expected, ...]
    next: str | None


@dataclass(frozen=True)
class ViolationPage:
    """What came otherwise, the most frequent first."""

    rows: tuple[Violation, ...]
    next: str | None


@dataclass(frozen=True)
class CoveragePage:
    """What came, the most frequent first."""

    rows: tuple[Coverage, ...]
    next: str | None


@dataclass(frozen=True)
class Written:
    """The plan as Segment writes one."""

    document: dict[str, object]


@reads(router, "/tracking-plan", "events.view", PlanPage)
def list_expected_events(request: HttpRequest, source: Annotated[str | None, Query(max_length=60)] = None) -> PlanPage:
    """What is expected of events."""
    return PlanPage(shop().connectors.plan.plan(source or None), None)


@writes(router, "POST", "/tracking-plan", "plan.manage", PlanPage)
def expect_events(request: HttpRequest, new: ExpectedMany) -> PlanPage:
    """Add events, or change those of the same name and source."""
    return PlanPage(shop().connectors.plan.expect(who(request).actor, [one.line() for one in new.events]), None)


@reads(router, "/tracking-plan/standing", "events.view", Standing)
def get_plan_standing(request: HttpRequest) -> Standing:
    """The plan and what came, in a few figures."""
    return shop().connectors.plan.standing()


@reads(router, "/tracking-plan/violations", "events.view", ViolationPage)
def list_violations(
    request: HttpRequest,
    source: Annotated[str | None, Query(max_length=60)] = None,
    event: Annotated[str | None, Query(max_length=200)] = None,
) -> ViolationPage:
    """What came otherwise, with positions of samples; nothing of it was dropped."""
    return ViolationPage(shop().connectors.plan.violations(source, event), None)


@reads(router, "/tracking-plan/coverage", "events.view", CoveragePage)
def list_coverage(request: HttpRequest) -> CoveragePage:
    """What came since checking began, and whether the plan knows it."""
    return CoveragePage(shop().connectors.plan.coverage(), None)


@reads(router, "/tracking-plan/proposal", "events.view", PlanPage)
def propose_plan(
    request: HttpRequest,
    source: Annotated[str, Query(max_length=60)] = "",
    days: Annotated[int, Query(ge=1, le=90)] = 7,
) -> PlanPage:
    """A plan from what came in the last days; nothing is written."""
    return PlanPage(tuple(shop().connectors.plan.propose(source, days)), None)


@reads(router, "/tracking-plan/document", "events.view", Written)
def export_plan(request: HttpRequest) -> Written:
    """The plan in the shape of Segment's."""
    return Written(shop().connectors.plan.export(shop().home.name))


@writes(router, "POST", "/tracking-plan/document", "plan.manage", Done)
def import_plan(request: HttpRequest, new: PlanDocument) -> Done:
    """Add the events of a plan in that shape."""
    many = shop().connectors.plan.bring_in(who(request).actor, msgspec.json.encode(new.document))
    return Done(str(many), "expected")


@writes(router, "POST", "/tracking-plan/recheck", "plan.manage", Done)
def recheck_events(request: HttpRequest, asked: Since) -> Done:
    """Forget what was found and check again from a time on."""
    shop().connectors.plan.recheck(who(request).actor, moment(asked.since) or 0)
    return Done("plan", "rechecking")


@reads(router, "/tracking-plan/{line_id}", "events.view", Expected)
def get_expected_event(request: HttpRequest, line_id: LineId) -> Expected:
    """One event of the plan."""
    return shop().connectors.plan.line(line_id)


@writes(router, "PUT", "/tracking-plan/{line_id}", "plan.manage", Expected)
def change_expected_event(request: HttpRequest, line_id: LineId, new: ExpectedIn) -> Expected:
    """Change it; its version grows."""
    return shop().connectors.plan.change(who(request).actor, new.line(line_id))


@writes(router, "DELETE", "/tracking-plan/{line_id}", "plan.manage", Done)
def forget_expected_event(request: HttpRequest, line_id: LineId) -> Done:
    """It is no longer expected."""
    shop().connectors.plan.forget(who(request).actor, line_id)
    return Done(line_id, "forgotten")
