"""`access`: tokens in customers' hands, what they open, and the question a reader at a door asks."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from choral.core.clock import to_microseconds
from choral.core.errors import InvalidInput
from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, show_facts, show_json, show_table

_KINDS = click.Choice(["wristband", "card", "tag", "phone", "code"])
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


@click.group("access")
def access_command() -> None:
    """Tokens: wristbands, cards and codes, and what they open."""


@access_command.command("list")
@click.option("--state", type=click.Choice(["issued", "blocked", "replaced", "returned"]))
@click.option("--customer", help="Only those of a customer (id).")
@click.option("--find", default="", help="A part of the number.")
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def list_tokens(
    state: str | None, customer: str | None, find: str, after: str | None, limit: int, home: str | None, as_json: bool
) -> None:
    """Tokens, the last issued first."""
    with opened(home) as shop:
        page, zone = shop.customers.access.tokens(state, customer, find, after, limit), shop.home.time_zone
    if as_json:
        show_json(page)
        return
    show_table(
        ["id", "number", "kind", "holder", "state", "issued", "last read"],
        [
            (t.id, t.value, t.kind, t.holder, t.state, moment(t.issued_at, zone), moment(t.last_read_at, zone))
            for t in page.rows
        ],
        "No tokens yet. Give one out: choral access issue wristband --holder card:8812",
    )
    if page.next:
        click.echo(f"More: --after {page.next}")


@access_command.command("show")
@click.argument("token")
@common
def show(token: str, home: str | None, as_json: bool) -> None:
    """One token, its rights and loans."""
    with opened(home) as shop:
        found, zone = shop.customers.access.token(token), shop.home.time_zone
    if as_json:
        show_json(found)
        return
    one = found.token
    facts = [("number", one.value), ("kind", one.kind), ("holder", one.holder), ("state", f"{one.state} {one.reason}"),
             ("ends", moment(one.ends_at, zone)), ("last read", moment(one.last_read_at, zone))]  # fmt: skip
    show_facts(facts)
    show_table(
        ["grant", "place", "from", "until", "days", "entries", "used", "revoked"],
        [
            (str(g.id), g.rights.place, moment(g.rights.starts_at, zone), moment(g.rights.ends_at, zone), g.rights.days,
             g.rights.entries, g.used, moment(g.revoked_at, zone))
            for g in found.grants
        ],
        "It opens nothing yet.",
    )  # fmt: skip


@access_command.command("issue")
@click.argument("kind", type=_KINDS)
@click.option("--number", default="", help="As a reader sees it [one is made].")
@click.option("--holder", default="", help="An identifier or a customer's id [nobody known].")
@click.option("--reusable", is_flag=True, help="It goes to another guest when it comes back.")
@click.option("--until", type=click.DateTime(_TIMES), help="When it ends, in the shop's time zone.")
@common
def issue(
    kind: str, number: str, holder: str, reusable: bool, until: datetime | None, home: str | None, as_json: bool
) -> None:
    """Give out a token."""
    with opened(home) as shop:
        from choral.books import act
        from choral.customers.access import actions

        access = shop.customers.access
        made = act(
            actions.issue, operator(), kind, number, access.holder(holder), reusable=reusable,
            until=_moment(until, shop.home.time_zone),
        )  # fmt: skip
        token = access.token(made).token
    _done(as_json, token, f"Issued {token.id}, number {token.value}.")


@access_command.command("replace")
@click.argument("token")
@click.option("--number", default="", help="The new number [one is made].")
@click.option("--reason", default="lost", show_default=True)
@common
def replace(token: str, number: str, reason: str, home: str | None, as_json: bool) -> None:
    """Give the holder another token with all rights of this one."""
    with opened(home) as shop:
        from choral.books import act
        from choral.customers.access import actions

        new = shop.customers.access.token(act(actions.replace, operator(), token, number, "", reason)).token
    _done(as_json, new, f"Issued {new.id}, number {new.value}; {token} opens nothing any more.")


@access_command.command("block")
@click.argument("token")
@click.option("--reason", default="")
@common
def block(token: str, reason: str, home: str | None, as_json: bool) -> None:
    """A token opens nothing until it is unblocked."""
    _change(home, as_json, "block", "blocked", token, reason)


@access_command.command("unblock")
@click.argument("token")
@common
def unblock(token: str, home: str | None, as_json: bool) -> None:
    """A blocked token opens again what it opened before."""
    _change(home, as_json, "unblock", "issued", token)


@access_command.command("return")
@click.argument("token")
@common
def take_back(token: str, home: str | None, as_json: bool) -> None:
    """A token comes back; its rights end."""
    _change(home, as_json, "take_back", "returned", token)


@access_command.command("lend")
@click.argument("token")
@click.argument("borrower")
@click.option("--until", type=click.DateTime(_TIMES), help="In the shop's time zone [the end of the day].")
@click.option("--may-pay", is_flag=True, help="They pay from the holder's balance.")
@common
def lend(
    token: str, borrower: str, until: datetime | None, may_pay: bool, home: str | None, as_json: bool
) -> None:  # fmt: skip
    """Another person has the token for a while."""
    with opened(home) as shop:
        from choral.books import act
        from choral.customers.access import actions

        access, zone = shop.customers.access, shop.home.time_zone
        end = _moment(until, zone) or access.end_of_day()
        act(actions.lend, operator(), token, access.holder(borrower), end, may_pay=may_pay)
    _done(as_json, {"token": token, "until": end}, f"Lent until {moment(end, zone)}.")


@access_command.command("grant")
@click.argument("token")
@click.argument("place")
@click.option("--from", "starts", type=click.DateTime(_TIMES), help="In the shop's time zone.")
@click.option("--until", "ends", type=click.DateTime(_TIMES))
@click.option("--days", default="", help="ISO weekdays, 67 for the weekend [every day].")
@click.option("--hours", default="", metavar="HH:MM-HH:MM", help="Opening hours [all day].")
@click.option("--entries", type=click.IntRange(1), help="How many times [no limit].")
@click.option("--one-at-a-time", is_flag=True, help="Who is in must come out before going in again.")
@common
def grant(
    token: str, place: str, starts: datetime | None, ends: datetime | None, days: str, hours: str,
    entries: int | None, one_at_a_time: bool, home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Let a token open a place."""
    with opened(home) as shop:
        from choral.books import act
        from choral.customers.access import actions
        from choral.customers.access.values import Rights

        zone = shop.home.time_zone
        opens, closes = _hours(hours)
        rights = Rights(
            place, _moment(starts, zone), _moment(ends, zone), days, opens, closes, entries, not one_at_a_time
        )  # fmt: skip
        number = act(actions.grant, operator(), token, rights)
    _done(as_json, {"grant": number}, f"Grant {number}: opens {place}.")


