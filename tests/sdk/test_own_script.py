"""The shop's own script in a real Chromium, on a page whose policy allows nothing but scripts and calls to itself."""

from __future__ import annotations

import gzip
import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from choral.core.event import Event
from choral.events.collector.scripts import read_script
from tests.sdk.conftest import KEY, Shop

pytestmark = pytest.mark.browser
BUILT = Path(__file__).parents[2] / "choral" / "interfaces" / "web" / "static" / "built"
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
Visit = Callable[..., Page]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    found = chromium.new_context()
    yield found
    found.close()


@pytest.fixture
def visit(shop: Shop, context: BrowserContext) -> Visit:
    """Open a page of the shop that loads the script with these attributes; `page.problems` are the browser's."""

    def open_page(attributes: str = "", address: str = "/tea?utm_source=mail", **headers: str) -> Page:
        tag = f'<script defer src="/c.js" data-key="{KEY}" {attributes}></script>'
        html = f"<!doctype html><title>Tea</title>{tag}"
        context.route(
            "**/tea*",
            lambda route: route.fulfill(
                body=html, headers={"content-type": "text/html", "content-security-policy": POLICY} | headers
            ),
        )
        page = context.new_page()
        page.problems = []  # type: ignore[attr-defined]
        page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)  # type: ignore[attr-defined]
        page.on("pageerror", lambda problem: page.problems.append(str(problem)))  # type: ignore[attr-defined]
        page.goto(f"{shop.server.url}{address}")
        assert page.evaluate("typeof choral.track") == "function"
        return page

    return open_page


def said(event: Event) -> Any:
    return json.loads(bytes(event.properties))


def keys(page: Page) -> list[str]:
    return sorted(page.evaluate("Object.keys(localStorage)"))


