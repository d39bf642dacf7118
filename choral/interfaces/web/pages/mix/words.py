"""The sentences of the budget page: where the next money goes, what moving it brings, what is to be minded."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.mix.values import Advice, ChannelResult, Interval, MixResult, Quality
from choral.core.money import Money, minor_digits
from choral.interfaces.web import formats
from choral.interfaces.web.cells import BadgeTone
from choral.interfaces.web.names import channel_name

Text = str | Promise
OUTCOMES: dict[str, Text] = {"sales": gettext_lazy("sales"), "margin": gettext_lazy("margin")}
CONTROLS: dict[str, Text] = {
    "christmas": gettext_lazy("Christmas"), "easter": gettext_lazy("Easter"),
    "black_friday": gettext_lazy("Black Friday"), "discounts": gettext_lazy("discounts"),
    "placements": gettext_lazy("displays and mailers"),
}  # fmt: skip
_WHY_NOT: dict[str, tuple[Text, Text]] = {
    "no_spend": (
        gettext_lazy("Nobody has said yet what advertising cost"),
        gettext_lazy("Type in or import what you paid for each channel, week by week or campaign by campaign. This "
                     "page then says what each channel brings, and where the next money goes."),
    ),
    "too_few_weeks": (
        gettext_lazy("There are too few weeks yet"),
        gettext_lazy("26 whole weeks with sales are needed to tell channels from seasons and chance; 52 make it good."),
    ),
    "no_margin": (
        gettext_lazy("Too few costs of products are known"),
        gettext_lazy("Import a list of products with a column for what each piece costs you; no more is needed."),
    ),
    "nothing_varies": (
        gettext_lazy("Spend never changes"),
        gettext_lazy("A channel that costs the same every week cannot be told from what people buy anyway. Pause it "
                     "for some weeks, or try it in some regions only."),
    ),
}  # fmt: skip
_LITTLE = 0.5


def why_not(verdict: str) -> tuple[Text, Text]:
    """Why there is no model, and what to do."""
    return _WHY_NOT[verdict]


def money(amount: float, currency: str) -> str:
    """An amount of minor units that is an estimate: three digits at most."""
    return formats.rounded_money(Money(round(amount), currency))


def span(found: Interval, currency: str) -> str:
    """From … to …."""
    return _("%(low)s to %(high)s") % {"low": money(found.low, currency), "high": money(found.high, currency)}


def per_unit(ratio: float, currency: str) -> str:
    """What one euro brings, written as money."""
    return money(ratio * 10 ** minor_digits(currency), currency)


def per_unit_span(found: Interval, currency: str) -> str:
    return _("%(low)s to %(high)s") % {"low": per_unit(found.low, currency), "high": per_unit(found.high, currency)}


def next_money(advice: Advice) -> str:
    """Where the next sum goes: the page's first sentence."""
    sum_ = formats.money(Money(advice.next_sum, advice.currency))
    if not advice.steps:
        return _("The sales of these weeks do not tell what any channel brings, so nobody can say where the next "
                 "%(sum)s should go. A test would.") % {"sum": sum_}  # fmt: skip
    first = advice.steps[0]
    said = {
        "sum": sum_, "channel": channel_name(first.channel), "span": span(first.brings, advice.currency),
        "outcome": OUTCOMES[advice.outcome],
    }  # fmt: skip
    if advice.next_verdict == "unsure":
        return _("Nothing to add yet: the next %(sum)s may not pay back anywhere. Most likely to is %(channel)s, with "
                 "%(span)s of %(outcome)s.") % said  # fmt: skip
    if advice.next_verdict == "several":
        rivals = [channel_name(one.channel) for one in advice.steps if one.best >= 0.1]
        said["channels"] = _(" or ").join(str(one) for one in rivals[:3])
        return _("The next %(sum)s bring most in %(channels)s: the sales do not tell which. In %(channel)s they bring "
                 "%(span)s of %(outcome)s.") % said  # fmt: skip
    return _("The next %(sum)s go to %(channel)s: there they bring %(span)s of %(outcome)s.") % said


