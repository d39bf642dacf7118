"""`forwarding`: the tools that get events, how far each is, and what they did not take."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from choral.core.clock import to_microseconds
from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, show_facts, show_json, show_table

_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
_SINCE = click.option("--since", type=click.DateTime(_TIMES), help="Send what came in from then on [from now on].")


@click.group("forwarding")
def forwarding_command() -> None:
    """Pass events on to other tools as Segment's calls."""


@forwarding_command.command("list")
@common
def list_destinations(home: str | None, as_json: bool) -> None:
    """The tools that get events."""
    with opened(home) as shop:
        found, zone = shop.connectors.forwarding.destinations(), shop.home.time_zone
    if as_json:
        show_json(found)
        return
    show_table(
        ["id", "name", "state", "waiting", "delivered", "last", "not taken", "problem"],
        [
            (one.id, one.settings.name, one.state, one.waiting, one.delivered, moment(one.delivered_at, zone), one.dead,
             one.problem)
            for one in found
        ],
        "No destinations yet. Add one: choral forwarding add “My tool” https://tool.example/v1/batch",
    )  # fmt: skip


@forwarding_command.command("show")
@click.argument("destination")
@common
def show(destination: str, home: str | None, as_json: bool) -> None:
    """One of them, with the secret it checks signatures with."""
    with opened(home) as shop:
        door, zone = shop.connectors.forwarding, shop.home.time_zone
        found, secret = door.destination(destination), door.secret(destination)
    if as_json:
        show_json({"destination": found, "secret": secret})
        return
    settings = found.settings
    facts: list[tuple[str, object]] = [
        ("name", settings.name), ("address", settings.url), ("state", found.state), ("secret", secret),
        ("people", f"{settings.identifiers} {settings.purpose}".strip()),
        ("events", ", ".join(settings.events) or "all"), ("sources", ", ".join(settings.sources) or "all"),
        ("waiting", found.waiting), ("delivered", found.delivered), ("not taken", found.dead),
        ("attempts", found.attempts), ("again at", moment(found.retry_at, zone)), ("problem", found.problem),
    ]  # fmt: skip
    show_facts(facts)


@forwarding_command.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--event", "events", multiple=True, help="Only this event; may be repeated [all].")
@click.option("--source", "sources", multiple=True, help="Only of this source (id); may be repeated [all].")
@click.option("--write-key", default="", help="Sent as the user of Basic authorization.")
@click.option("--plain", "purpose", default="", metavar="PURPOSE",
              help="Say who people are, only of those who agreed to this purpose [codes only].")  # fmt: skip
@_SINCE
@common
def add(
    name: str, url: str, events: tuple[str, ...], sources: tuple[str, ...], write_key: str, purpose: str,
    since: datetime | None, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Another tool that gets events."""
    with opened(home) as shop:
        from choral.connectors.forwarding.values import PLAIN, PSEUDONYMOUS, Settings

        kind = PLAIN if purpose else PSEUDONYMOUS
        settings = Settings(name, url, events, sources, kind, purpose, write_key)
        made = shop.connectors.forwarding.add(operator(), settings, _moment(since, shop.home.time_zone))
    _done(as_json, made, f"Added {made.id}; it gets its events while the shop runs.")


@forwarding_command.command("pause")
@click.argument("destination")
@common
def pause(destination: str, home: str | None, as_json: bool) -> None:
    """Send nothing until it is resumed; nothing is lost meanwhile."""
    _change(home, as_json, "pause", destination, "Paused.")


@forwarding_command.command("resume")
@click.argument("destination")
@common
def resume(destination: str, home: str | None, as_json: bool) -> None:
    """Go on at once from where it stood."""
    _change(home, as_json, "resume", destination, "Resumed.")


@forwarding_command.command("remove")
@click.argument("destination")
@common
def remove(destination: str, home: str | None, as_json: bool) -> None:
    """It gets nothing any more."""
    _change(home, as_json, "remove", destination, "Removed.")


@forwarding_command.command("renew-secret")
@click.argument("destination")
@common
def renew_secret(destination: str, home: str | None, as_json: bool) -> None:
    """Sign with another secret from now on."""
    _change(home, as_json, "renew_secret", destination, "Renewed; see it with: choral forwarding show")


@forwarding_command.command("replay")
@click.argument("destination")
@click.argument("since", type=click.DateTime(_TIMES))
@common
def replay(destination: str, since: datetime, home: str | None, as_json: bool) -> None:
    """Send everything again from a time on (the shop's time zone), with the ids of the first time."""
    with opened(home) as shop:
        at = _moment(since, shop.home.time_zone) or 0
        found = shop.connectors.forwarding.replay(operator(), destination, at)
    _done(as_json, found, f"{found.waiting:,} events wait to be sent.")


@forwarding_command.command("test")
@click.argument("destination")
@common
def test(destination: str, home: str | None, as_json: bool) -> None:
    """Send it a call that stands for nothing."""
    with opened(home) as shop:
        tried = shop.connectors.forwarding.test(destination)
    _done(as_json, tried, tried.said)


@forwarding_command.command("dead")
@click.argument("destination")
@click.option("--state", type=click.Choice(["open", "resent", "discarded"]), default="open", show_default=True)
@common
def dead(destination: str, state: str, home: str | None, as_json: bool) -> None:
    """What it did not take however often it was sent."""
    with opened(home) as shop:
        found, zone = shop.connectors.forwarding.dead(destination, state), shop.home.time_zone
    if as_json:
        show_json(found)
        return
    show_table(
        ["line", "events", "attempts", "at", "problem"],
        [(one.id, one.events, one.attempts, moment(one.at, zone), one.problem) for one in found],
        "It took everything.",
    )


@forwarding_command.command("resend")
@click.argument("line", type=click.IntRange(1))
@common
def resend(line: int, home: str | None, as_json: bool) -> None:
    """Send one of these lines once more."""
    with opened(home) as shop:
        tried = shop.connectors.forwarding.resend(operator(), line)
    _done(as_json, tried, tried.said)


@forwarding_command.command("discard")
@click.argument("line", type=click.IntRange(1))
@common
def discard(line: int, home: str | None, as_json: bool) -> None:
    """Put one of these lines away; its events stay in the log."""
    with opened(home):
        from choral.books import act
        from choral.connectors.forwarding import actions

        act(actions.settle, operator(), line, "discarded")
    _done(as_json, {"line": line, "state": "discarded"}, "Discarded.")


def _change(home: str | None, as_json: bool, verb: str, destination: str, said: str) -> None:
    with opened(home):
        from choral.books import act
        from choral.connectors.forwarding import actions

        act(getattr(actions, verb), operator(), destination)
    _done(as_json, {"destination": destination, "done": verb}, said)


def _done(as_json: bool, answer: object, said: str) -> None:
    if as_json:
        show_json(answer)
    else:
        click.echo(said)


def _moment(value: datetime | None, zone: str) -> int | None:
    return None if value is None else to_microseconds(value.replace(tzinfo=ZoneInfo(zone)))
