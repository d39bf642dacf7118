"""English, French and Italian: complete, switched live, with the numbers and days of the language."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from choral import Shop
from choral.core.money import Money
from choral.interfaces.web import formats, translations
from choral.interfaces.web.template_texts import texts_of
from tests.interfaces.web.pages import PAGES, Page, addresses


def test_no_text_of_the_console_lacks_its_translation() -> None:
    assert translations.check([]) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_each_page_opens_in_each_language(page: Page, language: str, console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    client.post("/preferences", {"language": language})
    response = client.get(addresses(console)[page.name], follow=True)
    assert f'<html lang="{language}"' in response.content.decode()


def test_the_language_is_switched_at_once_and_stays(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    answer = client.post("/preferences", {"language": "it", "next": "/team"}, follow=True)
    assert "Registro di controllo" in answer.content.decode()
    assert "Registro di controllo" in sign_in("owner").get("/").content.decode()


def test_somebody_not_signed_in_is_greeted_in_the_language_of_their_browser(console: Shop, sign_in: Any) -> None:
    page = sign_in("").get("/sign-in", HTTP_ACCEPT_LANGUAGE="fr-CH,fr;q=0.9")
    assert "Se connecter" in page.content.decode()


def test_errors_speak_the_readers_language(console: Shop, sign_in: Any) -> None:
    client = sign_in("analyst")
    client.post("/preferences", {"language": "fr"})
    assert "Demandez un autre rôle" in client.get("/team").content.decode()


@pytest.mark.parametrize(
    ("language", "money", "number", "share", "day"),
    [
        ("en", "€1,234.56", "12,345", "12.3%", "Nov 24, 2026"),
        ("fr", "1\u202f234,56\xa0€", "12\u202f345", "12,3\xa0%", "24 nov. 2026"),
        ("it", "1.234,56\xa0€", "12.345", "12,3%", "24 nov 2026"),
    ],
)
def test_numbers_money_and_days_are_written_as_in_the_language(
    console: Shop, language: str, money: str, number: str, share: str, day: str
) -> None:
    with translation.override(language):
        written = (
            formats.money(Money(123_456, "EUR")),
            formats.number(12_345),
            formats.percent(0.1234),
            formats.day(date(2026, 11, 24)),
        )
    assert written == (money, number, share, day)


def test_times_are_those_of_the_shop_and_name_their_zone(console: Shop) -> None:
    with translation.override("en"):
        assert formats.moment(1_700_000_000_000_000).endswith("CET")
        assert "11:13" in formats.short_moment(1_700_000_000_000_000)


def test_the_texts_of_a_template_are_found_as_django_looks_them_up() -> None:
    source = """{% trans "One 100%" %}{% trans 'Two' context "day" %}
    {% blocktranslate with a=b.c trimmed %}Hello
       {{ a }}{% endblocktranslate %}
    {% blocktranslate count n=x %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"""
    assert list(texts_of(source)) == [
        ("One 100%%", None),
        ("Two", "day"),
        ("Hello %(a)s", None),
        (("%(n)s row", "%(n)s rows"), None),
    ]
