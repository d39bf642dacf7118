"""`areas`: what a change in some stores or regions brought, and tests in areas planned."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import money, show_facts, show_json, show_table

if TYPE_CHECKING:
    from choral.analytics.geo.values import Finding, Grain, Outcome

_DAY = click.DateTime(["%Y-%m-%d"])
_SOURCE = click.option("--source", default="stores", show_default=True, help="stores, or the id of a table.")
_GRAIN = click.option("--grain", type=click.Choice(["day", "week"]), default="week", show_default=True)
_OUTCOME = click.option("--outcome", type=click.Choice(["sales", "orders"]), default="sales", show_default=True)


@click.group("areas")
def areas_command() -> None:
    """Changes in some stores or regions: ask, keep, plan."""


@areas_command.command("list")
@common
def list_studies(home: str | None, as_json: bool) -> None:
    """The studies kept."""
    with opened(home) as shop:
        found = shop.analytics.geo.studies()
    if as_json:
        show_json(found)
        return
    show_table(
        ["id", "name", "areas", "from", "until", "source"],
        [(o.id, o.question.name, ", ".join(o.question.units), o.question.starts, o.question.ends, o.question.source)
         for o in found],
        "No study yet. Ask: choral areas ask NAME --unit STORE --since DAY --until DAY",
    )  # fmt: skip


@areas_command.command("show")
@click.argument("study")
@common
def show(study: str, home: str | None, as_json: bool) -> None:
    """The answer of a study kept."""
    with opened(home) as shop:
        found = shop.analytics.geo.answer(shop.analytics.geo.study(study).question)
    show_json(found) if as_json else _show(found)


@areas_command.command("ask")
@click.argument("name")
@click.option("--unit", "units", multiple=True, required=True, help="A store or area that was changed; several times.")
@click.option("--since", type=_DAY, required=True, help="First day of the change.")
@click.option("--until", type=_DAY, required=True, help="Last day, included.")
@_SOURCE
@_GRAIN
@_OUTCOME
@click.option("--campaign", default="", help="The campaign it measures (id).")
@click.option("--keep", is_flag=True, help="Keep the question, so that the console shows it.")
@common
def ask(
    name: str, units: tuple[str, ...], since: datetime, until: datetime, source: str, grain: Grain, outcome: Outcome,
    campaign: str, keep: bool, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """What a change brought in the areas changed."""
    with opened(home) as shop:
        from choral.analytics.geo.actions import checked, keep_study
        from choral.analytics.geo.values import Question
        from choral.books import act

        question = checked(Question(name, units, since.date(), until.date(), source, outcome, grain, campaign))
        if keep:
            act(keep_study, operator(), question)
        found = shop.analytics.geo.answer(question)
    show_json(found) if as_json else _show(found)


@areas_command.command("remove")
@click.argument("study")
@click.option("--undo", is_flag=True, help="Bring it back.")
@common
def remove(study: str, undo: bool, home: str | None, as_json: bool) -> None:
    """Put a study away."""
    with opened(home):
        from choral.analytics.geo.actions import remove_study, restore_study
        from choral.books import act

        act(restore_study if undo else remove_study, operator(), study)
    show_json({"id": study, "state": "kept" if undo else "removed"}) if as_json else click.echo(
        "It is back." if undo else f"Put away. Bring it back: choral areas remove --undo {study}"
    )


@areas_command.command("plan")
@click.option("--units", type=click.IntRange(1, 20), default=2, show_default=True, help="How many areas to change.")
@click.option("--length", type=click.IntRange(1, 120), default=4, show_default=True, help="Periods the test lasts.")
@_SOURCE
@_GRAIN
@_OUTCOME
@common
def plan(
    units: int, length: int, source: str, grain: Grain, outcome: Outcome, home: str | None, as_json: bool
) -> None:  # fmt: skip
    """Which areas to change in a test, and how small a lift it would find."""
    with opened(home) as shop:
        found = shop.analytics.geo.plan(units, length, grain, outcome, source)
    if as_json:
        show_json(found)
        return
    show_table(
        ["areas", "smallest lift", *(f"{lift:.0%}" for lift in found.lifts), "followed", "share"],
        [
            (", ".join(one.units), "-" if one.smallest is None else f"{one.smallest:.0%}",
             *(f"{power:.0%}" for power in one.power), f"{one.followed:.0%}", f"{one.share:.1%}")
            for one in found.plans
        ],
        f"No plan: {found.reason.replace('_', ' ')}.",
    )  # fmt: skip
    click.echo(f"How often each lift is found, over {found.trials} pretended tests in the past.")


@areas_command.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common
def import_table(name: str, file: Path, home: str | None, as_json: bool) -> None:
    """Import a CSV of areas: unit, day, value."""
    with opened(home) as shop:
        from choral.analytics.geo.actions import keep_table
        from choral.analytics.geo.panel import read
        from choral.books import act

        found, left_out = read(file.read_text("utf-8-sig"))
        kept = shop.analytics.geo.table(act(keep_table, operator(), name, found, left_out))
    if as_json:
        show_json(kept)
        return
    gone = f"; left out for missing days: {', '.join(kept.left_out)}" if kept.left_out else ""
    click.echo(f"{kept.id}: {len(kept.units)} areas, {kept.since} to {kept.until}{gone}.")


@areas_command.command("tables")
@common
def tables(home: str | None, as_json: bool) -> None:
    """Imported tables of areas."""
    with opened(home) as shop:
        found = shop.analytics.geo.tables()
    if as_json:
        show_json(found)
        return
    show_table(["id", "name", "areas", "from", "until"],
               [(o.id, o.name, len(o.units), o.since, o.until) for o in found], "No table yet.")  # fmt: skip


def _show(found: Finding) -> None:
    facts: list[tuple[str, object]] = [
        ("study", f"{found.question.name}: {', '.join(found.question.units)}"),
        ("verdict", f"{found.verdict.replace('_', ' ')} ({found.causality})"),
        ("periods", f"{found.before} before, {found.after} since ({found.question.grain}), {found.others} other areas"),
    ]
    effect = found.effect
    if effect is not None:
        facts += [
            ("in total", _range(effect.total, effect.total_low, effect.total_high, found.currency)),
            ("each and period", _range(effect.each, effect.each_low, effect.each_high, found.currency)),
            ("lift", "-" if effect.lift is None else f"{effect.lift:.2%}"),
            ("chance", f"{effect.p:.3f} (conformal, moving blocks); as GeoLift counts it {effect.p_shuffled:.3f}"),
        ]
    show_facts(facts)
    show_table(
        ["check", "value", "needed", "passed"],
        [(o.key, "-" if o.value is None else round(o.value, 3), o.needed, "-" if o.passed is None else o.passed)
         for o in found.checks], "",
    )  # fmt: skip
    show_table(["mixed from", "weight"], [(o.name, round(o.weight, 4)) for o in found.weights[:10]], "")


def _range(middle: float, low: float | None, high: float | None, currency: str) -> str:
    shown = ["open" if one is None else f"{_amount(one, currency):,}" for one in (middle, low, high)]
    return f"{shown[0]} (95 % interval {shown[1]} to {shown[2]})"


def _amount(value: float, currency: str) -> object:
    return money(round(value), currency) if currency else round(value, 2)
