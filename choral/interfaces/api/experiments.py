"""Experiments over HTTP: plan, start, draw lots at any door, read out, bring in a randomised file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from choral.analytics.experiments.door import Arm, Mapping, Plan
from choral.analytics.experiments.stored import RefusedRows
from choral.analytics.experiments.values import (
    Assignment,
    ChannelEffect,
    Experiment,
    ExperimentRow,
    MeasuredEffect,
    ReadOut,
    Segments,
    Sizes,
)
from choral.analytics.uplift.values import Heterogeneity
from choral.core.errors import InvalidInput
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Done
from choral.interfaces.api.uploads import BODY, uploaded

router = Router(tags=["Experiments"])
Key = Annotated[str, Path(max_length=120)]
Name = Annotated[str, Query(max_length=200)]
Several = Annotated[str, Query(max_length=2_000, description="Names divided by commas.")]


class ArmIn(Strict):
    key: str = Field(max_length=80)
    name: str = Field("", max_length=160)
    weight: int = Field(1, ge=1, le=1_000_000, description="Its share of all weights.")
    control: bool = Field(False, description="The arm the others are compared with; without one the first.")


class PlanIn(Strict):
    """What an experiment is to find out."""

    name: str = Field(max_length=160)
    arms: list[ArmIn] = Field(min_length=2, max_length=12)
    kind: Literal["test", "holdout"] = "test"
    key: str = Field("", max_length=80, description="As events name it; empty: made of the name.")
    hypothesis: str = Field("", max_length=1_000)
    primary: str = Field("sales", max_length=200, description="sales, margin, orders, bought, order_value, or of a "
                         "department or product: sales/department/Toys.")  # fmt: skip
    secondary: list[str] = Field([], max_length=11)
    window_days: int = Field(28, ge=1, le=365, description="Days after somebody's lot that count.")
    audience: str = Field("", max_length=80, description="Key of the audience that takes part; empty: everybody.")
    channel: str = Field("", max_length=60)
    campaign_id: str = Field("", max_length=120)


class PersonIn(Strict):
    person: str = Field(min_length=1, max_length=300, description="card:8812, user:17, anonymous:a1b2, an e-mail, "
                        "or a customer's id.")  # fmt: skip


class ArmChosen(Strict):
    arm: str = Field(max_length=80)
    name: str = Field(min_length=1, max_length=120, description="What the list shall be called.")


@dataclass(frozen=True)
class ExperimentPage:
    """Experiments, the newest first."""

    rows: tuple[ExperimentRow, ...]
    next: str | None


@dataclass(frozen=True)
class EffectPage:
    """Measured effects."""

    rows: tuple[MeasuredEffect, ...]
    next: str | None


@dataclass(frozen=True)
class ChannelPage:
    """What each channel brings, by all its experiments."""

    rows: tuple[ChannelEffect, ...]
    next: str | None


@dataclass(frozen=True)
class Imported:
    """An imported experiment and the rows that were not taken."""

    key: str
    refused: tuple[RefusedRows, ...]


@dataclass(frozen=True)
class Drawn:
    """How many drew a lot."""

    experiment: str
    people: int


@dataclass(frozen=True)
class SizeAnswer:
    """What a plan needs; null when the shop has no past to plan from."""

    sizes: Sizes | None


@reads(router, "/experiments", "analytics.view", ExperimentPage)
def list_experiments(request: HttpRequest, archived: bool = False) -> ExperimentPage:
    """All experiments, the newest first, and those other tools tell of after them."""
    return ExperimentPage(shop().analytics.experiments.list(archived), None)


@writes(router, "POST", "/experiments", "experiments.manage", Experiment, status=201)
def create_experiment(request: HttpRequest, new: PlanIn) -> Experiment:
    """Write a plan down. With the key of one that other tools tell of, its planned shares are said."""
    experiments = shop().analytics.experiments
    plan = Plan(
        new.name, tuple(Arm(one.key, one.name, one.weight, one.control) for one in new.arms), new.kind, new.hypothesis,
        new.primary, tuple(new.secondary), new.window_days, new.audience, new.channel, new.campaign_id,
    )  # fmt: skip
    return experiments.get(experiments.create(who(request).actor, plan, new.key))


@reads(router, "/experiments/sizes", "analytics.view", SizeAnswer)
def get_experiment_sizes(
    request: HttpRequest,
    outcome: Name = "sales",
    relative: Annotated[float | None, Query(description="As a share of today's mean: 0.05.")] = None,
    effect: Annotated[float | None, Query(description="In the outcome's unit (money: minor units).")] = None,
    weights: Annotated[str, Query(max_length=200, description="Shares of the arms, the control first: 1,1.")] = "1,1",
    window_days: Annotated[int, Query(ge=1, le=365)] = 28,
    audience: Name = "",
    power: Annotated[float, Query(ge=0.5, le=0.99)] = 0.8,
) -> SizeAnswer:
    """How many customers a test needs to show an effect, from the shop's own past."""
    arms = tuple(Arm(str(place), "", weight, place == 0) for place, weight in enumerate(_whole(weights)))
    sizes = shop().analytics.experiments.sizes(outcome, relative, effect, arms, window_days, audience, power)
    return SizeAnswer(sizes)


@reads(router, "/experiments/effects", "analytics.view", EffectPage)
def list_effects(request: HttpRequest, experiment: Name = "") -> EffectPage:
    """Measured effects of one experiment or of all, with interval, channel, campaign, period and spend."""
    return EffectPage(shop().analytics.experiments.effects(experiment or None), None)


@reads(router, "/experiments/channels", "analytics.view", ChannelPage)
def list_channel_effects(request: HttpRequest, measure: Literal["sales", "orders", "bought"] = "sales") -> ChannelPage:
    """What each channel brings per treated customer over all its experiments, and what a treated customer cost."""
    return ChannelPage(shop().analytics.experiments.channels(measure), None)


