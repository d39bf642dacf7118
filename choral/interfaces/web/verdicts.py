"""What a campaign brought, in a sentence: one for every verdict, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from choral.analytics.values import CampaignRow, CampaignTest, Effect
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.cells import BadgeTone

_TONES: dict[str, BadgeTone] = {"brought": "good", "cost": "bad", "no_effect_shown": "plain"}


def tone(row: CampaignRow) -> BadgeTone:
    """Green for a gain, red for a loss, quiet for what cannot be told."""
    return _TONES.get(row.verdict.code, "warn")


def short(row: CampaignRow) -> str:
    """The verdict in two or three words."""
    words = {
        "brought": _("Brought sales"),
        "cost": _("Cost sales"),
        "no_effect_shown": _("No effect shown"),
        "not_comparable": _("Not comparable"),
        "too_few": _("Too few"),
        "no_history": _("No history before"),
        "not_started": _("Not started"),
    }
    return words.get(row.verdict.code, row.verdict.code)


def sentence(row: CampaignRow, currency: str) -> str:
    """The verdict as a person would say it, with its interval where there is one."""
    code, effect = row.verdict.code, row.effect
    if effect is not None and code in ("brought", "cost", "no_effect_shown"):
        return _measured(code, effect, currency)
    if code == "not_comparable":
        return _not_comparable(row.verdict.reason)
    words = {
        "too_few": _("Too few customers got it, or too few were left to compare with, to say anything."),
        "no_history": _("The data begin too late before it: what customers were like beforehand is not known."),
        "not_started": _("No day of it lies in the data yet."),
    }
    return words.get(code, code)


def proof(row: CampaignRow) -> str:
    """Whether the figure is a cause or only goes along with it, in a word or two."""
    words = {
        "randomised": _("Causal: lots drawn"),
        "comparison": _("Comparison, not proven"),
        "none": _("No evidence of a cause"),
    }
    return words[row.causality]


def proof_tone(row: CampaignRow) -> BadgeTone:
    """Green for a cause shown, blue for a careful comparison, quiet for neither."""
    tones: dict[str, BadgeTone] = {"randomised": "good", "comparison": "info"}
    return tones.get(row.causality, "plain")


def proof_sentence(row: CampaignRow) -> str:
    """What that means, and what would make it certain."""
    if row.causality == "randomised":
        return _("Who got it was drawn by lot, so the test's figure is what the campaign caused. The comparison below "
                 "is only beside it.")  # fmt: skip
    if row.causality == "comparison":
        return _("Nobody drew lots about who got it: customers alike beforehand are compared. Something not known of "
                 "them may still lie behind the difference. Next time, leave a random few out.")  # fmt: skip
    return _("Nothing here shows that the campaign caused anything: sales that go along with it may have come anyway.")


def tests(row: CampaignRow, currency: str) -> list[tuple[str, str, str]]:
    """Its randomised tests: key, name, and what they showed per customer."""
    return [(one.experiment, one.name, _tested(one, currency)) for one in row.tests]


def _tested(one: CampaignTest, currency: str) -> str:
    effect, low, high = (_written(value, one, currency) for value in (one.effect, one.low, one.high))
    said = {"effect": effect, "low": low, "high": high, "count": formats.number(one.treated)}
    if not one.causal:
        return _("The arms do not have their planned sizes, so its figure is not shown as a result.")
    return _("%(effect)s for each of %(count)s customers; with 95 %% confidence %(low)s to %(high)s.") % said


def _written(value: float, one: CampaignTest, currency: str) -> str:
    if one.unit == "money":
        return formats.money(Money(round(value), currency))
    return formats.percent(value) if one.unit == "share" else formats.number(value, 2)


def range_text(low: int, high: int, currency: str) -> str:
    """An interval of money."""
    return _("%(low)s to %(high)s") % {
        "low": formats.money(Money(low, currency)), "high": formats.money(Money(high, currency)),
    }  # fmt: skip


def _measured(code: str, effect: Effect, currency: str) -> str:
    values = {
        "each": formats.money(Money(abs(effect.per_customer), currency)),
        "total": formats.compact_money(Money(effect.total, currency)),
        "range": range_text(effect.low, effect.high, currency),
    }
    if code == "brought":
        return _(
            "Customers who got it bought for %(each)s more each than customers like them who did not; with 95 %% "
            "confidence the true figure lies in %(range)s. Over all who got it: %(total)s."
        ) % values  # fmt: skip
    if code == "cost":
        return _(
            "Customers who got it bought for %(each)s less each than customers like them who did not; with 95 %% "
            "confidence the true figure lies in %(range)s. Before you believe it, look at the placebo."
        ) % values  # fmt: skip
    return _(
        "No effect can be shown: the true difference per customer lies, with 95 %% confidence, in %(range)s, and zero "
        "is inside. That does not prove there was none."
    ) % values  # fmt: skip


def _not_comparable(reason: str) -> str:
    words = {
        "balance": _("Those who got it were too different from the others, even after weighting, to compare them."),
        "overlap": _("Too few of the others were like those who got it to compare them."),
        "placebo": _("The two groups already differed before it began, so what differs afterwards is not its effect."),
    }
    return words.get(reason, words["balance"])
