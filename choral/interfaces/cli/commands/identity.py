"""`identity`: the rules of who is one person, what is set aside, merging and undoing by hand."""

from __future__ import annotations

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, money, show_facts, show_json, show_table

_REASON = click.option("--reason", required=True, help="Why, for whoever looks at it later.")


@click.group("identity")
def identity_command() -> None:
    """Rules of who is one person; merge, hold apart, undo."""


@identity_command.command("rules")
@common
def rules(home: str | None, as_json: bool) -> None:
    """The rules of each kind of identifier, and of single values."""
    with opened(home) as shop:
        kinds, values = shop.customers.identity.kinds(), shop.customers.identity.value_rules(personal=True)
    if as_json:
        show_json({"kinds": kinds, "values": values})
        return
    show_table(
        ["kind", "joins", "unique", "most", "shared above", "trusted", "proof to join", "links", "changed"],
        [
            (k.name, k.priority, k.unique, k.most or "", k.shared_above, k.trusted, k.proof_to_join, k.links, k.changed)
            for k in kinds
        ],
        "",
    )
    if values:
        click.echo("")
        show_table(
            ["id", "rule", "value", "most", "reason"],
            [(v.id, v.rule, v.shown or v.subject, v.most or "", v.reason) for v in values],
            "",
        )


