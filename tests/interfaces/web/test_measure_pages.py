"""One measure: figures that reconcile with the orders behind them, campaigns, value."""

from __future__ import annotations

import re
from typing import Any

import pytest

from choral import Shop
from choral.analytics.values import Choice
from choral.core.money import Money
from choral.interfaces.web import formats
from tests.interfaces.web.test_console_lists import text_of

PAGES = ("sales", "campaigns", "value", "value/slipping")


def links(client: Any, path: str, start: str) -> list[str]:
    """The addresses on a page that begin so."""
    body = client.get(path).content.decode().replace("&amp;", "&")
    return re.findall(rf'href="({re.escape(start)}[^"]*)"', body)


def test_each_part_of_the_sales_leads_to_orders_that_sum_to_it(console: Shop, sign_in: Any) -> None:
    client = sign_in("analyst")
    sales = console.analytics.sales("week", "store", Choice())
    found = {url for url in links(client, "/measure/sales?split=store&range=all", "/orders?") if "store=" in url}
    for one in sales.series:
        (url,) = [url for url in found if f"store={one.key}&" in f"{url}&"]
        amount = formats.money(Money(one.amount, sales.currency))
        assert amount in text_of(client.get(url))
    assert sum(one.amount for one in sales.series) == console.analytics.orders().amount


def test_each_bar_leads_to_the_orders_of_its_days(console: Shop, sign_in: Any) -> None:
    client = sign_in("analyst")
    body = client.get("/measure/sales?by=month&range=all").content.decode()
    found = re.findall(
        r"/orders\?since=(\d{4}-\d\d-\d\d)&(?:amp;)?until=(\d{4}-\d\d-\d\d)", body.replace("\\u0026", "&")
    )
    sales = console.analytics.sales("month", None, Choice())
    assert (sales.periods[1].start.isoformat(), sales.periods[1].end.isoformat()) in found
    assert {day for pair in found for day in pair} >= {one.start.isoformat() for one in sales.periods[1:]}


def test_an_order_shows_its_lines_and_its_customer(console: Shop, sign_in: Any) -> None:
    row = console.analytics.orders().rows[0]
    client = sign_in("owner")
    page = text_of(client.get(f"/orders/{row.position}"))
    assert formats.money(Money(row.amount, row.currency)) in page
    assert f"/customers/{row.customer}" in client.get(f"/orders/{row.position}").content.decode()


def test_a_refund_is_found_by_its_kind(console: Shop, sign_in: Any) -> None:
    page = text_of(sign_in("analyst").get("/orders?returned=1"))
    assert "Refund" in page
    assert console.analytics.orders(Choice(returned=True)).count == 1


def test_all_orders_are_exported_not_only_the_first_page(console: Shop, sign_in: Any) -> None:
    answer = sign_in("owner").get("/orders?export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + console.analytics.orders().count > 51


def test_a_campaign_page_and_the_list_say_whether_its_figure_is_a_cause(console: Shop, sign_in: Any) -> None:
    (one,) = console.analytics.campaigns()
    said = {"comparison": "Comparison, not proven", "none": "No evidence of a cause"}[one.causality]
    client = sign_in("marketer")
    page = text_of(client.get(f"/measure/campaigns/{one.id}"))
    assert said in page and said in text_of(client.get("/measure/campaigns"))
    assert formats.number(one.reached) in page


def test_a_campaign_leads_to_the_customers_it_counts(console: Shop, sign_in: Any) -> None:
    (one,) = console.analytics.campaigns()
    client = sign_in("marketer")
    stats = client.get(f"/measure/campaigns/{one.id}").context["stats"]
    shown = {stat.value: client.get(stat.href).context["table"].total for stat in stats if stat.href}
    assert shown == {formats.number(one.reached): one.reached, formats.number(one.redemptions): one.redeemers}
    assert client.get("/measure/campaigns/nobody/customers").status_code == 404


def test_a_field_of_the_grid_lists_exactly_its_customers(console: Shop, sign_in: Any) -> None:
    cell = max(console.analytics.rfm().cells, key=lambda one: one.customers)
    answer = sign_in("owner").get(f"/measure/value?cell={cell.recency}-{cell.frequency}")
    assert answer.context["table"].total == len(answer.context["table"].rows) == cell.customers


def test_a_segment_in_the_address_that_there_is_not_shows_everybody(console: Shop, sign_in: Any) -> None:
    answer = sign_in("owner").get("/measure/value?segment=nonsense&cell=9-x")
    hidden = len(console.customers.privacy.restricted("profiling"))
    assert answer.context["table"].total == console.analytics.rfm_customers(limit=1).count
    assert answer.context["table"].total + answer.context["left_out"] == console.analytics.rfm().customers
    assert 0 < answer.context["left_out"] <= hidden  # those of the shared home who may not be profiled
    assert "nothing may be concluded about them" in text_of(answer)


def test_the_pages_of_customer_value_lead_to_one_another(console: Shop, sign_in: Any) -> None:
    client, addresses = sign_in("analyst"), ["/measure/value", "/measure/value/lifetime", "/measure/value/slipping"]
    for address in addresses:
        tabs = re.search(r'<nav class="tabs" aria-label="Customer value">(.*?)</nav>', text_of(client.get(address)))
        assert tabs is not None
        assert re.findall(r'href="([^"]+)"', tabs[1]) == addresses
        assert re.findall(r'href="([^"]+)" aria-current="page"', tabs[1]) == [address]


def test_who_slips_away_is_ranked_by_what_is_at_risk(console: Shop, sign_in: Any) -> None:
    page = sign_in("marketer").get("/measure/value/slipping")
    found = console.analytics.slipping()
    assert [row.id for row in page.context["table"].rows] == [one.customer for one in found.rows]
    assert [one.at_risk for one in found.rows] == sorted((one.at_risk for one in found.rows), reverse=True)


@pytest.mark.parametrize("name", PAGES)
def test_an_analyst_sees_the_figures_without_addresses(console: Shop, sign_in: Any, name: str) -> None:
    answer = sign_in("analyst").get(f"/measure/{name}")
    assert answer.status_code == 200
    assert "@example.com" not in text_of(answer).replace("analyst@example.com", "")
