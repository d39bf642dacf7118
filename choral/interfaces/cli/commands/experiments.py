"""`experiments`: planned, started, drawn, read out and brought in from the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from choral.core.money import minor_digits
from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import show_facts, show_json, show_table

if TYPE_CHECKING:
    from choral.analytics.experiments.values import ArmMean, Comparison, Interval, ReadOut, SegmentRow, Unit

_CHECKS = {
    "passed": "as planned", "failed": "not as planned: no effect is shown", "unknown": "nobody said the planned shares",
}  # fmt: skip
_DECISIONS = {
    "more": "brings more", "less": "brings less", "not_established": "not established", "too_few": "too few yet",
    "hidden": "not shown",
}  # fmt: skip


@click.group("experiments")
def experiments_command() -> None:
    """Randomised tests and hold-outs: plan, draw, read out, import."""


@experiments_command.command("list")
@click.option("--archived", is_flag=True, help="Those put away.")
@common
def list_experiments(archived: bool, home: str | None, as_json: bool) -> None:
    """All experiments, the newest first; those other tools tell of after them."""
    with opened(home) as shop:
        found = shop.analytics.experiments.list(archived)
    if as_json:
        show_json(found)
        return
    show_table(
        ["key", "name", "kind", "state", "drew a lot", "arms", "from", "to"],
        [
            (one.experiment.key, one.experiment.plan.name, one.experiment.plan.kind, one.experiment.state, one.units,
             _CHECKS[one.check], one.first_day, one.last_day)
            for one in found
        ],
        "No experiments yet. Plan one: choral experiments plan “Postcard in May” --arm control --arm card",
    )  # fmt: skip


@experiments_command.command("plan")
@click.argument("name")
@click.option("--arm", "arms", multiple=True, required=True, metavar="KEY[:WEIGHT]", help="The first is the control.")
@click.option("--kind", type=click.Choice(["test", "holdout"]), default="test", show_default=True)
@click.option("--key", default="", help="As events name it [made of the name].")
@click.option("--hypothesis", default="")
@click.option("--primary", default="sales", show_default=True, help="sales, margin, orders, bought, order_value ...")
@click.option("--secondary", multiple=True)
@click.option("--window", type=click.IntRange(1, 365), default=28, show_default=True, help="Days that count.")
@click.option("--audience", default="", help="Who takes part [everybody].")
@click.option("--channel", default="")
@click.option("--campaign", default="", help="The campaign it measures.")
@common
def plan(
    name: str, arms: tuple[str, ...], kind: Literal["test", "holdout"], key: str, hypothesis: str, primary: str,
    secondary: tuple[str, ...], window: int, audience: str, channel: str, campaign: str, home: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Write the plan of an experiment down."""
    with opened(home) as shop:
        from choral.analytics.experiments.door import Arm, Plan

        drawn = []
        for place, text in enumerate(arms):
            word, _, weight = text.partition(":")
            drawn.append(Arm(word, "", int(weight) if weight.isdecimal() else int(not weight), place == 0))
        experiments = shop.analytics.experiments
        made = experiments.create(
            operator(),
            Plan(name, tuple(drawn), kind, hypothesis, primary, secondary, window, audience, channel, campaign),
            key,
        )
        found = experiments.get(made)
    show_json(found) if as_json else click.echo(f"Planned {made}. Start it: choral experiments start {made}")


@experiments_command.command("sizes")
@click.option("--outcome", default="sales", show_default=True)
@click.option("--effect", "percent", type=float, required=True, help="In percent of today's mean.")
@click.option("--window", type=click.IntRange(1, 365), default=28, show_default=True)
@click.option("--audience", default="")
@click.option("--power", type=click.FloatRange(0.5, 0.99), default=0.8, show_default=True)
@common
def sizes(
    outcome: str, percent: float, window: int, audience: str, power: float, home: str | None, as_json: bool
) -> None:
    """How many customers a test of two equal arms needs, from the shop's own past."""
    with opened(home) as shop:
        found = shop.analytics.experiments.sizes(
            outcome, relative=percent / 100, window_days=window, audience=audience, power=power
        )
    if as_json:
        show_json(found)
        return
    if found is None:
        click.echo("There is no past to plan from yet.")
        return
    show_facts([
        ("customers to look at any day", found.any_day_adjusted), ("to look once, at the end", found.one_look_adjusted),
        ("without what was bought before", found.any_day), ("there are now", found.eligible),
        ("explained by what was bought before, %", round(100 * found.history.explained, 1)),
        ("days until so many came by", found.days),
    ])  # fmt: skip