@identity_command.command("set")
@click.argument("kind")
@click.option("--priority", type=int, help="The place in which it joins, 1 first.")
@click.option("--unique/--not-unique", default=None, help="A person has one of it.")
@click.option("--most", type=int, help="How many of it one person may hold.")
@click.option("--shared-above", type=int, help="Seen with more others than this, it is set aside.")
@click.option("--trusted/--typed", default=None, help="It counts as proved wherever it is seen.")
@click.option("--proof-to-join/--joins-typed", default=None, help="Joins two known persons only where it was proved.")
@click.option("--links/--no-links", default=None, help="Whether it links at all.")
@click.option("--default", "default", is_flag=True, help="Back to the default settings.")
@click.option("--try", "tried", is_flag=True, help="Only say how many customers it would change.")
@common
def set_rule(
    kind: str, priority: int | None, unique: bool | None, most: int | None, shared_above: int | None,
    trusted: bool | None, proof_to_join: bool | None, links: bool | None, default: bool, tried: bool,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Change the rule of a kind of identifiers; the worker settles everybody anew."""
    said = {"priority": priority, "unique": unique, "most": most, "shared_above": shared_above, "trusted": trusted,
            "proof_to_join": proof_to_join, "links": links}  # fmt: skip
    changes: dict[str, object] = {name: value for name, value in said.items() if value is not None}
    with opened(home) as shop:
        identity = shop.customers.identity
        if tried:
            preview = identity.preview_kind(kind, changes)
            show_json(preview) if as_json else click.echo(
                f"{preview.changed} customers would have other identifiers, {preview.moved} of"
                f" {preview.identifiers} identifiers would belong to somebody else."
            )
            return
        rule = identity.reset_kind(operator(), kind) if default else identity.set_kind(operator(), kind, changes)
    show_json(rule) if as_json else click.echo(f"The rule of “{rule.name}” is changed.")


@identity_command.command("quarantine")
@click.option("--after", help="Go on after the last page's `next`.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@common
def quarantine(after: str | None, limit: int, home: str | None, as_json: bool) -> None:
    """Identifiers that link nobody, and since when."""
    with opened(home) as shop:
        page, zone = shop.customers.identity.quarantine(True, after, limit), shop.home.time_zone
    if as_json:
        show_json(page)
        return
    show_table(
        ["identifier", "shown", "state", "seen with", "since"],
        [
            (r.identifier, r.shown, r.state, r.seen_with, moment(r.since_at, zone) if r.since_at else "")
            for r in page.rows
        ],
        "Nothing is set aside.",
    )
    if page.next:
        click.echo(f"More: --after {page.next}")


@identity_command.command("block")
@click.argument("identifier")
@_REASON
@common
def block(identifier: str, reason: str, home: str | None, as_json: bool) -> None:
    """Let an identifier (email:contact@shop.fr) link nobody."""
    with opened(home) as shop:
        rule = shop.customers.identity.block(operator(), identifier, reason)
    show_json(rule) if as_json else click.echo(f"Blocked. Undo: choral identity release {rule.id}")


@identity_command.command("allow")
@click.argument("identifier")
@click.option("--most", type=int, required=True, help="With how many others it may be seen.")
@_REASON
@common
def allow(identifier: str, most: int, reason: str, home: str | None, as_json: bool) -> None:
    """Let an identifier be shared by up to so many people."""
    with opened(home) as shop:
        rule = shop.customers.identity.allow(operator(), identifier, most, reason)
    show_json(rule) if as_json else click.echo(f"Allowed. Undo: choral identity release {rule.id}")


@identity_command.command("tablet")
@click.argument("source")
@_REASON
@common
def tablet(source: str, reason: str, home: str | None, as_json: bool) -> None:
    """Say that many people use the browsers of a source."""
    with opened(home) as shop:
        rule = shop.customers.identity.declare_tablet(operator(), source, reason)
    show_json(rule) if as_json else click.echo(f"Its browsers link nobody. Undo: choral identity release {rule.id}")


@identity_command.command("release")
@click.argument("rule")
@common
def release(rule: str, home: str | None, as_json: bool) -> None:
    """Take back the rule of a value, by its id."""
    with opened(home) as shop:
        shop.customers.identity.withdraw_rule(operator(), rule)
    show_json({"id": rule, "state": "withdrawn"}) if as_json else click.echo("It has no rule of its own any more.")


@identity_command.command("preview")
@click.argument("one")
@click.argument("other")
@common
def preview(one: str, other: str, home: str | None, as_json: bool) -> None:
    """What merging two customers would do, without doing it."""
    with opened(home) as shop:
        found = shop.customers.identity.preview_merge(one, other, personal=True)
    if as_json:
        show_json(found)
        return
    show_facts(
        [
            ("first", f"{found.one.name} ({found.one.id}), {found.one.identifiers} identifiers"),
            ("second", f"{found.other.name} ({found.other.id}), {found.other.identifiers} identifiers"),
            ("become", f"{found.id}, {found.identifiers} identifiers"),
            ("come along", ", ".join(found.along)),
            ("orders", found.orders),
            (f"spent, {found.currency}", money(found.revenue, found.currency)),
            *((c.code, f"{c.field}: {c.one} / {c.other}") for c in found.conflicts),
        ]
    )
    if found.confirm:
        click.echo("Both are identified: merge them with --confirm.")


@identity_command.command("merge")
@click.argument("one")
@click.argument("other")
@_REASON
@click.option("--confirm", is_flag=True, help="They are both identified, and are one person all the same.")
@common
def merge(one: str, other: str, reason: str, confirm: bool, home: str | None, as_json: bool) -> None:
    """Make two customers one."""
    with opened(home) as shop:
        made = shop.customers.identity.merge(operator(), one, other, reason, confirmed=confirm)
    show_json(made) if as_json else click.echo(f"They are one. Undo: choral identity undo {made.id}")


@identity_command.command("apart")
@click.argument("one")
@click.argument("other")
@_REASON
@common
def apart(one: str, other: str, reason: str, home: str | None, as_json: bool) -> None:
    """Never let two identifiers be one person."""
    with opened(home) as shop:
        made = shop.customers.identity.keep_apart(operator(), one, other, reason)
    show_json(made) if as_json else click.echo(f"They are held apart. Undo: choral identity undo {made.id}")


@identity_command.command("corrections")
@click.option("--all", "every", is_flag=True, help="Withdrawn ones too.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@common
def corrections(every: bool, limit: int, home: str | None, as_json: bool) -> None:
    """What people decided, newest first."""
    with opened(home) as shop:
        found = shop.customers.identity.corrections(True, None, limit, holding=not every)
        zone = shop.home.time_zone
    if as_json:
        show_json(found)
        return
    show_table(
        ["id", "when", "what", "one", "other", "by", "reason", "holds"],
        [(d.id, moment(d.at, zone), d.kind, d.one, d.other, d.by, d.reason, not d.withdrawn_at) for d in found],
        "Nobody corrected anything.",
    )


@identity_command.command("undo")
@click.argument("correction")
@common
def undo(correction: str, home: str | None, as_json: bool) -> None:
    """Take a merge by hand, or a decision to hold apart, back."""
    with opened(home) as shop:
        made = shop.customers.identity.withdraw(operator(), correction)
    show_json(made) if as_json else click.echo("It is as if it had not been decided.")
