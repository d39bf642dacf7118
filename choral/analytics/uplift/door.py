"""The door of uplift: who responds to what was tried; `shop.analytics.uplift`."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pyarrow

from choral.analytics.experiments import readout
from choral.analytics.experiments.door import Experiments
from choral.analytics.experiments.frames import Frame
from choral.analytics.uplift import heterogeneity, policies
from choral.analytics.uplift.features import Floats, features
from choral.analytics.uplift.heterogeneity import FEWEST, LEVEL, Data
from choral.analytics.uplift.values import Fifth, Heterogeneity, PolicyValue
from choral.core.errors import InvalidInput

_PEOPLE = ("test", "holdout", "told")  # kinds of experiments whose units are customers of the shop


class Uplift:
    """Whether some respond more than others, shown on units the model had not seen, and who they are."""

    def __init__(self, experiments: Experiments, not_profiled: Callable[[], set[int]]) -> None:
        self._experiments, self._not_profiled = experiments, not_profiled

    def of_experiment(self, key: str, outcome: str = "", arm: str = "") -> Heterogeneity:
        """Who responds to an arm, in an outcome (by default the first arm and the primary outcome).

        Method and limits: docs/decisions/0018-geo-and-uplift.md. Raises `NotFound`, `InvalidInput` `ratio_outcome`.
        """
        frame, outcome, arm = self._asked(key, outcome, arm)
        measured = frame.outcome(outcome)
        data = _data(frame, outcome, arm)
        counts = int(data.treated.sum()), int((~data.treated).sum())
        verdict = _verdict(frame, data, counts)
        if verdict:
            return _nothing(frame, outcome, arm, measured.unit, verdict, counts)
        effect, error = heterogeneity.measured(data.outcome, data.treated)
        p, learners = heterogeneity.repeated(data)
        score = heterogeneity.crossed(data)
        fifths = heterogeneity.fifths(data, score)
        advice, share = _advice(p <= LEVEL, effect, error, fifths)
        return Heterogeneity(
            key, outcome, arm, measured.unit, frame.currency, "found" if p <= LEVEL else "none_found", advice, *counts,
            effect, effect - 1.96 * error, effect + 1.96 * error, p, share, learners, fifths,
            heterogeneity.curve(data, score), heterogeneity.at(data, score), heterogeneity.responders(data),
        )  # fmt: skip

    def best(self, key: str, outcome: str = "", arm: str = "", share: float = 0.2) -> tuple[int, ...]:
        """The customers with the biggest predicted effect, best first: `share` of all units, those about whom nothing
        may be concluded left out. `InvalidInput` `no_people` for an imported file, `nothing_known`."""
        frame, outcome, arm = self._asked(key, outcome, arm)
        if frame.experiment.plan.kind not in _PEOPLE:
            raise InvalidInput(
                "no_people", "These units are not customers of this shop.", "They came with a file.",
                "Ask for the levels that respond instead.", 422,
            )  # fmt: skip
        data = _data(frame, outcome, arm)
        if min(int(data.treated.sum()), int((~data.treated).sum())) < FEWEST or not data.known.matrix.shape[1]:
            raise InvalidInput(
                "nothing_known", "Too little is known to say who responds.", fix="Wait for more.", status=422
            )
        score = heterogeneity.crossed(data)
        some = frame.units.combine_chunks().to_numpy(zero_copy_only=False)[_compared(frame, arm)]
        order = np.argsort(-score, kind="mergesort")[: int(len(score) * min(max(share, 0.0), 1.0))]
        hidden = self._not_profiled()
        return tuple(one for one in (int(unit) for unit in some[order]) if one not in hidden)

    def policy(
        self, table: pyarrow.Table, reward: str = "reward", propensity: str = "propensity", policy: str = "policy",
        most_weight: float = policies.MOST_WEIGHT,
    ) -> PolicyValue:  # fmt: skip
        """What another policy would have brought, from a table with a row a decision: the reward, the chance with which
        the action taken was chosen, and the chance with which the other policy would have chosen it.

        Raises `InvalidInput` `wrong_columns`, `wrong_propensity`.
        """
        missing = {reward, propensity, policy} - set(table.column_names)
        if missing:
            raise InvalidInput(
                "wrong_columns", "These columns are not in the table.", f"Missing: {', '.join(sorted(missing))}.",
                f"It has: {', '.join(table.column_names)[:200]}.", 422,
            )  # fmt: skip
        try:
            columns = [table.column(one).cast(pyarrow.float64()).to_numpy() for one in (reward, propensity, policy)]
        except pyarrow.ArrowInvalid as error:
            raise InvalidInput(
                "wrong_columns", "These columns are not numbers.", str(error)[:200], status=422
            ) from error
        return policies.judged(policies.Logged(*columns), most_weight)

    def _asked(self, key: str, outcome: str, arm: str) -> tuple[Frame, str, str]:
        frame = self._experiments.frame(key)
        outcome = outcome or frame.experiment.plan.primary
        treated = [one.key for one in frame.experiment.plan.arms if not one.control]
        if arm and arm not in treated:
            raise InvalidInput(
                "no_such_arm", f"There is no arm “{arm[:60]}”.", fix=f"One of: {', '.join(treated)}.", status=422
            )
        if frame.outcome(outcome).below:
            raise InvalidInput(
                "ratio_outcome", "Nobody has this outcome alone.", "It is a ratio of two sums over many.",
                "Ask for sales or orders instead.", 422,
            )  # fmt: skip
        return frame, outcome, arm or (treated[0] if treated else "")


def _compared(frame: Frame, arm: str) -> Floats:
    places = (frame.control, frame.arms.index(arm)) if arm in frame.arms else (frame.control,)
    return cast(Floats, np.isin(frame.arm, places))


def _data(frame: Frame, outcome: str, arm: str) -> Data:
    some = _compared(frame, arm).astype(bool)
    known = features({name: frame.attribute(name)[some] for name in frame.attributes})
    treated = frame.arm[some] != frame.control
    return Data(known, frame.values(frame.outcome(outcome).column)[some], treated)


def _verdict(frame: Frame, data: Data, counts: tuple[int, int]) -> str:
    """Why nothing can be said, "" when something can."""
    if min(counts) < FEWEST:
        return "too_few"
    if readout.sample_ratio(frame, frame.arm).check == "failed":
        return "no_lots"
    return "" if data.known.matrix.shape[1] else "no_attributes"


def _advice(found: bool, effect: float, error: float, fifths: tuple[Fifth, ...]) -> tuple[str, float | None]:
    """Whom to treat, costs apart: all or nobody where nothing differs, else the leading fifths that gained."""
    if not found:
        if effect - 1.96 * error > 0:
            return "all", None
        return ("nobody", None) if effect + 1.96 * error < 0 else ("unknown", None)
    leading = 0
    while leading < len(fifths) and fifths[leading].effect > 0:
        leading += 1
    if leading in (0, len(fifths)):
        return ("all" if leading else "nobody"), None
    return "best", leading / len(fifths)


def _nothing(
    frame: Frame, outcome: str, arm: str, unit: str, verdict: str, counts: tuple[int, int]
) -> Heterogeneity:  # fmt: skip
    return Heterogeneity(
        frame.experiment.key, outcome, arm, unit, frame.currency, verdict, "unknown", *counts, None, None, None, None,
        None, (), (), (), (), (),
    )  # fmt: skip