@experiments_command.command("start")
@click.argument("key")
@common
def start(key: str, home: str | None, as_json: bool) -> None:
    """Lots may be drawn from now on."""
    with opened(home) as shop:
        shop.analytics.experiments.start(operator(), key)
    _done(as_json, key, "running")


@experiments_command.command("stop")
@click.argument("key")
@common
def stop(key: str, home: str | None, as_json: bool) -> None:
    """Nobody draws any more; who drew keeps the arm."""
    with opened(home) as shop:
        shop.analytics.experiments.stop(operator(), key)
    _done(as_json, key, "stopped")


@experiments_command.command("archive")
@click.argument("key")
@click.option("--restore", is_flag=True, help="Take it out again.")
@common
def archive(key: str, restore: bool, home: str | None, as_json: bool) -> None:
    """Put an experiment away."""
    with opened(home) as shop:
        shop.analytics.experiments.archive(operator(), key, not restore)
    _done(as_json, key, "restored" if restore else "archived")


@experiments_command.command("assign")
@click.argument("key")
@click.argument("person")
@common
def assign(key: str, person: str, home: str | None, as_json: bool) -> None:
    """The arm of PERSON (card:8812, an e-mail, a customer's id), drawn at the first time."""
    with opened(home) as shop:
        found = shop.analytics.experiments.assign(operator(), key, person)
    show_json(found) if as_json else click.echo(
        f"{found.arm}{'' if found.counted else f' (not counted: {found.reason})'}"
    )


@experiments_command.command("enrol")
@click.argument("key")
@common
def enrol(key: str, home: str | None, as_json: bool) -> None:
    """Draw for everybody who is eligible now."""
    with opened(home) as shop:
        people = shop.analytics.experiments.enrol(operator(), key)
    show_json({"experiment": key, "people": people}) if as_json else click.echo(f"{people:,} drew a lot.")


@experiments_command.command("read")
@click.argument("key")
@click.option("--outcome", "outcomes", multiple=True, help="Others than the plan's.")
@common
def read(key: str, outcomes: tuple[str, ...], home: str | None, as_json: bool) -> None:
    """The answer of an experiment, with intervals that hold at any look."""
    with opened(home) as shop:
        found = shop.analytics.experiments.read(key, outcomes or None)
    show_json(found) if as_json else _show(found)


@experiments_command.command("responders")
@click.argument("key")
@click.option("--outcome", default="", help="Instead of the primary one.")
@click.option("--arm", default="", help="Instead of the first one beside the control.")
@common
def responders(key: str, outcome: str, arm: str, home: str | None, as_json: bool) -> None:
    """Who responds to KEY, shown on units the model had not seen."""
    with opened(home) as shop:
        found = shop.analytics.uplift.of_experiment(key, outcome, arm)
    if as_json:
        show_json(found)
        return
    click.echo(f"{found.verdict}; treat: {found.advice}" + (f" {found.share:.0%}" if found.share else ""))
    if found.p is not None:
        click.echo(f"p that nobody responds otherwise than others: {found.p:.4f}")
    show_table(
        ["attribute", "level", "units", "effect", "95 % low", "high", "p"],
        [(one.attribute, one.level, one.units, round(one.effect, 4), round(one.low, 4), round(one.high, 4),
          round(one.p, 4)) for one in found.responders[:20]],
        "Nothing to tell apart.",
    )  # fmt: skip


