"""A campaign's page says whether it was worth its money, once somebody says what a piece cost."""

from __future__ import annotations

import re
from typing import Any

from choral import Shop
from tests.interfaces.web.test_console_lists import text_of


def test_what_a_piece_cost_is_typed_once_and_the_page_says_what_it_must_bring_to_pay_for_itself(
    console: Shop, sign_in: Any
) -> None:
    row = next(one for one in console.analytics.campaigns() if one.reached)
    client, mix = sign_in("marketer"), console.analytics.mix
    url = f"/measure/campaigns/{row.id}"
    before = mix.campaign_cost(row.id)
    assert (before is None) == ("Nobody has said yet what it cost." in text_of(client.get(url)))
    shown = client.post(f"{url}/cost", {"each": "0.60"}, follow=True)
    paid = 60 * row.reached + (before or 0)
    assert mix.campaign_cost(row.id) == paid
    assert f"It cost €{paid / 100:.2f}" in text_of(shown)
    first = client.get("/measure/campaigns?sort=-cost").context["table"].rows[0]
    assert f"€{max(mix.campaign_costs().values()) / 100:.2f}" in text_of(client.get("/measure/campaigns"))
    assert mix.campaign_costs()[first.id] == max(mix.campaign_costs().values())
    undo = re.search(r'action="(/measure/media/[^"]+)"', shown.content.decode())
    assert undo is not None
    client.post(undo[1])
    assert mix.campaign_cost(row.id) == before


def test_a_cost_that_is_none_is_refused_and_nothing_is_noted(console: Shop, sign_in: Any) -> None:
    row = next(one for one in console.analytics.campaigns() if one.reached)
    before = console.analytics.mix.campaign_cost(row.id)
    page = sign_in("marketer").post(f"/measure/campaigns/{row.id}/cost", {"each": "-3"}, follow=True)
    assert "Type what one piece cost" in text_of(page)
    assert console.analytics.mix.campaign_cost(row.id) == before
    assert sign_in("agent").post(f"/measure/campaigns/{row.id}/cost", {"each": "1"}).status_code == 403
