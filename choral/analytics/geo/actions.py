"""The only writers of studies and imported tables."""

from __future__ import annotations

import json
from io import BytesIO

import msgspec
import pyarrow
import pyarrow.ipc

from choral.analytics.geo import queries
from choral.analytics.geo.panel import Panel
from choral.analytics.geo.values import Question
from choral.books import Tx
from choral.core.errors import InvalidInput, NotFound
from choral.core.event import Event
from choral.core.ids import new_id

MOST = 1_000
MOST_UNITS = 200


def keep_study(tx: Tx, question: Question, study_id: str = "") -> str:
    """Keep a question, a new one or in place of another; its id. Raises `InvalidInput` (`bad_study`, `too_many`),
    `NotFound` (`no_such_study`)."""
    one = checked(question)
    text = msgspec.json.encode(one, order="deterministic").decode()
    if study_id:
        before = queries.study(study_id)
        tx.execute(
            "UPDATE geo_study SET question = %s, at = %s, actor = %s, removed_at = NULL WHERE id = %s",
            (text, tx.now, tx.actor.name, study_id),
        )
        _told(tx, "Area Study Kept", study_id, text)
        tx.audit("area_study.changed", study_id, before={"name": before.question.name}, after={"name": one.name})
        return study_id
    if int(tx.rows("SELECT count(*) FROM geo_study WHERE removed_at IS NULL")[0][0]) >= MOST:
        raise InvalidInput("too_many", f"There are {MOST:,} studies already.", fix="Put one away.", status=422)
    made = str(new_id(tx.now))
    tx.execute(
        "INSERT INTO geo_study (id, question, at, actor, removed_at) VALUES (%s, %s, %s, %s, NULL)",
        (made, text, tx.now, tx.actor.name),
    )
    _told(tx, "Area Study Kept", made, text)
    tx.audit("area_study.kept", made, after={"name": one.name})
    return made


def remove_study(tx: Tx, study_id: str) -> None:
    """Put a study away; `restore_study` brings it back. `NotFound` without it."""
    _turn(tx, study_id, tx.now, "Area Study Removed", "area_study.removed")


def restore_study(tx: Tx, study_id: str) -> None:
    """A study that was put away is shown again."""
    _turn(tx, study_id, None, "Area Study Kept", "area_study.restored")


def keep_table(tx: Tx, name: str, panel: Panel, left_out: tuple[str, ...]) -> str:
    """Keep an imported table; its id. Raises `InvalidInput` `bad_study` without a name."""
    if not name.strip() or len(name) > 120:
        raise _bad("A table needs a name of at most 120 letters.")
    made = str(new_id(tx.now))
    tx.execute(
        "INSERT INTO geo_table (id, name, units, left_out, since, until, body, at, removed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, NULL)",
        (made, name.strip(), json.dumps(panel.units), json.dumps(left_out), panel.starts[0], panel.starts[-1],
         _body(panel), tx.now),
    )  # fmt: skip
    tx.audit("area_table.imported", made, after={"name": name.strip(), "units": len(panel.units)})
    return made


def remove_table(tx: Tx, table_id: str) -> None:
    """Put an imported table away; studies of it can no longer be answered. `NotFound` without it."""
    _turn_table(tx, table_id, tx.now, "area_table.removed")


def restore_table(tx: Tx, table_id: str) -> None:
    """A table that was put away is there again."""
    _turn_table(tx, table_id, None, "area_table.restored")


def checked(question: Question) -> Question:
    """The question as it is kept. Raises `InvalidInput` `bad_study`."""
    name, units = question.name.strip(), tuple(dict.fromkeys(one for one in question.units if one))
    if not name or len(name) > 120:
        raise _bad("A study needs a name of at most 120 letters.")
    if not 1 <= len(units) <= MOST_UNITS or any(len(one) > 120 for one in units):
        raise _bad(f"Say which areas were changed: 1 to {MOST_UNITS}.")
    if question.ends < question.starts:
        raise _bad("The last day is before the first.")
    return Question(
        name, units, question.starts, question.ends, question.source or "stores", question.outcome, question.grain,
        question.campaign_id.strip()[:200],
    )  # fmt: skip


def _turn(tx: Tx, study_id: str, removed_at: int | None, fact: str, verb: str) -> None:
    found = queries.study(study_id, removed=True)
    tx.execute("UPDATE geo_study SET removed_at = %s WHERE id = %s", (removed_at, study_id))
    _told(tx, fact, study_id, msgspec.json.encode(found.question, order="deterministic").decode())
    tx.audit(verb, study_id, after={"name": found.question.name})


def _turn_table(tx: Tx, table_id: str, removed_at: int | None, verb: str) -> None:
    if not tx.execute("UPDATE geo_table SET removed_at = %s WHERE id = %s", (removed_at, table_id)):
        raise NotFound("no_such_table", "There is no such table of areas.", status=404)
    tx.audit(verb, table_id)


def _body(panel: Panel) -> bytes:
    columns = [pyarrow.array(panel.values[:, place]) for place in range(len(panel.units))]
    table = pyarrow.table(columns, names=list(panel.units))
    kept = BytesIO()
    with pyarrow.ipc.new_stream(kept, table.schema, options=pyarrow.ipc.IpcWriteOptions(compression="zstd")) as file:
        file.write_table(table)
    return kept.getvalue()


def _told(tx: Tx, name: str, study_id: str, text: str) -> None:
    properties = msgspec.Raw(msgspec.json.encode({"study": study_id, "asked": text}))
    tx.tell(Event(str(new_id(tx.now)), name, tx.now, channel="console", properties=properties))


def _bad(what: str) -> InvalidInput:
    return InvalidInput("bad_study", what, "A study compares areas changed on some days with the others.", status=422)
