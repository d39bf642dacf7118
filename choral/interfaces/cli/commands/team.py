"""`members` and `keys`: who may come in, people and programs."""

from __future__ import annotations

import click

from choral.interfaces.cli.command import common, opened, operator
from choral.interfaces.cli.output import moment, show_json, show_table
from choral.team.rules import ROLES

_ROLES = click.Choice(sorted(ROLES))


@click.group("members")
def members_command() -> None:
    """The people of the team and their sign-in links."""


@members_command.command("list")
@common
def list_members(home: str | None, as_json: bool) -> None:
    """Everybody, with their roles."""
    with opened(home) as shop:
        from choral.team import members

        found = members()
        if as_json:
            show_json(found)
            return
        show_table(
            ["id", "e-mail", "name", "role", "store", "active", "since"],
            [
                (str(m.id), m.email, m.name, m.role, m.store, m.active, moment(m.created_at, shop.home.time_zone))
                for m in found
            ],
            "Nobody yet. Add the owner: choral members add EMAIL --role owner",
        )


@members_command.command("add")
@click.argument("email")
@click.option("--name", help="What others call them [the e-mail's first part].")
@click.option("--role", type=_ROLES, default="analyst", show_default=True)
@click.option("--language", type=click.Choice(["en", "fr", "it"]), default=None)
@click.option("--store", default="", help="The store an associate works in.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where the console is.")
@common
def add(
    email: str, name: str | None, role: str, language: str | None, store: str, address: str,
    home: str | None, as_json: bool,
) -> None:  # fmt: skip
    """A new member; prints a sign-in link that works once, within 7 days."""
    with opened(home) as shop:
        from choral.books import act
        from choral.team import add_member, sign_in_path

        member, token = act(
            add_member, operator(), email, name or email.partition("@")[0], role,
            language=language or shop.home.language, store=store,
        )  # fmt: skip
    _show_link(as_json, member, address.rstrip("/") + sign_in_path(token), f"Added {email} as {role}.", "7 days")


@members_command.command("link")
@click.argument("email")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where the console is.")
@common
def link(email: str, address: str, home: str | None, as_json: bool) -> None:
    """A sign-in link for a member, which works once, within 24 hours."""
    with opened(home):
        from choral.books import act
        from choral.team import create_sign_in_link, member_by_email, sign_in_path

        member = member_by_email(email)
        token = act(create_sign_in_link, operator(), member.id)
    _show_link(as_json, member.id, address.rstrip("/") + sign_in_path(token), f"For {member.name}.", "24 hours")


@members_command.command("role")
@click.argument("email")
@click.argument("role", type=_ROLES)
@common
def role(email: str, role: str, home: str | None, as_json: bool) -> None:
    """Give a member another role."""
    with opened(home):
        from choral.books import act
        from choral.team import change_role, member_by_email

        act(change_role, operator(), member_by_email(email).id, role)
        _done(as_json, {"email": email, "role": role}, f"{email} is {role} now.")


@members_command.command("deactivate")
@click.argument("email")
@common
def deactivate(email: str, home: str | None, as_json: bool) -> None:
    """Keep a member out from now on."""
    with opened(home):
        from choral.books import act
        from choral.team import deactivate_member, member_by_email

        act(deactivate_member, operator(), member_by_email(email).id)
        _done(as_json, {"email": email, "active": False}, f"{email} cannot sign in any more.")


@click.group("keys")
def keys_command() -> None:
    """The keys of programs that call the API."""


@keys_command.command("list")
@common
def list_keys(home: str | None, as_json: bool) -> None:
    """All keys, never their secrets."""
    with opened(home) as shop:
        from choral.team import keys

        found, zone = keys(), shop.home.time_zone
        if as_json:
            show_json(found)
            return
        show_table(
            ["id", "name", "begins", "role", "made", "last used", "revoked"],
            [
                (str(k.id), k.name, k.prefix, k.role, *(moment(at, zone) for at in (
                    k.created_at, k.last_used_at, k.revoked_at)))
                for k in found
            ],
            "No keys yet. Make one: choral keys create NAME --role analyst",
        )  # fmt: skip


@keys_command.command("create")
@click.argument("name")
@click.option("--role", type=_ROLES, default="analyst", show_default=True, help="What it may do.")
@common
def create(name: str, role: str, home: str | None, as_json: bool) -> None:
    """A new key; its secret is shown this once."""
    with opened(home):
        from choral.books import act
        from choral.team import create_key

        made = act(create_key, operator(), name, role)
    _done(as_json, {"id": made.id, "name": name, "role": role, "secret": made.secret},
          f"Key {made.id} “{name}” ({role}). Its secret, shown this once:\n{made.secret}")  # fmt: skip


@keys_command.command("revoke")
@click.argument("key", type=int)
@common
def revoke(key: int, home: str | None, as_json: bool) -> None:
    """End the key with this id, at once and for good."""
    with opened(home):
        from choral.books import act
        from choral.team import revoke_key

        act(revoke_key, operator(), key)
    _done(as_json, {"id": key, "revoked": True}, f"Key {key} opens nothing any more.")


def _show_link(as_json: bool, member: int, address: str, words: str, lifetime: str) -> None:
    _done(as_json, {"member": member, "link": address}, f"{words} Sign-in (once, within {lifetime}):\n{address}")


def _done(as_json: bool, answer: object, words: str) -> None:
    show_json(answer) if as_json else click.echo(words)