@experiments_command.command("policy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reward", default="reward", show_default=True, help="Column of what a decision brought.")
@click.option("--propensity", default="propensity", show_default=True, help="Its chance when it was made.")
@click.option("--policy", default="policy", show_default=True, help="Its chance under the other policy.")
@common
def policy_value(file: Path, reward: str, propensity: str, policy: str, home: str | None, as_json: bool) -> None:
    """What another way of choosing would have brought, from the log in a CSV FILE."""
    with opened(home) as shop:
        from pyarrow import ArrowInvalid, csv  # deferred: help comes at once

        from choral.core.errors import InvalidInput

        try:
            table = csv.read_csv(file)
        except ArrowInvalid as error:
            raise InvalidInput(
                "unreadable", "This is no CSV file.", str(error)[:200], "Commas between values."
            ) from error
        found = shop.analytics.uplift.policy(table, reward, propensity, policy)
    if as_json:
        show_json(found)
        return
    show_table(
        ["method", "value a decision", "95 % low", "high"],
        [(one.method, round(one.value, 6), round(one.low, 6), round(one.high, 6))
         for one in (found.logged, *found.estimates)], "",
    )  # fmt: skip
    click.echo(f"{found.decisions:,} decisions, worth {found.effective:,.0f} under the other policy.")
    if not found.enough:
        click.echo("That is too few: read nothing into it.")


@experiments_command.command("segments")
@click.argument("key")
@click.argument("attribute")
@click.option("--outcome", default="", help="[the primary one]")
@click.option("--arm", default="", help="[the first that is not the control]")
@common
def segments(key: str, attribute: str, outcome: str, arm: str, home: str | None, as_json: bool) -> None:
    """The effect by something known before the lot, and where it differs from the rest."""
    with opened(home) as shop:
        found = shop.analytics.experiments.segments(key, attribute, outcome, arm)
        result = shop.analytics.experiments.frame(key).outcome(found.outcome)
        currency = shop.analytics.as_of().currency
    if as_json:
        show_json(found)
        return
    show_table(
        [attribute, "units", "effect", "low", "high", "from the rest", "low", "high", "differs"],
        [_segment(row, result.unit, currency) for row in found.rows],
        "No units yet.",
    )


@experiments_command.command("effects")
@click.option("--experiment", help="Only of this one.")
@common
def effects(experiment: str | None, home: str | None, as_json: bool) -> None:
    """Measured effects of all experiments, for other tools."""
    with opened(home) as shop:
        found = shop.analytics.experiments.effects(experiment)
        currency = shop.analytics.as_of().currency
    if as_json:
        show_json(found)
        return
    show_table(
        ["experiment", "outcome", "channel", "treated", "effect each", "low", "high", "decision"],
        [
            (one.experiment, one.outcome, one.channel, one.treated, _value(one.effect, one.unit, currency),
             _value(one.low, one.unit, currency), _value(one.high, one.unit, currency), _DECISIONS[one.decision])
            for one in found
        ],
        "Nothing was measured yet.",
    )  # fmt: skip


@experiments_command.command("channels")
@click.option("--measure", type=click.Choice(["sales", "orders", "bought"]), default="sales", show_default=True)
@common
def channels(measure: str, home: str | None, as_json: bool) -> None:
    """What each channel brings per treated customer over all its experiments."""
    with opened(home) as shop:
        found = shop.analytics.experiments.channels(measure)
        currency = shop.analytics.as_of().currency
    if as_json:
        show_json(found)
        return
    unit: Unit = "money" if measure == "sales" else "share" if measure == "bought" else "number"
    show_table(
        ["channel", "experiments", "treated", "effect each", "low", "high", "cost each", "answer"],
        [
            (one.channel, one.experiments, one.treated, *_bounds(one.interval, unit, currency),
             _value(one.cost, "money", currency), _DECISIONS[one.decision])
            for one in found
        ],
        "No channel has experiments that can be told yet.",
    )  # fmt: skip


