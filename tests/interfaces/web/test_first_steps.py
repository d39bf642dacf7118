"""The first steps of a new shop: five at most, ticked by what is there, put away and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from choral import Shop
from choral.books import SYSTEM, act
from choral.team import add_member


@pytest.fixture
def newcomer(shop: Shop) -> Iterator[Any]:
    """The owner of an empty shop, signed in."""
    from django.test import Client  # deferred: needs the settings the shop brings
    from django.test.utils import setup_test_environment, teardown_test_environment

    from choral.team.models import Member

    act(add_member, SYSTEM, "owner@example.com", "Ada", "owner")
    client = Client(HTTP_HOST="localhost")
    client.force_login(Member.objects.get(email="owner@example.com"), "django.contrib.auth.backends.ModelBackend")
    setup_test_environment()  # so that an answer says what its page was given
    yield client
    teardown_test_environment()


def marks(client: Any) -> list[bool]:
    return [step.done for step in client.get("/").context["steps"]]


def test_a_new_shop_begins_with_five_steps_that_lead_somewhere(newcomer: Any) -> None:
    steps = newcomer.get("/").context["steps"]
    assert len(steps) == 5 and not any(step.done for step in steps)
    assert [newcomer.get(step.href).status_code for step in steps] == [200] * 5


def test_a_step_ticks_itself(newcomer: Any, shop: Shop) -> None:
    source = shop.events.create_source("Web", "web")
    shop.events.accept(source, [{"id": "m-1", "name": "Product Viewed", "ids": ["anonymous:a-1"]}])
    act(add_member, SYSTEM, "bo@example.com", "Bo", "agent")
    assert marks(newcomer) == [True, False, False, False, True]


def test_the_steps_are_put_away_and_brought_back(newcomer: Any) -> None:
    newcomer.get("/steps")
    assert len(marks(newcomer)) == 5
    page = newcomer.post("/steps", follow=True)
    assert page.context["steps"] == [] and "/steps?back" in page.content.decode()
    newcomer.post("/steps?back")
    assert len(marks(newcomer)) == 5