@writes(
    router, "POST", "/experiments/imports", "experiments.manage", Imported, status=201, beside=True, extra=BODY
)  # fmt: skip
def import_experiment(
    request: HttpRequest, arm: Name, outcomes: Several, name: Name = "", unit: Name = "", covariates: Several = "",
    attributes: Several = "", money: Several = "", control: Name = "", weights: Name = "",
) -> Imported:  # fmt: skip
    """Bring in a randomised data set as CSV: a row a unit; any arms, outcomes and attributes. No personal data."""
    actor, (file, stream) = who(request).actor, uploaded(request)
    connectors, experiments = shop().connectors, shop().analytics.experiments
    draft = connectors.upload(file, stream, actor)
    try:
        read = connectors.tabled(draft.id)
        mapping = Mapping(
            arm, _names(outcomes), unit, _names(covariates), _names(attributes), _names(money), control, read.decimal
        )
        key, refused = experiments.take(actor, name or file, read.table, mapping, _whole(weights))
    finally:
        connectors.discard(draft.id, actor)
    return Imported(key, (*refused, *undivided(read.undivided, read.first)))


@reads(router, "/experiments/{key}", "analytics.view", Experiment)
def get_experiment(request: HttpRequest, key: Key) -> Experiment:
    """One experiment as it stands."""
    return shop().analytics.experiments.get(key)


@writes(router, "POST", "/experiments/{key}/start", "experiments.manage", Done)
def start_experiment(request: HttpRequest, key: Key) -> Done:
    """Lots may be drawn from now on."""
    shop().analytics.experiments.start(who(request).actor, key)
    return Done(key, "running")


@writes(router, "DELETE", "/experiments/{key}/start", "experiments.manage", Done)
def unstart_experiment(request: HttpRequest, key: Key) -> Done:
    """Back to a plan, as long as nobody drew."""
    shop().analytics.experiments.unstart(who(request).actor, key)
    return Done(key, "planned")


@writes(router, "POST", "/experiments/{key}/stop", "experiments.manage", Done)
def stop_experiment(request: HttpRequest, key: Key) -> Done:
    """Nobody draws any more; who drew keeps the arm."""
    shop().analytics.experiments.stop(who(request).actor, key)
    return Done(key, "stopped")


@writes(router, "DELETE", "/experiments/{key}", "experiments.manage", Done)
def archive_experiment(request: HttpRequest, key: Key) -> Done:
    """Put it away."""
    shop().analytics.experiments.archive(who(request).actor, key)
    return Done(key, "archived")


@writes(router, "POST", "/experiments/{key}/restoration", "experiments.manage", Done)
def restore_experiment(request: HttpRequest, key: Key) -> Done:
    """Take it out again."""
    shop().analytics.experiments.archive(who(request).actor, key, archived=False)
    return Done(key, "restored")


@writes(router, "POST", "/experiments/{key}/assignments", "experiments.manage", Assignment)
def assign_to_experiment(request: HttpRequest, key: Key, one: PersonIn) -> Assignment:
    """The arm of a person, the same at every door and however often it is asked; drawn at the first time."""
    return shop().analytics.experiments.assign(who(request).actor, key, one.person)


@writes(router, "POST", "/experiments/{key}/enrolment", "experiments.manage", Drawn)
def enrol_in_experiment(request: HttpRequest, key: Key) -> Drawn:
    """Draw for everybody who is eligible now; again: for newcomers only."""
    return Drawn(key, shop().analytics.experiments.enrol(who(request).actor, key))


@writes(router, "POST", "/experiments/{key}/groups", "experiments.manage", Done, status=201)
def keep_experiment_group(request: HttpRequest, key: Key, chosen: ArmChosen) -> Done:
    """Keep those who drew an arm as an audience that never moves."""
    return Done(shop().analytics.experiments.group(who(request).actor, key, chosen.arm, chosen.name), "kept")


@reads(router, "/experiments/{key}/results", "analytics.view", ReadOut)
def get_experiment_results(request: HttpRequest, key: Key, outcomes: Several = "") -> ReadOut:
    """The answer: sample ratio, then each outcome with intervals that hold at any look, and what is decided."""
    return shop().analytics.experiments.read(key, _names(outcomes) or None)


@reads(router, "/experiments/{key}/responders", "analytics.view", Heterogeneity)
def get_experiment_responders(request: HttpRequest, key: str, outcome: str = "", arm: str = "") -> Heterogeneity:
    """Who responds to an arm, shown on units the model had not seen: verdict, Qini curve, fifths, levels."""
    return shop().analytics.uplift.of_experiment(key, outcome, arm)


@reads(router, "/experiments/{key}/segments", "analytics.view", Segments)
def get_experiment_segments(
    request: HttpRequest, key: Key, attribute: Name, outcome: Name = "", arm: Name = ""
) -> Segments:
    """The effect by something known before the lot, and where it differs from the rest."""
    return shop().analytics.experiments.segments(key, attribute, outcome, arm)


def undivided(rows: int, first: tuple[int, ...]) -> tuple[RefusedRows, ...]:
    """What is said of rows that have not the columns of the head."""
    return (RefusedRows("undivided", "it has not the columns of the head", rows, first),) if rows else ()


def _names(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _whole(text: str) -> list[int]:
    try:
        found = [int(one) for one in _names(text)]
    except ValueError:
        found = [0]
    if any(not 0 < one <= 1_000_000 for one in found) or len(found) == 1:
        raise InvalidInput(
            "arm_weight", "Weights are whole numbers above zero.", fix="Write one for each arm: 1,1.", status=422
        )
    return found
