"""`consent`: what people said, whether somebody may be reached and why, links, rules, opposition lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

import click

from choral.core.clock import DAY, SYSTEM_CLOCK, to_microseconds
from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, show_facts, show_json, show_table

_STATES = click.Choice(["granted", "denied", "withdrawn", "paused"])
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


@click.group("consent")
def consent_command() -> None:
    """Who agreed to what, and whether somebody may be reached."""


@consent_command.command("show")
@click.argument("customer")
@common
def show(customer: str, home: str | None, as_json: bool) -> None:
    """How everything stands for a customer (id, or an identifier as email:ada@example.com)."""
    with opened(home) as shop:
        consent, zone = shop.customers.consent, shop.home.time_zone
        found = consent.overview(customer, personal=True)
    if as_json:
        show_json(found)
        return
    said = [one for one in found.standings if one.entry or one.paused_until_at]
    show_table(
        ["purpose", "channel", "stands", "since", "rests until"],
        [(s.purpose, s.channel, s.state, moment(s.at, zone), moment(s.paused_until_at, zone)) for s in said],
        "They never said anything: no.",
    )
    if found.entries:
        click.echo("")
        show_table(
            ["said", "identifier", "purpose", "channel", "what", "where", "by"],
            [
                (moment(e.at, zone), e.identifier, e.purpose, e.channel, e.state, e.place, e.actor)
                for e in found.entries
            ],
            "",
        )


@consent_command.command("record")
@click.argument("identifier")
@click.argument("state", type=_STATES)
@click.argument("purpose")
@click.option("--channel", default="*", show_default=True, help="email, sms, call, post ...; * for all.")
@click.option("--days", type=click.IntRange(1, 3650), help="With paused: for how long.")
@click.option("--place", default="terminal", show_default=True, help="Where it was said: store, phone, form ...")
@click.option("--note", required=True, help="How you know: the proof.")
@common
def record(
    identifier: str, state: str, purpose: str, channel: str, days: int | None, place: str, note: str,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Write down what somebody said. PURPOSE is one of `consent purposes`, or * for all."""
    with opened(home) as shop:
        from choral.customers.consent.values import Statement

        until = SYSTEM_CLOCK.now() + days * DAY if days else None
        said = Statement(identifier, purpose, channel, state, place, until=until, proof={"note": note})
        (number,) = shop.customers.consent.record(operator(), [said])
    show_json({"entry": number}) if as_json else click.echo(f"Written as line {number}.")


@consent_command.command("check")
@click.argument("who")
@click.argument("purpose")
@click.argument("channel")
@click.option("--at", type=click.DateTime(_TIMES), help="When it would be sent, in the shop's time zone [now].")
@click.option("--country", default="", help="Whose rules count [the shop's].")
@common
def check(
    who: str, purpose: str, channel: str, at: datetime | None, country: str, home: str | None, as_json: bool
) -> None:
    """May somebody (customer id or identifier) be reached for PURPOSE on CHANNEL, and why?"""
    with opened(home) as shop:
        zone = shop.home.time_zone
        subject: str | list[str] = [who] if ":" in who else who
        found = shop.customers.consent.may_send(subject, purpose, channel, _moment(at, zone), country=country)
    if as_json:
        show_json(found)
        return
    click.echo("Yes." if found.allowed else "No.")
    for one in found.reasons:
        click.echo(f"- {one.text} ({one.code}{f', line {one.entry}' if one.entry else ''})")
    if found.not_before_at:
        click.echo(f"- not before {moment(found.not_before_at, zone)}")


