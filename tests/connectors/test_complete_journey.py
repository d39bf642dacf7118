"""The demo's data arrive whole, by the way every connector's data take: the published counts are the shop's figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from choral import Shop, open_shop
from choral.connectors.complete_journey import CONNECTOR, load
from choral.connectors.contract import Connector
from choral.customers.consumer import consume
from choral.events.lake import writer
from choral.events.lake.datasets import Datasets
from choral.home import Home
from tests.promises.connector import ConnectorPromises


class TestTheCompleteJourney(ConnectorPromises):
    """The promises of connectors."""

    @pytest.fixture
    def connector(self) -> Connector:
        return CONNECTOR


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the whole year was loaded."""
    home = Home.make(
        tmp_path_factory.mktemp("journey") / "home", name="The Complete Journey", currency="USD", region="US",
        time_zone="America/New_York",
    )  # fmt: skip
    shop = open_shop(home.path)
    load(shop)
    while consume(shop.home, shop.log):
        pass
    writer.flush(home.lake, shop.log, shop.log.head(), lambda after, upto: ())
    shop.analytics.refresh(shop.customers.identity_map(), shop.customers.identity_version())
    shop.close()
    return home.path


@pytest.fixture
def journey(place: Path) -> Iterator[Shop]:
    shop = open_shop(place)
    yield shop
    shop.close()


def test_the_published_counts_are_the_shops_figures(journey: Shop) -> None:
    as_of = journey.analytics.as_of()
    assert journey.customers.count() == 2_469
    assert as_of.orders == 155_848
    figures = journey.analytics.overview()
    assert figures.figure("orders").value == 155_848
    assert figures.figure("sales").value == 459_603_958  # cents
    counted = journey.analytics.sql(
        "SELECT count(*) AS lines, sum(total) AS paid, count(DISTINCT store_id) AS stores FROM order_lines"
    ).to_arrow()
    assert counted.column("lines")[0].as_py() == 1_469_307
    assert counted.column("paid")[0].as_py() == 459_603_958


def test_campaigns_coupons_and_placements_are_all_there(journey: Shop) -> None:
    datasets = Datasets(journey.home.lake)
    assert (datasets.rows("campaigns"), datasets.rows("coupons")) == (27, 116_204)
    assert (datasets.rows("products"), datasets.rows("placements")) == (92_331, 20_940_529)
    campaigns = journey.analytics.campaigns()
    assert len(campaigns) == 27
    assert sum(one.redemptions for one in campaigns) == 2_102
    assert sum(one.reached for one in campaigns) == 6_589


def test_the_households_with_demographics_have_them_as_traits(journey: Shop) -> None:
    found = journey.customers.resolve(["card:1"])["card:1"]
    traits = {one.field: one.value for one in journey.customers.get(found).traits}
    assert traits["age_band"] == "65+" and traits["income_band"] == "35-49K" and traits["kids"] == "0"
    assert journey.events.rejected_counts() == {}


def test_loading_again_changes_nothing(journey: Shop) -> None:
    head = journey.log.head()
    assert load(journey) == 0
    assert journey.log.head() == head
