"""The only writers of tokens, what they open, and places; readings are answered in `reading.py`."""

from __future__ import annotations

import dataclasses

from choral.books import Tx
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.core.identifiers import PERSONAL_KINDS, Identifier, is_nobody
from choral.core.ids import new_id
from choral.customers.access import facts, queries, rules
from choral.customers.access.checks import checked_place, checked_rights, known
from choral.customers.access.values import Place, Rights, Token

_LONGEST = 255


def set_place(tx: Tx, place: Place) -> None:
    """Make a place, or change it. Raises `InvalidInput` (`bad_place`, `no_such_place_kind`, `place_within_itself`)."""
    one = checked_place(tx, place)
    tx.execute(
        "INSERT INTO access_place (code, name, kind, within, store) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind, within = excluded.within,"
        " store = excluded.store",
        (one.code, one.name, one.kind, one.within, one.store),
    )
    tx.audit("place.set", f"place:{one.code}", after={"name": one.name, "kind": one.kind, "within": one.within})


def issue(
    tx: Tx, kind: str, value: str = "", holder: str = "", *, reusable: bool = False, until: int | None = None
) -> str:
    """Give out a token, to a holder (an identifier as seen) or to nobody known; its id. Without a `value` one is made.

    Raises `InvalidInput` (`no_such_token_kind`, `bad_token`, `bad_holder`, `over_already`), `Conflict`
    (`token_in_use`).
    """
    known("token_kind", kind, rules.KINDS)
    if until is not None and until <= tx.now:
        raise InvalidInput("over_already", "This would end before it begins.", fix="Give a later day.", status=422)
    made = Token(
        str(new_id(tx.now)), _value(value), kind, _holder(holder), rules.ISSUED, "", reusable, tx.now, until, "", None
    )
    _insert(tx, made)
    tx.audit("token.issued", f"token:{made.id}", after={"kind": kind, "holder": made.holder, "reusable": reusable})
    tx.tell(facts.token_fact("Token Issued", made, tx.now))
    return made.id


def replace(tx: Tx, token_id: str, value: str = "", kind: str = "", reason: str = "lost") -> str:
    """Give the holder another token with all rights of this one, which opens nothing any more; the new one's id.

    Raises as `issue`, and `Conflict` (`token_gone`) when it was replaced or given back already.
    """
    old = _locked(tx, token_id)
    _must_be(old, rules.ISSUED, rules.BLOCKED)
    known("token_kind", kind or old.kind, rules.KINDS)
    new = Token(
        str(new_id(tx.now)), _value(value), kind or old.kind, old.holder, rules.ISSUED, "", old.reusable, tx.now,
        old.ends_at, "", None,
    )  # fmt: skip
    _insert(tx, new)
    tx.execute(
        "UPDATE access_token SET state = 'replaced', reason = %s, replaced_by = %s WHERE id = %s",
        (reason[:200], new.id, old.id),
    )
    for table in ("access_grant", "access_loan", "access_presence"):
        tx.execute(f"UPDATE {table} SET token_id = %s WHERE token_id = %s", (new.id, old.id))  # noqa: S608 - our names
    tx.audit("token.replaced", f"token:{old.id}", after={"by": new.id, "reason": reason[:200]})
    tx.tell(facts.token_fact("Token Replaced", new, tx.now, replaces=old.id))
    return new.id


def block(tx: Tx, token_id: str, reason: str = "") -> None:
    """A token opens nothing until it is unblocked; one that is blocked stays so."""
    token = _locked(tx, token_id)
    if token.state == rules.BLOCKED:
        return
    _must_be(token, rules.ISSUED)
    _set_state(tx, token, rules.BLOCKED, "Token Blocked", reason[:200])


def unblock(tx: Tx, token_id: str) -> None:
    """A blocked token opens again what it opened before."""
    token = _locked(tx, token_id)
    if token.state == rules.ISSUED:
        return
    _must_be(token, rules.BLOCKED)
    _set_state(tx, token, rules.ISSUED, "Token Unblocked", "")