@access_command.command("revoke")
@click.argument("grant_id", type=int)
@common
def revoke(grant_id: int, home: str | None, as_json: bool) -> None:
    """A grant opens nothing from now on."""
    _change(home, as_json, "revoke", "revoked", grant_id)


@access_command.command("place")
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(["area", "door", "room", "till", "perk"]), default="door", show_default=True)
@click.option("--within", default="", help="The code of the place it lies in.")
@click.option("--store", default="", help="The number of its store.")
@common
def place(code: str, name: str, kind: str, within: str, store: str, home: str | None, as_json: bool) -> None:
    """Make a place, or change it."""
    with opened(home):
        from choral.books import act
        from choral.customers.access import actions
        from choral.customers.access.values import Place

        one = Place(code, name, kind, within, store)
        act(actions.set_place, operator(), one)
    _done(as_json, one, f"{name} is a place that tokens can open.")


@access_command.command("places")
@common
def places(home: str | None, as_json: bool) -> None:
    """All places."""
    with opened(home) as shop:
        found = shop.customers.access.places()
    if as_json:
        show_json(found)
        return
    rows = [(one.code, one.name, one.kind, one.within, one.store) for one in found]
    show_table(["code", "name", "kind", "within", "store"], rows, "No places yet: choral access place pool-door Pool")


@access_command.command("check")
@click.argument("number")
@click.argument("place")
@click.option("--reader", default="terminal", show_default=True)
@click.option("--read-id", help="The reader's number of this reading [a new one].")
@click.option("--leaving", is_flag=True)
@common
def check(
    number: str, place: str, reader: str, read_id: str | None, leaving: bool, home: str | None, as_json: bool
) -> None:
    """Ask as a door does; the entry is counted. Ends with code 7 when it stays shut."""
    with opened(home) as shop:
        from choral.core.ids import new_id
        from choral.customers.access.values import Reading

        reading = Reading(number, place, reader, read_id or str(new_id()), None, leaving)
        verdict = shop.customers.access.check(operator(), reading)
    _done(as_json, verdict, verdict.words)
    if not verdict.allowed:
        raise SystemExit(7)


@access_command.command("reads")
@click.option("--place")
@click.option("--refused", is_flag=True, help="Only those that were refused.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def reads(place: str | None, refused: bool, limit: int, home: str | None, as_json: bool) -> None:
    """The last readings."""
    with opened(home) as shop:
        page, zone = shop.customers.access.reads(place=place, refused=refused, limit=limit), shop.home.time_zone
    if as_json:
        show_json(page)
        return
    show_table(
        ["when", "number", "place", "reader", "open", "why", "who"],
        [(moment(r.at, zone), r.value, r.place, r.reader, r.allowed, r.reason, r.person) for r in page.rows],
        "Nothing was read yet.",
    )


def _change(home: str | None, as_json: bool, verb: str, state: str, *arguments: object) -> None:
    with opened(home):
        from choral.books import act
        from choral.customers.access import actions

        act(getattr(actions, verb), operator(), *arguments)
    _done(as_json, {"id": arguments[0], "state": state}, f"{arguments[0]} is {state}.")


def _moment(local: datetime | None, zone: str) -> int | None:
    return None if local is None else to_microseconds(local.replace(tzinfo=ZoneInfo(zone)))


def _hours(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    found = re.fullmatch(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", text)
    if not found:
        raise InvalidInput("bad_hours", f"“{text}” are no hours.", fix="Write them as 09:00-18:30.")
    opens, opens_past, closes, closes_past = map(int, found.groups())
    return opens * 60 + opens_past, closes * 60 + closes_past


def _done(as_json: bool, answer: object, words: str) -> None:
    show_json(answer) if as_json else click.echo(words)
