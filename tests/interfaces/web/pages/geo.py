"""The pages of areas."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from choral import Shop
from choral.analytics.geo.actions import keep_study, keep_table
from choral.analytics.geo.panel import Panel
from choral.analytics.geo.values import Question
from choral.books import SYSTEM, act
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("areas", "/measure/areas", "analytics.view"),
    Page("areas-new", "/measure/areas/new", "studies.manage"),
    Page("area", "/measure/areas/studies/{area}", "analytics.view"),
    Page("area-edit", "/measure/areas/studies/{area}/change", "studies.manage"),
    Page("areas-plan", "/measure/areas/plan?source={area_table}&units=1&grain=day&length=5", "analytics.view"),
]
_NAMES = ("Nord", "Sud", "Est", "Ouest", "Centre", "Alpes", "Marche", "Lago")


def fill(shop: Shop) -> None:
    """Eight regions over 50 days; one of them sells more in the last ten."""
    random, start = np.random.default_rng(3), date(2026, 3, 1)
    values = 1000 + random.normal(0, 60, (50, 1)) + random.normal(0, 10, (50, 8))
    values[40:, 0] += 150
    days = tuple(start + timedelta(days=number) for number in range(50))
    table = act(keep_table, SYSTEM, "Regions", Panel(_NAMES, days, 1, values), ())
    act(keep_study, SYSTEM, Question("Television in the north", ("Nord",), days[40], days[49], table, grain="day"))


def examples(shop: Shop) -> dict[str, str]:
    studies, tables = shop.analytics.geo.studies(), shop.analytics.geo.tables()
    return {"area": studies[0].id, "area_table": tables[0].id} if studies and tables else {}