def take_back(tx: Tx, token_id: str) -> None:
    """A token comes back: its rights end, its number may be issued anew to somebody else."""
    token = _locked(tx, token_id)
    if token.state == rules.RETURNED:
        return
    _set_state(tx, token, rules.RETURNED, "Token Returned", "")
    tx.execute("UPDATE access_grant SET revoked_at = %s WHERE token_id = %s AND revoked_at IS NULL", (tx.now, token_id))
    tx.execute("UPDATE access_loan SET ended_at = %s WHERE token_id = %s AND ended_at IS NULL", (tx.now, token_id))
    tx.execute("DELETE FROM access_presence WHERE token_id = %s", (token_id,))


def lend(tx: Tx, token_id: str, borrower: str, until: int, *, may_pay: bool = False) -> int:
    """Another person has the token until a time (µs UTC, at most 31 days on); the loan ends by itself. Its number.

    Raises `InvalidInput` (`bad_holder`, `bad_loan`), `Conflict` (`token_gone`, `lent_already`).
    """
    token = _locked(tx, token_id)
    _must_be(token, rules.ISSUED)
    who = _holder(borrower)
    if not who or who == token.holder:
        raise InvalidInput("bad_loan", "A token is lent to somebody else.", fix="Say to whom.", status=422)
    if not tx.now < until <= tx.now + rules.LONGEST_LOAN:
        raise InvalidInput(
            "bad_loan", "This is no time for a loan.", "A loan ends later than now and within 31 days.",
            "For longer, issue a token of their own.", 422,
        )  # fmt: skip
    if tx.rows(
        "SELECT id FROM access_loan WHERE token_id = %s AND ended_at IS NULL AND ends_at > %s", (token_id, tx.now)
    ):
        raise Conflict("lent_already", "This token is lent already.", fix="End that loan first.", status=409)
    loan = tx.rows(
        "INSERT INTO access_loan (token_id, borrower, may_pay, starts_at, ends_at) VALUES (%s, %s, %s, %s, %s)"
        " RETURNING id",
        (token_id, who, may_pay, tx.now, until),
    )[0][0]
    tx.audit("token.lent", f"token:{token_id}", after={"until": until, "may_pay": may_pay})
    tx.tell(facts.token_fact("Token Lent", token, tx.now, who, until=until, may_pay=may_pay))
    return int(loan)


def end_loan(tx: Tx, token_id: str) -> bool:
    """The token is back with its holder before the loan's end; whether it was lent."""
    token = _locked(tx, token_id)
    ended = tx.execute(
        "UPDATE access_loan SET ended_at = %s WHERE token_id = %s AND ended_at IS NULL AND ends_at > %s",
        (tx.now, token_id, tx.now),
    )
    if ended:
        tx.audit("token.loan_ended", f"token:{token_id}")
        tx.tell(facts.token_fact("Token Loan Ended", token, tx.now))
    return bool(ended)


def grant(tx: Tx, token_id: str, rights: Rights) -> int:
    """Let a token open a place; the grant's number. Raises `NotFound` (`no_such_place`), `InvalidInput`
    (`bad_rights`), `Conflict` (`token_gone`)."""
    token = _locked(tx, token_id)
    _must_be(token, rules.ISSUED, rules.BLOCKED)
    one = checked_rights(tx, rights)
    number = tx.rows(
        "INSERT INTO access_grant (token_id, place, starts_at, ends_at, days, opens, closes, entries, passback, used,"
        " made_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s) RETURNING id",
        (token_id, one.place, one.starts_at, one.ends_at, one.days, one.opens, one.closes, one.entries, one.passback,
         tx.now),
    )[0][0]  # fmt: skip
    tx.audit("access.granted", f"token:{token_id}", after={"grant": number, "place": one.place, "entries": one.entries})
    tx.tell(facts.grant_fact("Access Granted", token, number, one, tx.now))
    return int(number)


