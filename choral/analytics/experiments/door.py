"""The door of experiments: plan, draw, read out; `shop.analytics.experiments`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pyarrow

from choral.analytics.experiments import (
    actions,
    drawing,
    effects,
    estimates,
    listing,
    measuring,
    outcomes,
    planning,
    pooling,
    queries,
    readout,
    segments,
    stored,
    told,
)
from choral.analytics.experiments.frames import Frame
from choral.analytics.experiments.stored import Mapping, RefusedRows
from choral.analytics.experiments.values import (
    Arm,
    Assignment,
    ChannelEffect,
    Experiment,
    ExperimentRow,
    MeasuredEffect,
    Plan,
    ReadOut,
    Segments,
    Sizes,
)
from choral.analytics.reading import Desk
from choral.books import Actor, act
from choral.core.errors import InvalidInput, Unsupported
from choral.core.money import minor_digits
from choral.home import Home

if TYPE_CHECKING:
    from choral.customers.door import Customers

__all__ = ["Arm", "Experiments", "Mapping", "Plan"]
_POWER = 0.8


class Experiments:
    """Experiments of a shop: its own, imported ones, and those other tools tell of (`Experiment Viewed`).

    Every effect is of the arm drawn, per customer, with an interval that may be looked at any day.
    """

    def __init__(self, home: Home, desk: Desk, customers: Callable[[], Customers] | None) -> None:
        self._home, self._desk, self._asked = home, desk, customers

    def list(self, archived: bool = False) -> tuple[ExperimentRow, ...]:
        """All experiments, the newest first and those other tools tell of after them; or those put away."""
        reading = self._desk.reading()
        drawn, found = listing.lots(reading), queries.experiments(archived)
        strangers = () if archived else listing.told_of(reading, queries.keys())
        ones = (*found, *strangers)
        answers = pooling.answers(pooling.compared(reading, ones)) if reading and drawn else {}
        return tuple(
            listing.row(one, drawn.get(one.key, ()), stored.drawn(self._home.lake, one), answers.get(one.key))
            for one in ones
        )

    def channels(self, measure: str = "sales") -> tuple[ChannelEffect, ...]:
        """What each channel brings per treated customer over all its experiments (`sales`, `orders` or `bought`), with
        what a treated customer cost. Only experiments whose sizes do not fail; `InvalidInput` `unknown_outcome`."""
        if measure not in pooling.MEASURES:
            outcomes.parse("" if measure in outcomes.MEASURES else measure)
        reading = self._desk.reading()
        if reading is None:
            return ()
        drawn = listing.lots(reading)
        ones = (*queries.experiments(), *listing.told_of(reading, queries.keys()))
        sound = [one for one in ones if listing.row(one, drawn.get(one.key, ()), {}).check != "failed"]
        return tuple(pooling.by_channel(pooling.compared(reading, sound, measure), pooling.costs(reading), measure))

    def get(self, key: str) -> Experiment:
        """One experiment; `NotFound` `no_such_experiment`."""
        found = queries.find(key)
        if found is None:
            strangers = listing.told_of(self._desk.reading(), queries.keys())
            found = next((one for one in strangers if one.key == key), None)
        if found is None:
            raise queries.missing(key)
        return found

    def create(self, actor: Actor, plan: Plan, key: str = "") -> str:
        """Write a plan down; its key. With the key of one that other tools tell of, its arms and shares are said so.

        Raises `InvalidInput` (what is wrong with the plan), `NotFound` `no_such_audience`, `Conflict`
        `experiment_exists`.
        """
        if plan.audience:
            self._customers.audiences.get(plan.audience)
        return act(actions.create, actor, plan, key)

    def start(self, actor: Actor, key: str) -> None:
        """Lots may be drawn from now on."""
        act(actions.start, actor, key)

    def unstart(self, actor: Actor, key: str) -> None:
        """Back to a plan while nobody drew."""
        act(actions.unstart, actor, key)

    def stop(self, actor: Actor, key: str) -> None:
        """Nobody draws any more."""
        act(actions.stop, actor, key)

    def archive(self, actor: Actor, key: str, archived: bool = True) -> None:
        """Put it away, or take it out again."""
        act(actions.archive, actor, key, archived)

    def assign(self, actor: Actor, key: str, who: str) -> Assignment:
        """The arm of a person (`card:8812`, an e-mail, a customer's id), the same at every door; drawn if need be.

        Raises `InvalidInput` `bad_identifier`, `Conflict` `not_running`.
        """
        return drawing.assign(self._home, self._customers, actor, key, who)

    def enrol(self, actor: Actor, key: str) -> int:
        """Draw for everybody who is eligible now (the plan's audience, or all known customers); how many drew.

        Those restricted from profiling are left out. Doing it again draws for newcomers only.
        """
        return drawing.enrol(self._customers, actor, key)

    def group(self, actor: Actor, key: str, arm: str, name: str) -> str:
        """Keep those who drew an arm as a list of customers, to send them something; the audience's key."""
        return drawing.group(self._customers, actor, key, arm, name)

    def take(
        self, actor: Actor, name: str, table: pyarrow.Table, mapping: Mapping, weights: Sequence[int] = ()
    ) -> tuple[str, tuple[RefusedRows, ...]]:
        """Import a randomised data set: a row a unit, any arms, outcomes and attributes; its key and refused rows.

        `weights` are the planned shares of the arms in the order of their names; without them equal shares are taken
        for planned where the arms have them, else nothing is said of their sizes. Raises `InvalidInput`
        `wrong_columns`, `arms_in_file`, `personal_data`.
        """
        taken = stored.take(table, mapping, 10 ** minor_digits(self._currency))
        names = [one for one, _ in taken.arms]
        control = told.control_of(names, mapping.control)
        shares = list(weights) or [1] * len(names)
        if len(shares) != len(names) or control not in names:
            raise InvalidInput(
                "arms_in_file", "The arms are not those of the file.", f"The file has: {', '.join(names)}.",
                "Give one weight for each of them, and a control that is one of them.", 422,
            )  # fmt: skip
        arms = tuple(Arm(one, one, weight, one == control) for one, weight in zip(names, shares, strict=True))
        measured = [f"{outcomes.COLUMN}/{one}" for one in mapping.outcomes]
        equal = estimates.sample_ratio([units for _, units in taken.arms], shares)[2] >= readout.RATIO_FAILS
        plan = Plan(
            name, arms, "import", primary=measured[0], secondary=tuple(measured[1:]), window_days=1,
            columns=taken.columns, shares_known=bool(weights) or equal,
        )  # fmt: skip
        key = act(actions.create, actor, plan, "", actions.STOPPED)
        stored.write(self._home.lake, self.get(key).number, taken.table)
        return key, taken.refused

    def frame(self, key: str, outcomes: Sequence[str] | None = None) -> Frame:
        """The units with their arm, outcomes, what was known before, and attributes, as Arrow and numpy.

        `outcomes` other than the plan's may be asked for. Raises `NotFound`; an empty shop has no units.
        """
        return self._frame(self.get(key), outcomes)

    def read(self, key: str, outcomes: Sequence[str] | None = None) -> ReadOut:
        """The answer: sample ratio, then each outcome's arms, effects and intervals, with what may be decided."""
        return readout.read(self.frame(key, outcomes))

    def segments(self, key: str, attribute: str, outcome: str = "", arm: str = "") -> Segments:
        """The effect by something known before the lot, and where it differs; by default of the primary outcome."""
        frame = self.frame(key)
        chosen = arm or next(one.key for one in frame.experiment.plan.arms if not one.control)
        return segments.by(frame, outcome or frame.experiment.plan.primary, chosen, attribute)

    def effects(self, key: str | None = None) -> tuple[MeasuredEffect, ...]:
        """Measured effects of one experiment, or of all: per customer, with interval, period, channel, spend.

        Only those whose sample ratio does not fail and that have units enough.
        """
        ones = [self.get(key)] if key else [row.experiment for row in self.list() if row.units]
        reading = self._desk.reading()
        return tuple(found for one in ones for found in effects.of(readout.read(self._frame(one)), reading))

    def sizes(
        self, outcome: str = "sales", relative: float | None = None, effect: float | None = None,
        arms: Sequence[Arm] = (), window_days: int = 28, audience: str = "", power: float = _POWER,
    ) -> Sizes | None:  # fmt: skip
        """How many customers show an effect (`relative` to the shop's own past, or absolute), by which day; None when
        there is no past to plan from. Raises `InvalidInput` `unknown_outcome`, `no_effect_given`."""
        reading = self._desk.reading()
        if reading is None or reading.as_of.until is None:
            return None
        return planning.planned(
            reading, outcomes.parse(outcome), relative, effect, tuple(arms), window_days,
            self._members(audience), power,
        )  # fmt: skip

    def _frame(self, one: Experiment, asked: Sequence[str] | None = None) -> Frame:
        wanted = tuple(asked or (one.plan.primary, *one.plan.secondary))
        if one.plan.kind == "import":
            whole = stored.frame(self._home.lake, one, self._currency)
            return whole.only(wanted) if asked else whole
        reading = self._desk.reading()
        if reading is None or not one.plan.arms:
            return measuring.nothing(one, self._currency)
        return measuring.frame(reading, one, wanted)

    def _members(self, audience: str) -> Sequence[int] | None:
        return [int(one) for one in self._customers.audiences.ids(audience)] if audience else None

    @property
    def _currency(self) -> str:
        return self._desk.as_of().currency

    @property
    def _customers(self) -> Customers:
        if self._asked is None:
            raise Unsupported("no_customers", "This needs the customers of the shop.", "Only figures are open here.")
        return self._asked()
