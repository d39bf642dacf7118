"""The ways customers take: step by step, what follows what, whole ways; and two groups in one picture."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.journeys.door import PathQuery
from choral.analytics.journeys.values import (
    JourneyDifference,
    JourneyLink,
    JourneyRow,
    Journeys,
    LinkDifference,
    Passage,
)
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.charts import Chart, Flow, Node
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.journeys import asked, words
from choral.interfaces.web.periods import read_range
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.shop import Shop, current_shop

NAVIGATION = [
    Entry("measure", 50, gettext_lazy("Journeys"), "journeys", "analytics.view", "paths", go="j",
          words=gettext_lazy("paths funnel cohorts retention sequences sankey flow"))
]  # fmt: skip
_MOST_FLOWS, _THIN, _MOST_PASSAGES, _MOST_ROWS = 45, 0.004, 24, 12
_WAYS = Table(
    key="ways",
    columns=(
        Column("path", gettext_lazy("Way")),
        Column("end", gettext_lazy("Ends with")),
        Column("customers", gettext_lazy("Customers"), "number"),
        Column("share", gettext_lazy("Share"), "percent"),
    ),
    caption=gettext_lazy("Whole ways"),
)
_PASSAGES = Table(
    key="passages",
    columns=(
        Column("source", gettext_lazy("After")),
        Column("target", gettext_lazy("Comes")),
        Column("times", gettext_lazy("Times"), "number"),
        Column("customers", gettext_lazy("Customers"), "number"),
        Column("share", gettext_lazy("Share"), "percent", explain=gettext_lazy("Of all that comes after the first.")),
        Column("median", gettext_lazy("Time between"), explain=gettext_lazy("The median; half take longer.")),
        Column(
            "quartiles",
            gettext_lazy("Half of them take"),
            explain=gettext_lazy("From the lower to the upper quartile."),
        ),
    ),
    caption=gettext_lazy("What follows what"),
)
_DIFFERENCES = Table(
    key="way-differences",
    columns=(
        Column("way", gettext_lazy("From one to the next")),
        Column("one", gettext_lazy("First group"), "percent"),
        Column("other", gettext_lazy("Second group"), "percent"),
        Column(
            "difference",
            gettext_lazy("Difference"),
            explain=gettext_lazy("In percentage points, with its 95 % interval."),
        ),
        Column("verdict", gettext_lazy("Verdict")),
    ),
    caption=gettext_lazy("Where the two groups differ"),
)


class Said:
    """The words of one answer: labels, and where its places lead."""

    def __init__(self, request: HttpRequest, found: Journeys, campaigns: dict[str, str]) -> None:
        self._request, self._by, self._campaigns = request, found.by, campaigns
        self.labels = {node.id: self.label(node.label) for node in found.nodes}

    def label(self, key: str) -> str | Promise:
        return words.label(self._by, key, self._campaigns)

    def people(self, node: str, to: str | None = None) -> str:
        return asked.people_url(self._request, reverse("journey_people"), of="paths", node=node, to=to)

    def passing(self, one: Passage) -> str:
        base = reverse("journey_people")
        return asked.people_url(self._request, base, of="paths", source=one.source, target=one.target)


@page("analytics.view")
def journeys(request: HttpRequest) -> HttpResponseBase:
    shop = current_shop()
    as_of = shop.analytics.as_of()
    period = read_range(request, as_of.since, as_of.until)
    query = asked.path_query(request, shop, period)
    against = asked.segment(request.GET, shop, "against") if request.GET.get("against", "no") != "no" else None
    found = shop.analytics.journeys.paths(query)
    offered = shop.analytics.journeys.offered()
    said = Said(request, found, words.campaigns(offered))
    ways, passages = _WAYS.read(request), _PASSAGES.read(request)
    rows = [_way(place, one, said) for place, one in enumerate(found.rows)]
    if ways.export:
        return ways.csv(rows, "ways")
    context = {
        "found": found, "period": period, "tabs": words.tabs("journeys"),
        "sentence": _sentence(found, said),
        "steps": _sankey(found, said), "graph": _graph(found, said), "ways": ways.show(rows[:_MOST_ROWS]),
        "passages": passages.show([_passage(*one, said) for one in enumerate(found.passages[:_MOST_ROWS])]),
        "controls": _controls(request, shop, query, against), "as_of": as_of, "left_out": _left_out(found),
        "correlation": words.CORRELATION,
    }  # fmt: skip
    if against is not None:
        context |= _compared(request, shop, query, against, said)
    return render(request, "journeys/paths.html", context)


@page("analytics.view", part=True)
def moved(request: HttpRequest) -> HttpResponse:
    """The address this page had before."""
    return redirect("journeys", permanent=True)


def _sentence(found: Journeys, said: Said) -> str:
    if not found.rows:
        return _("Nobody took such a way in these days.")
    best = found.rows[0]
    way = " → ".join(str(said.label(one)) for one in (*best.steps, best.end))
    if found.end in ("order", "none"):
        return _("%(count)s customers. The commonest way, taken by %(share)s: %(way)s.") % {
            "count": formats.number(found.customers), "share": formats.percent(best.share), "way": way,
        }  # fmt: skip
    ordered = _("Of %(count)s customers, %(ended)s (%(share)s) ordered. The commonest way, taken by %(most)s: %(way)s.")
    ended = _(
        "Of %(count)s customers, %(ended)s (%(share)s) came to the end. The commonest way, taken by %(most)s: %(way)s."
    )
    return (ended if found.end else ordered) % {
        "count": formats.number(found.customers), "ended": formats.number(found.ordered),
        "share": formats.percent(found.ordered / found.customers), "most": formats.percent(best.share), "way": way,
    }  # fmt: skip


def _left_out(found: Journeys) -> int:
    return len(found.links) - len(_thick(found))


def _thick(found: Journeys) -> list[JourneyLink]:
    """The streams that are drawn: a picture of hairs says nothing."""
    links = sorted(found.links, key=lambda link: -link.customers)[:_MOST_FLOWS]
    return [link for place, link in enumerate(links) if link.share_of_start >= _THIN or place < 8]


def _sankey(found: Journeys, said: Said) -> Chart:
    links = _thick(found)
    shown = {key for link in links for key in (link.source, link.target)}
    first = min((node.step for node in found.nodes), default=0)
    last = max((abs(node.step) for node in found.nodes), default=0)
    ends = [link for link in links if found.backwards]
    nodes = [
        Node(node.id, said.labels[node.id], node.step - first if not found.backwards else last + node.step,
             node.customers, said.people(node.id))
        for node in found.nodes
        if node.id in shown or (node.step == 0 and not ends)
    ]  # fmt: skip
    flows = [
        Flow(*((link.target, link.source) if found.backwards else (link.source, link.target)), link.customers,
             (formats.percent(link.share_of_start), formats.percent(link.share_of_previous)),
             href=said.people(link.source, link.target))
        for link in links
    ]  # fmt: skip
    return Chart(
        gettext_lazy("Step by step"), "sankey", "number", nodes=nodes, flows=flows, height="tall",
        more_heads=(_("Of all"), _("Of those at the step before")),
    )  # fmt: skip


def _graph(found: Journeys, said: Said) -> Chart:
    """The commonest passages; what stays on its channel is in the table only."""
    shown = [one for one in found.passages if one.source != one.target][:_MOST_PASSAGES]
    weights: dict[str, int] = {}
    for one in shown:
        weights[one.source] = max(weights.get(one.source, 0), 0) + one.times
        weights.setdefault(one.target, 0)
    for one in shown:
        if one.target not in {each.source for each in shown}:
            weights[one.target] += one.times
    nodes = [Node(key, said.label(key), _column(key), weight) for key, weight in weights.items()]
    flows = [
        Flow(one.source, one.target, one.times, (formats.percent(one.share), words.duration(one.time)),
             href=said.passing(one))
        for one in shown
    ]  # fmt: skip
    return Chart(
        gettext_lazy("What follows what"), "graph", "number", nodes=nodes, flows=flows, height="tall",
        more_heads=(_("Of all after it"), _("Time between")),
    )  # fmt: skip


def _column(key: str) -> int:
    return 0 if key == "start" else 2 if key == "none" or key.startswith(("order:", "reached:")) else 1


def _way(place: int, one: JourneyRow, said: Said) -> Row:
    steps = " → ".join(str(said.label(step)) for step in one.steps)
    return Row(str(place), {"path": steps or _("At once"), "end": said.label(one.end), "customers": one.customers,
                            "share": one.share})  # fmt: skip


def _passage(place: int, one: Passage, said: Said) -> Row:
    quartiles = f"{words.length(one.time.low)} – {words.length(one.time.high)}" if one.time else "–"
    return Row(str(place), {
        "source": said.label(one.source), "target": said.label(one.target), "times": one.times,
        "customers": one.customers, "share": one.share, "median": words.duration(one.time), "quartiles": quartiles,
    }, href=said.passing(one))  # fmt: skip


def _compared(request: HttpRequest, shop: Shop, query: PathQuery, against: str, said: Said) -> dict[str, object]:
    """Both groups in one picture: width is their customers, colour who does it more often for certain."""
    found = shop.analytics.journeys.difference(query, against)
    names = {f"audience:{one.key}": one.name for one in shop.customers.audiences.list()}
    one, other = words.segment(query.segment, names), words.segment(against, names)
    other_said = Said(request, found.other, {})
    begins = _("End") if found.one.backwards else _("Beginning")
    labels = {**other_said.labels, **said.labels, "start": begins}
    asked_table = _DIFFERENCES.read(request)
    rows = [_differs(place, link, labels, one, other) for place, link in enumerate(found.links[:_MOST_ROWS])]
    return {
        "difference": found, "one": one, "other": other, "difference_chart": _both(found, labels, one, other),
        "differences": asked_table.show(rows), "difference_sentence": _difference_sentence(found, labels, one, other),
    }  # fmt: skip


def _both(found: JourneyDifference, labels: dict[str, str | Promise], one: object, other: object) -> Chart:
    links = sorted(found.links, key=lambda link: -(link.one + link.other))[:_MOST_FLOWS]
    most = max((abs(link.difference) for link in links), default=0.0) or 1.0
    shown = {key for link in links for key in (link.source, link.target)}
    depth = {node.id: node.step for way in (found.one, found.other) for node in way.nodes}
    last = max((abs(step) for step in depth.values()), default=0)
    back = found.one.backwards
    depth |= {"start": 1} if back else {"start": -1}  # one column more, on the side the ways come from
    nodes = [Node(key, labels[key], last + depth[key] if back else depth[key] + 1) for key in sorted(shown)]
    flows = [
        Flow(*((link.target, link.source) if back else (link.source, link.target)), link.one + link.other,
             (formats.percent(link.share_of_one), formats.percent(link.share_of_other), _points(link)),
             lean=link.difference / most if _certain(link) else 0.0)
        for link in links
    ]  # fmt: skip
    return Chart(_("Where the two groups differ"), "sankey", "number", nodes=nodes, flows=flows, height="tall",
                 more_heads=(str(one), str(other), _("Difference")))  # fmt: skip


def _differs(place: int, link: LinkDifference, labels: dict[str, str | Promise], one: object, other: object) -> Row:
    said = (_("More in %(group)s") % {"group": one if link.difference > 0 else other}) if _certain(link) else _(
        "No certain difference")  # fmt: skip
    return Row(str(place), {
        "way": _step_of(link, labels), "one": link.share_of_one, "other": link.share_of_other,
        "difference": _points(link), "verdict": Cell(said, tone="" if _certain(link) else "plain"),
    })  # fmt: skip


def _difference_sentence(found: JourneyDifference, labels: dict[str, str | Promise], one: object, other: object) -> str:
    certain = [link for link in found.links if _certain(link)]
    if not certain:
        return _("Between %(one)s and %(other)s no difference is certain.") % {"one": one, "other": other}
    link = certain[0]
    return _("The biggest difference: %(way)s, %(a)s of %(one)s and %(b)s of %(other)s (%(points)s).") % {
        "way": _step_of(link, labels), "a": formats.percent(link.share_of_one), "one": one,
        "b": formats.percent(link.share_of_other), "other": other, "points": _points(link),
    }  # fmt: skip


def _step_of(link: LinkDifference, labels: dict[str, str | Promise]) -> str:
    """The same passage can differ at one step and not at another."""
    step = abs(int(link.target.partition(":")[0])) + 1
    return f"{step}. {labels[link.source]} → {labels[link.target]}"


def _certain(link: LinkDifference) -> bool:
    return link.low > 0 or link.high < 0


def _points(link: LinkDifference) -> str:
    low, middle, high = (formats.number(100 * one, 1) for one in (link.low, link.difference, link.high))
    return _("%(middle)s points; %(low)s to %(high)s") % {"middle": middle, "low": low, "high": high}


def _controls(request: HttpRequest, shop: Shop, query: PathQuery, against: str | None) -> dict[str, object]:
    offered = shop.analytics.journeys.offered()
    known = asked.segments(shop)
    by = (("channel", _("Channel")), ("event", _("Event")), ("campaign", _("Campaign")))
    ends = (("", _("An order, or none")), ("order", _("An order")), ("none", _("No order")))
    ways = (("", _("From the beginning")), ("back", _("From the end back")))
    return {
        "by": words.choices(by, query.by), "start": [("", _("The first meeting"), not query.start),
                                                     *words.places(offered, request, "start")],
        "end": [*words.choices(ends, query.end), *words.places(offered, request, "end")],
        "depth": [(str(one), str(one), one == query.depth) for one in asked.DEPTHS],
        "way": words.choices(ways, "back" if query.backwards else ""),
        "only": [("", _("All channels"), not query.channel),
                 *((value.removeprefix("| "), text, value == f"| {query.channel}")
                   for value, text, _here in words.places(replace(offered, events=()), request, "only"))],
        "segment": words.segments(shop, known, query.segment),
        "against": [("no", _("Nobody"), against is None),
                    *((key, text, against is not None and key == against)
                      for key, text, _here in words.segments(shop, known, against or ""))],
    }  # fmt: skip


urlpatterns = [
    path("measure/journeys", journeys, name="journeys"),
    path("measure/paths", moved, name="paths_moved"),
]
