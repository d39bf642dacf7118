"""The only writers of the team: members, their sign-in links, keys of programs; each leaves an audit line."""

from __future__ import annotations

import re
from collections.abc import Collection

from choral.books import Tx
from choral.core.clock import DAY, HOUR, MINUTE
from choral.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from choral.core.ids import digest, new_secret
from choral.team.passwords import UNUSABLE, HashedPassword
from choral.team.rules import ROLES
from choral.team.values import NewKey

LINK_LIFETIME = 24 * HOUR
INVITATION_LIFETIME = 7 * DAY
USED_AGAIN_AFTER = 5 * MINUTE  # a key's last use is noted no more often than this
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LANGUAGES = ("en", "fr", "it")
_THEMES = ("system", "light", "dark")


def create_member(tx: Tx, email: str, name: str, role: str, *, language: str = "en", store: str = "") -> int:
    """A new member without a password (they sign in by link first); the id.

    Raises `InvalidInput` (`bad_email`, `no_name`, `no_such_role`, `no_such_language`), `Conflict` (`member_exists`).
    """
    mail = email.strip().lower()
    if len(mail) > 254 or not _MAIL.fullmatch(mail):
        raise InvalidInput(
            "bad_email", f"“{email}” is not an e-mail address.", "Members sign in with it.", "Write name@domain."
        )
    if not name.strip():
        raise InvalidInput("no_name", "The member has no name.", "Others must know who it is.", "Give a name.")
    _known_role(role)
    _known("language", language, _LANGUAGES)
    row = tx.rows(
        "INSERT INTO team_member(password, email, name, role, language, theme, store, is_active, created_at)"
        " VALUES (%s, %s, %s, %s, %s, 'system', %s, %s, %s) ON CONFLICT (email) DO NOTHING RETURNING id",
        (UNUSABLE, mail, name.strip()[:120], role, language, store.strip()[:40], True, tx.now),
    )
    if not row:
        raise Conflict("member_exists", f"{mail} is a member already.", fix="Change their role instead.", status=409)
    member = int(row[0][0])
    tx.audit("member.created", f"member:{member}", after={"email": mail, "name": name.strip(), "role": role})
    return member


def set_password(tx: Tx, member: int, password: HashedPassword) -> None:
    """Give a member a password made by `choral.team.hash_password`; all their sessions end."""
    _change(tx, "member.password_set", member, "password", password, show=False)


def set_preferences(
    tx: Tx, member: int, *, name: str | None = None, language: str | None = None, theme: str | None = None
) -> None:
    """What members may change of themselves; None leaves a thing as it is."""
    if language is not None:
        _known("language", language, _LANGUAGES)
    if theme is not None:
        _known("theme", theme, _THEMES)
    if name is not None and not name.strip():
        raise InvalidInput("no_name", "The member has no name.", "Others must know who it is.", "Give a name.")
    cleaned = name.strip()[:120] if name is not None else None
    for column, value in (("name", cleaned), ("language", language), ("theme", theme)):
        if value is not None:
            _change(tx, "member.changed", member, column, value)


def change_role(tx: Tx, member: int, role: str) -> None:
    """Another role; `Conflict` (`last_owner`) when nobody would be left to decide."""
    _known_role(role)
    if role != "owner":
        _keep_an_owner(tx, member)
    _change(tx, "member.role_changed", member, "role", role)


def set_store(tx: Tx, member: int, store: str) -> None:
    """The store an associate works in; "" for all stores."""
    _change(tx, "member.store_changed", member, "store", store.strip()[:40])


def deactivate_member(tx: Tx, member: int) -> None:
    """Sign a member out for good, and end their links; `Conflict` (`last_owner`) for the last owner."""
    _keep_an_owner(tx, member)
    _change(tx, "member.deactivated", member, "is_active", False)
    tx.execute("UPDATE team_signinlink SET used_at = %s WHERE member_id = %s AND used_at IS NULL", (tx.now, member))


def reactivate_member(tx: Tx, member: int) -> None:
    """Let a member sign in again."""
    _change(tx, "member.reactivated", member, "is_active", True)


def create_sign_in_link(tx: Tx, member: int, lifetime: int = LINK_LIFETIME) -> str:
    """The token of a link that signs this member in once, within `lifetime` µs (see `choral.team.sign_in_path`)."""
    found = tx.rows("SELECT is_active FROM team_member WHERE id = %s", (member,))
    if not found or not found[0][0]:
        raise _no_member()
    token = new_secret("in")
    tx.execute(
        "INSERT INTO team_signinlink(digest, member_id, created_at, expires_at) VALUES (%s, %s, %s, %s)",
        (digest(token, 32), member, tx.now, tx.now + lifetime),
    )
    tx.audit("member.link_created", f"member:{member}", after={"expires_at": tx.now + lifetime})
    return token