def pays_from(advice: Advice) -> str:
    """From which margin the best step pays, where no costs of products are known."""
    if advice.margin_rate is not None or advice.outcome == "margin" or not advice.breakeven:
        return ""
    return _("It pays if at least %(share)s of what you sell is margin. Import what products cost, and this page says "
             "whether it does.") % {"share": formats.percent(advice.breakeven, 0)}  # fmt: skip


def moved(advice: Advice) -> str:
    """What moving the money brings, or why not to."""
    if advice.gain is None:
        return ""
    judged, outcome = (advice.profit, _("profit")) if advice.profit else (advice.gain, OUTCOMES[advice.outcome])
    if advice.verdict == "move":
        return _("Dividing the money as below would bring %(span)s more %(outcome)s in %(weeks)s weeks.") % {
            "span": span(judged, advice.currency), "outcome": outcome, "weeks": formats.number(advice.weeks),
        }  # fmt: skip
    if all(one.now == one.then for one in advice.moves):
        return _("There is nothing to move: only channels whose effect the sales show may change, and within these "
                 "limits the money already lies where it belongs.")  # fmt: skip
    said = {"span": span(judged, advice.currency), "outcome": outcome}
    return _("Nothing to move yet: the best division found brings %(span)s of %(outcome)s: maybe nothing.") % said


def test_instead(advice: Advice) -> str:
    """What to do where the sales cannot say."""
    return _("A test would teach most about %(channel)s: leave it out for some customers or regions, by lot, for some "
             "weeks.") % {"channel": channel_name(advice.test)} if advice.test else ""  # fmt: skip


def verdict(one: ChannelResult) -> tuple[Text, BadgeTone]:
    """What may be said of a channel, in three words."""
    if "assumed" in one.codes:
        return _("cannot be told"), "plain"
    if "measured" in one.codes:
        return _("held by a test"), "good"
    if one.none > _LITTLE:
        return _("probably nothing"), "warn"
    if one.contribution.low <= 0 or one.learned < _LITTLE:
        return _("seen faintly"), "info"
    return _("seen in sales"), "good"


def minded(one: ChannelResult) -> str:
    """What is to be minded about a channel, in a sentence or none."""
    codes = {code.partition(":")[0]: code.partition(":")[2] for code in one.codes}
    if "together" in codes:
        return _("Always paid together with %(channel)s") % {"channel": channel_name(codes["together"])}
    if "steady" in codes:
        return _("It costs the same every week")
    if "rarely" in codes:
        return _("Paid in %(weeks)s weeks only") % {"weeks": one.weeks}
    if "assumed" in codes:
        return _("Too little beside the ups and downs of sales")
    if one.none > 0.05:
        return _("Brings nothing with a chance of %(share)s") % {"share": formats.percent(one.none, 0)}
    return ""


def quality(found: Quality) -> str:
    """How far the model is to be trusted."""
    said = {
        "tested": found.tested, "error": formats.percent(found.error), "without": formats.percent(found.error_without),
        "explained": formats.percent(max(found.r_squared, 0.0), 0),
    }  # fmt: skip
    if found.error < found.error_without:
        return _("It explains %(explained)s of the ups and downs. In the last %(tested)s weeks, which it had not seen, "
                 "it was off by %(error)s; without media it would have been off by %(without)s.") % said  # fmt: skip
    return _("It explains %(explained)s of the ups and downs. In the last %(tested)s weeks, which it had not seen, it "
             "was off by %(error)s, no better than without media (%(without)s): be careful.") % said  # fmt: skip


def base(found: MixResult) -> str:
    """What people would have bought anyway."""
    total = sum(week.actual for week in found.weeks) or 1
    low, high = (found.base.low / total, found.base.high / total) if found.base else (0.0, 0.0)
    return _("%(low)s to %(high)s of %(outcome)s came without any of this.") % {
        "low": formats.percent(low, 0), "high": formats.percent(min(high, 1.0), 0), "outcome": OUTCOMES[found.outcome],
    }  # fmt: skip
