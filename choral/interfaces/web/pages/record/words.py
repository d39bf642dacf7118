"""Words and values of the record in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from choral.core.money import Money
from choral.customers.traits.door import ComputedTrait
from choral.interfaces.web import formats
from choral.interfaces.web.names import channel_name

Text = str | Promise
CERTAINTY: dict[str, tuple[Text, str]] = {
    "very_sure": (_("Very sure"), "good"),
    "fairly_sure": (_("Fairly sure"), "good"),
    "leaning": (_("Leaning"), "info"),
    "unsure": (_("Not sure yet"), "plain"),
    "little_known": (_("Little is known"), "plain"),
    "only_channel": (_("The only channel"), "plain"),
}
CERTAINTY_MEANS: dict[str, Text] = {
    "very_sure": _("In at least 95 of 100 cases this is the channel they use most."),
    "fairly_sure": _("In 80 to 95 of 100 cases this is the channel they use most."),
    "leaning": _("In 60 to 80 of 100 cases this is the channel they use most."),
    "unsure": _("Two or more channels are too close to tell."),
    "little_known": _("They have done too little lately: the shop’s average is shown."),
    "only_channel": _("Customers of this shop use no other channel yet, so there is nothing to prefer."),
}
KINDS: dict[str, Text] = {
    "again": _("Buy again"),
    "new": _("New to them"),
    "together": _("Goes with the basket"),
    "popular": _("Best seller"),
}
WHY_NOT: dict[str, Text] = {
    "not_allowed": _(
        "These are best sellers, the same for everybody: there is no consent to personal recommendations."
    ),
    "no_purchases": _("These are best sellers, the same for everybody: nothing of what they bought is known."),
    "no_model": _("Nothing was learnt yet: that begins when purchases of known customers have come in."),
    "unknown": _("These are best sellers, the same for everybody."),
}
MODELS: dict[str, tuple[Text, Text]] = {
    "popular": (_("Best sellers"), _("The same for everybody: what most customers bought in four weeks.")),
    "again": (_("Buy again"), _("What a customer bought often and lately.")),
    "together": (_("Bought together"), _("What stands in orders beside the products a customer has.")),
    "taste": (_("Taste"), _("What customers with the same products own, weighed by how much it is bought lately.")),
    "for_you": (_("For you"), _("Buying again and taste together.")),
}
ACTIVITY: dict[str, Text] = {
    "all": _("All"),
    "fewest": _("Fewest orders"),
    "middling": _("Middling"),
    "most": _("Most orders"),
}
RULES: dict[str, tuple[Text, Text]] = {
    "block_product": (_("Never this product"), _("The product’s id.")),
    "block_department": (_("Never this department"), _("The department’s name.")),
    "margin": (_("Margin of a department"), _("A share of the price from -1 to 1: 0.25 is a quarter.")),
    "least_margin": (_("Least margin"), _("Departments known to earn less are left out. From -1 to 1.")),
    "least_stock": (_("Least stock in the store"), _("Pieces. Counts as soon as a stock is connected.")),
    "category_cap": (_("Most of one category"), _("How many products of one category may stand in a list.")),
    "not_again_days": (_("Not again within days"), _("What was bought in these days is not shown again yet.")),
    "new_share": (_("Share of new products"), _("From 0 to 1: how much of a mixed list they never had.")),
    "basis": (_("Basis"), _("consent: only who agreed; opt_out: all but who objected; off: nobody.")),
}
BASES: dict[str, Text] = {
    "consent": _("only who agreed"),
    "opt_out": _("all but who objected"),
    "off": _("nobody"),
}


def language() -> str:
    """The reader's language as the floors below know it."""
    return (get_language() or "en")[:2]


def shown(trait: ComputedTrait, currency: str) -> str:
    """The value of a computed trait as a person reads it."""
    value: Any = trait.value
    if value is None:
        return gettext("not known")
    if trait.unit == "money":
        return formats.money(Money(round(value), currency))
    if trait.unit == "percent":
        return formats.percent(value)
    if trait.unit == "yes_no":
        return gettext("yes") if value else gettext("no")
    if trait.unit == "time":
        return formats.moment(value)
    if trait.unit == "days":
        return formats.number(value)
    if trait.unit == "number":
        return formats.number(value)
    return str(channel_name(value)) if trait.key.endswith("channel") else str(value)
