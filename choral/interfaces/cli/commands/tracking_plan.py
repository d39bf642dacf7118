"""`plan`: what is expected of events, what came otherwise, a plan proposed from what came."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from choral.core.clock import to_microseconds
from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, show_facts, show_json, show_table

_SOURCE = click.option("--source", default="", help="Only of this source (id) [all].")


@click.group("plan")
def plan_command() -> None:
    """The tracking plan: expected events and properties, and what came otherwise."""


@plan_command.command("list")
@_SOURCE
@common
def list_events(source: str, home: str | None, as_json: bool) -> None:
    """What is expected."""
    with opened(home) as shop:
        found = shop.connectors.plan.plan(source or None)
    if as_json:
        show_json(found)
        return
    show_table(
        ["id", "event", "source", "version", "properties", "required"],
        [
            (one.id, one.event, one.source or "all", one.version, len(one.properties),
             ", ".join(item.name for item in one.properties if item.required))
            for one in found
        ],
        "Nothing is expected yet. See what comes: choral plan propose",
    )  # fmt: skip


@plan_command.command("status")
@common
def status(home: str | None, as_json: bool) -> None:
    """How much of what came was as planned."""
    with opened(home) as shop:
        found = shop.connectors.plan.standing()
    if as_json:
        show_json(found)
        return
    facts: list[tuple[str, object]] = [
        ("events of the plan", found.planned), ("checked", found.events), ("as planned", found.good),
        ("not in the plan", found.unknown), ("ways otherwise", found.violations),
        ("waiting", found.head - found.position),
    ]  # fmt: skip
    show_facts(facts)


@plan_command.command("violations")
@_SOURCE
@click.option("--event", help="Only of this event.")
@common
def violations(source: str, event: str | None, home: str | None, as_json: bool) -> None:
    """What came otherwise, the most frequent first."""
    with opened(home) as shop:
        found, zone = shop.connectors.plan.violations(source or None, event), shop.home.time_zone
    if as_json:
        show_json(found)
        return
    show_table(
        ["event", "source", "what", "property", "events", "last", "for example at"],
        [
            (one.event, one.source, one.kind, one.property, one.count, moment(one.last_at, zone),
             ", ".join(map(str, one.samples)))
            for one in found
        ],
        "Everything came as planned.",
    )  # fmt: skip


@plan_command.command("propose")
@_SOURCE
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True)
@click.option("--accept", is_flag=True, help="Write it into the plan.")
@common
def propose(source: str, days: int, accept: bool, home: str | None, as_json: bool) -> None:
    """A plan from what came in the last days."""
    with opened(home) as shop:
        found = shop.connectors.plan.propose(source, days)
        if accept:
            shop.connectors.plan.expect(operator(), found)
    if as_json:
        show_json(found)
        return
    show_table(
        ["event", "properties", "required"],
        [(o.event, ", ".join(f"{item.name}: {item.type}" for item in o.properties),
          ", ".join(item.name for item in o.properties if item.required)) for o in found],
        "Nothing came in these days.",
    )  # fmt: skip
    if found and not accept:
        click.echo("Write it into the plan: --accept")


@plan_command.command("export")
@common
def export(home: str | None, as_json: bool) -> None:
    """Print the plan as Segment writes one (JSON)."""
    with opened(home) as shop:
        found = shop.connectors.plan.export(shop.home.name)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@plan_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common
def bring_in(file: Path, home: str | None, as_json: bool) -> None:
    """Add the events of such a file."""
    with opened(home) as shop:
        many = shop.connectors.plan.bring_in(operator(), file.read_bytes())
    _done(as_json, {"events": many}, f"{many} events are expected.")


@plan_command.command("forget")
@click.argument("line")
@common
def forget(line: str, home: str | None, as_json: bool) -> None:
    """An event is no longer expected."""
    with opened(home) as shop:
        shop.connectors.plan.forget(operator(), line)
    _done(as_json, {"id": line, "state": "forgotten"}, "Forgotten.")


@plan_command.command("recheck")
@click.argument("since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]))
@common
def recheck(since: datetime, home: str | None, as_json: bool) -> None:
    """Check again what came in from a time on (the shop's time zone)."""
    with opened(home) as shop:
        at = to_microseconds(since.replace(tzinfo=ZoneInfo(shop.home.time_zone)))
        shop.connectors.plan.recheck(operator(), at)
    _done(as_json, {"state": "rechecking"}, "It is checked again while the shop runs.")


def _done(as_json: bool, answer: object, said: str) -> None:
    if as_json:
        show_json(answer)
    else:
        click.echo(said)
