"""Answers a reading at a door, a room or a till: one short transaction in which two readers never share one entry.

The token's row is locked first, so readings of one token happen one after another; entries are counted by a guarded
update, so they never go below none; a reader's own number of the reading makes a retry get the first answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from choral.books import Tx
from choral.core.errors import Conflict, InvalidInput
from choral.customers.access import facts, queries, rules
from choral.customers.access.values import Bearer, Grant, Loan, Place, Reading, Token, Verdict

_LONGEST = 80
_KEPT = "value, place, leaving, allowed, reason, token_id, person, entries_left, at"


def read(tx: Tx, reading: Reading, zone: str) -> Verdict:
    """Whether a token opens a place now, in the shop's time zone; tells `Token Read`, and counts the entry.

    Raises `InvalidInput` (`bad_reading`, `unlikely_time`), `Conflict` (`read_id_reused`).
    """
    at = _checked(tx, reading)
    place = queries.around(tx.rows, reading.place)
    number = _claim(tx, reading, at)
    if number is None:
        return _again(tx, reading)
    token = _locked(tx, reading.value.strip(), at)
    bearer = _bearer(tx, token, tx.now) if token else None
    allowed, reason, used = _decide(tx, token, place, reading.leaving, at, zone)
    left = None if used is None or used.rights.entries is None else used.rights.entries - used.used - 1
    person = bearer.person if bearer else ""
    verdict = Verdict(
        allowed, reason, rules.WORDS[reason], token.id if token else "", person, bool(bearer and bearer.lent), left,
        reading.place, at, repeated=False,
    )  # fmt: skip
    grant = used.id if used else None
    tx.execute(
        "UPDATE access_read SET token_id = %s, allowed = %s, reason = %s, grant_id = %s, person = %s, entries_left = %s"
        " WHERE id = %s",
        (verdict.token_id, allowed, reason, grant, person, left, number),
    )
    store = next((one.store for one in place if one.store), "")
    tx.tell(facts.token_read(token, reading, verdict, grant, store, tx.now))
    return verdict


def bearer(tx: Tx, value: str) -> Bearer | None:
    """Who carries the token with this number now and from whose balance it may pay; None unless it is issued.

    For actions of rooms that take payments: the token stays locked until the end of their transaction.
    """
    token = _locked(tx, value.strip(), None)
    if token is None or token.state != rules.ISSUED or (token.ends_at is not None and token.ends_at <= tx.now):
        return None
    return _bearer(tx, token, tx.now)


def forget_reads(tx: Tx, before: int) -> int:
    """Forget the readings before a time (µs UTC): where somebody was is nobody's business for long. How many."""
    return tx.execute("DELETE FROM access_read WHERE at < %s", (before,))


def _checked(tx: Tx, reading: Reading) -> int:
    """The time of the reading; the reader's own where it is likely."""
    texts = (reading.reader, reading.read_id, reading.value.strip(), reading.place)
    if not all(texts) or any(len(one) > most for one, most in zip(texts, (_LONGEST, _LONGEST, 255, 60), strict=True)):
        raise InvalidInput(
            "bad_reading", "The reading is not complete.", "It needs the token, the place, the reader's name and its"
            " number of the reading.", f"Names have up to {_LONGEST} signs.", 422,
        )  # fmt: skip
    at = tx.now if reading.at is None else reading.at
    if not tx.now - rules.FURTHEST_BACK <= at <= tx.now + rules.FURTHEST_AHEAD:
        raise InvalidInput(
            "unlikely_time", "The time of the reading cannot be right.",
            "It lies more than a day back or five minutes ahead.", "Set the reader's clock.", 422,
        )  # fmt: skip
    return at


def _claim(tx: Tx, reading: Reading, at: int) -> int | None:
    """The number of a new line for this reading; None when it was read before (whoever reads it now is waited for)."""
    made = tx.rows(
        "INSERT INTO access_read (reader, read_id, value, token_id, place, leaving, at, allowed, reason, person)"
        " VALUES (%s, %s, %s, '', %s, %s, %s, %s, '', '') ON CONFLICT (reader, read_id) DO NOTHING RETURNING id",
        (reading.reader, reading.read_id, reading.value.strip(), reading.place, reading.leaving, at, False),
    )
    return int(made[0][0]) if made else None