@experiments_command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--arm", required=True, help="The column that says who got what.")
@click.option("--outcome", "outcomes", multiple=True, required=True, help="A column of numbers; the first is primary.")
@click.option("--unit", default="", help="The column of the unit's id [each row is one].")
@click.option("--covariate", "covariates", multiple=True, help="A number known before the lot.")
@click.option("--attribute", "attributes", multiple=True, help="Something known before, to cut by.")
@click.option("--money", multiple=True, help="Outcomes that are amounts of money.")
@click.option("--control", default="", help="The arm the others are compared with [found by its name].")
@click.option("--weight", "weights", type=click.IntRange(1), multiple=True, help="Planned shares, arms by name.")
@click.option("--name", default="", help="[the file's]")
@common
def import_file(
    file: BinaryIO, arm: str, outcomes: tuple[str, ...], unit: str, covariates: tuple[str, ...],
    attributes: tuple[str, ...], money: tuple[str, ...], control: str, weights: tuple[int, ...], name: str,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Bring in a randomised data set: a row a unit, any arms, outcomes and attributes."""
    with opened(home) as shop:
        from choral.analytics.experiments.door import Mapping

        draft = shop.connectors.upload(Path(file.name).name, file, operator())
        try:
            read_in = shop.connectors.tabled(draft.id)
            mapping = Mapping(arm, outcomes, unit, covariates, attributes, money, control, read_in.decimal)
            key, refused = shop.analytics.experiments.take(
                operator(), name or draft.name, read_in.table, mapping, weights
            )
        finally:
            shop.connectors.discard(draft.id, operator())
        units = shop.analytics.experiments.read(key).units
    if as_json:
        show_json({"key": key, "units": units, "refused": refused, "undivided": read_in.undivided})
        return
    click.echo(f"Imported {units:,} units as {key}. Read it: choral experiments read {key}")
    for one in refused:
        click.echo(f"{one.rows:,} rows refused: {one.message} (rows {', '.join(map(str, one.first))})")
    if read_in.undivided:
        click.echo(f"{read_in.undivided:,} rows refused: they have not the columns of the head")


def _done(as_json: bool, key: str, state: str) -> None:
    show_json({"id": key, "state": state}) if as_json else click.echo(f"{key}: {state}.")


def _show(found: ReadOut) -> None:
    plan_, ratio = found.experiment.plan, found.sample_ratio
    facts: list[tuple[str, str | int | None]] = [
        ("experiment", f"{plan_.name} ({found.experiment.key})"), ("measured", found.units), ("waiting", found.waiting),
        ("arms", f"{_CHECKS[ratio.check]}{f' (p = {ratio.p:.4f})' if ratio.p is not None else ''}"),
        ("drew two arms", found.crossed),
    ]  # fmt: skip
    show_facts(facts)
    rows = []
    for result in found.outcomes:
        arms = {one.arm: one for one in result.arms}
        rows += [_compared(one, arms, result.outcome, result.unit, found.currency) for one in result.comparisons]
    show_table(
        ["outcome", "arm", "units", "mean", "against", "effect", "low", "high", "relative, %", "p", "answer"], rows,
        "Nothing to compare.",
    )  # fmt: skip
    click.echo("Effects are causal: the lot was drawn by chance. Intervals hold however often you look (95 % in all).")


def _compared(
    one: Comparison, arms: dict[str, ArmMean], outcome: str, unit: Unit, currency: str
) -> tuple[str | int | float | None, ...]:
    arm, interval = arms[one.arm], one.interval
    against = _value(arms[one.control].mean, unit, currency)
    relative = None if interval is None or interval.relative is None else round(100 * interval.relative, 1)
    return (
        outcome, one.arm, arm.units, _value(arm.mean, unit, currency), against, *_bounds(interval, unit, currency),
        relative, round(one.holm, 4), _DECISIONS[one.decision],
    )  # fmt: skip


def _segment(row: SegmentRow, unit: Unit, currency: str) -> tuple[str | int | float | None, ...]:
    return (
        row.value or "(unknown)", row.units, *_bounds(row.effect, unit, currency),
        *_bounds(row.difference, unit, currency), _DECISIONS[row.decision],
    )  # fmt: skip


def _bounds(interval: Interval | None, unit: Unit, currency: str) -> tuple[float | None, float | None, float | None]:
    if interval is None:
        return None, None, None
    low, high = _value(interval.low, unit, currency), _value(interval.high, unit, currency)
    return _value(interval.effect, unit, currency), low, high


def _value(number: float | None, unit: Unit, currency: str) -> float | None:
    """Money in major units, shares in percent."""
    if number is None:
        return None
    scale = {"money": 0.1 ** minor_digits(currency) if currency else 1.0, "share": 100.0, "number": 1.0}[unit]
    return round(number * scale, 4)
