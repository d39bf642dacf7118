"""The only writers of suggestions: what a comparison found, and what people decide, which goes to identity's book."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from choral.books import Tx
from choral.core.errors import Conflict, InvalidInput
from choral.customers.identity.book import actions as identity
from choral.customers.links import queries, rules
from choral.customers.links.values import Row
from choral.customers.links.words import reason

_OPEN = ("open", "later")
MOST_AT_ONCE = 500
Found = tuple[str, str, float, Sequence[tuple[str, str]]]


def ask(tx: Tx) -> int:
    """Have the worker compare all records; the number of the comparison, the same while one waits."""
    waiting = tx.rows("SELECT id FROM links_run WHERE state = 'asked' ORDER BY id LIMIT 1")
    if waiting:
        return int(waiting[0][0])
    made = tx.rows(
        "INSERT INTO links_run (state, by, asked_at, people, found, problem) VALUES ('asked', %s, %s, 0, 0, '')"
        " RETURNING id",
        (tx.actor.name, tx.now),
    )
    return int(made[0][0])


def begin(tx: Tx, run: int) -> None:
    """A comparison runs."""
    tx.execute("UPDATE links_run SET state = 'running', started_at = %s WHERE id = %s", (tx.now, run))


def fail(tx: Tx, run: int, problem: str) -> None:
    """A comparison came to nothing."""
    tx.execute(
        "UPDATE links_run SET state = 'failed', ended_at = %s, problem = %s WHERE id = %s", (tx.now, problem[:500], run)
    )


def note_found(tx: Tx, run: int, people: int, found: Iterable[Found]) -> int:
    """Keep what a comparison found (pairs of identifiers, the lesser first); how many pairs.

    What people decided stays as it is; what is open and was not found again is gone.
    """
    rows = [
        (one, other, probability, json.dumps(list(levels)), tx.now) for one, other, probability, levels in found
    ]  # fmt: skip
    tx.execute("UPDATE links_suggestion SET state = 'gone' WHERE state = 'open'")
    tx.many(
        "INSERT INTO links_suggestion (one, other, probability, levels, state, found_at, by, correction)"
        " VALUES (%s, %s, %s, %s, 'open', %s, '', '') ON CONFLICT (one, other) DO UPDATE SET"
        " probability = excluded.probability, levels = excluded.levels, found_at = excluded.found_at,"
        " state = CASE WHEN links_suggestion.state = 'gone' THEN 'open' ELSE links_suggestion.state END"
        " WHERE links_suggestion.state IN ('gone', 'open', 'later')",
        rows,
    )
    tx.execute(
        "UPDATE links_run SET state = 'done', ended_at = %s, people = %s, found = %s WHERE id = %s",
        (tx.now, people, len(rows), run),
    )
    return len(rows)


def accept(tx: Tx, number: int) -> str:
    """The two are one person: identity joins them; the id of its correction. Accepting again changes nothing.

    Raises `NotFound` (`no_such_suggestion`), `Conflict` (`decided_already`).
    """
    return _decide(tx, number, "accepted")


def refuse(tx: Tx, number: int) -> str:
    """The two are two people, for ever, whatever is found; the id of identity's correction. Raises as `accept`."""
    return _decide(tx, number, "refused")


def later(tx: Tx, number: int) -> None:
    """Not now: it comes again after the others. Raises as `accept`."""
    row = _locked(tx, number)
    if row.state == "later":
        return
    if row.state not in _OPEN:
        raise _decided(row)
    _set(tx, row, "later", "")


def reopen(tx: Tx, number: int) -> None:
    """Take a decision back: identity is as if it had not been made."""
    row = _locked(tx, number)
    if row.state in ("open", "gone"):
        return
    if row.correction:
        identity.withdraw(tx, row.correction)
    _set(tx, row, "open", "")


def accept_above(tx: Tx, least: float) -> int:
    """Accept every open suggestion of at least this probability, likeliest first, 500 at most; how many.

    Only on somebody's explicit word. `InvalidInput` (`below_threshold`) when the costs speak against it.
    """
    threshold = queries.costs().threshold
    if not threshold <= least <= 1:
        raise InvalidInput(
            "below_threshold", "So many at once are only accepted above the threshold.",
            f"By the costs that are set, a pair below {threshold:.1%} is rather looked at.",
            "Choose a higher probability, or change the costs.", 422,
        )  # fmt: skip
    rows = tx.rows(
        "SELECT id FROM links_suggestion WHERE state = 'open' AND probability >= %s ORDER BY probability DESC, id"
        " LIMIT %s",
        (least, MOST_AT_ONCE),
    )
    for (number,) in rows:
        _decide(tx, number, "accepted")
    return len(rows)


def set_costs(tx: Tx, wrong: int, missed: int) -> float:
    """What a wrong merge costs against a missed one, in any unit; the threshold that follows.

    `InvalidInput` (`bad_costs`) unless both are whole numbers from 1 to a million.
    """
    if not rules.sensible(wrong, missed):
        raise InvalidInput("bad_costs", "These are no costs.", "Both are whole numbers from 1 to a million.",
                           "Only their ratio counts: 20 and 1, say.", 422)  # fmt: skip
    tx.execute(
        "INSERT INTO links_costs (id, wrong, missed) VALUES (1, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET wrong = excluded.wrong, missed = excluded.missed",
        (wrong, missed),
    )
    tx.audit("links.costs_set", "links", after={"wrong": wrong, "missed": missed})
    return rules.Costs(wrong, missed).threshold


def _decide(tx: Tx, number: int, state: str) -> str:
    row = _locked(tx, number)
    if row.state == state:
        return row.correction
    if row.state not in _OPEN:
        raise _decided(row)
    work = identity.merge if state == "accepted" else identity.keep_apart
    correction = work(tx, row.one, row.other, reason(row.levels, row.probability, state)).id
    _set(tx, row, state, correction)
    return correction


def _set(tx: Tx, row: Row, state: str, correction: str) -> None:
    tx.execute(
        "UPDATE links_suggestion SET state = %s, decided_at = %s, by = %s, correction = %s WHERE id = %s",
        (state, None if state == "open" else tx.now, tx.actor.name, correction, row.id),
    )
    verb = {"open": "reopened", "later": "put_off"}.get(state, state)
    tx.audit(f"link.{verb}", f"link:{row.id}", before={"state": row.state},
             after={"one": row.one, "other": row.other, "probability": round(row.probability, 4)})  # fmt: skip


def _locked(tx: Tx, number: int) -> Row:
    tx.execute("UPDATE links_suggestion SET state = state WHERE id = %s", (number,))
    return queries.suggestion(number)


def _decided(row: Row) -> Conflict:
    return Conflict(
        "decided_already", f"This suggestion is {row.state}.", "Somebody decided about it, or it is no longer found.",
        "Open it again first.", 409,
    )  # fmt: skip
