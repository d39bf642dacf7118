"""Whether a campaign was worth its money: the card of a campaign's page, and the form that says what a piece cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.mix.values import CampaignReturn, SpendLine
from choral.analytics.values import CampaignRow
from choral.core.errors import ChoralError
from choral.core.money import Money, minor_digits
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

Text = str | Promise
_VERDICTS: dict[str, tuple[Text, str]] = {
    "worth": (gettext_lazy("Worth its money"), "good"), "not_worth": (gettext_lazy("Not worth its money"), "bad"),
    "unsure": (gettext_lazy("Cannot be told"), "plain"),
}  # fmt: skip


_UNCOSTED = gettext_lazy(
    "It cost %(cost)s and brought %(low)s to %(high)s of sales. To pay for itself it has to bring a margin of %(each)s"
    " for each customer reached; costs of products are not known here."
)
_WORTH = gettext_lazy("It cost %(cost)s and brought %(gain)s of margin (%(low)s to %(high)s).")
_NOT_WORTH = gettext_lazy("It cost %(cost)s, more than the margin it brought: %(gain)s (%(low)s to %(high)s).")
_UNSURE = gettext_lazy(
    "It cost %(cost)s and brought %(low)s to %(high)s of margin: more or less than its cost is possible. To pay for"
    " itself it has to bring %(each)s for each customer reached."
)


class CostForm(forms.Form):
    """What each piece cost."""

    each = forms.DecimalField(label=gettext_lazy("Cost of one piece, postage included"), min_value=Decimal("0.0001"),
                              max_digits=10, decimal_places=4)  # fmt: skip


def card(row: CampaignRow, currency: str, may_change: bool) -> dict[str, Any]:
    """What the campaign's page shows."""
    mix = current_shop().analytics.mix
    cost, found = mix.campaign_cost(row.id), mix.campaign_return(row.id)
    return {
        "known": cost is not None, "sentence": _sentence(row, cost, found, currency), "campaign": row.id,
        "badge": _VERDICTS[found.verdict] if found else ("", ""), "form": CostForm(), "reached": row.reached,
        "may_change": may_change, "lines": f"{reverse('media')}?campaign={row.id}",
    }  # fmt: skip


@page("imports.manage", "POST")
def campaign_cost(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Note what a campaign cost: a piece for each customer reached, over its days; the toast takes it back."""
    shop, form = current_shop(), CostForm(request.POST)
    row = shop.analytics.campaign(campaign_id).row
    if not form.is_valid() or not row.reached:
        toast(request, _("Type what one piece cost, such as 0.60."), tone="warning")
        return redirect("campaign", campaign_id)
    currency = shop.analytics.as_of().currency
    cent = Decimal(1).scaleb(-minor_digits(currency))
    paid = Money.of((form.cleaned_data["each"] * row.reached).quantize(cent), currency)
    line = SpendLine(
        row.channel or "post", row.starts, max(row.ends, row.starts), paid.minor, paid.currency, campaign_id
    )
    try:
        noted = shop.connectors.spend.add(line, asker_of(request).actor)
    except ChoralError as error:
        problem = said(error)
        toast(request, f"{problem['what']} {problem['why']} {problem['fix']}", tone="warning")
        return redirect("campaign", campaign_id)
    toast(request, _("%(amount)s are noted as the cost of this campaign.") % {"amount": formats.money(paid)},
          undo=reverse("media_remove", args=[noted.key]))  # fmt: skip
    return redirect("campaign", campaign_id)


def _sentence(row: CampaignRow, cost: int | None, found: CampaignReturn | None, currency: str) -> str:
    if cost is None:
        return _("Nobody has said yet what it cost.")
    words = {"cost": formats.money(Money(cost, currency)),
             "each": formats.money(Money(round(cost / (row.reached or 1)), currency))}  # fmt: skip
    if found is None:
        return _("It cost %(cost)s, %(each)s for each customer reached. What it brought could not be measured.") % words
    bounds = {"gain": found.gain.middle, "low": found.gain.low, "high": found.gain.high}
    words |= {name: formats.money(Money(round(value), currency)) for name, value in bounds.items()}
    if found.margin_rate is None:
        return str(_UNCOSTED) % words
    return str({"worth": _WORTH, "not_worth": _NOT_WORTH}.get(found.verdict, _UNSURE)) % words


urlpatterns = [path("measure/campaigns/<str:campaign_id>/cost", campaign_cost, name="campaign_cost")]
