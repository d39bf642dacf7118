"""The models by name, and which of them foretells this shop's own past better. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from choral.analytics.lifetime import bgnbd, gamma, pareto
from choral.analytics.lifetime.fitting import Fit, Floats
from choral.analytics.lifetime.history import History, Ints
from choral.analytics.lifetime.values import Check, Decile, Model, Verdict

_GOOD, _ROUGH = 0.10, 0.25
FEWEST = 100  # customers who bought again, below whom nothing is concluded


@dataclass(frozen=True)
class Kind:
    """One way to foretell purchases."""

    name: str
    names: tuple[str, ...]
    fit: Callable[[History], Fit]
    alive: Callable[[Floats, History], Floats]
    expected: Callable[[Floats, History, float], Floats]


KINDS = {
    one.name: one
    for one in (
        Kind("bg_nbd", bgnbd.NAMES, bgnbd.fit, bgnbd.alive, bgnbd.expected),
        Kind("pareto_nbd", pareto.NAMES, pareto.fit, pareto.alive, pareto.expected),
    )
}


def judged(kind: Kind, past: History, which: Ints, days: int, made: Ints) -> Check:
    """A model that learnt from the past only, against what came after; without the day it learnt up to."""
    fit = kind.fit(past)
    foretold = kind.expected(fit.params, past, days / 7.0)[which]
    whole, real = float(foretold.sum()), int(made.sum())
    off = (whole - real) / real if real else None
    spread = foretold.std() > 0 and made.std() > 0
    correlation = float(np.corrcoef(foretold, made)[0, 1]) if spread else None
    verdict: Verdict = "bad"
    if fit.converged and off is not None:
        verdict = "good" if abs(off) <= _GOOD else "rough" if abs(off) <= _ROUGH else "bad"
    return Check(verdict, kind.name, None, days, whole, real, off, correlation, _deciles(foretold, made))


def told(name: str, names: tuple[str, ...], fit: Fit) -> Model:
    """A fit as it is shown."""
    return Model(name, dict(zip(names, map(float, fit.params), strict=True)), fit.likelihood, fit.converged)


def spending(spent: Floats, repeats: Floats) -> Fit | None:
    """The Gamma-Gamma fit over those who bought again for more than nothing; None where they are too few."""
    kept = (repeats > 0) & (spent > 0)
    if int(kept.sum()) < FEWEST:
        return None
    unit = float(spent[kept].mean())  # whatever the currency, the search sees amounts about 1
    found = gamma.fit(repeats[kept], spent[kept] / unit)
    return replace(found, params=found.params * np.array([1.0, 1.0, unit]))


def _deciles(foretold: Floats, made: Ints) -> tuple[Decile, ...]:
    order = np.argsort(-foretold, kind="stable")
    return tuple(
        Decile(tenth + 1, len(part), float(foretold[part].mean()), float(made[part].mean()))
        for tenth, part in enumerate(np.array_split(order, 10))
        if len(part)
    )
