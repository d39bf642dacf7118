"""What an experiment says, in words a marketer uses: names of outcomes, effects with their bounds, the one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.experiments.values import (
    Arm,
    ChannelEffect,
    Comparison,
    Experiment,
    Interval,
    OutcomeResult,
    ReadOut,
    Unit,
)
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.cells import BadgeTone
from choral.interfaces.web.names import channel_name

Text = str | Promise
OUTCOMES: dict[str, Text] = {
    "sales": gettext_lazy("Sales per customer"),
    "margin": gettext_lazy("Margin per customer"),
    "orders": gettext_lazy("Orders per customer"),
    "bought": gettext_lazy("Customers who bought"),
    "order_value": gettext_lazy("Sales per order"),
}
KINDS: dict[str, Text] = {
    "test": gettext_lazy("Test"), "holdout": gettext_lazy("Hold-out"), "import": gettext_lazy("Imported"),
    "told": gettext_lazy("Told by another tool"),
}  # fmt: skip
STATES: dict[str, tuple[Text, BadgeTone]] = {
    "planned": (gettext_lazy("Planned"), "plain"), "running": (gettext_lazy("Running"), "info"),
    "stopped": (gettext_lazy("Stopped"), "plain"),
}  # fmt: skip
DECISIONS: dict[str, tuple[Text, BadgeTone]] = {
    "more": (gettext_lazy("Brings more"), "good"), "less": (gettext_lazy("Brings less"), "bad"),
    "not_established": (gettext_lazy("Not established"), "plain"), "too_few": (gettext_lazy("Too few yet"), "plain"),
    "hidden": (gettext_lazy("Not shown"), "warn"),
}  # fmt: skip
CHECKS: dict[str, tuple[Text, BadgeTone]] = {
    "passed": (gettext_lazy("As planned"), "good"), "failed": (gettext_lazy("Not as planned"), "bad"),
    "unknown": (gettext_lazy("No shares planned"), "plain"),
}  # fmt: skip
_ATTRIBUTES: dict[str, Text] = {
    "orders_before": gettext_lazy("Orders before"), "sales_before": gettext_lazy("Sales before"),
    "days_since_order": gettext_lazy("Days since the last order"),
    "channel_before": gettext_lazy("Channel bought on before"),
}  # fmt: skip


def outcome_name(outcome: str) -> str:
    """What an outcome is called: “Sales per customer”, “Sales per customer: Toys”, or the file's own column."""
    first, _slash, rest = outcome.partition("/")
    if first == "column":
        return rest
    name = str(OUTCOMES.get(first, first))
    return f"{name}: {rest.split('/', 1)[-1]}" if rest else name


def attribute_name(attribute: str) -> str:
    """What an attribute is called."""
    return str(_ATTRIBUTES.get(attribute, attribute))


def part_name(attribute: str, part: str) -> str:
    """What a part of the units is called."""
    if not part:
        return _("nothing bought before") if attribute in _ATTRIBUTES else _("unknown")
    return str(channel_name(part)) if attribute == "channel_before" else part


def value(amount: float | None, unit: Unit, currency: str) -> str:
    """A mean as people write it: money, a percentage, or a number."""
    if amount is None:
        return "–"
    if unit == "money" and currency:
        return formats.money(Money(round(amount), currency))
    return formats.percent(amount, 2) if unit == "share" else formats.number(amount, 3)


def effect(amount: float, unit: Unit, currency: str) -> str:
    """A difference with its sign; of shares in percentage points."""
    sign = "+\u2060" if amount > 0 else "−\u2060" if amount < 0 else ""  # no line may break behind it
    if unit == "share":
        return _("%(number)s points") % {"number": sign + formats.number(abs(amount) * 100, 2)}
    return sign + value(abs(amount), unit, currency)


def bounds(one: Interval, unit: Unit, currency: str) -> str:
    """From the lower to the upper bound."""
    return _("%(low)s to %(high)s") % {
        "low": effect(one.low, unit, currency), "high": effect(one.high, unit, currency)
    }  # fmt: skip


def arm_name(experiment: Experiment, key: str) -> str:
    """What an arm is called."""
    found: dict[str, Arm] = {one.key: one for one in experiment.plan.arms}
    return found[key].name or key if key in found else key


def sentence(found: ReadOut) -> str:
    """The answer in one sentence: what the primary outcome says of each arm."""
    primary = next((one for one in found.outcomes if one.primary), None)
    if found.sample_ratio.check == "failed":
        return _("The arms do not have the sizes that were planned, so something chose who got what: no effect is "
                 "shown. Look for the cause first.")  # fmt: skip
    if not found.units:
        if found.waiting:
            return _("Nothing can be said yet: nobody's window of %(days)s days is over.") % {
                "days": found.experiment.plan.window_days
            }  # fmt: skip
        return _("Nobody has drawn a lot yet.")
    if primary is None:
        return _("The outcome that was to be measured is not known in this shop.")
    return " ".join(_about(found, primary, one) for one in primary.comparisons)


def channels(found: Sequence[ChannelEffect], currency: str) -> str:
    """What the channels' experiments say together, in one sentence."""
    sure = [one for one in found if one.decision == "more"]
    unsure = [str(channel_name(one.channel)) for one in found if one.decision == "not_established"]
    parts = []
    for one in sure:
        said = {"channel": channel_name(one.channel), "range": bounds(one.interval, "money", currency)}
        if one.cost is None:
            parts.append(_("%(channel)s brings %(range)s a customer.") % said)
            continue
        said["cost"] = value(one.cost, "money", currency)
        parts.append(_("%(channel)s brings %(range)s of sales a customer and costs %(cost)s.") % said)
    parts += [
        _("%(channel)s brings less: %(range)s a customer.")
        % {"channel": channel_name(one.channel), "range": bounds(one.interval, "money", currency)}
        for one in found if one.decision == "less"
    ]  # fmt: skip
    if unsure:
        parts.append(_("Not established: %(channels)s.") % {"channels": ", ".join(unsure)})
    return " ".join(parts)


def _about(found: ReadOut, result: OutcomeResult, one: Comparison) -> str:
    said = {"arm": arm_name(found.experiment, one.arm), "control": arm_name(found.experiment, one.control),
            "outcome": outcome_name(result.outcome)}  # fmt: skip
    if one.decision == "too_few" or one.interval is None:
        return _("“%(arm)s”: too few customers yet to say anything.") % said
    said["range"] = bounds(one.interval, result.unit, found.currency)
    if one.decision == "more":
        return _("“%(arm)s” brings more than “%(control)s”: %(range)s (%(outcome)s).") % said
    if one.decision == "less":
        return _("“%(arm)s” brings less than “%(control)s”: %(range)s (%(outcome)s).") % said
    return _("“%(arm)s”: an effect is not established; it may be anything from %(range)s (%(outcome)s).") % said
