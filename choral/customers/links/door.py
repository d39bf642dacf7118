"""The door of links: suggestions that two customers may be one, and what people decide about them.

Nothing here is used to send, to show or to merge anything before somebody has accepted it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from choral.books import Actor, act
from choral.core.errors import InvalidInput
from choral.customers.identity import queries as identity
from choral.customers.links import actions, finding, people, queries
from choral.customers.links.rules import LEAST
from choral.customers.links.values import LinksState, Row, Run, Side, Suggestion, SuggestionPage
from choral.customers.links.words import evidence
from choral.customers.records import queries as records
from choral.customers.records.queries import Personal
from choral.customers.records.rules import full_name

_PAGE = 50
STATES = ("open", "later", "accepted", "refused")


class Links:
    """Records that share no key, compared by name, address, birthday, e-mail and telephone with their errors."""

    def find(self, actor: Actor) -> Run:
        """Compare all customers now, which takes seconds to minutes; what it found waits to be decided."""
        run = act(actions.ask, actor)
        finding.compare(actor, run)
        return queries.run(run)

    def ask(self, actor: Actor) -> Run:
        """Have the worker compare all customers; the comparison, to be looked at again."""
        return queries.run(act(actions.ask, actor))

    def compare_waiting(self, actor: Actor) -> bool:
        """Do what `ask` asked for; whether anything was. For the worker."""
        return finding.compare_waiting(actor)

    def run(self, number: int) -> Run:
        """One comparison; `NotFound` `no_such_run`."""
        return queries.run(number)

    def state(self) -> LinksState:
        """How many suggestions wait, and the threshold by the costs that are set."""
        costs = queries.costs()
        above = queries.count("open", costs.threshold)
        return LinksState(
            queries.count("open"), queries.count("later"), above, costs.threshold, costs.wrong, costs.missed,
            queries.last_run(),
        )  # fmt: skip

    def list(
        self, state: str = "open", least: float = LEAST, after: str | None = None, limit: int = _PAGE,
        personal: bool = False,
    ) -> SuggestionPage:  # fmt: skip
        """Suggestions of a state, likeliest first; those whose two have become one by another way are left out."""
        if state not in STATES:
            raise InvalidInput("no_such_state", f"There is no state “{state}”.", fix=f"Choose: {', '.join(STATES)}.")
        rows = queries.suggestions([state], least, _place(after), limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        shown = self._shown(rows[:limit], personal)
        if state in ("open", "later"):
            shown = tuple(one for one in shown if one.one.customer != one.other.customer)
        return SuggestionPage(shown, f"{last.probability!r}_{last.id}" if last else None)

    def next(self, apart_from: int = 0, personal: bool = False) -> Suggestion | None:
        """The suggestion to be decided next: the likeliest open one, then those put off."""
        for state in ("open", "later"):
            for row in queries.suggestions([state], 0.0, None, 20, apart_from):
                shown = self._shown([row], personal)[0]
                if shown.one.customer != shown.other.customer:
                    return shown
        return None

    def get(self, number: int, personal: bool = False) -> Suggestion:
        """One suggestion; `NotFound` `no_such_suggestion`."""
        return self._shown([queries.suggestion(number)], personal)[0]

    def accept(self, actor: Actor, number: int) -> str:
        """They are one person; the id of the correction in identity's book. See `actions.accept`."""
        return act(actions.accept, actor, number)

    def refuse(self, actor: Actor, number: int) -> str:
        """They are two people, for ever; the id of the correction."""
        return act(actions.refuse, actor, number)

    def later(self, actor: Actor, number: int) -> None:
        """Ask again after the others."""
        act(actions.later, actor, number)

    def reopen(self, actor: Actor, number: int) -> None:
        """Take a decision back, with all that followed from it."""
        act(actions.reopen, actor, number)

    def accept_above(self, actor: Actor, least: float) -> int:
        """Accept all open suggestions of at least this probability, 500 at most; how many."""
        return act(actions.accept_above, actor, least)

    def set_costs(self, actor: Actor, wrong: int, missed: int) -> float:
        """What a wrong merge costs against a missed one; the threshold that follows."""
        return act(actions.set_costs, actor, wrong, missed)

    @staticmethod
    def _shown(rows: Sequence[Row], personal: bool) -> tuple[Suggestion, ...]:
        customers = identity.resolve({text for row in rows for text in (row.one, row.other)})
        sides = _sides(set(customers.values()), personal)
        return tuple(
            Suggestion(
                row.id, row.probability, row.state, row.found_at, row.decided_at, row.by, row.correction,
                _side(row.one, customers, sides), _side(row.other, customers, sides), evidence(row.levels),
            )
            for row in rows
        )  # fmt: skip


def _side(text: str, customers: dict[str, int], sides: dict[int, dict[str, str]]) -> Side:
    customer = customers.get(text)
    values = sides.get(customer, {}) if customer is not None else {}
    return Side(str(customer or ""), text, full_name(values), values)


def _sides(customers: Iterable[int], personal: bool) -> dict[int, dict[str, str]]:
    """By customer the newest of each field that is compared."""
    owner = {node.text: node.customer for node in identity.members(customers)}
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    values: list[Personal] = records.of_identifiers(owner, personal)
    for value in values:  # newest first
        if value.field in people.FIELDS:
            found[owner[value.identifier]].setdefault(value.field, value.value)
    return {
        customer: {field: known[field] for field in people.FIELDS if field in known}
        for customer, known in found.items()
    }


def _place(after: str | None) -> tuple[float, int] | None:
    if not after:
        return None
    probability, _, number = after.partition("_")
    try:
        return float(probability), int(number)
    except ValueError as problem:
        raise InvalidInput(
            "invalid_cursor", "This place in the list is not known.", fix="Start without “after”.", status=422
        ) from problem
