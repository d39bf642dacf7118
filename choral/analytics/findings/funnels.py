"""The way from a visit to an order, step by step and channel by channel, and where it has broken."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import numpy.typing as npt

from choral.analytics.findings.breaks import Break, rate_break
from choral.analytics.findings.keys import key as named
from choral.analytics.findings.series import Axis, Cube, dense, params
from choral.analytics.findings.values import By, Finding, Line, Place
from choral.analytics.reading import Reading

Floats = npt.NDArray[np.float64]
STEPS = ("visited", "viewed", "added", "ordered")
_DAYS, _SHOWN = 91, 42
_Z = 1.959964


def breaks(reading: Reading, over: Axis, worth: dict[str, float]) -> tuple[list[Finding], int]:
    """Every step of every channel with the likeliest day of a change (told or not); how many were looked at.

    `worth` is an average order of each channel (minor units), "" of all.
    """
    over = Axis(max(over.since, over.until - timedelta(days=_DAYS - 1)), over.until)
    cube = counts(reading, over)
    found = []
    looked = 0
    for place, slice_ in enumerate(cube.slices):
        for step in range(1, len(STEPS)):
            wholes, parts = cube.of[STEPS[step - 1]][place], cube.of[STEPS[step]][place]
            looked += 1
            broken = rate_break(parts, wholes)
            if broken is not None:
                found.append(_finding(cube, place, slice_, step, broken, over, worth))
    return found, looked


def counts(reading: Reading, over: Axis) -> Cube:
    """Sessions of each channel and day that came to each step, and to all steps before it."""
    table = reading.table(
        """WITH each AS (
             SELECT session, channel, min("day") AS "day", bool_or(name = 'Product Viewed') AS viewed,
                    bool_or(name = 'Product Added') AS added, bool_or(kind = 'order') AS ordered
             FROM touches WHERE session IS NOT NULL AND "day" BETWEEN $since AND $until GROUP BY session, channel)
           SELECT channel, ("day" - $since::DATE)::INTEGER AS step, count(*) AS visited,
                  count(*) FILTER (viewed) AS viewed, count(*) FILTER (viewed AND added) AS added,
                  count(*) FILTER (viewed AND added AND ordered) AS ordered FROM each GROUP BY ALL""",
        """SELECT 'channel' AS "by", channel AS key, step, sum(visited)::DOUBLE AS visited,
                  sum(viewed)::DOUBLE AS viewed, sum(added)::DOUBLE AS added, sum(ordered)::DOUBLE AS ordered
           FROM partials WHERE channel IN (SELECT channel FROM partials GROUP BY channel HAVING sum(viewed) > 0)
           GROUP BY ALL ORDER BY ALL""",
        params(reading, over),
    )
    return dense(table, over.days, STEPS, "visited", lonely=True)


def _finding(
    cube: Cube, place: int, slice_: tuple[By, str], step: int, broken: Break, over: Axis, worth: dict[str, float]
) -> Finding:
    by, key = slice_
    wholes, parts = cube.of[STEPS[step - 1]][place], cube.of[STEPS[step]][place]
    later = parts[: broken.at].sum()
    # Who comes to this step goes on to an order as often as before the break.
    onward = cube.of["ordered"][place, : broken.at].sum() / later if later else 0.0
    each = wholes[broken.at :].sum() * onward * worth.get(key, worth.get("", 0.0))
    half = _Z * broken.error
    change = broken.after - broken.before
    shown = slice(max(0, len(wholes) - _SHOWN), None)
    days = tuple(over.since + timedelta(days=at) for at in range(len(wholes)))[shown]
    rates = [float(p / w) if w else None for p, w in zip(parts[shown], wholes[shown], strict=True)]
    flat = tuple(broken.before for _ in days)
    return Finding(
        named("funnel", key, STEPS[step]), "funnel", STEPS[step], Place(by, key), "since",
        over.since + timedelta(days=broken.at), over.until, "share", broken.after, broken.before, broken.before - half,
        broken.before + half, round(change * each), round((change - half) * each), round((change + half) * each),
        broken.p, None, "sure", event=STEPS[step - 1],
        line=Line(days, tuple(rates), flat),
    )  # fmt: skip
