"""Forwarding and the tracking plan in the console: made, changed, paused, proposed, brought in, by those who may."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from choral import Shop
from choral.books import SYSTEM
from choral.connectors.forwarding.values import Settings
from choral.connectors.plan.values import Expected, Property


def test_a_destination_is_made_changed_paused_replayed_and_removed(console: Shop, sign_in: Any) -> None:
    owner, door = sign_in("owner"), console.connectors.forwarding
    before = {one.id for one in door.destinations()}
    given = {"name": "Tool", "url": "https://tool.example/hook", "identifiers": "pseudonymous", "events": "A\nB, A"}
    assert owner.post("/forwarding", given | {"url": "http://tool.example"}).status_code == 422
    assert owner.post("/forwarding", given).status_code == 302
    [made] = [one for one in door.destinations() if one.id not in before]
    assert made.settings.events == ("A", "B")
    page = owner.get(f"/forwarding/{made.id}").content.decode()
    assert door.secret(made.id) in page
    assert owner.post(f"/forwarding/{made.id}", given | {"name": "Other"}).status_code == 302
    owner.post(f"/forwarding/{made.id}/pause")
    assert (door.destination(made.id).settings.name, door.destination(made.id).state) == ("Other", "paused")
    owner.post(f"/forwarding/{made.id}/resume")
    owner.post(f"/forwarding/{made.id}/replay", {"since": "2020-01-01"})
    assert (door.destination(made.id).state, door.destination(made.id).position) == ("on", 0)
    owner.post(f"/forwarding/{made.id}/secret")
    assert door.secret(made.id) not in page
    owner.post(f"/forwarding/{made.id}/remove")
    assert {one.id for one in door.destinations()} == before


def test_who_may_only_look_sees_neither_secret_nor_buttons(console: Shop, sign_in: Any) -> None:
    made = console.connectors.forwarding.add(SYSTEM, Settings("Seen", "https://tool.example/hook"))
    analyst = sign_in("analyst")
    page = analyst.get(f"/forwarding/{made.id}").content.decode()
    assert "whsec_" not in page
    assert '<form method="post" action="/forwarding' not in page
    assert analyst.post(f"/forwarding/{made.id}/pause").status_code == 403
    assert analyst.post("/forwarding", {"name": "x", "url": "https://x.example"}).status_code in (200, 403)
    assert console.connectors.forwarding.destination(made.id).state == "on"


def test_an_event_is_expected_changed_and_forgotten(console: Shop, sign_in: Any) -> None:
    analyst, door = sign_in("analyst"), console.connectors.plan
    form = {
        "event": "Tea Poured", "source": "", "description": "A cup", "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-name": "cups", "form-0-type": "integer", "form-0-required": "on", "form-0-allowed": "1, 2",
        "form-1-name": "", "form-1-type": "any",
    }  # fmt: skip
    assert analyst.post("/plan/new", form).status_code == 302
    [line] = [one for one in door.plan() if one.event == "Tea Poured"]
    assert line.properties == (Property("cups", "integer", True, ("1", "2")),)
    assert analyst.post(f"/plan/{line.id}", form | {"form-0-type": "number"}).status_code == 302
    assert door.line(line.id).properties[0].type == "number"
    assert "cups" in analyst.get(f"/plan/{line.id}").content.decode()
    analyst.post(f"/plan/{line.id}/forget")
    assert "Tea Poured" not in {one.event for one in door.plan()}


def test_a_proposal_is_accepted_in_part_and_a_plan_goes_out_and_in(console: Shop, sign_in: Any) -> None:
    owner, door = sign_in("owner"), console.connectors.plan
    proposed = [one.event for one in door.propose()]
    if proposed:
        owner.post("/plan/accept", {"source": "", "event": proposed[:1]})
        assert proposed[0] in {one.event for one in door.plan()}
    door.expect(SYSTEM, [Expected("", "", "Cup Washed", ())])
    document = owner.get("/plan/tracking-plan.json").content
    assert "Cup Washed" in {one["name"] for one in json.loads(document)["rules"]["events"]}
    [line] = [one for one in door.plan() if one.event == "Cup Washed"]
    door.forget(SYSTEM, line.id)
    owner.post("/plan/import", {"file": SimpleUploadedFile("plan.json", document)})
    assert "Cup Washed" in {one.event for one in door.plan()}
    owner.post("/plan/recheck", {"since": "2020-01-01"})
    assert door.standing().position == 0
