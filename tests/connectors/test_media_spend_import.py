"""A media plan and the platforms' own reports are taken in as spend; a file of costs leaves products' names alone."""

from __future__ import annotations

import io
from typing import Any

import pytest

from choral import Shop
from choral.analytics import duck
from choral.books import Actor
from choral.connectors.values import Draft
from choral.events.lake.datasets import Datasets

WHO = Actor("member:1")
PLAN = """Canal;Campagne;Début;Fin;Montant;Devise
Télé;Printemps;01/03/2026;14/03/2026;12 500,00;EUR
Affichage;Printemps;02/03/2026;08/03/2026;3 000,50;EUR
Presse;;01/03/2026;;900,00;EUR
Radio;;15/03/2026;01/03/2026;100,00;EUR
Radio;;15/03/2026;;-5,00;EUR
Télé;Printemps;01/03/2026;31/03/2026;1,00;EUR
"""
META = {
    "en": "Campaign name,Ad set name,Reporting starts,Reporting ends,Amount spent (EUR),Impressions,Link clicks\n"
    "Spring,Women,2026-03-01,2026-03-07,120.35,20000,310\n",
    "fr": "Nom de la campagne,Nom de l’ensemble de publicités,Début des rapports,Fin des rapports,"
    "Montant dépensé (EUR),Impressions,Clics sur un lien\nSpring,Women,2026-03-01,2026-03-07,120.35,20000,310\n",
    "it": "Nome della campagna,Nome del gruppo di inserzioni,Inizio del report,Fine del report,Importo speso (EUR),"
    "Impression,Clic sul link\nSpring,Women,2026-03-01,2026-03-07,120.35,20000,310\n",
}
GOOGLE = "Campaign,Ad group,Day,Currency code,Cost,Impr.,Clicks\nBrand,Exact,2026-03-01,EUR,44.10,900,61\n"


def rows(shop: Shop, name: str = "spend") -> list[dict[str, Any]]:
    with duck.connect("UTC") as database:
        return duck.rows(duck.table(database, f"FROM {Datasets(shop.home.lake).scan(name)} ORDER BY ALL"))  # noqa: S608


def give(shop: Shop, text: str, name: str = "plan.csv") -> Draft:
    return shop.connectors.upload(name, io.BytesIO(text.encode()), WHO)


def test_a_french_media_plan_is_taken_in_whole_and_its_impossible_rows_are_told(shop: Shop) -> None:
    draft = give(shop, PLAN)
    assert (draft.kind, draft.problems) == ("spend", ())
    tried = shop.connectors.dry_run(draft.id)
    assert tried.reasons == {"ends_before_start": 1, "below_zero": 1, "line_twice": 1}
    done = shop.connectors.run(draft.id, WHO)
    assert (done.state, done.new, done.refused_rows) == ("done", 3, 3)
    found = [(row["channel"], str(row["starts"]), str(row["ends"]), row["amount"]) for row in rows(shop)]
    assert found == [
        ("outdoor", "2026-03-02", "2026-03-08", 300_050),
        ("print", "2026-03-01", "2026-03-01", 90_000),
        ("television", "2026-03-01", "2026-03-14", 1_250_000),
    ]
    shop.connectors.undo(draft.id, WHO)
    assert rows(shop) == []


@pytest.mark.parametrize("language", META)
def test_a_report_of_meta_ads_needs_no_column_for_its_channel(shop: Shop, language: str) -> None:
    draft = give(shop, META[language])
    assert (draft.kind, draft.problems) == ("spend", ())
    shop.connectors.run(draft.id, WHO)
    [row] = rows(shop)
    assert (row["channel"], row["creative"], row["amount"], row["currency"], row["clicks"]) == (
        "social", "Women", 12_035, "EUR", 310,
    )  # fmt: skip


def test_a_report_of_google_ads_needs_no_column_for_its_channel(shop: Shop) -> None:
    draft = give(shop, GOOGLE)
    assert (draft.kind, draft.problems) == ("spend", ())
    shop.connectors.run(draft.id, WHO)
    [row] = rows(shop)
    assert (row["channel"], row["campaign_id"], row["amount"], row["impressions"]) == ("search", "Brand", 4_410, 900)


def test_a_plan_without_its_channel_is_not_imported_by_guess(shop: Shop) -> None:
    assert give(shop, "First day,Amount,Note\n2026-03-01,10.00,x\n").problems == ("missing_one_of:medium",)


def test_the_same_plan_again_counts_nothing_twice_and_a_correction_replaces_its_line(shop: Shop) -> None:
    for amount in ("10.00", "10.00", "12.00"):
        shop.connectors.run(give(shop, f"Channel,Start,Amount\nRadio,2026-03-01,{amount}\n").id, WHO)
    assert [row["amount"] for row in rows(shop)] == [1_200]


def test_a_file_of_costs_leaves_the_names_of_products_alone(shop: Shop) -> None:
    shop.connectors.run(give(shop, "Product id,Name,Department\nP1,Scarf,Clothing\nP2,Coat,Clothing\n").id, WHO)
    draft = give(shop, "Product id,Cost price\nP1,4.20\nP3,1.00\n")
    assert draft.kind == "products"
    shop.connectors.run(draft.id, WHO)
    found = {row["product_id"]: (row["name"], row["cost"]) for row in rows(shop, "products")}
    assert found == {"P1": ("Scarf", 420), "P2": ("Coat", None), "P3": (None, 100)}
