"""Words of customer value to come."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
HORIZON: dict[int, Text] = {91: _("3 months"), 182: _("6 months"), 365: _("12 months")}
SORTS: dict[str, Text] = {
    "value": _("Will bring most"),
    "at_risk": _("Worth winning back"),
    "alive": _("Surest to buy"),
}
MEASURES: dict[str, Text] = {"margin": _("margin"), "sales": _("sales")}
REASONS: dict[str, Text] = {
    "no_orders": _("What customers will bring is foretold once orders of known customers have come in."),
    "too_few": _("Fewer than a hundred customers have bought again: too few to foretell anything."),
    "too_short": _("It takes twelve weeks of orders to foretell anything."),
}
CHECKS: dict[str, Text] = {
    "good": _(
        "Judged on the past it can be trusted: with what was known on %(since)s it foretold %(foretold)s orders for "
        "the %(days)s days that followed, and %(made)s were made: %(off)s off."
    ),
    "rough": _(
        "Judged on the past it is rough: with what was known on %(since)s it foretold %(foretold)s orders for "
        "the %(days)s days that followed, and %(made)s were made: %(off)s off."
    ),
    "bad": _(
        "Judged on the past it should not be trusted: with what was known on %(since)s it foretold %(foretold)s orders "
        "for the %(days)s days that followed, and %(made)s were made: %(off)s off."
    ),
    "too_short": _("The data are too short to judge the model on the past."),
}
MODELS: dict[str, tuple[Text, Text]] = {
    "bg_nbd": (
        _("BG/NBD"),
        _("Customers buy at a rate of their own, and after any purchase some stay away (Fader, Hardie, Lee 2005)."),
    ),
    "pareto_nbd": (
        _("Pareto/NBD"),
        _("Customers buy at a rate of their own, and leave at some moment nobody sees (Schmittlein et al. 1987)."),
    ),
    "gamma_gamma": (
        _("Gamma-Gamma"),
        _("What a customer spends at a time is their own mean, drawn towards everybody's (Fader, Hardie 2013)."),
    ),
}