@consent_command.command("ledger")
@click.option("--purpose")
@click.option("--channel")
@click.option("--state", type=click.Choice(["granted", "denied", "withdrawn", "pending", "paused"]))
@click.option("--after", type=int, help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def ledger(
    purpose: str | None, channel: str | None, state: str | None, after: int | None, limit: int,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Everything that was said, the last written first."""
    with opened(home) as shop:
        from choral.customers.consent.queries import EntryFilter

        page = shop.customers.consent.entries(EntryFilter(purpose, channel, state), True, after, limit)
        zone = shop.home.time_zone
    if as_json:
        show_json(page)
        return
    show_table(
        ["line", "said", "identifier", "purpose", "channel", "what", "where", "by"],
        [
            (str(e.id), moment(e.at, zone), e.identifier, e.purpose, e.channel, e.state, e.place, e.actor)
            for e in page.rows
        ],
        "Nobody has said anything yet.",
    )
    if page.next:
        click.echo(f"More: --after {page.next}")


@consent_command.command("purposes")
@common
def purposes(home: str | None, as_json: bool) -> None:
    """What the shop asks people for, and how many identifiers last said what."""
    with opened(home) as shop:
        found, counts = shop.customers.consent.purposes(retired=True), shop.customers.consent.counts()
    if as_json:
        show_json({"purposes": found, "counts": counts})
        return
    show_table(["purpose", "kind", "basis", "text", "in use"],
               [(p.key, p.kind, p.basis, f"version {p.version}", p.retired_at is None) for p in found], "")  # fmt: skip
    if counts:
        click.echo("")
        show_table(["purpose", "channel", "agreed", "no", "to confirm"],
                   [(c.purpose, c.channel, c.granted, c.refused, c.pending) for c in counts], "")  # fmt: skip


@consent_command.command("link")
@click.argument("identifier")
@click.option("--purpose", default="newsletter", show_default=True)
@click.option("--channel", default="email", show_default=True)
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where the pages are.")
@click.option("--revoke", is_flag=True, help="First make all links of this identifier dead.")
@common
def link(
    identifier: str, purpose: str, channel: str, address: str, revoke: bool, home: str | None, as_json: bool
) -> None:
    """The links and headers of a message to this identifier."""
    with opened(home) as shop:
        consent = shop.customers.consent
        if revoke:
            consent.revoke_links(operator(), identifier)
        made = consent.links(operator(), [identifier], purpose, channel, address)[identifier]
    if as_json:
        show_json(made)
        return
    base = address.rstrip("/")
    show_facts([("preferences", base + made.preferences), ("unsubscribe", base + made.unsubscribe),
                *made.headers.items()])  # fmt: skip


@consent_command.command("request")
@click.argument("identifier")
@click.argument("purpose")
@click.argument("channel")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where the pages are.")
@click.option("--note", default="", help="Where and how they asked: the proof.")
@common
def request(
    identifier: str, purpose: str, channel: str, address: str, note: str, home: str | None, as_json: bool
) -> None:
    """Begin a double opt-in; prints the link to send to them, which works for seven days."""
    with opened(home) as shop:
        proof = {"note": note} if note else {}
        made = shop.customers.consent.request(operator(), identifier, purpose, channel, "terminal", proof)
    whole = address.rstrip("/") + made.path
    show_json({"entry": made.entry, "link": whole}) if as_json else click.echo(
        f"Line {made.entry}. Send them:\n{whole}"
    )


@consent_command.command("when")
@click.argument("channel")
@click.option("--at", type=click.DateTime(_TIMES), help="In the shop's time zone [now].")
@click.option("--country", default="", help="Whose rules count [the shop's].")
@click.option("--zone", default="", help="The customer's time zone [the country's].")
@common
def when(channel: str, at: datetime | None, country: str, zone: str, home: str | None, as_json: bool) -> None:
    """When a channel may be used next."""
    with opened(home) as shop:
        here = shop.home.time_zone
        found = shop.customers.consent.when_may(channel, _moment(at, here), country, zone)
    words = moment(found, here) if found else "never"
    show_json({"channel": channel, "opens_at": found}) if as_json else click.echo(words)


@consent_command.command("rules")
@click.option("--country", default="", help="Only of this country.")
@common
def rules(country: str, home: str | None, as_json: bool) -> None:
    """The rules of countries, with their laws and dates. Not legal advice."""
    with opened(home) as shop:
        found = [one for one in shop.customers.consent.packs() if not country or one.country == country.upper()]
    if as_json:
        show_json(found)
        return
    show_table(
        ["country", "rule", "channels", "from", "until", "law"],
        [
            (one.country, rule.kind, ", ".join(rule.channels), str(rule.valid_from or ""), str(rule.valid_to or ""),
             rule.law)
            for one in found for rule in one.rule
        ],
        "There are no rules of this country.",
    )  # fmt: skip


@consent_command.command("lists")
@common
def lists(home: str | None, as_json: bool) -> None:
    """Opposition lists and how old they are."""
    with opened(home) as shop:
        found = shop.customers.consent.lists()
    if as_json:
        show_json(found)
        return
    show_table(
        ["list", "country", "needed now", "of the day", "days old", "at most", "numbers"],
        [(o.key, o.country, o.required, o.listed_on, o.age, o.most_days or None, o.numbers) for o in found],
        "No list is known.",
    )


@consent_command.command("load-list")
@click.argument("key")
@click.argument("file", type=click.File("rb"))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day the list is of.")
@common
def load_list(key: str, file: BinaryIO, day: datetime, home: str | None, as_json: bool) -> None:
    """Take an opposition list (rpo ...) from a file of telephone numbers, one a line."""
    with opened(home) as shop:
        kept, unread = shop.customers.consent.load_list(operator(), key, day.date(), file)
    answer = {"list": key, "numbers": kept, "unread": unread}
    show_json(answer) if as_json else click.echo(f"{kept:,} numbers on the list, {unread:,} lines without one.")


def _moment(at: datetime | None, zone: str) -> int | None:
    return None if at is None else to_microseconds(at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
