"""What a plan must keep before it is written down: typed refusals, each with what to do."""

from __future__ import annotations

import re
from dataclasses import replace

from choral.analytics.experiments import outcomes
from choral.analytics.experiments.values import Arm, Plan
from choral.core.errors import InvalidInput

_KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}$")
_MOST_ARMS, _MOST_OUTCOMES, _LONGEST_WINDOW, _HEAVIEST = 12, 12, 365, 1_000_000
_KINDS = ("test", "holdout", "import", "told")


def plan(given: Plan) -> Plan:
    """The plan, cleaned; raises `InvalidInput`."""
    name = given.name.strip()[:160]
    if not name or not name.isprintable():
        raise _bad("experiment_name", "An experiment needs a name.", "Say in a few words what is tried.")
    if given.kind not in _KINDS:
        raise _bad("experiment_kind", "There is no such kind of experiment.", "Use test or holdout.")
    if not 1 <= given.window_days <= _LONGEST_WINDOW:
        raise _bad("experiment_window", "The window is 1 to 365 days.", "28 days hold four weeks, each day as often.")
    if len(given.secondary) >= _MOST_OUTCOMES:
        raise _bad("too_many_outcomes", "These are too many outcomes.", "Each one more makes every answer less sure.")
    texts = [str(outcomes.parse(one)) for one in (given.primary, *given.secondary)]
    secondary = tuple(one for one in dict.fromkeys(texts) if one != texts[0])
    return replace(
        given, name=name, arms=arms(given.arms), primary=texts[0], secondary=secondary,
        hypothesis=given.hypothesis.strip()[:1_000], channel=given.channel.strip()[:60],
        campaign_id=given.campaign_id.strip()[:120],
    )  # fmt: skip


def arms(given: tuple[Arm, ...]) -> tuple[Arm, ...]:
    """The arms: two to twelve, each with a key and a weight of its own, one of them the control (else the first)."""
    if not 2 <= len(given) <= _MOST_ARMS:
        raise _bad("experiment_arms", "An experiment has two to twelve arms.", "One of them is the control.")
    if len({one.key for one in given}) < len(given):
        raise _bad("experiment_arms", "Two arms have the same key.", "Give each a key of its own.")
    for one in given:
        if not one.key.strip() or len(one.key) > 80 or not one.key.isprintable():
            raise _bad("arm_key", f"“{one.key[:40]}” is no key of an arm.", "Use a short word such as b or red-button.")
        if not 1 <= one.weight <= _HEAVIEST:
            raise _bad("arm_weight", "A weight is a whole number above zero.", "Equal weights need the fewest people.")
    if sum(one.control for one in given) > 1:
        raise _bad("experiment_arms", "Only one arm can be the control.", "Choose what all others are compared with.")
    first = next((one for one in given if one.control), given[0])
    return tuple(replace(one, name=(one.name.strip() or one.key)[:160], control=one is first) for one in given)


def key(text: str) -> str:
    """The key under which an experiment is known in events; `InvalidInput` `experiment_key`."""
    if not _KEY.match(text):
        raise _bad("experiment_key", f"“{text[:40]}” is no key of an experiment.",
                   "Use up to 80 letters, digits, dots, dashes and underscores.")  # fmt: skip
    return text


def key_of(name: str) -> str:
    """A key made of a name; "" when it has no letter a key may have."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]


def _bad(code: str, what: str, fix: str) -> InvalidInput:
    return InvalidInput(code, what, fix=fix, status=422)
