"""The effect in parts of the units, and each part's difference from all others with an interval of its own. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from choral.analytics.experiments import corrections, estimates, readout, sequential
from choral.analytics.experiments.estimates import Difference
from choral.analytics.experiments.frames import Frame
from choral.analytics.experiments.values import SegmentRow, Segments

_MOST_PARTS = 12
_FIFTHS = 4  # a number that takes many values is cut at its quartiles
_FEW_VALUES = 8
OTHERS = "…"


def by(frame: Frame, outcome: str, arm: str, attribute: str) -> Segments:
    """The effect of an arm in one outcome by an attribute. A part's difference from the rest is judged by Holm over
    all parts: one that stands out by chance does not."""
    labels = parts(frame.attribute(attribute))
    order = list(dict.fromkeys(sorted(set(labels.tolist()), key=_natural)))
    codes = np.searchsorted(np.array(sorted(order)), labels.astype(str)) if order else np.empty(0, np.int64)
    places = {value: place for place, value in enumerate(sorted(order))}
    hidden = readout.sample_ratio(frame, frame.arm).check == "failed"
    found = []
    for value in order:
        inside = codes == places[value]
        found.append(
            (value, int(inside.sum()), _effect(frame, outcome, arm, inside), _effect(frame, outcome, arm, ~inside))
        )
    differences = [_between(one, rest) for _, _, one, rest in found]
    p_values = [sequential.p_value(d.effect, d.error, d.units) if d else 1.0 for d in differences]
    holm, levels = corrections.holm(p_values), corrections.holm_levels(p_values, sequential.ALPHA)
    rows = []
    for (value, units, one, _), difference, p, level in zip(found, differences, holm, levels, strict=True):
        shown = None if hidden or one is None else readout.interval(one, sequential.ALPHA)
        apart = None if hidden or difference is None else readout.interval(difference, level)
        decision = readout.decided(p, difference.effect if difference else 0.0, difference is not None, hidden)
        rows.append(SegmentRow(value, units, shown, apart, decision, p))
    return Segments(frame.experiment.key, outcome, arm, attribute, frame.attributes, tuple(rows))


def parts(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Each unit's part as a text: the value itself where there are few, quartiles of a number, the rest together."""
    if values.dtype == object:
        names, counts = np.unique(values.astype(str), return_counts=True)
        if len(names) <= _MOST_PARTS:
            return values.astype(str)
        kept = names[np.argsort(-counts, kind="stable")[: _MOST_PARTS - 1]]
        return np.where(np.isin(values.astype(str), kept), values.astype(str), OTHERS)
    there = values[np.isfinite(values)]
    distinct = np.unique(there)
    labels = np.full(len(values), "", dtype=object)
    if len(distinct) <= _FEW_VALUES:
        for one in distinct:
            labels[values == one] = f"{one:g}"
        return labels.astype(str)
    edges = np.unique(np.quantile(there, np.linspace(0, 1, _FIFTHS + 1)))
    cut = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    for place in range(len(edges) - 1):
        labels[(cut == place) & np.isfinite(values)] = f"{edges[place]:g} – {edges[place + 1]:g}"
    return labels.astype(str)


def _effect(frame: Frame, outcome: str, arm: str, inside: npt.NDArray[np.bool_]) -> Difference | None:
    measured = frame.outcome(outcome)
    control, treated = frame.control, frame.arms.index(arm)
    some = inside & np.isin(frame.arm, (control, treated))
    codes = (frame.arm[some] == treated).astype(np.int64)
    if not len(codes):
        return None
    values = frame.values(measured.column)[some]
    units = np.bincount(codes, minlength=2).tolist()
    if not readout.enough(values, np.ones(len(values)), units):
        return None
    if measured.below:
        found = estimates.ratio(values, frame.values(measured.below)[some], codes, 2)
    elif measured.before:
        found, _ = estimates.adjusted(values, frame.before(outcome)[some], codes, 2)
    else:
        found = estimates.samples(values, codes, 2)
    difference = estimates.difference(found[1], found[0])
    return difference if difference.error > 0.0 else None


def _between(one: Difference | None, rest: Difference | None) -> Difference | None:
    """The difference of two differences of separate units: their variances add."""
    if one is None or rest is None:
        return None
    error = float(np.hypot(one.error, rest.error))
    return Difference(one.units + rest.units, one.effect - rest.effect, error, one.freedom + rest.freedom, None, None)


def _natural(label: str) -> tuple[int, float, str]:
    """Numbers by their size, then words."""
    first = label.split(" – ")[0]
    try:
        return (0, float(first), label)
    except ValueError:
        return (1, 0.0, label)
