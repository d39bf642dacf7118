"""Journeys in the console: the answer first, figures that lead to their people, and people that become an audience."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from choral import Shop
from choral.analytics.journeys.door import FunnelQuery, PathQuery
from tests.interfaces.web.test_console_lists import text_of

PAGES = ("", "/funnel", "/cohorts", "/sequences", "/visits?silence=60", "/people?of=paths&node=0:email")


def links(client: Any, path: str, start: str = "/measure/journeys/people?") -> list[str]:
    """The addresses on a page that begin so, those in its pictures too."""
    body = client.get(path).content.decode().replace("&amp;", "&").replace("\\u0026", "&")
    return re.findall(rf'"({re.escape(start)}[^"]*)"', body)


def test_the_old_address_of_paths_leads_to_journeys(console: Shop, sign_in: Any) -> None:
    answer = sign_in("analyst").get("/measure/paths")
    assert (answer.status_code, answer["Location"]) == (301, "/measure/journeys")


def test_the_ends_of_paths_are_named_not_coded(console: Shop, sign_in: Any) -> None:
    chart = sign_in("analyst").get("/measure/journeys?range=all").context["steps"]
    assert chart.flows
    assert not [node for node in chart.nodes if str(node.label).startswith(("order:", "reached:", "none"))]


def test_each_stream_leads_to_as_many_people_as_it_is_wide(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    for query in ("range=all", "range=all&way=back&end=order", "range=all&by=event&depth=6"):
        chart = client.get(f"/measure/journeys?{query}").context["steps"]
        assert chart.flows
        for flow in chart.flows[:4]:
            page = client.get(flow.href)
            assert page.context["found"].count == flow.value, flow.href


def test_each_step_of_a_funnel_leads_to_its_people_and_to_those_lost(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    path = "/measure/journeys/funnel?range=all&step=Page+Viewed&step=Order+Completed&window=90"
    found = console.analytics.journeys.funnel(FunnelQuery(("Page Viewed", "Order Completed"), 90))
    counts = {
        tuple(parse_qsl(urlsplit(url).query)): client.get(url).context["found"].count for url in links(client, path)
    }
    said = {(dict(key)["at"], dict(key).get("lost", "")): count for key, count in counts.items()}
    assert said["0", ""] == found.steps[0].customers
    assert said["1", ""] == found.steps[1].customers
    if found.steps[0].lost:
        assert said["0", "1"] == found.steps[0].lost


def test_the_groups_of_a_funnel_are_named_not_coded(
    console: Shop, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("choral.interfaces.web.pages.journeys.funnel._FEW", 1)
    chart = (
        sign_in("analyst").get("/measure/journeys/funnel?range=all&step=Order+Completed&split=value").context["groups"]
    )
    names = [str(one.name).partition(" (")[0] for one in chart.series]
    assert names and not {"champions", "asleep", "cannot_lose"} & set(names)


def test_the_form_of_a_funnel_reads_as_its_address(console: Shop, sign_in: Any) -> None:
    client = sign_in("analyst")
    form = "event=Page+Viewed&event=&event=&channel=&channel=store&channel=&campaign=&campaign=&about=&about="
    by_form = client.get(f"/measure/journeys/funnel?range=all&{form}").context["found"]
    by_step = client.get("/measure/journeys/funnel?range=all&step=Page+Viewed&step=|+store").context["found"]
    assert by_form == by_step
    assert [step.step.text for step in by_form.steps] == ["Page Viewed", "| store"]


def test_a_step_never_recorded_is_said_to_be_so(console: Shop, sign_in: Any) -> None:
    page = text_of(sign_in("analyst").get("/measure/journeys/funnel?step=Page+Veiwed&step=Order+Completed"))
    assert "was never recorded in this shop" in page


def test_people_become_an_audience_with_one_click_and_back(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    url = next(url for url in links(client, "/measure/journeys?range=all") if "node=0" in url)
    people = client.get(url).context["found"]
    made = client.post("/measure/journeys/people/keep", {**dict(parse_qsl(urlsplit(url).query)), "name": "Met first"})
    assert made.status_code == 302
    key = made["Location"].rsplit("/", 1)[-1]
    assert console.customers.audiences.count(key) == len(people.ids)
    assert "Met first" in text_of(client.get(made["Location"]))
    few = console.analytics.journeys.paths(PathQuery(segment=f"audience:{key}"))
    assert few.customers <= people.count
    client.post(f"/audiences/{key}/archive")
    assert key not in {one.key for one in console.customers.audiences.list()}


def test_who_may_not_make_audiences_is_not_offered_it(console: Shop, sign_in: Any) -> None:
    client = sign_in("analyst")
    url = links(client, "/measure/journeys?range=all")[0]
    offered = b"journeys/people/keep" in client.get(url).content
    refused = client.post("/measure/journeys/people/keep", dict(parse_qsl(urlsplit(url).query))).status_code == 403
    assert offered != refused


def test_visits_are_told_as_python_tells_them(console: Shop, sign_in: Any) -> None:
    answer = sign_in("analyst").get("/measure/journeys/visits?range=all&silence=60")
    until = console.analytics.as_of().until
    assert answer.context["found"] == console.analytics.journeys.sessions(60, until=until)
    assert answer.context["found"]


def test_two_groups_stand_in_one_picture(console: Shop, sign_in: Any) -> None:
    answer = sign_in("analyst").get("/measure/journeys?range=all&segment=&against=")
    assert "no difference is certain" in text_of(answer)
    assert {flow.lean for flow in answer.context["difference_chart"].flows} == {0.0}


def test_whatever_an_address_says_a_page_comes(console: Shop, sign_in: Any) -> None:
    client = sign_in("analyst")
    for query in (
        "by=x&depth=99&start=|||||&end=%7C&segment=audience:none&against=value:none&way=up",
        "since=9&until=x",
    ):
        assert client.get(f"/measure/journeys?{query}").status_code == 200
    assert client.get("/measure/journeys/cohorts?every=year&measure=x&start=y").status_code == 200
    assert client.get("/measure/journeys/people?of=paths&node=9:x").status_code == 404
    assert client.get("/measure/journeys/people?of=cohort").status_code == 404
    assert client.get("/measure/journeys/people").status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_an_analyst_sees_journeys_without_addresses(console: Shop, sign_in: Any, name: str) -> None:
    answer = sign_in("analyst").get(f"/measure/journeys{name}")
    assert answer.status_code in (200, 404)
    assert "@example.com" not in text_of(answer).replace("analyst@example.com", "")
