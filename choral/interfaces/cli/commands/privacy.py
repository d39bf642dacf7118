"""`privacy`: a person's rights (export, erase, restrict), requests, how long things are kept, what is kept where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from choral import pulse
from choral.core.errors import Conflict
from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, show_facts, show_json, show_table

if TYPE_CHECKING:
    from choral.customers.privacy.queries import Erasure
    from choral.shop import Shop

_KINDS = ("processing", "profiling", "marketing")
_RIGHTS = ("access", "rectification", "erasure", "restriction", "portability", "objection")


@click.group("privacy")
def privacy_command() -> None:
    """A person's rights. WHO is a customer id, an e-mail, a telephone number, a card, or kind:value."""


@privacy_command.command("export")
@click.argument("who")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Where the ZIP goes [./person.zip].")
@common
def export(who: str, output: Path | None, home: str | None, as_json: bool) -> None:
    """Write everything the shop knows of a person: JSON, tables, and pages to read in three languages."""
    target = output or Path("person.zip")
    with opened(home) as shop:
        content = shop.customers.privacy.export(who, operator())
    target.write_bytes(content)
    target.chmod(0o600)
    if as_json:
        show_json({"file": str(target), "bytes": len(content)})
    else:
        click.echo(f"Wrote {target}, {len(content):,} bytes. Hand it over and delete it.")


@privacy_command.command("erase")
@click.argument("who")
@click.option("--dry-run", is_flag=True, help="Only count what would go, place by place.")
@click.option("--never-again", is_flag=True, help="Drop later events with these identifiers too.")
@click.option("--minutes", type=click.IntRange(0, 43_200), default=10, show_default=True, help="Until it begins.")
@click.option("--now", is_flag=True, help="Do it here and at once; only while no worker runs.")
@common
def erase(who: str, dry_run: bool, never_again: bool, minutes: int, now: bool, home: str | None, as_json: bool) -> None:
    """Erase a person everywhere; the worker does it in some minutes, and until then it can be cancelled."""
    with opened(home) as shop:
        if dry_run:
            _foresee(shop, who, as_json)
            return
        made = shop.customers.privacy.erase(
            who, operator(), never_again=never_again, minutes=0 if now else minutes
        )  # fmt: skip
        done = _do_now(shop, made) if now else made
        zone = shop.home.time_zone
    if as_json:
        show_json(done)
    elif done.state == "done":
        click.echo(f"Erased. Certificate {done.id}:")
        show_facts(sorted(done.steps.items()))
    else:
        click.echo(f"It begins at {moment(done.due_at, zone)}. Take it back: choral privacy cancel {done.id}")


@privacy_command.command("cancel")
@click.argument("erasure")
@common
def cancel(erasure: str, home: str | None, as_json: bool) -> None:
    """Take an erasure back before it has begun."""
    with opened(home) as shop:
        found = shop.customers.privacy.cancel(erasure, operator())
    show_json(found) if as_json else click.echo("Cancelled. Nothing was erased.")


@privacy_command.command("erasures")
@common
def erasures(home: str | None, as_json: bool) -> None:
    """All erasures with their state; those that are done are certificates."""
    with opened(home) as shop:
        found, zone = shop.customers.privacy.erasures(), shop.home.time_zone
    if as_json:
        show_json(found)
        return
    rows = [
        (one.id, one.state, one.reason, moment(one.asked_at, zone), moment(one.finished_at, zone), sum(
            count for step, count in one.steps.items() if step not in ("searched", "remembered")))
        for one in found
    ]  # fmt: skip
    show_table(["id", "state", "why", "asked", "finished", "things"], rows, "Nobody was erased.")


@privacy_command.command("correct")
@click.argument("who")
@click.argument("field")
@click.argument("value")
@common
def correct(who: str, field: str, value: str, home: str | None, as_json: bool) -> None:
    """Put a personal value or a trait of a person right."""
    with opened(home) as shop:
        person = shop.customers.privacy.rectify(who, field, value, operator())
    show_json({"customer": person.customer}) if as_json else click.echo("Corrected.")


@privacy_command.command("restrict")
@click.argument("who")
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--lift", is_flag=True, help="Take it back.")
@common
def restrict(who: str, kind: str, lift: bool, home: str | None, as_json: bool) -> None:
    """Keep a person's data but do not use them: for anything (processing), for profiling, for marketing."""
    with opened(home) as shop:
        privacy = shop.customers.privacy
        person = (privacy.lift if lift else privacy.restrict)(who, kind, operator())
        now = privacy.restrictions(person.traces.identifiers)
    if as_json:
        show_json({"customer": person.customer, "restrictions": now})
    else:
        click.echo(f"In force now: {', '.join(sorted(now)) or 'nothing'}.")


