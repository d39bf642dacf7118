"""What the pages of attribution call things: models with what they assume, labels, the sentences of the answer."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.attribution.values import (
    BASELINE,
    ELSEWHERE,
    NOTHING_BEFORE,
    CreditRow,
    Credits,
    Influence,
    Model,
)  # fmt: skip
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.names import channel_name

Text = str | Promise
NAMES: dict[Model, Text] = {
    "last": gettext_lazy("Last touch"),
    "last_non_direct": gettext_lazy("Last that brought them"),
    "first": gettext_lazy("First touch"),
    "linear": gettext_lazy("All alike"),
    "position": gettext_lazy("First and last"),
    "decay": gettext_lazy("Later counts more, by place"),
    "time_decay": gettext_lazy("Later counts more, by time"),
    "shapley": gettext_lazy("Shapley"),
    "markov": gettext_lazy("Markov, all orders"),
    "markov_path": gettext_lazy("Markov, each order"),
    "hazard": gettext_lazy("Time-aware"),
}
ASSUMES: dict[Model, Text] = {
    "last": gettext_lazy("The last touch did everything. Good to whoever closes, blind to what began it."),
    "last_non_direct": gettext_lazy(
        "As the last touch, but a visit to the shop itself gets nothing when something else came before it."
    ),
    "first": gettext_lazy("The first touch did everything. Good to whoever finds customers, blind to what follows."),
    "linear": gettext_lazy("Every touch did the same. Takes no side, and knows nothing of what mattered."),
    "position": gettext_lazy("40 % to the first touch, 40 % to the last, the rest to those between."),
    "decay": gettext_lazy("Each touch did twice as much as the one before it."),
    "time_decay": gettext_lazy("A touch loses half its weight in seven days."),
    "shapley": gettext_lazy(
        "Each channel gets the mean of what it adds to every combination of the others it was seen with."
    ),
    "markov": gettext_lazy(
        "How many orders the paths would lose without the channel. It also looks at paths that ended without an order."
    ),
    "markov_path": gettext_lazy("The same loss, shared out along the touches of each single order."),
    "hazard": gettext_lazy(
        "Learns how much the chance of an order rises after a contact and how fast that fades; the rest would have been"
        " bought anyway. The only one that can say that a contact added nothing."
    ),
}
_USUAL_BEFORE_STORE = gettext_lazy(
    "%(share)s of the orders in the store had a visit on line in the %(days)s days before, no more than usual for these"
    " customers."
)
_USUAL_BEFORE_WEB = gettext_lazy(
    "%(share)s of the orders on line had a visit to the store in the %(days)s days before, no more than usual for these"
    " customers."
)
_BEFORE_STORE = gettext_lazy(
    "%(share)s of the orders in the store had a visit on line in the %(days)s days before: %(lift)s times what is usual"
    " for the same customers (%(low)s to %(high)s)."
)
_BEFORE_WEB = gettext_lazy(
    "%(share)s of the orders on line had a visit to the store in the %(days)s days before: %(lift)s times what is usual"
    " for the same customers (%(low)s to %(high)s)."
)
DIMENSIONS: dict[str, Text] = {
    "channel": gettext_lazy("Channel"), "campaign": gettext_lazy("Campaign"), "creative": gettext_lazy("Creative"),
    "store": gettext_lazy("Store"),
}  # fmt: skip
VALUES: dict[str, Text] = {
    "sales": gettext_lazy("Sales"), "margin": gettext_lazy("Margin"), "orders": gettext_lazy("Orders"),
}  # fmt: skip
WHO: dict[str, Text] = {
    "all": gettext_lazy("All orders"), "new": gettext_lazy("First orders"), "returning": gettext_lazy("Later orders"),
}  # fmt: skip


def label(key: str, name: str = "", by: str = "channel") -> Text:
    """What a label of credit is called."""
    if key == BASELINE:
        return _("Would have been bought anyway")
    if key == NOTHING_BEFORE:
        return _("Nothing before")
    if key.startswith(ELSEWHERE):
        return _("%(channel)s, not named") % {"channel": channel_name(key[len(ELSEWHERE) :])}
    return channel_name(key) if by == "channel" else name or key


def amount(found: Credits, value: int) -> str:
    """Credit as people read it: money, or orders with a decimal."""
    if found.question.value == "orders":
        return formats.number(value / 1_000, 1)
    return formats.money(Money(value, found.currency))


def answer(found: Credits) -> str:
    """Who gets most, and whether the models agree."""
    tops = {model: _top(found, model) for model in ("last", "first", "linear", "shapley", "markov", "hazard")}
    named = {top.key for top in tops.values() if top is not None}
    if not named:
        return _("No touch came before any order in these days.")
    first = tops["linear"] or next(top for top in tops.values() if top is not None)
    shares = [one.share for one in first.credits if one.model in tops]
    words = {
        "name": label(first.key, first.name, found.question.by),
        "low": formats.percent(min(shares), 0), "high": formats.percent(max(shares), 0),
    }  # fmt: skip
    if len(named) == 1 and words["low"] == words["high"]:
        return _("Most is credited to %(name)s, by every model alike: %(low)s.") % words
    if len(named) == 1:
        return _("Most is credited to %(name)s, whichever model you ask: %(low)s to %(high)s.") % words
    return _("Models do not agree who is first: %(name)s gets %(low)s to %(high)s, depending on the model.") % words


def disagreement(found: Credits) -> str:
    """Where two models are furthest apart, and what that means."""
    far = found.disagreement
    if far is None:
        return ""
    return _("They differ most about %(name)s: %(most)s by “%(most_model)s”, %(least)s by “%(least_model)s”.") % {
        "name": label(far.key, far.name, found.question.by), "most": formats.percent(far.most_share, 0),
        "most_model": NAMES[far.most], "least": formats.percent(far.least_share, 0), "least_model": NAMES[far.least],
    }  # fmt: skip


def growth(now: Credits, before: Credits) -> str:
    """Which label brought most of what was gained or lost against the days before, touches counted alike."""
    then = {row.key: _of(row, "linear") for row in before.rows}
    own = {row.key: row for row in now.rows}
    keys = (own.keys() | then.keys()) - {BASELINE, NOTHING_BEFORE}
    more = {key: (_of(own[key], "linear") if key in own else 0) - then.get(key, 0) for key in keys}
    whole = now.amount - before.amount
    if not more or not whole or not before.amount:
        return ""
    most = max(more, key=lambda key: (more[key] if whole > 0 else -more[key], key))
    words = {
        "name": label(most, own[most].name if most in own else "", now.question.by),
        "its": amount(now, abs(more[most])), "whole": amount(now, abs(whole)),
    }  # fmt: skip
    if whole > 0:
        return _("%(whole)s more than in the days before; credited with most of it: %(name)s, %(its)s more.") % words
    return _("%(whole)s less than in the days before; credited with most of it: %(name)s, %(its)s less.") % words


def influence(found: Influence) -> str:
    """Whether one place leads to the other, in a sentence."""
    if found.lift is None or found.low is None or found.high is None or found.share is None:
        if found.place == "store":
            return _("Too few orders in the store to say whether visits on line come before them.")
        return _("Too few orders on line to say whether visits to the store come before them.")
    words = {
        "share": formats.percent(found.share, 0), "days": found.days, "lift": formats.number(found.lift, 1),
        "low": formats.number(found.low, 1), "high": formats.number(found.high, 1),
    }  # fmt: skip
    usual = found.low <= 1 <= found.high
    if found.place == "store":
        said = _USUAL_BEFORE_STORE if usual else _BEFORE_STORE
    else:
        said = _USUAL_BEFORE_WEB if usual else _BEFORE_WEB
    return str(said) % words


def _top(found: Credits, model: str) -> CreditRow | None:
    rows = [row for row in found.rows if row.key not in (BASELINE, NOTHING_BEFORE) and _of(row, model) > 0]
    return max(rows, key=lambda row: _of(row, model), default=None)


def _of(row: CreditRow, model: str) -> int:
    return next(one.amount for one in row.credits if one.model == model)
