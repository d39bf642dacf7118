"""A shop's own programs plan experiments, draw lots at any door and read the answer over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from api_program import Program

PLAN = {"name": "Postcard", "arms": [{"key": "control", "control": True}, {"key": "card"}], "key": "postcard"}


def test_a_program_plans_starts_draws_and_reads(owner: Program, program: Callable[[str], Program]) -> None:
    made = owner.send("POST", "/api/v1/experiments", PLAN, once="p")
    assert made.status_code == 201 and made.json()["state"] == "planned"
    early = owner.send("POST", "/api/v1/experiments/postcard/assignments", {"person": "card:8812"})
    assert (early.status_code, early.json()["code"]) == (409, "not_running")
    owner.send("POST", "/api/v1/experiments/postcard/start")
    drawn = [owner.send("POST", "/api/v1/experiments/postcard/assignments", {"person": "card:8812"}) for _ in range(2)]
    first, again = (one.json() for one in drawn)
    assert first["new"] and not again["new"] and first["arm"] == again["arm"]
    answer = program("analyst").get("/api/v1/experiments/postcard/results").json()
    assert answer["units"] == 0 and answer["sample_ratio"]["check"] == "unknown"
    assert program("associate").send("POST", "/api/v1/experiments/postcard/stop").status_code == 403
    assert owner.get("/api/v1/experiments").json()["data"][0]["experiment"]["key"] == "postcard"


def test_a_plan_that_cannot_be_measured_is_refused(owner: Program) -> None:
    refused = owner.send("POST", "/api/v1/experiments", PLAN | {"primary": "happiness", "key": "x"})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_outcome")
