"""The only writers of purposes, texts and the ledger of consents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db import connection

from choral.books import Tx
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.core.ids import digest, new_id
from choral.customers import sets
from choral.customers.consent.checks import check_statement, check_texts, is_key
from choral.customers.consent.facts import fact
from choral.customers.consent.rules import ANY, BASES, GRANTED, KINDS, PAUSED, WITHDRAWN
from choral.customers.consent.values import Statement

LANGUAGES = ("en", "fr", "it")
_ENTRY = (
    "INSERT INTO consent_entry (key, identifier, purpose, channel, state, until, wording, basis, place, origin, actor,"
    " at, recorded) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING"
)
_ERASED = "erasure"
_KEPT_REFUSALS = ("email:", "phone:", "address:")


def record(tx: Tx, statements: Sequence[Statement]) -> list[int]:
    """Write what was said to the book itself (console, page, API); the ids of the entries.

    Raises `InvalidInput` (`unknown_purpose`, `unknown_state` ...) before anything is written.
    """
    known: dict[str, int | None] = dict(
        tx.rows(
            "SELECT purpose.key, max(wording.version) FROM consent_purpose purpose LEFT JOIN consent_wording wording"
            " ON wording.purpose = purpose.key GROUP BY purpose.key"
        )
    )
    for said in statements:
        check_statement(said, known)
    return _write(tx, [_with_wording(said, known) for said in statements])


def take_back(tx: Tx, number: int) -> list[int]:
    """Undo an entry written by hand: a new entry says again what held before it. The ids written.

    What had never been said cannot be unsaid: a grant is then withdrawn, and a refusal stays (both are no).
    """
    found = tx.rows(
        "SELECT identifier, purpose, channel, state FROM consent_entry WHERE id = %s AND origin = ''", (number,)
    )
    if not found:
        raise NotFound("no_such_entry", "There is no such line in the ledger.", status=404)
    identifier, purpose, channel, state = found[0]
    if state == PAUSED:
        again: tuple[str, int | None] = PAUSED, tx.now
    else:
        before = tx.rows(
            "SELECT state FROM consent_entry WHERE identifier = %s AND purpose = %s AND channel = %s AND id < %s"
            " AND state IN ('granted', 'denied', 'withdrawn') ORDER BY at DESC, id DESC LIMIT 1",
            (identifier, purpose, channel, number),
        )
        if not before and state != GRANTED:
            return []
        again = (before[0][0] if before else WITHDRAWN), None
    said = Statement(identifier, purpose, channel, again[0], "console", until=again[1], proof={"undoes": number})
    return record(tx, [said])


def hear(tx: Tx, statements: Sequence[Statement]) -> int:
    """Write what the log said (events of other systems); doing it again changes nothing. How many were new."""
    return len(_write(tx, statements))


def forget_grants(tx: Tx, sources: Iterable[str]) -> None:
    """What these sources of the log said people agreed to counts no more; their refusals stay. Twice is once."""
    tx.many(
        "INSERT INTO consent_void (origin, at) VALUES (%s, %s) ON CONFLICT (origin) DO NOTHING",
        [(source, tx.now) for source in sources],
    )


def add_purpose(tx: Tx, key: str, kind: str, basis: str, names: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """A new purpose with the first version of its text; `purpose_exists` when the key is taken."""
    if not is_key(key):
        raise InvalidInput("bad_key", "This short name cannot be used.", "It stands in links and files.",
                           "Take 2 to 40 small letters, digits and _, beginning with a letter.", 422)  # fmt: skip
    if kind not in KINDS or basis not in BASES:
        why = f"Kinds: {', '.join(KINDS)}; bases: {', '.join(BASES)}."
        raise InvalidInput("bad_purpose", "The kind or the legal basis is not known.", why, "Choose one.", 422)
    check_texts(names, LANGUAGES, 80)
    check_texts(texts, LANGUAGES, 2_000)
    made = tx.execute(
        "INSERT INTO consent_purpose (key, kind, basis, names, place) VALUES (%s, %s, %s, %s,"
        " (SELECT coalesce(max(place), 0) + 1 FROM consent_purpose)) ON CONFLICT (key) DO NOTHING",
        (key, kind, basis, _json(names)),
    )
    if not made:
        raise Conflict("purpose_exists", "There is a purpose of this name already.", fix="Choose another name.",
                       status=409)  # fmt: skip
    tx.audit("consent.purpose_added", key, after={"kind": kind, "basis": basis, "names": dict(names)})
    add_wording(tx, key, texts)
    return key


def rename_purpose(tx: Tx, key: str, names: Mapping[str, str]) -> None:
    """Other names for a purpose; what people agreed to is the text, which has versions of its own."""
    check_texts(names, LANGUAGES, 80)
    _known_purpose(tx, key)
    tx.execute("UPDATE consent_purpose SET names = %s WHERE key = %s", (_json(names), key))
    tx.audit("consent.purpose_renamed", key, after={"names": dict(names)})


def retire_purpose(tx: Tx, key: str) -> None:
    """Nothing may be done for this purpose any more, and nobody is asked for it; the ledger keeps what was said."""
    _known_purpose(tx, key)
    tx.execute("UPDATE consent_purpose SET retired_at = %s WHERE key = %s AND retired_at IS NULL", (tx.now, key))
    tx.audit("consent.purpose_retired", key)


def restore_purpose(tx: Tx, key: str) -> None:
    """The purpose is in use again; so are the consents there were."""
    _known_purpose(tx, key)
    tx.execute("UPDATE consent_purpose SET retired_at = NULL WHERE key = %s", (key,))
    tx.audit("consent.purpose_restored", key)


def add_wording(tx: Tx, purpose: str, texts: Mapping[str, str]) -> int:
    """A new version of a purpose's text, in all languages; entries from now on rest on it. Its number."""
    check_texts(texts, LANGUAGES, 2_000)
    _known_purpose(tx, purpose)
    version = 1 + int(tx.rows("SELECT coalesce(max(version), 0) FROM consent_wording WHERE purpose = %s",
                              (purpose,))[0][0])  # fmt: skip
    tx.execute(
        "INSERT INTO consent_wording (purpose, version, texts, made_at, made_by) VALUES (%s, %s, %s, %s, %s)",
        (purpose, version, _json(texts), tx.now, tx.actor.name),
    )
    tx.audit("consent.wording_added", purpose, after={"version": version})
    return version


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Forget what is kept of these identifiers; how many entries. A refusal of everything stays for each e-mail
    address and telephone number, as the keyed hash it is known by, so that no import brings the person back."""
    among, asked = _among(), sets.as_json(identifiers)
    tx.many("INSERT INTO consent_erasing (identifier) VALUES (%s) ON CONFLICT (identifier) DO NOTHING",
            [(one,) for one in identifiers])  # fmt: skip
    tx.execute(f"DELETE FROM consent_proof WHERE identifier {among}", [asked])  # noqa: S608
    gone = tx.execute(f"DELETE FROM consent_entry WHERE identifier {among}", [asked])  # noqa: S608
    tx.execute(f"DELETE FROM consent_link WHERE identifier {among}", [asked])  # noqa: S608
    tx.execute("DELETE FROM consent_erasing")
    kept = [one for one in identifiers if one.startswith(_KEPT_REFUSALS) and ":#" in one]
    _write(tx, [Statement(one, ANY, ANY, WITHDRAWN, _ERASED) for one in kept])
    return gone


def _write(tx: Tx, statements: Sequence[Statement]) -> list[int]:
    """New entries, their proofs and their facts; an entry whose key is there already is left as it is."""
    keyed = {said.key or str(new_id(tx.now)): said for said in statements}
    if not keyed:
        return []
    among, asked = _among(), sets.as_json(list(keyed))
    there = {row[0] for row in tx.rows(f"SELECT key FROM consent_entry WHERE key {among}", [asked])}  # noqa: S608
    fresh = {key: _timely(said, tx.now) for key, said in keyed.items() if key not in there}
    tx.many(
        _ENTRY,
        [
            (key, one.identifier, one.purpose, one.channel, one.state, one.until, one.wording, one.basis, one.place,
             one.origin, tx.actor.name, one.at, tx.now)
            for key, one in fresh.items()
        ],
    )  # fmt: skip
    numbers: dict[str, int] = dict(tx.rows(f"SELECT key, id FROM consent_entry WHERE key {among}", [asked]))  # noqa: S608
    tx.many(
        "INSERT INTO consent_proof (entry, identifier, said) VALUES (%s, %s, %s)",
        [(numbers[key], one.identifier, json.dumps(dict(one.proof), ensure_ascii=False, default=str))
         for key, one in fresh.items() if one.proof],
    )  # fmt: skip
    for key, one in fresh.items():
        tx.tell(fact(one, key, one.at or tx.now))
    return [numbers[key] for key in fresh]


def _timely(said: Statement, now: int) -> Statement:
    """Nobody agrees in the future: a clock that is fast must not outvote what is said tomorrow."""
    return replace(said, at=now if said.at is None else min(said.at, now))


def _with_wording(said: Statement, newest: Mapping[str, int | None]) -> Statement:
    return said if said.wording is not None else replace(said, wording=newest.get(said.purpose))


def key_of(*parts: str) -> str:
    """The key of something said, from what makes it this one; the same parts give the same key."""
    return digest("\0".join(parts)).hex()


def _known_purpose(tx: Tx, key: str) -> None:
    if not tx.rows("SELECT 1 FROM consent_purpose WHERE key = %s", (key,)):
        raise NotFound("no_such_purpose", "There is no such purpose.", fix="Look in the list of purposes.", status=404)


def _among() -> str:
    with connection.cursor() as cursor:
        return sets.among_texts(cursor)


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(dict(value), ensure_ascii=False)
