"""The only writers of experiments, their arms and the lots drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import msgspec

from choral.analytics.experiments import checks, facts, lots, queries
from choral.analytics.experiments.values import Arm, Experiment, Plan
from choral.books import Tx
from choral.core.errors import Conflict
from choral.core.ids import new_id

PLANNED, RUNNING, STOPPED = "planned", "running", "stopped"
_OF_COLUMNS = frozenset({"name", "kind", "arms"})


def create(tx: Tx, plan: Plan, key: str = "", state: str = PLANNED) -> str:
    """Write a plan down; its key. Raises `InvalidInput` and `Conflict` `experiment_exists`."""
    clean = checks.plan(plan)
    made = checks.key(key or checks.key_of(clean.name) or str(new_id(tx.now)))
    if tx.rows("SELECT 1 FROM experiments_experiment WHERE key = %s", (made,)):
        if key:
            raise Conflict(
                "experiment_exists", "There is an experiment of this key.", fix="Choose another.", status=409
            )
        made = f"{made[:60]}-{new_id(tx.now).hex[-6:]}"
    spec = {name: value for name, value in asdict(clean).items() if name not in _OF_COLUMNS}
    begun = tx.now if state != PLANNED else None
    number = tx.rows(
        "INSERT INTO experiments_experiment (key, name, kind, state, spec, salt, created_at, created_by, started_at,"
        " stopped_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (made, clean.name, clean.kind, state, msgspec.json.encode(spec).decode(), str(new_id(tx.now)), tx.now,
         tx.actor.name, begun, tx.now if state == STOPPED else None),
    )[0][0]  # fmt: skip
    tx.many(
        "INSERT INTO experiments_arm (experiment, place, key, name, weight, control) VALUES (%s, %s, %s, %s, %s, %s)",
        [(number, place, one.key, one.name, one.weight, one.control) for place, one in enumerate(clean.arms)],
    )
    _said(tx, queries.locked(tx.rows, made), state)
    return made


def start(tx: Tx, key: str) -> None:
    """Lots may be drawn from now on; also again after it was stopped. Starting a running one changes nothing."""
    one = _standing(tx, key)
    if one.state == RUNNING:
        return
    tx.execute(
        "UPDATE experiments_experiment SET state = 'running', started_at = coalesce(started_at, %s), stopped_at = NULL"
        " WHERE id = %s", (tx.now, one.number),
    )  # fmt: skip
    _said(tx, one, RUNNING)


def unstart(tx: Tx, key: str) -> None:
    """Back to a plan, as long as nobody drew; `Conflict` `lots_drawn` afterwards."""
    one = _standing(tx, key)
    if tx.rows("SELECT 1 FROM experiments_assignment WHERE experiment = %s LIMIT 1", (one.number,)):
        raise Conflict("lots_drawn", "People have drawn lots already.", fix="Stop it instead.", status=409)
    if one.state == PLANNED:
        return
    tx.execute(
        "UPDATE experiments_experiment SET state = 'planned', started_at = NULL, stopped_at = NULL WHERE id = %s",
        (one.number,),
    )
    _said(tx, one, PLANNED)


def stop(tx: Tx, key: str) -> None:
    """Nobody draws any more; who drew keeps the arm, and windows go on to their end."""
    one = _standing(tx, key)
    if one.state != RUNNING:
        return
    tx.execute(
        "UPDATE experiments_experiment SET state = 'stopped', stopped_at = %s WHERE id = %s", (tx.now, one.number)
    )
    _said(tx, one, STOPPED)


def archive(tx: Tx, key: str, archived: bool = True) -> None:
    """Put an experiment away, or take it out again."""
    one = queries.locked(tx.rows, key)
    if one.archived == archived:
        return
    when = tx.now if archived else None
    tx.execute("UPDATE experiments_experiment SET archived_at = %s WHERE id = %s", (when, one.number))
    _said(tx, one, "archived" if archived else "restored")


def draw(tx: Tx, key: str, people: Sequence[tuple[int, str, Sequence[int]]]) -> list[tuple[str, bool]]:
    """Give each person (number, identifier, every number they ever had) their arm; its key, and whether it is new.

    Who drew before, under any of their numbers, keeps that arm. Raises `Conflict` `not_running`.
    """
    one = _standing(tx, key)
    before = [queries.drawn(tx.rows, one.number, numbers) for _, _, numbers in people]
    if one.state != RUNNING and not all(before):
        raise _not_running()
    weights = [arm.weight for arm in one.plan.arms]
    answers: list[tuple[str, bool]] = []
    rows: dict[int, tuple[int, int, str, str, int]] = {}
    for (person, identifier, _), had in zip(people, before, strict=True):
        arm = had[0] if had else one.plan.arms[lots.drawn(one.salt, person, weights)].key
        answers.append((arm, had is None and person not in rows))
        if had is None and person not in rows:
            rows[person] = (one.number, person, identifier, arm, tx.now)
    _keep(tx, one, list(rows.values()))
    return answers


def draw_all(tx: Tx, key: str, people: Sequence[tuple[int, str]]) -> int:
    """Draw for many who never drew (number, identifier); how many. Raises `Conflict` `not_running`."""
    one = _standing(tx, key)
    if one.state != RUNNING:
        raise _not_running()
    weights = [arm.weight for arm in one.plan.arms]
    rows = [
        (one.number, person, identifier, one.plan.arms[lots.drawn(one.salt, person, weights)].key, tx.now)
        for person, identifier in people
    ]
    _keep(tx, one, rows)
    return len(rows)


def _not_running() -> Conflict:
    return Conflict("not_running", "This experiment does not run.", fix="Start it first.", status=409)


def _keep(tx: Tx, one: Experiment, rows: Sequence[tuple[int, int, str, str, int]]) -> None:
    if not rows:
        return
    tx.many(
        "INSERT INTO experiments_assignment (experiment, customer, identifier, arm, at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (experiment, customer) DO NOTHING", rows,
    )  # fmt: skip
    arms: dict[str, Arm] = {arm.key: arm for arm in one.plan.arms}
    for _, _, identifier, arm, _ in rows:
        tx.tell(facts.drawn(one, arms[arm], identifier, tx.now))


def _standing(tx: Tx, key: str) -> Experiment:
    one = queries.locked(tx.rows, key)
    if one.archived:
        raise Conflict("experiment_archived", "This experiment was put away.", fix="Take it out first.", status=409)
    return one


def _said(tx: Tx, one: Experiment, state: str) -> None:
    tx.audit(f"experiment.{state}", f"experiment:{one.key}", after={"name": one.plan.name})
    tx.tell(facts.changed(one, state, tx.now))
