"""How often the platform cries wolf, and what it sees: false alarms at a stated level, breaks found and after how long.

    .venv/bin/python -m benchmarks.findings [--looks 40] [--breaks 20] [--home FOLDER] [--json]

Made-up shops of forty stores on three channels, whose days have a weekly pattern, weeks that hang together, and baskets
with long tails: nothing happens in them, or one thing is broken on a known day. The baselines, on the same shops, are
two rules people use: a fifth below the week before, and three standard deviations from the mean of eight weeks.
`--home` looks back week by week at a shop there is (the simulator's town, say), as each week would have been looked at.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

import numpy as np
import numpy.typing as npt

from benchmarks.report import show
from choral import Shop, open_shop
from choral.analytics.findings import candidates, series
from choral.analytics.findings.breaks import rate_break, silence
from choral.analytics.findings.false_alarms import adjusted, weights
from choral.analytics.findings.forecast import forecast
from choral.analytics.findings.search import FALSE_SHARE, search
from choral.analytics.findings.series import Axis, Cube
from choral.analytics.findings.values import By, Finding

Floats = npt.NDArray[np.float64]
_CHANNELS = ("store", "web", "app")
_STORES, _WEEKS = 40, 60
_SINCE = date(2025, 1, 6)
_WEEKDAY = np.array([0.9, 0.85, 0.9, 1.0, 1.2, 1.4, 0.75])
_AFTER = (1, 2, 3, 5, 7, 10, 14, 21, 28)  # days after a break on which somebody looks
_LEVELS = (0.05, 0.01, 0.001)


def main() -> None:
    """False alarms, then breaks; then a shop there is."""
    options = _options()
    noises = list(_noises(options.series))
    notes = ["nominal: 50, 10 and 1", "last columns: the two rules people use"]
    show("False alarms of one forecast, per 1,000 series and week", noises, as_json=options.json, notes=notes)
    notes = [f"told at a false discovery rate of {FALSE_SHARE:.0%}: at most one look in twenty should tell anything"]
    title = f"Looks at shops in which nothing happens, {options.looks} looks"
    show(title, [_quiet(options.looks)], as_json=options.json, notes=notes)
    rows = [_found(name, kind, options.breaks) for name, kind in _BREAKS.items()]
    notes = ["told, at the right place, within so many days; the median day of the first telling where there was any"]
    show(f"Breaks found, {options.breaks} shops each", rows, as_json=options.json, notes=notes)
    if options.home:
        show("A shop there is, looked at week by week", [_home(options.home)], as_json=options.json, notes=[])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--series", type=int, default=2_000, help="series of each kind of noise")
    parser.add_argument("--looks", type=int, default=40, help="shops in which nothing happens")
    parser.add_argument("--breaks", type=int, default=20, help="shops with a break, of each kind")
    parser.add_argument("--home", help="folder of a shop to be looked back at")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _noises(count: int) -> list[dict[str, object]]:
    kinds: dict[str, Callable[[np.random.Generator, int, int], Floats]] = {
        "white": lambda dice, rows, steps: 5 + 0.1 * dice.standard_normal((rows, steps)),
        "autocorrelated, 0.6": lambda dice, rows, steps: 5 + 0.1 * _linked(dice, rows, steps, 0.6),
        "wandering": lambda dice, rows, steps: 5 + 0.03 * np.cumsum(dice.standard_normal((rows, steps)), axis=1)
        + 0.05 * dice.standard_normal((rows, steps)),
        "heavy tails (t, 4)": lambda dice, rows, steps: 5 + 0.1 * dice.standard_t(4, (rows, steps)),
        "counts of 20": lambda dice, rows, steps: np.sqrt(dice.poisson(20, (rows, steps)).astype(float)),
        "a year of seasons": lambda dice, rows, steps: 5 + 0.1 * dice.standard_normal((rows, steps))
        + 0.3 * np.sin(np.arange(steps) * 2 * np.pi / 52),
    }  # fmt: skip
    rows = []
    for name, make in kinds.items():
        for steps, ahead in ((30, 1), (60, 1), (110, 1), (110, 4)):
            values = make(np.random.default_rng(7), count, steps)
            p = forecast(values, ahead, 52).p
            alarms = {f"at {level:.1%}": round(1_000 * float((p < level).mean()), 1) for level in _LEVELS}
            fifth, three = _rules(values**2)
            rows.append({"series": name, "weeks": steps, "steps looked at": ahead, **alarms,
                         "a fifth less": round(1_000 * fifth, 1), "3 deviations": round(1_000 * three, 1)})  # fmt: skip
    return rows


def _linked(dice: np.random.Generator, rows: int, steps: int, by: float) -> Floats:
    shocks = dice.standard_normal((rows, steps))
    for step in range(1, steps):
        shocks[:, step] += by * shocks[:, step - 1]
    return shocks


def _rules(values: Floats) -> tuple[float, float]:
    """Shares of series on which the two rules people use cry: a fifth below the week before; three deviations."""
    before, now = values[:, -9:-1], values[:, -1]
    fifth = (now < 0.8 * before[:, -1]).mean()
    spread = np.maximum(before.std(axis=1, ddof=1), 1e-9)
    return float(fifth), float((np.abs(now - before.mean(axis=1)) > 3 * spread).mean())


@dataclass
class Made:
    """A made-up shop: orders and amounts by day, of each store (its channel beside), before anything is broken."""

    orders: Floats
    amounts: Floats
    sessions: Floats  # by channel and day
    carts: Floats
    channel_of: npt.NDArray[np.int64]


def _made(seed: int) -> Made:
    dice = np.random.default_rng(seed)
    days = 7 * _WEEKS
    size = np.exp(dice.normal(2.7, 0.6, _STORES))
    weeks = np.repeat(np.exp(0.05 * _linked(dice, _STORES, _WEEKS, 0.4)), 7, axis=1)
    whole = np.repeat(np.exp(0.03 * _linked(dice, 1, _WEEKS, 0.4)), 7, axis=1)
    orders = dice.poisson(size[:, None] * np.tile(_WEEKDAY, _WEEKS) * weeks * whole).astype(float)
    spread = 0.8
    amounts = np.where(orders > 0, orders * np.exp(3.5 + 7 + dice.normal(0, 1, (_STORES, days)) * spread
                                                   / np.sqrt(np.maximum(orders, 1))), 0.0)  # fmt: skip
    sessions = dice.poisson(300 * np.tile(_WEEKDAY, _WEEKS), (len(_CHANNELS), days)).astype(float)
    rate = 0.4 * np.exp(0.05 * dice.standard_normal((len(_CHANNELS), days)))
    carts = dice.binomial(sessions.astype(np.int64), rate).astype(np.float64)
    return Made(
        orders, np.round(amounts).astype(np.float64), sessions, carts, dice.integers(0, len(_CHANNELS), _STORES)
    )


def _look(made: Made, days: int) -> list[Finding]:
    """What is told when the last complete day is day `days` - 1."""
    over = Axis(_SINCE, _SINCE + timedelta(days=days - 1))
    orders, amounts = made.orders[:, :days], made.amounts[:, :days]
    slices: list[tuple[By, str]] = [("all", ""), *(("channel", one) for one in _CHANNELS),
                                           *(("store", str(place)) for place in range(_STORES))]  # fmt: skip

    def summed(values: Floats) -> Floats:
        channels = [values[made.channel_of == place].sum(axis=0) for place in range(len(_CHANNELS))]
        return np.vstack([values.sum(axis=0), *channels, values])

    zeros = np.zeros((len(slices), days))
    cube = Cube(tuple(slices), {"orders": summed(orders), "amount": summed(amounts), "discount": 0.1 * summed(amounts),
                                "refunds": zeros, "identified": summed(orders)})  # fmt: skip
    looked = candidates.look(series.of_orders(cube, over), over).rows
    extra, kinds = _others(made, days), [one.place.by for one in looked]
    p = [one.p if one.p is not None else 1.0 for one in looked] + [chance for _, chance in extra]
    q = adjusted(np.array(p), weights([*kinds, *(name.split()[0] for name, _ in extra)]))
    told = [replace(one, q=float(share)) for one, share in zip(looked, q[: len(looked)], strict=True)]
    told += [replace(looked[0], key=name, q=float(share), kind="funnel", p=chance)
             for (name, chance), share in zip(extra, q[len(looked) :], strict=True)]  # fmt: skip
    return [one for one in told if one.q is not None and one.q <= FALSE_SHARE] + [
        replace(one, q=None) for one in looked
    ]


def _others(made: Made, days: int) -> list[tuple[str, float]]:
    """Funnels by channel and silence by store, with their p-values."""
    found = []
    for place, channel in enumerate(_CHANNELS):
        lately = slice(max(0, days - 91), days)
        broken = rate_break(made.carts[place, lately], made.sessions[place, lately])
        found.append((f"funnel {channel}", broken.p if broken else 1.0))
    for store in range(_STORES):
        quiet = silence(made.orders[store, max(0, days - 182) : days])
        found.append((f"silent {store}", quiet.p if quiet else 1.0))
    return found


def _quiet(looks: int) -> dict[str, object]:
    """Looks at shops in which nothing happens."""
    told = tested = anything = 0
    fifth = three = 0.0
    seconds = []
    for seed in range(looks):
        made = _made(seed)
        begun = time.perf_counter()
        found = _look(made, 7 * _WEEKS - seed % 7)
        seconds.append(time.perf_counter() - begun)
        rows = [one for one in found if one.q is not None]
        told, anything = told + len(rows), anything + bool(rows)
        tested += len(found) - len(rows) + len(_CHANNELS) + _STORES
        one, other = _rules(made.amounts.reshape(_STORES, _WEEKS, 7).sum(axis=2))
        fifth, three = fifth + one / looks, three + other / looks
    return {
        "series a look": tested // looks, "looks that told something": f"{anything / looks:.1%}",
        "told per 1,000 series": round(1_000 * told / tested, 2),
        "a fifth less, per 1,000 stores": round(1_000 * fifth), "3 deviations, per 1,000": round(1_000 * three),
        "seconds a look": round(median(seconds), 2),
    }  # fmt: skip


def _break_channel(made: Made, at: int) -> str:
    """A fifth less of the orders of one channel."""
    dice = np.random.default_rng(at)
    mine = made.channel_of == 1
    left = dice.binomial(made.orders[mine, at:].astype(np.int64), 0.8).astype(float)
    share = np.divide(left, made.orders[mine, at:], out=np.ones_like(left), where=made.orders[mine, at:] > 0)
    made.amounts[mine, at:] = np.round(made.amounts[mine, at:] * share)
    made.orders[mine, at:] = left
    return "channel:web"


def _break_store(made: Made, at: int) -> str:
    """Half of the orders of one store of middling size."""
    store = int(np.argsort(made.orders.sum(axis=1))[_STORES // 2])
    made.orders[store, at:] = np.floor(made.orders[store, at:] / 2)
    made.amounts[store, at:] = np.round(made.amounts[store, at:] / 2)
    return f"store:{store}"


def _break_source(made: Made, at: int) -> str:
    """The till of one store sends nothing any more."""
    store = int(np.argsort(made.orders.sum(axis=1))[_STORES // 2])
    made.orders[store, at:] = made.amounts[store, at:] = 0
    return f"silent {store}"


def _break_step(made: Made, at: int) -> str:
    """A fifth fewer get from the product to the basket on one channel."""
    dice = np.random.default_rng(at)
    made.carts[2, at:] = dice.binomial(made.carts[2, at:].astype(np.int64), 0.8)
    return "funnel app"


_BREAKS: dict[str, Callable[[Made, int], str]] = {
    "a channel loses 20 %": _break_channel, "a store loses 50 %": _break_store,
    "a source falls silent": _break_source, "a funnel step loses 20 %": _break_step,
}  # fmt: skip


def _found(name: str, break_it: Callable[[Made, int], str], count: int) -> dict[str, object]:
    """How many of the breaks are told, and when first."""
    first: list[int | None] = []
    for seed in range(count):
        made = _made(1_000 + seed)
        at = 7 * (_WEEKS - 4) - seed % 7 - 1
        where = break_it(made, at)
        first.append(next((after for after in _AFTER if _told_at(_look(made, at + after), where)), None))
    days = [one for one in first if one is not None]
    within = {f"within {limit} days": f"{sum(one is not None and one <= limit for one in first) / count:.0%}"
              for limit in (1, 3, 7, 14, 28)}  # fmt: skip
    return {"break": name, **within, "median day": median(days) if days else None}


def _told_at(found: list[Finding], where: str) -> bool:
    told = [one for one in found if one.q is not None]
    return any(one.key == where or f"{one.place.by}:{one.place.key}" == where for one in told)


def _home(folder: str) -> dict[str, object]:
    """Looks back week by week: what would have been told on each Monday."""
    shop: Shop = open_shop(folder)
    reading = shop.analytics._desk.reading()
    if reading is None or reading.as_of.since is None or reading.as_of.until is None:
        raise SystemExit("This shop has no figures yet.")
    day, told, series_seen, looks, loud, seconds = reading.as_of.since + timedelta(weeks=16), 0, 0, 0, 0, []
    while day <= reading.as_of.until:
        begun = time.perf_counter()
        then = replace(reading, as_of=replace(reading.as_of, until=day))
        found = search(shop.home.lake, then)
        seconds.append(time.perf_counter() - begun)
        rows = [one for one in found.rows if one.kind not in ("campaign", "slipping_away") and one.certainty == "sure"]
        told, loud, looks, series_seen = told + len(rows), loud + bool(rows), looks + 1, series_seen + found.looked_at
        day += timedelta(weeks=1)
    shop.close()
    return {"looks": looks, "series a look": series_seen // max(1, looks), "looks that told something": loud,
            "told": told, "told per 1,000 series": round(1_000 * told / max(1, series_seen), 2),
            "seconds a look": round(median(seconds), 2)}  # fmt: skip


if __name__ == "__main__":
    main()
