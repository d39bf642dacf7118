"""Areas over HTTP: studies of what a change in some stores or regions brought, plans for tests, imported tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from choral.analytics.geo.actions import (
    keep_study,
    keep_table,
    remove_study,
    remove_table,
    restore_study,
    restore_table,
)
from choral.analytics.geo.panel import read
from choral.analytics.geo.values import Design, Finding, Grain, Imported, Outcome, Question, Study, Unit
from choral.books import act
from choral.core.errors import InvalidInput
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Done
from choral.interfaces.api.uploads import BODY, uploaded

router = Router(tags=["Areas"])
Id = Annotated[str, Path(max_length=36)]
Source = Annotated[str, Query(max_length=36, description="stores, or the id of an imported table.")]
_LARGEST = 32 << 20


class QuestionIn(Strict):
    """Which areas were changed, and when; days of the shop's zone, both included."""

    name: str = Field(min_length=1, max_length=120)
    units: list[str] = Field(min_length=1, max_length=200, description="Stores, or areas of the table.")
    starts: date
    ends: date
    source: str = Field("stores", max_length=36, description="stores, or the id of an imported table.")
    outcome: Outcome = "sales"
    grain: Grain = "week"
    campaign_id: str = Field("", max_length=200)

    def question(self) -> Question:
        return Question(
            self.name, tuple(self.units), self.starts, self.ends, self.source, self.outcome, self.grain,
            self.campaign_id,
        )  # fmt: skip


@dataclass(frozen=True)
class StudyPage:
    """All studies, the last changed first."""

    rows: tuple[Study, ...]
    next: str | None


@dataclass(frozen=True)
class TablePage:
    """All imported tables, the newest first."""

    rows: tuple[Imported, ...]
    next: str | None


@dataclass(frozen=True)
class UnitPage:
    """Stores or areas with their mean outcome a day, biggest first."""

    rows: tuple[Unit, ...]
    next: str | None


@reads(router, "/area-studies", "analytics.view", StudyPage)
def list_area_studies(request: HttpRequest) -> StudyPage:
    """The questions kept about changes in some areas."""
    return StudyPage(tuple(shop().analytics.geo.studies()), None)


@writes(router, "POST", "/area-studies", "studies.manage", Study, status=201)
def keep_area_study(request: HttpRequest, asked: QuestionIn) -> Study:
    """Keep a question; its answer is at /area-studies/{id}/answer."""
    return shop().analytics.geo.study(act(keep_study, who(request).actor, asked.question()))


@reads(router, "/area-studies/{study_id}", "analytics.view", Study)
def get_area_study(request: HttpRequest, study_id: Id) -> Study:
    """One question."""
    return shop().analytics.geo.study(study_id)


@writes(router, "PUT", "/area-studies/{study_id}", "studies.manage", Study)
def change_area_study(request: HttpRequest, study_id: Id, asked: QuestionIn) -> Study:
    """Ask otherwise."""
    return shop().analytics.geo.study(act(keep_study, who(request).actor, asked.question(), study_id))


@writes(router, "DELETE", "/area-studies/{study_id}", "studies.manage", Done)
def remove_area_study(request: HttpRequest, study_id: Id) -> Done:
    """Put a study away; it can be brought back."""
    act(remove_study, who(request).actor, study_id)
    return Done(study_id, "removed")


@writes(router, "POST", "/area-studies/{study_id}/return", "studies.manage", Study)
def restore_area_study(request: HttpRequest, study_id: Id) -> Study:
    """Bring a study back that was put away."""
    act(restore_study, who(request).actor, study_id)
    return shop().analytics.geo.study(study_id)


@reads(router, "/area-studies/{study_id}/answer", "analytics.view", Finding)
def get_area_answer(request: HttpRequest, study_id: Id) -> Finding:
    """What the change brought, with its interval, what the comparison is made of, and the checks."""
    geo = shop().analytics.geo
    return geo.answer(geo.study(study_id).question)


@reads(router, "/area-plan", "analytics.view", Design)
def get_area_plan(
    request: HttpRequest,
    units: Annotated[int, Query(ge=1, le=20, description="How many areas to change.")] = 2,
    length: Annotated[int, Query(ge=1, le=120, description="How many periods the test lasts.")] = 4,
    grain: Grain = "week",
    outcome: Outcome = "sales",
    source: Source = "stores",
) -> Design:
    """Which areas to change in a test so that it finds the smallest lift, and how often it finds which lift."""
    return shop().analytics.geo.plan(units, length, grain, outcome, source)


@reads(router, "/areas", "analytics.view", UnitPage)
def list_areas(request: HttpRequest, source: Source = "stores", outcome: Outcome = "sales") -> UnitPage:
    """The stores or areas that can be compared."""
    return UnitPage(shop().analytics.geo.units(source, outcome), None)


@reads(router, "/area-tables", "analytics.view", TablePage)
def list_area_tables(request: HttpRequest) -> TablePage:
    """Imported tables of areas."""
    return TablePage(tuple(shop().analytics.geo.tables()), None)


@writes(router, "POST", "/area-tables", "studies.manage", Imported, status=201, extra=BODY)
def import_area_table(request: HttpRequest, name: Annotated[str, Query(min_length=1, max_length=120)]) -> Imported:
    """Import a CSV with the columns unit, day and value, one line a unit and day."""
    _, file = uploaded(request)
    body = file.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise InvalidInput("bad_panel", "The file is larger than 32 MiB.", fix="Send fewer units.", status=422)
    found, left_out = read(body.decode("utf-8-sig", "replace"))
    return shop().analytics.geo.table(act(keep_table, who(request).actor, name, found, left_out))


@writes(router, "DELETE", "/area-tables/{table_id}", "studies.manage", Done)
def remove_area_table(request: HttpRequest, table_id: Id) -> Done:
    """Put a table away; its studies cannot be answered until it is brought back."""
    act(remove_table, who(request).actor, table_id)
    return Done(table_id, "removed")


@writes(router, "POST", "/area-tables/{table_id}/return", "studies.manage", Imported)
def restore_area_table(request: HttpRequest, table_id: Id) -> Imported:
    """Bring a table back that was put away."""
    act(restore_table, who(request).actor, table_id)
    return shop().analytics.geo.table(table_id)
