"""Experiments other tools draw and tell of by events: what is known of them, and what has to be guessed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from choral.analytics.experiments.values import Arm, Experiment, Plan

# What the arm that gets nothing is called in the tools of the field.
CONTROL_NAMES = frozenset(
    "control holdout hold-out held_out placebo none off no 0 a original baseline untreated default false".split()
)
_WINDOW = 28
_OUTCOMES = ("sales", "bought", "orders")


def control_of(keys: Sequence[str], told: str = "") -> str:
    """The arm the others are compared with: the one said, else the one whose name says so, else the first."""
    if told:
        return told
    for key in keys:
        bare = key.strip().lower()
        if bare in CONTROL_NAMES or bare.startswith(("no ", "no_", "no-", "control", "holdout")):
            return key
    return keys[0]


def experiment(key: str, name: str, arms: Iterable[tuple[str, str]], channel: str, campaign_id: str) -> Experiment:
    """An experiment nobody has written down here: its arms as told, their planned shares unknown."""
    known = list(arms)
    control = control_of([arm for arm, _ in known]) if known else ""
    plan = Plan(
        name or key, tuple(Arm(arm, said or arm, 1, arm == control) for arm, said in known), "told",
        primary=_OUTCOMES[0], secondary=_OUTCOMES[1:], window_days=_WINDOW, channel=channel, campaign_id=campaign_id,
        shares_known=False,
    )  # fmt: skip
    return Experiment(key, plan, "running")
