"""What changed, worth most first, each with its picture, its evidence and a next step; put away and bring back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from choral.analytics.findings import sentences
from choral.analytics.findings.values import Finding, FindingList, Said
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import Asker, asker_of, page
from choral.interfaces.web.cells import BadgeTone
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.findings.steps import Step, steps
from choral.interfaces.web.tables import Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 15, gettext_lazy("Findings"), "findings", "analytics.view", "sparkle", go="f",
          words=gettext_lazy("anomalies alerts changes insights"))
]  # fmt: skip
_UNITS = {"money": "money", "count": "number", "share": "percent"}
_SAID = Table(
    key="said",
    caption=gettext_lazy("What was said"),
    columns=(
        Column("at", gettext_lazy("Said"), "time"),
        Column("until", gettext_lazy("Up to"), "day"),
        Column("text", gettext_lazy("What")),
        Column("money", gettext_lazy("Worth"), "money"),
    ),
)
_MOST_SAID = 500


@dataclass(frozen=True)
class Card:
    """A finding as the page shows it."""

    key: str
    sentence: str
    evidence: tuple[str, ...]
    badge: str
    tone: BadgeTone
    picture: Chart | None
    steps: tuple[Step, ...]


@page("analytics.view")
def findings(request: HttpRequest) -> HttpResponse:
    """The page of a Monday morning."""
    found = current_shop().analytics.findings.all()
    asker = asker_of(request)
    cards = {one.key: _card(one, found, asker) for one in (*found.rows, *found.put_away)}
    changed = [one for one in found.rows if one.certainty != "unsure" and one.kind not in ("campaign", "slipping_away")]
    doing = [one for one in found.rows if one.kind in ("campaign", "slipping_away")]
    unsure = [one for one in found.rows if one.certainty == "unsure"]
    return render(
        request,
        "findings/findings.html",
        {
            "found": found, "answer": _answer(found, changed), "may_put_away": asker.may("findings.manage"),
            "groups": [
                (title, text, [cards[one.key] for one in rows])
                for title, text, rows in (
                    (_("What changed"), "", changed),
                    (_("Worth doing"), "", doing),
                    (_("Perhaps only a feast"),
                     _("A great feast lies in these days. With two years of data the platform will know what is usual "
                       "then."), unsure),
                ) if rows
            ],
            "away": [cards[one.key] for one in found.put_away],
            "false_share": formats.percent(found.false_share, 0),
        },
    )  # fmt: skip


@page("analytics.view")
def said(request: HttpRequest) -> HttpResponseBase:
    """What was said and when."""
    analytics = current_shop().analytics
    asked = _SAID.read(request)
    rows = [_said(at, one, analytics.as_of().currency) for at, one in enumerate(analytics.findings.said(_MOST_SAID))]
    if asked.export:
        return asked.csv(rows, "findings")
    nothing = Empty(
        gettext_lazy("Nothing was said yet"), gettext_lazy("Every finding is noted here when it is told first."),
        icon="clock",
    )  # fmt: skip
    return render(request, "findings/said.html", {"table": asked.show(rows, next=None, total=len(rows), empty=nothing)})


@page("findings.manage", "POST")
def put_away(request: HttpRequest, key: str) -> HttpResponse:
    """Tell a finding no more."""
    current_shop().analytics.findings.put_away(asker_of(request).actor, key)
    toast(request, _("Put away. It comes back when it gets worse."), undo=reverse("finding_back", args=[key]))
    return redirect("findings")


@page("findings.manage", "POST")
def bring_back(request: HttpRequest, key: str) -> HttpResponse:
    """Tell it again."""
    current_shop().analytics.findings.bring_back(asker_of(request).actor, key)
    toast(request, _("It is told again."))
    return redirect("findings")


def top(found: FindingList, most: int = 3) -> list[dict[str, object]]:
    """The first findings as lines, for other pages."""
    return [
        {"sentence": _sentence(one, found.currency), "badge": _badge(one, found.currency), "tone": _tone(one)}
        for one in found.rows[:most]
    ]


def _card(one: Finding, found: FindingList, asker: Asker) -> Card:
    evidence = sentences.evidence(one, get_language() or "en", found.currency)
    return Card(
        one.key, _sentence(one, found.currency), tuple(evidence), _badge(one, found.currency), _tone(one),
        _picture(one, found.currency), steps(one, asker),
    )  # fmt: skip


def _sentence(one: Finding, currency: str) -> str:
    return sentences.headline(one, get_language() or "en", currency, _called(one))


def _called(one: Finding) -> str:
    """What people here call a channel or a source."""
    if one.place.by == "channel":
        return str(channel_name(one.place.key))
    if one.place.by in ("source", "event"):
        known = {source.id: source.name for source in current_shop().events.sources()}
        return known.get(one.place.key, one.place.key)
    return ""


def _answer(found: FindingList, changed: Sequence[Finding]) -> str:
    """All of it in one sentence."""
    looked = formats.number(found.looked_at)
    if not changed:
        return _("Nothing out of the ordinary: %(count)s series of figures were looked at.") % {"count": looked}
    worth = sum(one.money or 0 for one in changed)
    values = {
        "count": len(changed),
        "looked": looked,
        "worth": formats.compact_money(Money(abs(worth), found.currency)),
    }
    if worth < 0:
        return ngettext(
            "%(count)s thing changed among %(looked)s series of figures; it costs about %(worth)s.",
            "%(count)s things changed among %(looked)s series of figures; together they cost about %(worth)s.",
            len(changed),
        ) % values  # fmt: skip
    return ngettext(
        "%(count)s thing changed among %(looked)s series of figures; it is worth about %(worth)s.",
        "%(count)s things changed among %(looked)s series of figures; together they are worth about %(worth)s.",
        len(changed),
    ) % values  # fmt: skip


def _badge(one: Finding, currency: str) -> str:
    if one.money is None:
        return _("Worth not known")
    amount = formats.compact_money(Money(abs(one.money), currency))
    if one.kind == "slipping_away":
        return _("%(amount)s at risk") % {"amount": amount}
    if _tone(one) == "plain":
        return _("Not clear")
    return ("−" if one.money < 0 else "+") + amount


def _tone(one: Finding) -> BadgeTone:
    if one.kind == "slipping_away" or one.certainty == "unsure":
        return "warn"
    if one.money is None or (one.money_low or 0) < 0 < (one.money_high or 0):
        return "plain"
    return "bad" if one.money < 0 else "good"


def _picture(one: Finding, currency: str) -> Chart | None:
    """The line of the figure in the band it was expected in."""
    line = one.line
    if not line.days:
        return None
    unit = _UNITS[one.unit]
    values = [None if value is None else round(value) if unit == "money" else value for value in line.values]
    series = [Series(_("What was"), values)]
    if line.expected:
        series.append(Series(_("What was expected"), list(line.expected), list(line.low), list(line.high), dashed=True))
    return Chart(
        _sentence(one, currency), "line", unit, [formats.day(day) for day in line.days], series,  # type: ignore[arg-type]
        currency if unit == "money" else "", axis=_("Week") if one.grain in ("week", "four_weeks") else _("Day"),
        height="small",
    )  # fmt: skip


def _said(at: int, one: Said, currency: str) -> Row:
    money = None if one.money is None else Money(one.money, currency)
    return Row(str(at), {"at": one.said_at, "until": one.until, "text": one.text, "money": money})


urlpatterns = [
    path("measure/findings", findings, name="findings"),
    path("measure/findings/said", said, name="findings_said"),
    path("measure/findings/<slug:key>/put-away", put_away, name="finding_away"),
    path("measure/findings/<slug:key>/bring-back", bring_back, name="finding_back"),
]
