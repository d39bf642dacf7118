"""From the shop's days to the weeks a media mix model is made of: outcome, spend, season, holidays, discounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy

from choral.analytics.mix.model import Data, Evidence, Priors
from choral.analytics.mix.response import Array, adstock, lagged, saturation
from choral.analytics.mix.spend import Weekly
from choral.analytics.mix.values import Outcome
from choral.analytics.reading import Reading

FEWEST_WEEKS = 26
_YEAR = 365.25 / 7
_RETURN = 3.0  # sales for each unit of money, before looking; 95 % between 0.3 and 32
_RETURN_SD = 1.2
_USUAL_MARGIN = 0.3  # only to turn the belief about sales into one about margin where no cost is known
_LEAST, _MOST = 0.01, 0.5  # shares of the best week a channel is believed to bring at most, before looking
_COVERED = 0.8  # share of sales whose cost must be known for margins to stand for all
_SALES = """SELECT date_trunc('week', "day")::DATE AS week, sum(amount)::BIGINT AS amount,
              coalesce(sum(margin), 0)::BIGINT AS margin, sum(margin_of)::BIGINT AS margin_of,
              sum(discount)::BIGINT AS discount
            FROM order_sums_by_day WHERE currency = $currency GROUP BY 1 ORDER BY 1"""
_PLACED = """SELECT week, count(*) AS products FROM placements
             WHERE display <> '0' OR mailer <> '0' GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True)
class Weeks:
    """Whole weeks (Mondays) with the outcome (minor units) and spend by channel (minor units), and what else explains
    the outcome. `margin_rate` is margin over sales where costs are known, None where too few are."""

    mondays: tuple[date, ...]
    outcome: Array
    channels: tuple[str, ...]
    spend: Array
    others: Array
    others_sd: Array
    controls: tuple[str, ...]
    margin_rate: float | None

    def data(self, evidence: Sequence[Evidence] = ()) -> Data:
        return Data(self.outcome, self.spend, self.others, self.others_sd, tuple(evidence))

    def priors(self, outcome: Outcome) -> Priors:
        """Before looking, each channel is believed to give back three times what it costs, within a factor of ten.

        As return priors in Google's Meridian; turned into the strength of a curve at the middle of the other priors.
        """
        plain = Priors(numpy.zeros(len(self.channels)), _RETURN_SD)
        data = self.data()
        carry = numpy.full(len(self.channels), 1 / (1 + numpy.exp(-plain.carry)))
        reached = saturation(adstock(lagged(data.spend / data.most), carry), numpy.exp(plain.steepness)).sum(0)
        rate = (self.margin_rate or _USUAL_MARGIN) if outcome == "margin" else 1.0
        believed = _RETURN * rate * self.spend.sum(0) / numpy.maximum(reached, 1e-9) / data.scale
        return Priors(numpy.log(numpy.clip(believed, _LEAST, _MOST)), _RETURN_SD)


@dataclass(frozen=True)
class Outcomes:
    """The weeks of sales: what came in, what was left of it, what was given as discount."""

    mondays: tuple[date, ...]
    sales: Array
    margin: Array
    margin_of: Array
    discount: Array
    placed: Array

    @property
    def margin_rate(self) -> float | None:
        known, whole = float(self.margin_of.sum()), float(self.sales.sum())
        return float(self.margin.sum()) / known if whole > 0 and known >= _COVERED * whole else None


