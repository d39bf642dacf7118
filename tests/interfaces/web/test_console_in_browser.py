"""Every page in a real browser: axe, both themes, both widths, no sideways scroll, nothing the policy refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Window

import choral.interfaces.web as web
from tests.interfaces.web.browsing import watch
from tests.interfaces.web.pages import PAGES, Page
from tests.served import Server

pytestmark = pytest.mark.browser
AXE = Path(web.__file__).parent / "static" / "built" / "test" / "axe.min.js"
_JUDGE = """async () => (await axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
})).violations.map(one => one.id + ": "
  + one.nodes.slice(0, 3).map(node => node.target.join(" ") + " " + node.failureSummary).join(" | "))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_CUT = """() => [
  ...document.querySelectorAll("button, .button, .badge, h1, h2, .stat-label, .nav a, label > span")
].filter(e =>
  e.checkVisibility() && !e.closest(".unseen") && !e.matches(".unseen") && e.scrollWidth > e.clientWidth + 1
  && e.clientWidth && getComputedStyle(e).overflowX === "hidden" && getComputedStyle(e).display !== "inline"
).map(e => e.textContent.trim().slice(0, 60))"""
_SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")].filter(e => {
  const box = e.getBoundingClientRect();
  const inText = e.tagName === "A" && getComputedStyle(e).display === "inline" && !e.closest("nav, table");
  return e.checkVisibility({opacityProperty: false}) && box.width && !inText && !e.closest(".skip, .unseen")
    && !e.matches(".unseen, .skip, input[type=checkbox], input[type=radio]") && (box.height < 24 || box.width < 24);
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    page: Page, browsing: Callable[..., BrowserContext], served_console: Server, paths: dict[str, str]
) -> None:
    context = browsing(signed_in=page.permission != "public", reduced_motion="reduce")
    window = context.new_page()
    complaints = watch(window)
    window.goto(served_console.url + paths[page.name])
    window.wait_for_load_state("networkidle")
    window.evaluate(AXE.read_text("utf-8"))
    for theme in ("light", "dark"):
        window.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for width in (1280, 390):
            window.set_viewport_size({"width": width, "height": 800})
            assert window.evaluate(_JUDGE) == [], (theme, width)
            assert window.evaluate(_WIDER) <= 0, f"{width} px: wider than the window"
            assert window.evaluate(_SMALL) == [], f"{width} px: smaller than 24 px"
    expected = "404" if page.permission == "missing" else None
    assert [one for one in complaints if not expected or expected not in one] == []


@pytest.mark.parametrize("language", ["fr", "it"])
def test_the_longer_words_of_other_languages_fit_too(
    language: str, browsing: Callable[..., BrowserContext], served_console: Server, paths: dict[str, str]
) -> None:
    window = browsing(reduced_motion="reduce").new_page()
    _speak(window, served_console, language)
    wide = []
    try:
        for page in PAGES:
            window.goto(served_console.url + paths[page.name])
            for width in (1280, 390):
                window.set_viewport_size({"width": width, "height": 800})
                if (more := _settled_width(window)) > 0:
                    wide.append(f"{page.name} at {width} px: {more} px too wide")
                wide += [f"{page.name} at {width} px: “{text}” is cut off" for text in window.evaluate(_CUT)]
    finally:  # the member is the other tests' too
        _speak(window, served_console, "en")
    assert wide == []


def _settled_width(window: Window) -> int:
    """How much wider than the window the page is, once its pictures are drawn anew: in the next frames, 3 s at most.

    Asked again and again from here: a condition waited for in the page would need eval, which the policy forbids.
    """
    more = int(window.evaluate(_WIDER))
    for _ in range(60):
        if more <= 0:
            break
        window.wait_for_timeout(50)
        more = int(window.evaluate(_WIDER))
    return more


def _speak(window: Window, served: Server, language: str) -> None:
    window.set_viewport_size({"width": 1280, "height": 800})
    window.goto(f"{served.url}/settings")
    window.select_option("select[name=language]", language)
    window.click("section.card:first-of-type button.primary")
    window.wait_for_selector(f"html[lang={language}]")


def test_the_theme_is_there_before_the_first_paint(
    browsing: Callable[..., BrowserContext], served_console: Server
) -> None:
    context = browsing(color_scheme="light")
    window = context.new_page()
    window.goto(f"{served_console.url}/settings")
    window.select_option("select[name=theme]", "dark")
    window.click("section.card:first-of-type button.primary")
    window.wait_for_load_state()
    window.route("**/*.js*", lambda route: route.abort())
    window.goto(f"{served_console.url}/settings")
    dark = window.evaluate("getComputedStyle(document.body).colorScheme")
    assert dark == "dark"
    window.unroute("**/*.js*")
    window.goto(f"{served_console.url}/settings")
    window.select_option("select[name=theme]", "system")
    window.click("section.card:first-of-type button.primary")


def test_the_system_s_theme_is_followed(browsing: Callable[..., BrowserContext], served_console: Server) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        window = browsing(signed_in=False, color_scheme=scheme).new_page()
        window.goto(f"{served_console.url}/sign-in")
        colours.add(window.evaluate("getComputedStyle(document.querySelector('.gate-box')).backgroundColor"))
    assert len(colours) == 2


def test_the_palette_opens_with_ctrl_k_and_goes_to_a_page(
    browsing: Callable[..., BrowserContext], served_console: Server
) -> None:
    window = browsing().new_page()
    window.goto(f"{served_console.url}/settings")
    window.keyboard.press("Control+k")
    window.keyboard.type("audit")
    window.wait_for_selector("#palette [role=option]")
    expect(window.locator("#palette [role=option]")).to_have_count(1)
    window.keyboard.press("Enter")
    window.wait_for_url("**/audit")