def _again(tx: Tx, reading: Reading) -> Verdict:
    """The first answer to this reading."""
    value, place, leaving, allowed, reason, token, person, left, at = tx.rows(
        f"SELECT {_KEPT} FROM access_read WHERE reader = %s AND read_id = %s",  # noqa: S608 - our own names
        (reading.reader, reading.read_id),
    )[0]
    if (value, place, bool(leaving)) != (reading.value.strip(), reading.place, reading.leaving):
        raise Conflict(
            "read_id_reused", "This reading was sent before with another token or place.",
            "A reader's number stands for one reading.", "Number each reading anew.", 409,
        )  # fmt: skip
    holder = tx.rows("SELECT holder FROM access_token WHERE id = %s", (token,))
    lent = bool(holder and person != holder[0][0])
    return Verdict(bool(allowed), reason, rules.WORDS[reason], token, person, lent, left, place, at, repeated=True)


def _locked(tx: Tx, value: str, read_at: int | None) -> Token | None:
    change = "last_read_at = last_read_at" if read_at is None else "last_read_at = %s"
    found = tx.rows(
        f"UPDATE access_token SET {change} WHERE value = %s AND state IN ('issued', 'blocked', 'replaced')"  # noqa: S608
        f" RETURNING {queries.TOKEN}",
        (value,) if read_at is None else (read_at, value),
    )
    return queries.token_of(found[0]) if found else None


def _bearer(tx: Tx, token: Token, now: int) -> Bearer:
    loan = _loan(tx, token.id, now)
    if loan is None:
        return Bearer(token.id, token.holder, token.holder, lent=False, may_pay=True)
    return Bearer(token.id, token.holder, loan.borrower, lent=True, may_pay=loan.may_pay)


def _loan(tx: Tx, token_id: str, now: int) -> Loan | None:
    found = tx.rows(
        f"SELECT {queries.LOAN} FROM access_loan WHERE token_id = %s AND ended_at IS NULL"  # noqa: S608 - our own names
        " AND starts_at <= %s AND ends_at > %s",
        (token_id, now, now),
    )
    return queries.loan_of(found[0]) if found else None


def _decide(
    tx: Tx, token: Token | None, place: Sequence[Place], leaving: bool, at: int, zone: str
) -> tuple[bool, str, Grant | None]:
    """Whether, why, and by which grant. Whoever leaves is let out, whatever became of the token."""
    if token is None:
        return False, "unknown_token", None
    if not place:
        return False, "unknown_place", None
    if leaving:
        for one in place:
            tx.execute("DELETE FROM access_presence WHERE token_id = %s AND place = %s", (token.id, one.code))
        return True, "leaving", None
    if token.state != rules.ISSUED:
        return False, token.state, None
    if token.ends_at is not None and at >= token.ends_at:
        return False, "expired", None
    if place[0].kind in rules.OPEN_TO_ALL:
        return True, "open", None
    return _by_grant(tx, token, [one.code for one in place], at, zone)


def _by_grant(tx: Tx, token: Token, codes: Sequence[str], at: int, zone: str) -> tuple[bool, str, Grant | None]:
    marks = ", ".join(["%s"] * len(codes))
    given = tx.rows(
        f"SELECT {queries.GRANT} FROM access_grant WHERE token_id = %s AND revoked_at IS NULL"  # noqa: S608
        f" AND place IN ({marks})",
        (token.id, *codes),
    )
    held, reason = rules.usable(map(queries.grant_of, given), at, zone)
    for grant in held:
        if not grant.rights.passback and not _goes_in(tx, token.id, grant.rights.place, at):
            return False, "already_inside", None
        if tx.execute(
            "UPDATE access_grant SET used = used + 1 WHERE id = %s AND revoked_at IS NULL"
            " AND (entries IS NULL OR used < entries)",
            (grant.id,),
        ):
            return True, "open", grant
        reason = rules.closest((reason, "no_entries_left"))
    return False, reason, None


def _goes_in(tx: Tx, token_id: str, place: str, at: int) -> bool:
    """Note that a token is inside; whether it was not."""
    return bool(
        tx.execute(
            "INSERT INTO access_presence (token_id, place, since) VALUES (%s, %s, %s)"
            " ON CONFLICT (token_id, place) DO NOTHING",
            (token_id, place, at),
        )
    )
