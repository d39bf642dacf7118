"""Drawing lots for people: one at a door, everybody of an audience, and a list of those who drew an arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from choral.analytics.experiments import actions, queries
from choral.analytics.experiments.values import Assignment, Experiment
from choral.books import Actor, act
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.core.identifiers import KINDS, Identifier, seen
from choral.core.ids import key64
from choral.home import Home

if TYPE_CHECKING:
    from choral.customers.door import Customers

_AT_ONCE = 5_000
_POSITIVE = (1 << 63) - 1
LEFT_OUT, NOT_ELIGIBLE = "left_out", "not_eligible"


def assign(home: Home, customers: Customers, actor: Actor, key: str, who: str) -> Assignment:
    """See `Experiments.assign`."""
    one = _own(key)
    person, identifier, numbers = _person(home, customers, who)
    drew = queries.drawn(queries.ask, one.number, numbers)
    reason = "" if drew else _why_not(customers, one, person)
    if reason:
        control = next(arm for arm in one.plan.arms if arm.control)
        return Assignment(key, control.key, str(person), False, False, reason)
    arm, new = act(actions.draw, actor, key, [(person, identifier, numbers)])[0]
    return Assignment(key, arm, str(person), True, new)


def enrol(customers: Customers, actor: Actor, key: str) -> int:
    """See `Experiments.enrol`."""
    one = _own(key)
    left_out = customers.privacy.restricted("profiling")
    known = customers.identity_map().to_pydict()
    names: dict[int, str] = {}
    current: dict[int, int] = {}
    for identifier, customer in zip(known["identifier"], known["customer"], strict=True):
        current[key64(identifier) & _POSITIVE] = customer
        if customer not in names or identifier < names[customer]:
            names[customer] = identifier
    wanted = [int(member) for member in customers.audiences.ids(one.plan.audience)] if one.plan.audience else names
    had = {current.get(number, number) for number, _ in queries.all_drawn(one.number)}
    people = sorted((c, names[c]) for c in wanted if c in names and c not in left_out and c not in had)
    for first in range(0, len(people), _AT_ONCE):
        act(actions.draw_all, actor, key, people[first : first + _AT_ONCE])
    return len(people)


def group(customers: Customers, actor: Actor, key: str, arm: str, name: str) -> str:
    """See `Experiments.group`."""
    one = _own(key)
    if arm not in {known.key for known in one.plan.arms}:
        raise NotFound("no_such_arm", f"There is no arm “{arm[:60]}”.", status=404)
    chosen = [number for number, had in queries.all_drawn(one.number) if had == arm]
    there = {int(row.id) for row in customers.rows([str(number) for number in chosen])}
    left_out = customers.privacy.restricted("profiling", there)
    return customers.audiences.keep_list(actor, name, there - left_out, f"experiment {one.plan.name}, arm {arm}")


def _why_not(customers: Customers, one: Experiment, person: int) -> str:
    """Why somebody takes no part: they may not be profiled, or are not in the plan's audience."""
    if customers.privacy.restricted("profiling", {person}):
        return LEFT_OUT
    audience = one.plan.audience
    if audience and audience not in {key for key, _, _ in customers.audiences.of_customer(str(person))}:
        return NOT_ELIGIBLE
    return ""


def _person(home: Home, customers: Customers, who: str) -> tuple[int, str, list[int]]:
    """A person's number, an identifier of theirs, and every number they ever had; a stranger's is what identity will
    give them."""
    bare = who.strip()[:300]
    customer, nodes = customers.identifiers(customer=bare) if bare.isdecimal() else customers.identifiers(bare)
    if nodes:
        return int(customer), nodes[0][1], [number & _POSITIVE for number, _ in nodes]
    kind, value = Identifier.parse(bare)
    known = seen(kind, value, home.secret, home.region) if kind in KINDS and value else None
    if known is None:
        raise InvalidInput(
            "bad_identifier", "This says of nobody who they are.", "It is empty, or of no kind that is known.",
            "Send an identifier such as card:8812, user:17, anonymous:a1b2 or a customer's id.", 422,
        )  # fmt: skip
    number = key64(str(known)) & _POSITIVE
    return number, str(known), [number]


def _own(key: str) -> Experiment:
    """An experiment that draws its lots here."""
    one = queries.find(key)
    if one is None:
        raise queries.missing(key)
    if one.plan.kind not in ("test", "holdout"):
        raise Conflict("lots_drawn_elsewhere", "The lots of this experiment are drawn elsewhere.", status=409)
    return one