def test_shortcuts_work_and_none_fires_while_typing(
    browsing: Callable[..., BrowserContext], served_console: Server
) -> None:
    window = browsing().new_page()
    window.goto(f"{served_console.url}/audit")
    window.keyboard.press("?")
    assert window.locator("#shortcuts").evaluate("e => e.open")
    window.keyboard.press("Escape")
    window.focus("input[name=subject]")
    window.keyboard.type("gt?")
    assert not window.locator("#shortcuts").evaluate("e => e.open")
    window.evaluate("document.activeElement.blur()")
    window.keyboard.press("g")
    window.keyboard.press("e")
    window.wait_for_url("**/team")
    window.keyboard.press("j")
    assert window.evaluate("document.activeElement.hasAttribute('data-row')")


def test_tab_reaches_every_control_and_focus_is_visible(
    browsing: Callable[..., BrowserContext], served_console: Server
) -> None:
    window = browsing().new_page()
    window.goto(f"{served_console.url}/team")
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.className") == "skip"
    wanted = window.evaluate(
        "[...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]"
        ".filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled).length"
    )
    reached = set()
    for _ in range(wanted + 20):
        window.keyboard.press("Tab")
        reached.add(
            window.evaluate(
                "[...document.querySelectorAll('a, button, input, select, summary')].indexOf(document.activeElement)"
            )
        )
        outline = window.evaluate(
            "(e => getComputedStyle(e).outlineStyle + getComputedStyle(e.nextElementSibling ?? e).outlineStyle"
            " + getComputedStyle(e.parentElement).outlineStyle)(document.activeElement)"
        )
        assert "solid" in outline or window.evaluate("document.activeElement === document.body")
    assert len(reached - {-1}) >= wanted - 1


def test_filters_change_the_address_and_back_undoes_the_last_one(
    browsing: Callable[..., BrowserContext], served_console: Server
) -> None:
    window = browsing().new_page()
    window.goto(f"{served_console.url}/team")
    window.select_option("select[name=role]", "analyst")
    window.wait_for_url("**/team?**role=analyst**")
    expect(window.locator("tbody tr")).to_have_count(1)
    window.go_back()
    window.wait_for_url("**/team")
    expect(window.locator("tbody tr")).not_to_have_count(1)


def test_what_loses_something_asks_first_and_the_toast_takes_it_back(
    browsing: Callable[..., BrowserContext], served_console: Server
) -> None:
    window = browsing().new_page()
    window.goto(f"{served_console.url}/team?find=agent@")
    window.click("button[data-confirm]")
    assert window.is_visible("#confirm")
    window.click("#confirm [data-go-on]")
    window.wait_for_selector("#toasts .toast")
    window.click("#toasts .toast form button")
    window.wait_for_selector("#toasts .toast:has-text('again')")


def test_a_list_works_without_script(browsing: Callable[..., BrowserContext], served_console: Server) -> None:
    window = browsing(java_script_enabled=False).new_page()
    window.goto(f"{served_console.url}/team")
    window.select_option("select[name=role]", "analyst")
    window.click("form.filters button.only-without-script")
    assert window.locator("tbody tr").count() == 1


def test_the_script_of_every_page_stays_small() -> None:
    packed: Any = AXE.parent.parent / "app.js.gz"
    assert packed.stat().st_size < 60_000


def test_a_chart_is_drawn_tells_its_figures_and_follows_the_theme(
    browsing: Callable[..., BrowserContext], served_console: Server, paths: dict[str, str]
) -> None:
    window = browsing(color_scheme="light", reduced_motion="reduce").new_page()
    complaints = watch(window)
    window.goto(served_console.url + paths["sales"] + "?range=all")
    drawing = window.locator("choral-chart[data-drawn] [data-drawing]").first
    drawing.scroll_into_view_if_needed()
    expect(drawing.locator("svg path").first).to_be_attached()
    box = drawing.bounding_box()
    assert box
    window.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5)
    expect(window.locator(".chart-said b").first).to_be_visible()
    light = drawing.inner_html()
    window.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(drawing.locator("svg").first).to_be_attached()
    window.wait_for_timeout(100)
    assert drawing.inner_html() != light
    assert complaints == []


def test_the_small_i_says_what_a_figure_means(
    browsing: Callable[..., BrowserContext], served_console: Server, paths: dict[str, str]
) -> None:
    window = browsing().new_page()
    window.goto(served_console.url + paths["sales"])
    window.click(".stat .explain >> nth=0")
    expect(window.locator(".stat .bubble").first).to_be_visible()
    window.keyboard.press("Escape")
    expect(window.locator(".stat .bubble").first).not_to_be_visible()


def test_help_is_in_the_same_place_on_every_page(
    browsing: Callable[..., BrowserContext], served_console: Server, paths: dict[str, str]
) -> None:
    window = browsing().new_page()
    places = set()
    for page in (page for page in PAGES if page.permission not in ("public", "missing")):
        window.goto(served_console.url + paths[page.name])
        box = window.locator("button[data-dialog=help]").bounding_box()
        assert box
        places.add((box["x"], box["y"]))
    assert len(places) == 1


def test_the_palette_gives_way_to_the_list_of_keys(
    browsing: Callable[..., BrowserContext], served_console: Server
) -> None:
    window = browsing().new_page()
    window.goto(f"{served_console.url}/settings")
    window.keyboard.press("Control+k")
    expect(window.locator("#palette")).to_be_visible()
    window.keyboard.press("Escape")
    expect(window.locator("#palette")).not_to_be_visible()
    expect(window.locator("input:focus")).to_have_count(0)  # its field has let go of the keys
    window.keyboard.press("?")
    expect(window.locator("#shortcuts")).to_be_visible()
