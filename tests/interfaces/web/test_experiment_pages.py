"""Experiments in the console: a file read out, a plan that is sized, written down, started and taken back."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pyarrow

from choral import Shop
from choral.analytics.experiments.door import Mapping
from choral.books import SYSTEM
from tests.interfaces.web.conftest import SignIn
from tests.interfaces.web.test_console_lists import text_of

FILE = (
    b"arm;spent;visited;town\n" + b"control;1,50;0;Lyon\ncard;4,50;1;Lille\ncontrol;1,0;1;Lyon\ncard;4,00;1;Nice\n" * 40
)
PLAN = {
    "name": "Postcard", "kind": "test", "primary": "sales", "window_days": "28", "effect": "5", "arm_0": "control",
    "weight_0": "1", "arm_1": "card", "weight_1": "1", "arm_2": "", "weight_2": "1", "arm_3": "", "weight_3": "1",
}  # fmt: skip


def test_a_file_is_dropped_its_columns_are_guessed_and_the_answer_is_one_sentence(sign_in: SignIn) -> None:
    client = sign_in("analyst")
    upload = BytesIO(FILE)
    upload.name = "postcard.csv"
    columns = client.post("/measure/experiments/import", {"file": upload}, follow=True)
    assert columns.status_code == 200
    roles = {"column_0": "arm", "column_1": "money", "column_2": "outcome", "column_3": "attribute"}
    answer = client.post(
        columns.request["PATH_INFO"], {"name": "Postcard", "control": "", "weights": ""} | roles, follow=True
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and "brings more than" in page and "Causal" in page


def test_columns_that_are_no_experiment_are_refused_on_the_page_with_what_to_do(sign_in: SignIn) -> None:
    client = sign_in("owner")
    upload = BytesIO(FILE)
    upload.name = "postcard.csv"
    columns = client.post("/measure/experiments/import", {"file": upload}, follow=True)
    refused = client.post(columns.request["PATH_INFO"], {"name": "x", "column_0": "outcome", "column_1": "arm"})
    assert refused.status_code == 422


def test_a_plan_is_sized_from_the_shops_past_before_it_is_written_down(sign_in: SignIn) -> None:
    page = sign_in("marketer").post("/measure/experiments/new", PLAN | {"sizes": "1"})
    assert page.status_code == 200 and "customers" in page.content.decode()


def test_a_plan_is_written_down_started_and_the_start_taken_back(sign_in: SignIn) -> None:
    client = sign_in("marketer")
    planned = client.post("/measure/experiments/new", PLAN, follow=True)
    key = planned.request["PATH_INFO"].rsplit("/", 1)[-1]
    assert "Planned" in planned.content.decode()
    started = client.post(f"/measure/experiments/change/start/{key}", follow=True)
    assert "Running" in started.content.decode() and f"/change/unstart/{key}" in started.content.decode()
    back = client.post(f"/measure/experiments/change/unstart/{key}", follow=True)
    assert "Planned" in back.content.decode()


def test_an_associate_cannot_change_an_experiment(sign_in: SignIn) -> None:
    assert sign_in("associate").post("/measure/experiments/change/stop/welcome").status_code == 403


def test_the_page_says_who_responds_when_it_is_asked_with_a_picture_and_the_parts(
    console: Shop, sign_in: SignIn
) -> None:
    random = np.random.default_rng(4)
    treated, group = random.random(2_000) < 0.5, random.random(2_000) < 0.4
    spent = random.normal(20, 3, 2_000) + treated * np.where(group, 5.0, -2.0)
    table = pyarrow.table({
        "arm": np.where(treated, "mail", "none"), "region": np.where(group, "north", "south"), "spend": spent,
    })  # fmt: skip
    mapping = Mapping(arm="arm", outcomes=("spend",), attributes=("region",), control="none")
    key, _ = console.analytics.experiments.take(SYSTEM, "Who answers", table, mapping)
    client = sign_in("analyst")
    url = f"/measure/experiments/of/{key}"
    assert "Look for who responds" in text_of(client.get(url))
    page = text_of(client.get(f"{url}?who=1"))
    assert "Some respond more than others" in page and "treat the best 40%" in page
    assert "region: north" in page or "north" in page
    console.analytics.experiments.archive(SYSTEM, key)
