"""The only writers of identity's book; each tells its fact and leaves an audit line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from choral.books import Tx
from choral.core.errors import InvalidInput, NotFound
from choral.core.ids import new_id
from choral.customers.identity.book import facts, queries
from choral.customers.identity.book.values import Correction
from choral.customers.identity.kinds import CHANGEABLE, DEFAULTS, Kind, changed

_LONGEST_REASON = 500
_MOST_SHARED = 100_000


def merge(tx: Tx, one: str, other: str, reason: str) -> Correction:
    """Let two identifiers be one person from now on; what holds just these two apart is withdrawn.

    Raises `InvalidInput` (`same_identifier`, `no_reason`). Doing it again gives the correction that holds.
    """
    return _decide(tx, "join", one, other, reason)


def keep_apart(tx: Tx, one: str, other: str, reason: str) -> Correction:
    """Never let these two identifiers be one person, whatever is seen; what joined just these two is withdrawn.

    Raises `InvalidInput` (`same_identifier`, `no_reason`). Doing it again gives the correction that holds.
    """
    return _decide(tx, "apart", one, other, reason)


def withdraw(tx: Tx, number: str) -> Correction:
    """Take a correction back: everything is as if it had not been made. `NotFound` (`no_such_correction`)."""
    found = _correction(number)
    if not found.withdrawn_at:
        _take_back(tx, found)
    return _correction(number)


def renew(tx: Tx, number: str) -> Correction:
    """Let a correction that was withdrawn hold again, as a new one. `NotFound` (`no_such_correction`)."""
    found = _correction(number)
    return _decide(tx, found.kind, found.one, found.other, found.reason)


def set_kind(tx: Tx, name: str, changes: Mapping[str, object]) -> Kind:
    """Change settings of a kind of identifiers; `InvalidInput` (`no_such_kind`, `bad_identity_rule`)."""
    _next_edition(tx)
    before = queries.ruleset().kind(known_kind(name))
    assert before is not None  # every known kind has a rule
    after = changed(before, changes)
    default = DEFAULTS[name]
    differs = {key: getattr(after, key) for key in CHANGEABLE if getattr(after, key) != getattr(default, key)}
    tx.execute("DELETE FROM identity_book_kindrule WHERE kind = %s", (name,))
    if differs:
        tx.execute(
            "INSERT INTO identity_book_kindrule (kind, settings, by, at) VALUES (%s, %s, %s, %s)",
            (name, json.dumps(differs), tx.actor.name, tx.now),
        )
    told = {key: value for key, value in changes.items() if getattr(before, key) != value}
    tx.audit("identity.rule_changed", f"kind:{name}", before={key: getattr(before, key) for key in told}, after=told)
    tx.tell(facts.ruled(queries.ruleset(), tx.now))
    return after


def reset_kind(tx: Tx, name: str) -> Kind:
    """Give a kind its default settings back."""
    default = DEFAULTS[known_kind(name)]
    return set_kind(tx, name, {key: getattr(default, key) for key in CHANGEABLE})


def block(tx: Tx, identifier: str, shown: str, reason: str) -> str:
    """This identifier (as seen) links nobody, for ever; the id of the rule."""
    return _rule(tx, identifier, "block", 0, shown, reason)


def allow(tx: Tx, identifier: str, most: int, shown: str, reason: str) -> str:
    """This identifier may be seen with up to `most` others before it is set aside; the id of the rule."""
    if not 1 <= most <= _MOST_SHARED:
        raise InvalidInput(
            "bad_limit", "This is no number of people.", f"It must be from 1 to {_MOST_SHARED:,}.",
            "Send how many may share it.", 422,
        )  # fmt: skip
    return _rule(tx, identifier, "allow", most, shown, reason)


def declare_tablet(tx: Tx, source: str, name: str, reason: str) -> str:
    """Browsers and devices of this source (its id) are used by many people and never link; the id of the rule."""
    return _rule(tx, f"source:{source}", "tablet", 0, name, reason)


def withdraw_rule(tx: Tx, number: str) -> None:
    """A value has no rule of its own any more; doing it again changes nothing. `NotFound` (`no_such_rule`)."""
    _next_edition(tx)
    row = tx.rows("SELECT subject, rule, withdrawn_at FROM identity_book_valuerule WHERE id = %s", (number,))
    if not row:
        raise NotFound("no_such_rule", "There is no such rule.", status=404)
    subject, rule, withdrawn = row[0]
    if withdrawn is None:
        _end_rule(tx, number)
        tx.audit("identity.value_rule_withdrawn", subject, before={"rule": rule})
        tx.tell(facts.ruled(queries.ruleset(), tx.now))


def renew_rule(tx: Tx, number: str) -> str:
    """Let a rule of a value that was withdrawn hold again; the id of the new one. `NotFound` (`no_such_rule`)."""
    row = tx.rows("SELECT subject, rule, most, shown, reason FROM identity_book_valuerule WHERE id = %s", (number,))
    if not row:
        raise NotFound("no_such_rule", "There is no such rule.", status=404)
    return _rule(tx, *row[0])


def known_kind(name: str) -> str:
    """The name, if a kind of it may link; `InvalidInput` (`no_such_kind`)."""
    if name not in DEFAULTS:
        raise InvalidInput(
            "no_such_kind", f"There is no kind “{name}” that may link.", "Rules are held by kind of identifier.",
            f"Take one of {', '.join(DEFAULTS)}.", 422,
        )  # fmt: skip
    return name


def _decide(tx: Tx, kind: str, one: str, other: str, reason: str) -> Correction:
    first, second = sorted((one, other))
    if first == second:
        raise InvalidInput("same_identifier", "These are the same.", "A correction is about two.", "Name two.", 422)
    _next_edition(tx)  # two who decide about the same pair do it one after the other
    holding = [found for found in queries.corrections_of([first]) if {found.one, found.other} == {first, second}]
    for found in holding:
        if found.kind == kind:
            return found
        _take_back(tx, found)
    number = str(new_id(tx.now))
    tx.execute(
        "INSERT INTO identity_book_correction (id, kind, one, other, reason, by, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (number, kind, first, second, _reason(reason), tx.actor.name, tx.now),
    )
    made = _correction(number)
    tx.audit(f"identity.{'merged' if kind == 'join' else 'kept_apart'}", first, after={"other": second, "id": number})
    tx.tell(facts.corrected(made, tx.now, withdrawn=False))
    return made


def _take_back(tx: Tx, found: Correction) -> None:
    done = tx.execute(
        "UPDATE identity_book_correction SET withdrawn_by = %s, withdrawn_at = %s"
        " WHERE id = %s AND withdrawn_at IS NULL",
        (tx.actor.name, tx.now, found.id),
    )
    if done:
        tx.audit("identity.correction_withdrawn", found.one, before={"other": found.other, "kind": found.kind})
        tx.tell(facts.corrected(found, tx.now, withdrawn=True))


def _rule(tx: Tx, subject: str, rule: str, most: int, shown: str, reason: str) -> str:
    _next_edition(tx)
    for (number,) in tx.rows(
        "SELECT id FROM identity_book_valuerule WHERE subject = %s AND withdrawn_at IS NULL", (subject,)
    ):
        _end_rule(tx, number)
    number = str(new_id(tx.now))
    tx.execute(
        "INSERT INTO identity_book_valuerule (id, subject, rule, most, shown, reason, by, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (number, subject, rule, most, shown[:300], _reason(reason), tx.actor.name, tx.now),
    )
    tx.audit("identity.value_rule_made", subject, after={"rule": rule, "most": most})
    tx.tell(facts.ruled(queries.ruleset(), tx.now))
    return number


def _end_rule(tx: Tx, number: str) -> None:
    tx.execute(
        "UPDATE identity_book_valuerule SET withdrawn_by = %s, withdrawn_at = %s WHERE id = %s",
        (tx.actor.name, tx.now, number),
    )


def _next_edition(tx: Tx) -> None:
    tx.execute(
        "INSERT INTO identity_book_edition (id, number) VALUES (1, 1)"
        " ON CONFLICT (id) DO UPDATE SET number = identity_book_edition.number + 1"
    )


def _correction(number: str) -> Correction:
    found = queries.correction(number)
    if found is None:
        raise NotFound("no_such_correction", "There is no such correction.", status=404)
    return found


def _reason(text: str) -> str:
    bare = " ".join(text.split())[:_LONGEST_REASON]
    if not bare:
        raise InvalidInput(
            "no_reason",
            "No reason was given.",
            "Whoever looks at it later must understand why.",
            "Write a few words.",
            422,
        )
    return bare