def use_sign_in_link(tx: Tx, token: str) -> int:
    """Spend a link; the id of the member it signs in. `NotAllowed` (`link_spent`) when it is used, old or unknown."""
    spent = tx.rows(
        "UPDATE team_signinlink SET used_at = %s WHERE digest = %s AND used_at IS NULL AND expires_at > %s"
        " AND member_id IN (SELECT id FROM team_member WHERE is_active) RETURNING member_id",
        (tx.now, digest(token, 32), tx.now),
    )
    if not spent:
        raise NotAllowed(
            "link_spent",
            "This sign-in link does not work any more.",
            "A link works once and only for a while.",
            "Ask for a new one: choral members link E-MAIL, or any owner on the team page.",
            status=403,
        )
    member = int(spent[0][0])
    tx.audit("member.signed_in_by_link", f"member:{member}")
    return member


def forget_links(tx: Tx, before: int) -> int:
    """Delete the links that could not be used since `before` (µs since 1970 UTC); how many."""
    return tx.execute("DELETE FROM team_signinlink WHERE expires_at < %s OR used_at < %s", (before, before))


def create_key(tx: Tx, name: str, role: str) -> NewKey:
    """A key for a program, with a role's permissions; its secret can be seen this once only."""
    if not name.strip():
        raise InvalidInput("no_name", "The key has no name.", "Somebody must know what uses it.", "Give it a name.")
    _known_role(role)
    secret = new_secret("sk")
    row = tx.rows(
        "INSERT INTO team_apikey(name, digest, prefix, role, created_at) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        (name.strip()[:120], digest(secret, 32), secret[:9], role, tx.now),
    )
    tx.audit("key.created", f"key:{row[0][0]}", after={"name": name.strip()[:120], "role": role})
    return NewKey(int(row[0][0]), secret)


def revoke_key(tx: Tx, key: int) -> None:
    """End a key at once and for good; a key revoked already stays as it is."""
    if not tx.rows("SELECT id FROM team_apikey WHERE id = %s", (key,)):
        raise NotFound("no_such_key", "There is no such key.", status=404)
    if tx.execute("UPDATE team_apikey SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL", (tx.now, key)):
        tx.audit("key.revoked", f"key:{key}")


def note_key_use(tx: Tx, key: int) -> None:
    """Note that a key was used now."""
    tx.execute("UPDATE team_apikey SET last_used_at = %s WHERE id = %s", (tx.now, key))


def _change(tx: Tx, action: str, member: int, column: str, value: object, *, show: bool = True) -> None:
    """One column of one member, with its audit line; nothing when it has that value already."""
    found = tx.rows(f"SELECT {column} FROM team_member WHERE id = %s", (member,))  # noqa: S608 - our own names
    if not found:
        raise _no_member()
    if found[0][0] == value:
        return
    tx.execute(f"UPDATE team_member SET {column} = %s WHERE id = %s", (value, member))  # noqa: S608
    before, after = ({column: found[0][0]}, {column: value}) if show else (None, None)
    tx.audit(action, f"member:{member}", before=before, after=after)


def _keep_an_owner(tx: Tx, member: int) -> None:
    # Owners who leave at the same moment wait for one another here (on PostgreSQL; SQLite has one writer anyway).
    tx.execute("UPDATE team_member SET role = role WHERE role = 'owner' AND is_active")
    others = tx.rows("SELECT id FROM team_member WHERE role = 'owner' AND is_active AND id <> %s LIMIT 1", (member,))
    is_owner = tx.rows("SELECT id FROM team_member WHERE role = 'owner' AND is_active AND id = %s", (member,))
    if is_owner and not others:
        raise Conflict(
            "last_owner",
            "This is the last owner of the shop.",
            "Without an owner nobody could give roles or keys any more.",
            "Make somebody else an owner first.",
            status=409,
        )


def _known_role(role: str) -> None:
    _known("role", role, ROLES)


def _known(what: str, value: str, names: Collection[str]) -> None:
    if value not in names:
        raise InvalidInput(
            f"no_such_{what}", f"There is no {what} “{value}”.", fix=f"Choose one of: {', '.join(names)}."
        )


def _no_member() -> NotFound:
    return NotFound("no_such_member", "There is no such member.", status=404)