def outcomes(reading: Reading) -> Outcomes:
    """All whole weeks of the shop's sales; weeks cut off by the first or last day are left out."""
    first, last = reading.as_of.since, reading.as_of.until
    said = {row["week"]: row for row in reading.whole(_SALES, {"currency": reading.as_of.currency})}
    if first is None or last is None or not said:
        empty = numpy.zeros(0)
        return Outcomes((), empty, empty, empty, empty, empty)
    start = first + timedelta(days=-first.weekday() % 7)
    end = last - timedelta(days=last.weekday() + 7 if last.weekday() != 6 else 6)
    count = max(0, (end - start).days // 7 + 1)
    mondays = tuple(start + timedelta(weeks=n) for n in range(count))
    columns = {
        name: numpy.array([float(said[week][name]) if week in said else 0.0 for week in mondays])
        for name in ("amount", "margin", "margin_of", "discount")
    }
    placed = {first + timedelta(weeks=row["week"] - 1, days=3): row["products"] for row in reading.whole(_PLACED)}
    shown = {day - timedelta(days=day.weekday()): float(products) for day, products in placed.items()}
    return Outcomes(
        mondays, columns["amount"], columns["margin"], columns["margin_of"], columns["discount"],
        numpy.array([shown.get(week, 0.0) for week in mondays]),
    )  # fmt: skip


def weeks(found: Outcomes, spend: Weekly, outcome: Outcome) -> Weeks:
    """The weeks from the first to the last with any spend (what was paid before and after, nobody said); all of the
    data where that would be less than half a year."""
    channels = tuple(sorted(channel for channel, paid in spend.items() if set(paid) & set(found.mondays)))
    paid = numpy.array([[float(spend[channel].get(week, 0)) for channel in channels] for week in found.mondays])
    paid = paid.reshape(len(found.mondays), len(channels))
    spent = numpy.flatnonzero(paid.sum(1))
    span = slice(0, len(found.mondays))
    if len(spent) and spent[-1] - spent[0] + 1 >= FEWEST_WEEKS:
        span = slice(int(spent[0]), int(spent[-1]) + 1)
    mondays = found.mondays[span]
    others, sd, controls = _others(mondays, found, span)
    rate = found.margin_rate
    values = found.sales[span]
    if outcome == "margin":
        known = numpy.maximum(found.margin_of[span], 1.0)
        values = found.margin[span] / known * found.sales[span]
    return Weeks(mondays, values, channels, paid[span], others, sd, controls, rate)


def _others(mondays: Sequence[date], found: Outcomes, span: slice) -> tuple[Array, Array, tuple[str, ...]]:
    """Base, trend, season, holidays, discounts and placements, each with how far it may reach (in best weeks)."""
    count = len(mondays)
    time = numpy.arange(count, dtype=float)
    columns, reach = [numpy.ones(count), time / max(count - 1, 1) - 0.5], [2.0, 0.5]
    for knot in range(52, count - 26, 52):  # the trend may bend once a year
        columns.append(numpy.maximum(time - knot, 0.0) / 52)
        reach.append(0.3)
    days = numpy.array([week.toordinal() / 7 for week in mondays])
    for wave in range(1, 1 + (0 if count < 40 else 1 if count < 78 else 2)):
        turns = 2 * numpy.pi * wave * days / _YEAR
        columns += [numpy.sin(turns), numpy.cos(turns)]
        reach += [0.2, 0.2]
    controls = []
    for name, marked in _holidays(mondays).items():
        columns.append(marked)
        reach.append(0.2)
        controls.append(name)
    full = found.sales[span] + found.discount[span]
    share = found.discount[span] / numpy.maximum(full, 1.0)
    for name, column in (("discounts", share), ("placements", found.placed[span])):
        spread = float(column.std())
        if spread > 1e-9:
            columns.append((column - column.mean()) / spread)
            reach.append(0.1)
            controls.append(name)
    return numpy.column_stack(columns) if count else numpy.zeros((0, 0)), numpy.array(reach), tuple(controls)


def _holidays(mondays: Sequence[date]) -> dict[str, Array]:
    """Weeks when people shop otherwise whatever the advertising; only those the data have."""
    marks = {"christmas": _christmas, "easter": _easter, "black_friday": _black_friday}
    found = {name: numpy.array([float(mark(week)) for week in mondays]) for name, mark in marks.items()}
    return {name: column for name, column in found.items() if column.any()}


def _christmas(week: date) -> bool:
    """A week that lies within the two before Christmas Eve, mostly."""
    middle = week + timedelta(days=3)
    return middle.month == 12 and 10 <= middle.day <= 24


def _easter(week: date) -> bool:
    """Meeus, Astronomical Algorithms (1991), chapter 8: Easter Sunday of the Gregorian calendar."""
    a, (b, c) = week.year % 19, divmod(week.year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    moon = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + moon - 7 * ((a + 11 * h + 22 * moon) // 451) + 114, 31)
    return week <= date(week.year, month, day + 1) < week + timedelta(days=7)


def _black_friday(week: date) -> bool:
    friday = week + timedelta(days=4)
    return friday.month == 11 and 23 <= friday.day <= 29
