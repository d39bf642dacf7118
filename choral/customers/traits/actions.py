"""The only writers of the definitions of computed traits."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from choral.books import Tx
from choral.core.errors import InvalidInput, NotFound
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets
from choral.customers.traits.definitions import BUILT_IN, Definition, check

MOST = 200
_KEYS = frozenset(one.key for one in BUILT_IN)


def define_trait(tx: Tx, definition: Definition) -> None:
    """Keep a definition under its key, in place of what was there. Nothing is computed: it is when it is read.

    Raises `InvalidInput`: `wrong_trait`, `too_many_traits`.
    """
    check(definition)
    if int(tx.rows("SELECT count(*) FROM traits_trait WHERE key <> %s", (definition.key,))[0][0]) >= MOST:
        raise InvalidInput(
            "too_many_traits", f"There are {MOST} computed traits already.", fix="Remove one that is no longer used."
        )
    text = msgspec.json.encode(replace(definition, built_in=False), order="deterministic").decode()
    _write(tx, definition.key, text)
    tx.tell(_fact(tx, "Computed Trait Defined", {"trait": definition.key, "definition": text}))
    tx.audit("computed_trait.defined", definition.key, after={"definition": text})


def remove_trait(tx: Tx, key: str) -> Definition | None:
    """Take a definition away (a built-in one is hidden); what it was, to bring it back with. `NotFound` without one."""
    rows = tx.rows("SELECT definition FROM traits_trait WHERE key = %s", (key,))
    text = str(rows[0][0]) if rows else None
    if text == "" or (text is None and key not in _KEYS):
        raise NotFound("no_such_trait", "There is no such computed trait.", status=404)
    if key in _KEYS:
        _write(tx, key, "")
    else:
        tx.execute("DELETE FROM traits_trait WHERE key = %s", (key,))
    tx.tell(_fact(tx, "Computed Trait Removed", {"trait": key}))
    tx.audit("computed_trait.removed", key, before={"definition": text})
    return msgspec.json.decode(text, type=Definition) if text else None


def restore_trait(tx: Tx, key: str) -> None:
    """Bring a hidden or changed built-in trait back as it came. `NotFound` when it is not built in."""
    if key not in _KEYS:
        raise NotFound("no_such_trait", "There is no built-in trait of this name.", status=404)
    if tx.execute("DELETE FROM traits_trait WHERE key = %s", (key,)):
        tx.tell(_fact(tx, "Computed Trait Defined", {"trait": key, "definition": ""}))
        tx.audit("computed_trait.restored", key)


def _write(tx: Tx, key: str, text: str) -> None:
    tx.execute(
        "INSERT INTO traits_trait (key, definition, at, actor) VALUES (%s, %s, %s, %s) ON CONFLICT (key) DO UPDATE SET"
        " definition = excluded.definition, at = excluded.at, actor = excluded.actor",
        (key, text, tx.now, tx.actor.name),
    )


def _fact(tx: Tx, name: str, properties: dict[str, str]) -> Event:
    return Event(str(new_id(tx.now)), name, tx.now, channel="console", properties=sets.raw(properties))