@privacy_command.command("requests")
@click.option("--open", "open_as", type=click.Choice(_RIGHTS), help="Note a new request of WHO.")
@click.option("--who", help="Whose request it is.")
@click.option("--close", "closed", help="The id of a request that was answered.")
@common
def requests(
    open_as: str | None, who: str | None, closed: str | None, home: str | None, as_json: bool
) -> None:  # fmt: skip
    """Requests of customers with the day they are due; note one, or that one was answered."""
    if (open_as is None) != (who is None):
        raise click.UsageError("--open and --who belong together.")
    with opened(home) as shop:
        if open_as and who:
            shop.customers.privacy.open_request(open_as, who, operator())
        if closed:
            shop.customers.privacy.close_request(closed, operator())
        found, zone = shop.customers.privacy.requests(), shop.home.time_zone
    if as_json:
        show_json(found)
        return
    rows = [(one.id, one.kind, one.customer, one.state, moment(one.due_at, zone)) for one in found]
    show_table(["id", "right", "customer", "state", "due"], rows, "No requests.")


@privacy_command.command("retention")
@click.option("--dry-run", is_flag=True, help="Count what each rule would take now.")
@click.option("--apply", "applied", is_flag=True, help="Apply the active rules now (the worker does it once a day).")
@click.option("--keep", nargs=2, metavar="CATEGORY DAYS", help="Change a rule and switch it on; DAYS may be: ever.")
@click.option("--reason", default="", help="Why, for --keep.")
@common
def retention(
    dry_run: bool, applied: bool, keep: tuple[str, str] | None, reason: str, home: str | None, as_json: bool
) -> None:
    """How long each category is kept, and why."""
    with opened(home) as shop:
        privacy = shop.customers.privacy
        if keep:
            privacy.keep_for(keep[0], _days(keep[1]), reason, operator())
        gone = privacy.retain() if applied else None
        found = privacy.retention(counted=dry_run)
    if as_json:
        show_json({"rules": found, "gone": gone})
        return
    rows = [
        (one.category, "ever" if one.days is None else one.days, one.active, one.count, one.reason) for one in found
    ]
    show_table(["category", "days", "applied", "would take", "why"], rows, "")
    if gone is not None:
        click.echo(f"{gone:,} things went.")


@privacy_command.command("register")
@common
def register(home: str | None, as_json: bool) -> None:
    """What is kept about people where, what for and until when (GDPR article 30)."""
    with opened(home) as shop:
        found = shop.customers.privacy.register()
    if as_json:
        show_json([{"room": room, "place": one.table, "what": one.what, "purpose": one.purpose, "until": one.until}
                   for room, one in found])  # fmt: skip
        return
    show_table(["place", "what", "what for", "until"], [(k.table, k.what, k.purpose, k.until) for _, k in found], "")


@privacy_command.command("classes")
@click.option("--set", "changed", nargs=2, metavar="FIELD CLASS", help="public, internal, personal or sensitive.")
@common
def classes(changed: tuple[str, str] | None, home: str | None, as_json: bool) -> None:
    """The class of each field: who sees it whole, and who masked."""
    with opened(home) as shop:
        if changed:
            shop.customers.privacy.classify(changed[0], changed[1], operator())
        found = shop.customers.privacy.classes()
    show_json(found) if as_json else show_table(["field", "class"], sorted(found.items()), "")


def _foresee(shop: Shop, who: str, as_json: bool) -> None:
    foreseen = shop.customers.privacy.would_erase(who)
    if as_json:
        show_json(foreseen)
        return
    show_facts([("customer", foreseen.customer or "not known"), *sorted(foreseen.places.items())])


def _do_now(shop: Shop, made: Erasure) -> Erasure:
    try:
        with pulse.only_worker(shop.home.path):
            shop.customers.privacy.work(shop.make_figures_anew)
    except Conflict as error:
        shop.customers.privacy.cancel(made.id, operator())
        error.fix = "Leave out --now: the worker erases by itself."
        raise
    return shop.customers.privacy.erasure(made.id)


def _days(text: str) -> int | None:
    if text == "ever":
        return None
    if not text.isdecimal():
        raise click.UsageError("DAYS is a whole number, or: ever.")
    return int(text)
