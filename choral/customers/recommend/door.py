"""The door of recommendations: one source for the till, the web site, the app and the agent."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from choral.core.clock import DAY, SYSTEM_CLOCK
from choral.core.errors import InvalidInput
from choral.customers import moving, versions
from choral.customers.profiles import moments
from choral.customers.profiling import may_profile
from choral.customers.purchases.door import Purchases, Shelf
from choral.customers.purchases.rows import NOTHING
from choral.customers.recommend import offers as coupons
from choral.customers.recommend import queries, scoring, trained
from choral.customers.recommend.interactions import interactions
from choral.customers.recommend.judging import judge
from choral.customers.recommend.learning import learn
from choral.customers.recommend.queries import RuleRow
from choral.customers.recommend.rules import PLACES, Candidate, Rules, Stock, choose, mixed
from choral.customers.recommend.scoring import Owned
from choral.customers.recommend.trained import Trained
from choral.customers.recommend.values import Offers, Reason, Recommendation, Recommendations, Training
from choral.customers.recommend.wording import percent, sentence
from choral.home import Home

if TYPE_CHECKING:
    import pyarrow

MOST = 100
KINDS = ("for_you", "again", "new", "together", "popular")
Identifiers = Sequence[tuple[int, str]]  # number and text of each of a person's


@dataclass(frozen=True)
class Person:
    """What is known when somebody asks: what they bought, or why nothing of it may be used."""

    mine: Owned | None
    why_not: str


class Recommend:
    """What to show to whom. `stock` may be set to what knows the pieces in a store; without it stock is unknown."""

    def __init__(self, home: Home, purchases: Purchases) -> None:
        self._home, self._purchases = home, purchases
        self._lock = threading.Lock()
        self._trained: Trained | None = None
        self._offers: coupons.Running | None = None
        self._popular: tuple[str, str, list[Candidate]] | None = None
        self.stock: Stock | None = None

    def stale(self, identity_version: int) -> bool:
        """Whether there is something to learn that the models do not know."""
        shelf = self._purchases.shelf()
        if shelf is None:
            return False
        name = trained.name_of(shelf.manifest.version.name, identity_version)
        return versions.current(trained.root(self._home.lake)) != name

    def train(self, identity_map: pyarrow.Table, identity_version: int) -> bool:
        """Learn from all purchases, judge what was learnt; whether there was anything to learn from. The worker's."""
        shelf = self._purchases.shelf()
        if shelf is None:
            return False
        begun = time.monotonic()
        sold = interactions(shelf, identity_map)
        judged = judge(sold)
        model = learn(sold)
        purchases = shelf.manifest.version.name
        trained.save(
            self._home.lake, trained.name_of(purchases, identity_version), purchases, SYSTEM_CLOCK.now(),
            time.monotonic() - begun, model, judged,
        )  # fmt: skip
        return True

    def person(self, identifiers: Identifiers) -> Person:
        """What may be known of a person, to be passed on to several questions about them."""
        return self._person(identifiers, queries.rules(), self._at())

    def for_person(
        self, identifiers: Identifiers, place: str = "web", store: str = "", count: int = 10,
        kind: str = "for_you", basket: Sequence[str] = (), language: str = "en",
        person: Person | None = None,
    ) -> Recommendations:  # fmt: skip
        """The products to show to the person of these identifiers (none: a stranger), best first.

        `place`: till, web, app or agent. `kind`: `for_you` mixes what they buy again with what is new to them;
        `together` goes by the `basket` (product ids) alone. Raises `InvalidInput`: `unknown_place`, `unknown_kind`.
        """
        _check(place, kind)
        learnt, shelf = self.trained(), self._purchases.shelf()
        if learnt is None or shelf is None:
            return Recommendations((), False, "no_model", "unknown", {}, "", 0)
        rules, at = queries.rules(), self._at()
        person = person or self._person(identifiers, rules, at)
        ranked = self._ranked(learnt, shelf, person, rules, kind, shelf.products.codes(list(basket)), at)
        chosen = choose(ranked, rules, min(count, MOST), store, self.stock)
        rows = tuple(_shown(one, shelf, person.mine, at, language) for one in chosen.chosen)
        return Recommendations(
            rows, person.mine is not None, person.why_not, "checked" if chosen.stock_known else "unknown",
            dict(chosen.left_out), learnt.name, learnt.at,
        )  # fmt: skip

    def offers(self, identifiers: Identifiers, count: int = 5, person: Person | None = None) -> Offers:
        """The coupons that run now, the one with the highest expected value for this person first."""
        learnt, shelf, at = self.trained(), self._purchases.shelf(), self._at()
        if learnt is None or shelf is None:
            return Offers((), False, "no_model", 0, at)
        rules = queries.rules()
        person = person or self._person(identifiers, rules, at)
        mine = person.mine or scoring.owned(NOTHING, at)
        running = self._running(shelf, at)
        chance = scoring.chances(learnt, mine)
        seen = moments.newest([key for key, _ in identifiers], 2_000) if identifiers and person.mine is not None else []
        rows = coupons.ranked(running, shelf.products, chance, rules, seen, count)
        return Offers(rows, person.mine is not None, person.why_not, len(running.coupons), at)

    def rules(self) -> Rules:
        """The rules that hold."""
        return queries.rules()

    def rule_rows(self) -> Sequence[RuleRow]:
        """The rules the owner has set."""
        return queries.rows()

    def training(self) -> Training:
        """What was learnt last, and how good it was."""
        learnt = self.trained()
        if learnt is None:
            return Training(False, "", 0, 0.0, 0, 0, 0, "", ())
        judged = learnt.judgement
        since = (date(1970, 1, 1) + timedelta(days=judged.day)).isoformat() if judged else ""
        model = learnt.model
        return Training(
            True, learnt.name, learnt.at, learnt.seconds, model.customers, model.lines, len(model.items), since,
            judged.rows if judged else (),
        )  # fmt: skip

    def trained(self) -> Trained | None:
        """The newest models, opened."""
        name = versions.current(trained.root(self._home.lake))
        with self._lock:
            if name is None or self._trained is None or self._trained.name != name:
                self._trained = trained.load(self._home.lake)
            return self._trained

    def _at(self) -> int:
        return moving.window_end(SYSTEM_CLOCK.now(), moments.latest_at())

    def _person(self, identifiers: Identifiers, rules: Rules, at: int) -> Person:
        if not identifiers:
            return Person(None, "unknown")
        if not may_profile(self._home, [text for _, text in identifiers], rules.basis):
            return Person(None, "not_allowed")
        mine = scoring.owned(self._purchases.of(identifiers), at)
        return Person(mine, "") if len(mine.products) else Person(None, "no_purchases")

    def _ranked(
        self,
        learnt: Trained,
        shelf: Shelf,
        person: Person,
        rules: Rules,
        kind: str,
        basket: Mapping[str, int],
        at: int,
    ) -> list[Candidate]:
        best = self._best_sellers(learnt, shelf)
        beside = scoring.together(learnt, shelf.products, list(basket.values())) if basket else []
        if kind == "popular":
            return best
        if kind == "together":
            return beside
        if person.mine is None:
            return beside + best
        known = scoring.again(learnt, shelf.products, person.mine, at, rules.not_again_days) if kind != "new" else []
        fresh = scoring.new(learnt, shelf.products, person.mine) if kind != "again" else []
        inside = set(basket)
        wanted = beside + (known or fresh if kind != "for_you" else mixed(known, fresh, rules.new_share))
        return [one for one in wanted if one.product_id not in inside] + (best if kind == "for_you" else [])

    def _best_sellers(self, learnt: Trained, shelf: Shelf) -> list[Candidate]:
        with self._lock:
            if self._popular is None or self._popular[:2] != (learnt.name, shelf.manifest.folder.name):
                found = scoring.popular(learnt, shelf.products)
                self._popular = learnt.name, shelf.manifest.folder.name, found
            return self._popular[2]

    def _running(self, shelf: Shelf, at: int) -> coupons.Running:
        today = date(1970, 1, 1) + timedelta(days=at // DAY)
        with self._lock:
            wanted = coupons.key(shelf, today)
            if self._offers is None or self._offers.key != wanted:
                self._offers = coupons.running(self._home.lake, shelf, today, wanted)
            return self._offers


def _check(place: str, kind: str) -> None:
    if place not in PLACES:
        raise InvalidInput("unknown_place", f"“{place[:40]}” is no place.", fix=f"Use {', '.join(PLACES)}.", status=422)
    if kind not in KINDS:
        raise InvalidInput("unknown_kind", f"“{kind[:40]}” is no kind.", fix=f"Use {', '.join(KINDS)}.", status=422)


def _shown(one: Candidate, shelf: Shelf, mine: Owned | None, at: int, language: str) -> Recommendation:
    products = shelf.products
    return Recommendation(
        one.product_id, products.text(products.names, one.code), one.department, one.category, one.kind,
        _reason(one, shelf, mine, at, language), one.probability, one.price,
    )  # fmt: skip


def _reason(one: Candidate, shelf: Shelf, mine: Owned | None, at: int, language: str) -> Reason:
    products = shelf.products
    because_id, because = products.text(products.ids, one.because), products.text(products.names, one.because)
    code: str = one.kind
    values: dict[str, Any] = {"because": because}
    if one.kind == "popular":
        values = {"share": percent(one.probability or 0.0, language)}
    elif one.kind == "again" and mine is not None:
        place = int(mine.products.searchsorted(one.code))
        times, gap = int(mine.times[place]), float(mine.usual_gap[place])
        values = {"times": times, "days": max(0, (at - int(mine.last_at[place])) // DAY)}
        if times == 1:
            code = "again_once"
        elif gap == gap and gap >= 1:  # a rhythm is known
            code, values = "again_due", values | {"gap": round(gap)}
    return Reason(code, because_id, because, sentence(code, language, **values))