def test_the_script_is_smaller_than_5_kb_as_it_is_and_packed(shop: Shop) -> None:
    script = read_script(BUILT / "c.js")
    assert script is not None
    assert len(script.content) < 5_000
    request = urllib.request.Request(f"{shop.server.url}/c.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        packed = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert gzip.decompress(packed) == script.content
    assert len(packed) < 2_500
    with urllib.request.urlopen(f"{shop.server.url}/c/{script.version}.js") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    with urllib.request.urlopen(f"{shop.server.url}/c/000000000000.js") as answer:
        assert "immutable" not in answer.headers["Cache-Control"]


def test_pages_calls_and_moves_within_the_page_arrive_under_the_strictest_policy(shop: Shop, visit: Visit) -> None:
    page = visit()
    page.evaluate("""() => {
        choral.track("Product Viewed", { product_id: "P-1", price: 9.9, currency: "EUR" });
        choral.identify("cust-42", { email: "ada@example.com", plan: "gold" });
        choral.track("Order Completed", { order_id: "O-1", revenue: 45, currency: "EUR" });
        choral.group("store-12", { title: "Lyon" });
        choral.alias("cust-42");
        history.pushState({}, "", "/tea/green");
    }""")
    events = shop.events(7)
    assert Counter(event.name for event in events) == Counter(
        ["Page Viewed", "Page Viewed", "Product Viewed", "Customer Identified", "Order Completed", "Group Joined",
         "Identifiers Linked"]
    )  # fmt: skip
    assert page.problems == []  # type: ignore[attr-defined]
    first, *_, last = [event for event in events if event.name == "Page Viewed"]
    assert (said(first)["title"], said(first)["search"]) == ("Tea", "?utm_source=mail")
    assert json.loads(bytes(first.context))["campaign"] == {"source": "mail"}
    assert (said(last)["path"], said(last)["referrer"]) == ("/tea/green", f"{shop.server.url}/tea?utm_source=mail")
    order = next(event for event in events if event.name == "Order Completed")
    assert (order.amount, order.ids[0], order.ids[1]) == (4500, "user:cust-42", first.ids[0])
    assert shop.personal()[0]["traits"]["email"] == "ada@example.com"
    assert not page.context.cookies()


def test_before_a_yes_nothing_is_kept_and_nothing_is_sent(shop: Shop, visit: Visit) -> None:
    page = visit('data-consent="required"')
    page.evaluate("choral.track('Product Viewed', { product_id: 'P-1' })")
    page.wait_for_timeout(700)
    assert keys(page) == []
    assert shop.events(1, seconds=0.3) == []
    page.evaluate("choral.consent({ analytics: true, marketing: false }, { wording: 'v3' })")
    events = shop.events(3)
    assert Counter(event.name for event in events) == Counter(["Page Viewed", "Product Viewed", "Consent Given"])
    given = next(event for event in events if event.name == "Consent Given")
    assert (said(given)["purpose"], said(given)["wording"]) == ("analytics", "v3")
    assert len({event.ids for event in events}) == 1
    assert {"choral.consent", "choral.id"} <= set(keys(page))


def test_a_no_leaves_nothing_behind_and_is_told_once(shop: Shop, visit: Visit) -> None:
    page = visit('data-consent="required"')
    page.evaluate("choral.consent({ analytics: false })")
    page.evaluate("choral.track('Product Viewed', {})")
    page.wait_for_timeout(600)
    assert keys(page) == ["choral.consent"]
    assert shop.events(1, seconds=0.3) == []
    page.evaluate("choral.consent({ analytics: true })")
    shop.events(1)
    page.evaluate("choral.consent({ analytics: false })")
    page.evaluate("choral.track('Product Viewed', {})")
    events = shop.events(2)
    assert [event.name for event in events] == ["Consent Given", "Consent Withdrawn"]
    assert events[0].ids == events[1].ids
    assert keys(page) == ["choral.consent"]


def test_the_browsers_global_no_is_heeded_unless_the_shop_sets_otherwise(
    shop: Shop, visit: Visit, context: BrowserContext
) -> None:
    context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
    page = visit()
    page.wait_for_timeout(600)
    assert keys(page) == []
    assert shop.events(1, seconds=0.3) == []
    context.unroute("**/tea*")
    visit('data-signals="none"')
    assert [event.name for event in shop.events(1)] == ["Page Viewed"]


def test_what_was_done_off_line_or_while_the_server_was_away_arrives_once(
    shop: Shop, visit: Visit, context: BrowserContext
) -> None:
    page = visit()
    shop.events(1)
    context.set_offline(True)
    page.evaluate("for (let n = 0; n < 30; n++) choral.track('Off Line ' + n)")
    page.wait_for_timeout(500)
    context.set_offline(False)
    shop.server.kill()
    page.evaluate("choral.track('While Away')")
    page.wait_for_timeout(500)
    shop.server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    names = Counter(event.name for event in shop.events(32))
    assert names == Counter(["Page Viewed", "While Away", *[f"Off Line {n}" for n in range(30)]])


def test_what_a_page_could_not_send_is_sent_by_the_next_one(shop: Shop, visit: Visit, context: BrowserContext) -> None:
    page = visit()
    first = shop.events(1)[0]
    page.wait_for_timeout(300)  # its answer has come
    assert keys(page) == ["choral.id"]
    context.set_offline(True)
    page.evaluate("choral.track('Left Behind')")
    page.wait_for_timeout(500)
    page.evaluate("""() => { for (const key of Object.keys(localStorage)) if (key.startsWith("choral.q.")) {
        const left = JSON.parse(localStorage[key]); left.at -= 60000; localStorage[key] = JSON.stringify(left); } }""")
    page.close(run_before_unload=False)
    context.set_offline(False)
    visit()
    left = [event for event in shop.events(3) if event.name == "Left Behind"]
    assert [event.ids for event in left] == [first.ids]


def test_leaving_a_page_at_once_loses_nothing(shop: Shop, visit: Visit) -> None:
    page = visit()
    page.evaluate("choral.track('Last Word'); location.href = 'about:blank'")
    assert "Last Word" in {event.name for event in shop.events(2)}


def test_a_reset_separates_two_people_on_one_device(shop: Shop, visit: Visit) -> None:
    page = visit('data-pages="off"')
    page.evaluate("choral.identify('one'); choral.reset(); choral.track('Tea Poured')")
    one, two = shop.events(2)
    assert set(one.ids).isdisjoint(two.ids)
    assert "user:one" in one.ids


def test_a_pinned_script_runs_from_another_origin_and_no_other_bytes_do(
    shop: Shop, site: tuple[str, Path], context: BrowserContext
) -> None:
    script = read_script(BUILT / "c.js")
    assert script is not None
    address, root = site
    for name, integrity in (("good", script.integrity), ("bad", "sha384-" + "A" * 64)):
        (root / f"{name}.html").write_text(
            f'<!doctype html><title>Shop</title><script defer src="{shop.server.url}/c/{script.version}.js" '
            f'crossorigin="anonymous" integrity="{integrity}" data-key="{KEY}"></script>'
        )
        context.new_page().goto(f"{address}/{name}.html")
    events = shop.events(1)
    assert [said(event)["url"] for event in events] == [f"{address}/good.html"]
