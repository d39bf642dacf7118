"""One person's candidates: numpy over what they bought and the learnt arrays, some milliseconds. No file, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from choral.core.clock import DAY
from choral.customers.purchases.door import Lines, Products
from choral.customers.recommend.judging import Calibration
from choral.customers.recommend.learning import HALF_LIFE, Codes, alive
from choral.customers.recommend.rules import Candidate, Kind
from choral.customers.recommend.trained import Trained

MOST = 200  # candidates of a kind: enough for rules to refuse many
Floats = npt.NDArray[np.float64]
_NOTHING = Calibration((), ())


@dataclass(frozen=True)
class Owned:
    """What somebody has bought: products (codes, each once), how often with a purchase counting half after 90 days
    and a habit that was given up fading, when last (µs UTC), how many times, and the usual days between."""

    products: Codes
    weight: Floats
    last_at: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]
    usual_gap: Floats


def owned(lines: Lines, at: int) -> Owned:
    """The products of these lines as of a moment; refunds are not purchases."""
    bought = lines.where((lines.product >= 0) & ~lines.returned & (lines.at <= at))
    order = np.lexsort((bought.at, bought.product))
    product, moment = bought.product[order], bought.at[order]
    products, first, times = np.unique(product, return_index=True, return_counts=True)
    weight = np.exp2((moment - at) / (HALF_LIFE * DAY))
    days = moment / DAY
    gaps = np.full(len(products), np.nan)
    span = days[first + times - 1] - days[first] if len(products) else np.empty(0)
    several = times > 2  # two purchases are no rhythm yet
    gaps[several] = span[several] / (times[several] - 1)
    summed = (
        np.add.reduceat(weight, first) * alive(times, span, at / DAY - days[first + times - 1])
        if len(products)
        else span
    )
    return Owned(products.astype(np.int32), summed, moment[first + times - 1] if len(products) else moment, times, gaps)


def again(trained: Trained, products: Products, mine: Owned, at: int, not_again_days: int) -> list[Candidate]:
    """What they buy, often and lately first; not what they bought in the last days."""
    rested = mine.last_at <= at - not_again_days * DAY
    codes, weight = mine.products[rested], mine.weight[rested]
    best = np.argsort(-weight, kind="stable")[:MOST]
    shares = _calibration(trained, "again").share(weight[best])
    known = trained.judgement is not None
    return _candidates(products, codes[best], weight[best], "again", shares if known else None)


def new(trained: Trained, products: Products, mine: Owned) -> list[Candidate]:
    """What suits what they have and is bought lately, but never was by them; and which product speaks most for it."""
    model = trained.model
    places = trained.place[mine.products[mine.products < len(trained.place)]]
    places = np.sort(places[places >= 0])
    if not len(places):
        return []
    weights = model.taste[places]
    scores = weights.sum(axis=0) * model.trend[model.items]
    scores[places] = -np.inf
    best = _best(scores, MOST)
    shares = _calibration(trained, "new").share(scores[best])
    because = model.items[places[np.argmax(weights[:, best], axis=0)]]
    known = trained.judgement is not None
    return _candidates(products, model.items[best], scores[best], "new", shares if known else None, because)


def together(trained: Trained, products: Products, basket: Sequence[int]) -> list[Candidate]:
    """What stands in orders beside these products."""
    model = trained.model
    places = [place for code in basket if code < len(trained.place) and (place := trained.place[code]) >= 0]
    if not places:
        return []
    scores = np.zeros(len(model.items), np.float64)
    strongest = np.zeros(len(model.items), np.float64)
    because = np.full(len(model.items), -1, np.int32)
    for place in places:
        known = model.near[place] >= 0
        near, weight = model.near[place][known], model.near_weight[place][known]
        scores[near] += weight
        ahead = weight > strongest[near]
        strongest[near[ahead]], because[near[ahead]] = weight[ahead], model.items[place]
    scores[places] = 0.0
    best = _best(scores, MOST)
    best = best[scores[best] > 0]
    return _candidates(products, model.items[best], scores[best], "together", None, because[best])


def popular(trained: Trained, products: Products) -> list[Candidate]:
    """What most customers bought in the last four weeks: the same for everybody."""
    buyers = trained.model.popular
    best = _best(buyers, MOST)
    best = best[buyers[best] > 0]
    shares = buyers[best] / max(1, trained.model.customers)
    return _candidates(products, best, buyers[best], "popular", shares)


def chances(trained: Trained, mine: Owned) -> npt.NDArray[np.float64]:
    """For every product the probability that they buy it within four weeks: by their own history where they have one,
    by taste where the models know it, else by how many customers bought it."""
    model = trained.model
    found = model.popular / max(1, model.customers)
    chance = np.asarray(found, np.float64)
    if trained.judgement is None:
        return chance
    within = mine.products < len(trained.place)
    places = trained.place[mine.products[within]]
    places = np.sort(places[places >= 0])
    if len(places):
        scores = model.taste[places].sum(axis=0) * model.trend[model.items]
        chance[model.items] = trained.judgement.new.share(scores)
    chance[mine.products[within]] = trained.judgement.again.share(mine.weight[within])
    return chance


def _calibration(trained: Trained, kind: str) -> Calibration:
    return getattr(trained.judgement, kind) if trained.judgement else _NOTHING


def _best(scores: npt.NDArray[np.floating], most: int) -> npt.NDArray[np.int64]:
    width = min(most, len(scores))
    if not width:
        return np.empty(0, np.int64)
    found = np.argpartition(-scores, width - 1)[:width]
    found = found[np.isfinite(scores[found])]
    ordered: npt.NDArray[np.int64] = found[np.lexsort((found, -scores[found]))]
    return ordered


def _candidates(
    products: Products, codes: npt.NDArray[np.integer], scores: npt.NDArray[np.floating], kind: Kind,
    shares: npt.NDArray[np.floating] | None, because: npt.NDArray[np.integer] | None = None,
) -> list[Candidate]:  # fmt: skip
    keep = codes < len(products)
    codes = codes[keep]
    texts = [column.take(codes).to_pylist() for column in (products.ids, products.departments, products.categories)]
    price = products.price[codes].tolist()
    chance = [None] * len(codes) if shares is None else [float(one) for one in shares[keep]]
    reason = [-1] * len(codes) if because is None else because[keep].tolist()
    rows = zip(codes.tolist(), *texts, scores[keep].tolist(), chance, price, reason, strict=True)
    return [
        Candidate(code, one, dep, cat, kind, score, p, cost, why) for code, one, dep, cat, score, p, cost, why in rows
    ]
