"""The record in the console: every figure leads to its rows, changes are taken back, objections are respected."""

from __future__ import annotations

import re
from typing import Any

from choral import Shop
from choral.books import SYSTEM
from choral.customers.consent.values import Statement


def someone(console: Shop, card: int) -> str:
    return console.customers.resolve([f"card:{card}"])[f"card:{card}"]


def toasted(response: Any) -> str:
    """Where the toast's way back leads."""
    found = re.search(r'<div class="toast".*?action="([^"]+)"', response.content.decode(), re.DOTALL)
    assert found, "no way back"
    return found[1].replace("&amp;", "&")


def test_the_customers_page_shows_what_to_offer_what_they_prefer_and_what_is_worked_out(
    console: Shop, sign_in: Any
) -> None:
    text = sign_in("associate").get(f"/customers/{someone(console, 12)}").content.decode()
    for words in ("Next for them", "Prefers", "Worked out", "Bought", "Orders in 90 days", "Mostly from"):
        assert words in text, words


def test_every_figure_of_the_record_leads_to_the_events_it_rests_on(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    customer = someone(console, 12)
    text = client.get(f"/customers/{customer}").content.decode()
    links = sorted(set(re.findall(rf"/customers/{customer}/traits/[a-z0-9_]+", text)))
    assert len(links) == len(console.customers.traits.definitions())
    for link in links:
        shown = client.get(link)
        assert shown.status_code == 200 and shown.context["trait"].means in shown.content.decode()
    spent = client.get(f"/customers/{customer}/traits/spend_365_days")
    assert len(spent.context["table"].rows) == spent.context["events"] > 0


def test_who_objects_is_not_worked_out_and_the_page_says_so(console: Shop, sign_in: Any) -> None:
    customer = someone(console, 14)
    console.customers.consent.record(SYSTEM, [Statement("card:14", "profiling", "*", "denied", "till")])
    text = sign_in("owner").get(f"/customers/{customer}").content.decode()
    assert "Nothing is worked out about this customer" in text and "/traits/spend_365_days" not in text


def test_a_trait_is_defined_in_the_console_and_the_toast_takes_it_back(console: Shop, sign_in: Any) -> None:
    client = sign_in("marketer")
    form = {"name_en": "Big baskets", "key": "big_baskets", "source": "events", "kind": "count",
            "event": "Order Completed", "field": "amount", "operator": "more", "value": "2000",
            "days": "365"}  # fmt: skip
    done = client.post("/traits/define", form, follow=True)
    assert "Big baskets" in done.content.decode()
    assert client.get(f"/customers/{someone(console, 12)}/traits/big_baskets").status_code == 200
    client.post(toasted(done))
    assert "big_baskets" not in {one.key for one in console.customers.traits.definitions()}


def test_a_definition_that_makes_no_sense_is_refused_at_the_form(console: Shop, sign_in: Any) -> None:
    form = {"name_en": "Odd", "key": "odd", "source": "lines", "kind": "sum", "of": "channel"}
    refused = sign_in("owner").post("/traits/define", form)
    assert refused.status_code == 422 and "cannot be taken of" in refused.content.decode()


def test_a_hidden_trait_comes_back_as_it_came(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    done = client.post("/traits/orders_90_days/remove", follow=True)
    assert "orders_90_days" not in {one.key for one in console.customers.traits.definitions()}
    client.post(toasted(done))
    assert "orders_90_days" in {one.key for one in console.customers.traits.definitions()}


def test_a_rule_of_recommendation_holds_at_once_and_the_toast_takes_it_back(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    rule = {"kind": "block_department", "subject": "Department 1", "value": ""}
    done = client.post("/measure/recommendations/rules", rule, follow=True)
    assert "Department 1" in console.customers.recommend.rules().blocked_departments
    client.post(toasted(done))
    assert "Department 1" not in console.customers.recommend.rules().blocked_departments
    wrong = client.post("/measure/recommendations/rules", {"kind": "new_share", "subject": "", "value": "many"})
    assert wrong.status_code == 422
