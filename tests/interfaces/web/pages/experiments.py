"""The pages of experiments: the list, a plan, a file, and one experiment with its answer."""

from __future__ import annotations

import numpy as np
import pyarrow

from choral import Shop
from choral.analytics.experiments.door import Arm, Mapping, Plan
from choral.books import SYSTEM
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("experiments", "/measure/experiments", "analytics.view"),
    Page("experiment", "/measure/experiments/of/{experiment}?by=town", "analytics.view"),
    Page("experiment-running", "/measure/experiments/of/{running}", "analytics.view"),
    Page("experiment-new", "/measure/experiments/new", "experiments.manage"),
    Page("experiment-import", "/measure/experiments/import", "experiments.manage"),
]


def fill(shop: Shop) -> None:
    """A file of a postcard test with three arms, and a test that runs."""
    g, rows = np.random.default_rng(3), 3_000
    arms = np.array(["none", "postcard", "e-mail"])[g.integers(0, 3, rows)]
    spent = np.where(g.random(rows) < 0.3, g.gamma(2, 15, rows), 0) + 4 * (arms == "postcard")
    table = pyarrow.table({
        "arm": arms.tolist(), "spent": [f"{one:.2f}" for one in spent],
        "town": np.array(["Lyon", "Lille", "Nice"])[g.integers(0, 3, rows)].tolist(),
    })  # fmt: skip
    experiments = shop.analytics.experiments
    experiments.take(
        SYSTEM, "Postcard in May", table, Mapping("arm", ("spent",), attributes=("town",), money=("spent",))
    )
    plan = Plan("New welcome page", (Arm("control", "as it is", 1, True), Arm("new", "new page")), hypothesis="Calmer")
    experiments.start(SYSTEM, experiments.create(SYSTEM, plan, "welcome"))


def examples(shop: Shop) -> dict[str, str]:
    return {"experiment": "postcard-in-may", "running": "welcome"}
