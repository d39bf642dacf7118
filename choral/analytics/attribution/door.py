"""The door of attribution: what pages, API, command line and notebook may ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from choral.analytics.attribution import assembling, influence, lines, merging
from choral.analytics.attribution.planning import Planned, checked, planned
from choral.analytics.attribution.values import (
    NO_LINES,
    Credits,
    Influence,
    Line,
    LinePage,
    Model,
    Question,
)
from choral.analytics.reading import Reading
from choral.core.errors import InvalidInput, NotFound
from choral.core.ids import digest

if TYPE_CHECKING:
    from choral.analytics.door import Analytics

_METHOD = 1  # raise it whenever a figure would come out differently


class Attribution:
    """Who an order is credited to. Amounts are minor units of the shop's currency, days of its time zone.

    Every figure is a correlation: it says what came before orders, not what would be missing without it; but the
    time-aware model at least compares days with a contact to days without.
    """

    def __init__(self, analytics: Analytics, reading: Callable[[], Reading | None]) -> None:
        self._analytics = analytics
        self._reading = reading

    def prepare(self) -> None:
        """Work out what the page opens with; the worker's."""
        self.credits()
        self.influence("store", "web")
        self.influence("web", "store")

    def credits(self, question: Question | None = None) -> Credits:
        """All models side by side, with 95 % intervals, cost and return.

        Raises `InvalidInput` for a question that cannot be answered (`wrong_choice`, `wrong_lookback`, ...), `NotFound`
        for an audience that is not there. An empty shop gets no rows.
        """
        asked = checked(question or Question())
        reading = self._reading()
        if reading is None:
            return assembling.nothing(None, asked, self._analytics.as_of().currency)
        people = self._people(asked)
        key = f"attribution {_METHOD} {asked!r} {_told(people)}"
        return reading.lasting(key, Credits, lambda: self._computed(reading, asked, people))

    def lines(
        self, model: Model, question: Question | None = None, key: str | None = None, after: str | None = None,
        limit: int = 50,
    ) -> LinePage:  # fmt: skip
        """The credit lines behind a figure (of a label, or all), latest order first; they sum to it to the cent.

        Raises `InvalidInput` `no_lines` for the global Markov credit, which is one share for all orders.
        """
        found = self._planned(_with_lines(model), checked(question or Question()))
        if found is None:
            return LinePage((), 0, 0, None)
        return lines.page(found[0], found[1].plan, model, key, after, limit)

    def order(self, key: int | str, model: Model = "linear", question: Question | None = None) -> tuple[Line, ...]:
        """Who sold this? Every touch of one order with what it gets; the lines sum to the order to the cent.

        `key` as `Analytics.order`. Raises `NotFound` `no_customer` when nobody was recognised.
        """
        asked = checked(question or Question())
        row = self._analytics.order(key).row
        found = self._planned(_with_lines(model), asked)
        if row.customer is None or found is None:
            raise NotFound("no_customer", "Nobody was recognised at this order, so no touch is known.", status=404)
        return lines.of_order(found[0], found[1].plan, int(row.customer), row.position, model)

    def influence(
        self, place: Literal["store", "web"] = "store", other: Literal["store", "web"] = "web", days: int = 7
    ) -> Influence:
        """How much oftener than usual customers were at `other` (web: site or app) in the days before an order at
        `place`; see `Influence`. `InvalidInput` `wrong_days` outside 1 to 60."""
        if not 1 <= days <= 60:
            raise InvalidInput("wrong_days", "Days before an order are 1 to 60.", fix="Choose from 1 to 60.")
        reading = self._reading()
        if reading is None:
            return Influence(place, other, days, 0, 0)
        key = f"influence {_METHOD} {place} {other} {days}"
        return reading.lasting(key, Influence, lambda: influence.influence(reading, place, other, days))

    def _computed(self, reading: Reading, asked: Question, people: Sequence[int] | None) -> Credits:
        found = planned(reading, asked, people)
        if found is None:
            return assembling.nothing(reading, asked, reading.as_of.currency)
        campaigns = self._analytics.campaigns() if asked.by == "campaign" else ()
        return assembling.credits(reading, asked, found, merging.summed(reading, found.plan), campaigns)

    def _planned(self, model: Model, asked: Question) -> tuple[Reading, Planned] | None:
        """The plan with what its model has to be told first."""
        reading = self._reading()
        found = planned(reading, asked, self._people(asked)) if reading else None
        if reading is None or found is None:
            return None
        return reading, Planned(merging.taught(reading, found.plan, model), found.labels)

    def _people(self, asked: Question) -> Sequence[int] | None:
        if asked.audience is None:
            return None
        if self._analytics.customers is None:
            raise NotFound("unknown_audience", "Here are no audiences.", status=404)
        return sorted(int(one) for one in self._analytics.customers().audiences.ids(asked.audience))


def _with_lines(model: Model) -> Model:
    if model not in get_args(Model):
        raise InvalidInput(
            "unknown_model", f"There is no model “{str(model)[:40]}”.", fix=f"One of: {', '.join(get_args(Model))}."
        )
    if model in NO_LINES:
        raise InvalidInput(
            "no_lines", "The global Markov credit cannot be told for one order.",
            "It is one share of all orders, whatever their paths.", "Ask for markov_path, which can.",
        )  # fmt: skip
    return model


def _told(people: Sequence[int] | None) -> str:
    return "" if people is None else digest(repr(people)).hex()
