"""What is said about who responds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LearnerScore:
    """A learner over repeated random halves, scored on the half it has not seen: mean Qini (area above the diagonal a
    unit squared) and the spread (standard deviation) over the halves; `coefficient` is the normalised one, for outcomes
    of 0 and 1 only; `auuc` the area under the uplift curve a unit squared."""

    learner: str
    qini: float
    spread: float
    coefficient: float | None
    auuc: float


@dataclass(frozen=True)
class Fifth:
    """Units by predicted effect, 1 the best fifth: the effect really measured there, with its 95 % interval."""

    fifth: int
    units: int
    effect: float
    low: float
    high: float


@dataclass(frozen=True)
class Responder:
    """A level of an attribute: its effect, and how it differs from that of all others with a p after Holm."""

    attribute: str
    level: str
    units: int
    effect: float
    low: float
    high: float
    difference: float
    p: float


@dataclass(frozen=True)
class Point:
    """The best `share` of units by predicted effect: what treating them brings a unit of all, and at random."""

    share: float
    gained: float
    at_random: float


@dataclass(frozen=True)
class Heterogeneity:
    """Who responds. `verdict`: found (some respond more than others, shown on units the model had not seen), none_found
    (target all or nobody: `advice`), too_few, no_attributes, no_lots. `advice`: all, nobody, best, unknown. `p`: twice
    the median over halves of the p that the predicted effect explains the real one. Effects are a unit; `unit` is money
    (minor units of `currency`), number or share. `share`: of units worth treating when the advice is `best`."""

    experiment: str
    outcome: str
    arm: str
    unit: str
    currency: str
    verdict: str
    advice: str
    treated: int
    control: int
    effect: float | None
    low: float | None
    high: float | None
    p: float | None
    share: float | None
    learners: tuple[LearnerScore, ...]
    fifths: tuple[Fifth, ...]
    curve: tuple[Point, ...]
    at: tuple[tuple[float, float], ...]
    responders: tuple[Responder, ...]


@dataclass(frozen=True)
class PolicyEstimate:
    """The reward a decision by one method, with its 95 % interval (bootstrap of decisions): `logged` (the log's own
    policy), `ips`, `snips`, `dr`."""

    method: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PolicyValue:
    """A policy judged from another one's log of `decisions`. `effective`: how many decisions the weights are worth;
    `clipped`: share of decisions whose weight was cut at `most_weight`. `enough`: whether the effective number is at
    least 100; below that the estimates say little."""

    decisions: int
    logged: PolicyEstimate
    estimates: tuple[PolicyEstimate, ...]
    effective: float
    clipped: float
    most_weight: float
    enough: bool