def revoke(tx: Tx, grant_id: int) -> str:
    """A grant opens nothing from now on; the id of its token."""
    return _turn_grant(tx, grant_id, "Access Revoked", "access.revoked", tx.now, "revoked_at IS NULL")


def restore(tx: Tx, grant_id: int) -> str:
    """A revoked grant holds again; the id of its token."""
    return _turn_grant(tx, grant_id, "Access Granted", "access.restored", None, "revoked_at IS NOT NULL")


def _turn_grant(tx: Tx, grant_id: int, name: str, verb: str, revoked_at: int | None, so_far: str) -> str:
    found = tx.rows(f"SELECT {queries.GRANT} FROM access_grant WHERE id = %s", (grant_id,))  # noqa: S608 - our own names
    if not found:
        raise NotFound("no_such_grant", "There is no such grant.", status=404)
    one = queries.grant_of(found[0])
    token = _locked(tx, one.token_id)
    if tx.execute(f"UPDATE access_grant SET revoked_at = %s WHERE id = %s AND {so_far}", (revoked_at, grant_id)):  # noqa: S608
        tx.audit(verb, f"token:{token.id}", after={"grant": grant_id, "place": one.rights.place})
        tx.tell(facts.grant_fact(name, token, grant_id, one.rights, tx.now))
    return token.id


def _insert(tx: Tx, token: Token) -> None:
    made = tx.execute(
        "INSERT INTO access_token (id, value, kind, holder, state, reason, reusable, issued_at, ends_at, replaced_by)"
        " VALUES (%s, %s, %s, %s, %s, '', %s, %s, %s, '')"
        " ON CONFLICT (value) WHERE state IN ('issued', 'blocked', 'replaced') DO NOTHING",
        (token.id, token.value, token.kind, token.holder, token.state, token.reusable, token.issued_at, token.ends_at),
    )
    if made != 1:
        raise Conflict(
            "token_in_use", "This number is another token's.", "A number stands for one token at a time.",
            "Take the other one back first, or read the number again.", 409,
        )  # fmt: skip


def _set_state(tx: Tx, token: Token, state: str, name: str, reason: str) -> None:
    tx.execute("UPDATE access_token SET state = %s, reason = %s WHERE id = %s", (state, reason, token.id))
    tx.audit(f"token.{name.split()[1].lower()}", f"token:{token.id}", after={"reason": reason} if reason else None)
    tx.tell(facts.token_fact(name, dataclasses.replace(token, state=state), tx.now))


def _locked(tx: Tx, token_id: str) -> Token:
    """The token, held until the end of the transaction: readings and changes of one token happen one after another."""
    found = tx.rows(
        f"UPDATE access_token SET state = state WHERE id = %s RETURNING {queries.TOKEN}",  # noqa: S608
        (token_id,),  # noqa: S608
    )
    if not found:
        raise NotFound("no_such_token", "There is no such token.", status=404)
    return queries.token_of(found[0])


def _must_be(token: Token, *states: str) -> None:
    if token.state not in states:
        raise Conflict(
            "token_gone", f"This token is {token.state}.", "Only a token that somebody has can be changed so.",
            "Issue another one, or unblock it.", 409,
        )  # fmt: skip


def _value(value: str) -> str:
    bare = value.strip()
    if not bare:
        return rules.new_number()
    if is_nobody(bare) or len(bare) > _LONGEST or not bare.isprintable():
        raise InvalidInput(
            "bad_token", "This cannot be a token's number.", "It is empty, nothing but zeros, or not readable.",
            "Read it again, or leave it out to have one made.", 422,
        )  # fmt: skip
    return bare


def _holder(holder: str) -> str:
    kind, value = Identifier.parse(holder)
    open_text = kind in PERSONAL_KINDS and not value.startswith("#")
    if holder and (not kind or is_nobody(value) or open_text or len(holder) > 300):
        raise InvalidInput(
            "bad_holder", "This is no identifier of a person.", "It looks like “card:8812” or “user:17”.",
            "Take one of the customer's identifiers.", 422,
        )  # fmt: skip
    return holder
