"""What the page of attribution says of its figures, the time-aware model among them."""

from __future__ import annotations

import pytest

from choral.analytics.attribution.values import MODELS, Credit, CreditRow, Credits, Measured, Question
from choral.interfaces.web.pages.attribution import words


def _found(**amounts: list[int]) -> Credits:
    """Credits of 1,000 by channel: one amount for all models but the last, the time-aware one, and one for that."""
    rows = tuple(
        CreditRow(key, key, key, 1, tuple(
            Credit(model, of[model == "hazard"], 0, 0, of[model == "hazard"] / 1_000, 1.0) for model in MODELS
        ), Measured("not_measured"))
        for key, of in amounts.items()
    )  # fmt: skip
    return Credits(Question(), 0, None, None, "EUR", 1_000, 9, 0, 0, 0, 0, 9, 0, 1.0, rows, None, (), False)


@pytest.mark.usefixtures("console")
@pytest.mark.parametrize(
    ("found", "said"),
    [
        (_found(web=[600, 600], email=[100, 50]), "Most is credited to Web site, by every model alike: 60%."),
        (_found(web=[600, 20], email=[100, 10]), "Most is credited to Web site, whichever model you ask: 2% to 60%."),
        (_found(web=[600, 0], email=[100, 50]), "Models do not agree who is first: Web site gets 0% to 60%"),
        (_found(web=[0, 0]), "No touch came before any order"),
    ],
)
def test_who_gets_most_is_said_for_every_model(found: Credits, said: str) -> None:
    assert said in words.answer(found)
