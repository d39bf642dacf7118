"""The rules of countries as tables: what binds which channel from when to when, by which law, and what is open now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from choral.core.clock import SYSTEM_CLOCK, to_datetime
from choral.customers.consent.calendar import DAYS, Window, holidays_of
from choral.customers.consent.packs import Pack, Rule
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.pages.consent import words
from choral.interfaces.web.pages.consent.tabs import tabs
from choral.shop import current_shop

Text = str | Promise
_KINDS: dict[str, Text] = {
    "hours": gettext_lazy("Hours"), "basis": gettext_lazy("Legal basis"), "calls": gettext_lazy("How often"),
    "register": gettext_lazy("Opposition list"), "duty": gettext_lazy("Duty"),
}  # fmt: skip
_DAYS: dict[str, Text] = {
    "mon": gettext_lazy("Mon"), "tue": gettext_lazy("Tue"), "wed": gettext_lazy("Wed"), "thu": gettext_lazy("Thu"),
    "fri": gettext_lazy("Fri"), "sat": gettext_lazy("Sat"), "sun": gettext_lazy("Sun"),
    "holiday": gettext_lazy("holidays"), "eve": gettext_lazy("days before a holiday"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A rule as the table shows it; `now` whether it is in force today."""

    kind: Text
    channels: str
    text: str
    detail: tuple[str, ...]
    law: str
    source: str
    since: str
    until: str
    sure: bool
    signed: str
    now: bool


@page("consent.view")
def rules(request: HttpRequest) -> HttpResponse:
    """Each country, with its rules and holidays."""
    now = SYSTEM_CLOCK.now()
    today = to_datetime(now).date()
    language = (get_language() or "en")[:2]
    home = current_shop().home
    countries = [
        {
            "name": one.name.get(language, one.country), "code": one.country, "ours": one.ours, "zone": one.time_zone,
            "checked": one.checked, "here": one.country == home.region, "file": f"consent/{one.country.lower()}.toml",
            "rules": [_shown(rule, language, today) for rule in one.rule], "open": _open(one, now),
            "holidays": sorted(holidays_of(today.year, one.holiday).items()),
        }
        for one in current_shop().customers.consent.packs()
    ]  # fmt: skip
    return render(request, "consent/rules.html", {
        "countries": countries, "tabs": tabs("consent_rules"), "region": home.region, "year": today.year,
        "missing": home.region not in {one["code"] for one in countries},
    })  # fmt: skip


def _open(one: Pack, now: int) -> list[tuple[Text, str]]:
    """For each channel with hours: when it opens next, '' when it is open."""
    found = []
    for channel in words.CHANNELS:
        if channel != "*" and one.hours(channel):
            opens = current_shop().customers.consent.when_may(channel, now, one.country)
            found.append(
                (words.channel_word(channel), "" if opens == now or opens is None else formats.short_moment(opens))
            )
    return found


def _shown(one: Rule, language: str, today: date) -> Shown:
    return Shown(
        _KINDS[one.kind], ", ".join(str(words.channel_word(channel)) for channel in one.channels),
        one.text.get(language, one.text["en"]), tuple(_details(one)), one.law, one.source,
        formats.day(one.valid_from) if one.valid_from else "", formats.day(one.valid_to) if one.valid_to else "",
        one.sure, ", ".join(filter(None, (one.signed_by, formats.day(one.signed_on) if one.signed_on else ""))),
        one.holds(today),
    )  # fmt: skip


def _details(one: Rule) -> Iterable[str]:
    for window in one.windows:
        yield f"{_days(window)} {window.start:%H:%M}–{window.end:%H:%M}"
    if one.allowed:
        yield ", ".join(str(words.BASES[basis]) for basis in one.allowed)
    if one.attempts and one.days:
        yield _("at most %(attempts)s in %(days)s days, %(rest)s days of rest after a no") % {
            "attempts": one.attempts, "days": one.days, "rest": one.rest or 0,
        }  # fmt: skip
    if one.list:
        yield _("%(list)s, at most %(days)s days old") % {"list": one.label, "days": one.most_days}


def _days(window: Window) -> str:
    """Mon–Fri, Sat."""
    places = sorted(DAYS.index(day) for day in window.days if day in DAYS)
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    said = [
        f"{_DAYS[DAYS[run[0]]]}–{_DAYS[DAYS[run[-1]]]}" if len(run) > 1 else str(_DAYS[DAYS[run[0]]]) for run in runs
    ]
    return ", ".join([*said, *(str(_DAYS[day]) for day in window.days if day not in DAYS)])


urlpatterns = [path("consent/rules", rules, name="consent_rules")]
