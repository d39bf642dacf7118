"""What the town's shop has in its own books and no event says: the cost of its products, and what its media cost."""

import argparse
import csv
import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from simulator.town.catalogue import CURRENCY, SHELF, build_catalogue, money
from simulator.town.words import DEPARTMENTS

_PRODUCTS = ("product_id", "name", "department", "cost")
_SPEND = ("channel", "campaign_id", "starts", "ends", "amount", "currency", "impressions")


def products(seed: int) -> Iterable[dict[str, str]]:
    """The catalogue with the cost of one piece, in major units."""
    catalogue = build_catalogue(seed)
    for place, text in enumerate(catalogue.fields):
        cost = int(catalogue.price[place]) - int(catalogue.margin[place])
        name = str(json.loads(f"{{{text}}}")["name"])
        yield {
            "product_id": catalogue.product_id[place],
            "name": name,
            "department": DEPARTMENTS[place // SHELF],
            "cost": money(cost),
        }


def spend(truth: Path, start: date) -> Iterable[dict[str, str]]:
    """What each campaign of a played run cost: its touches times their price, on the days it ran."""
    with (truth / "campaigns.jsonl").open(encoding="utf-8") as lines:
        for campaign in map(json.loads, lines):
            starts = start + timedelta(days=campaign["first_day"])
            yield {
                "channel": campaign["channel"],
                "campaign_id": campaign["campaign_id"],
                "starts": starts.isoformat(),
                "ends": (starts + timedelta(days=campaign["days"] - 1)).isoformat(),
                "amount": money(round(campaign["touches"] * campaign["cost_cents_per_touch"])),
                "currency": CURRENCY,
                "impressions": str(campaign["touches"]),
            }


def _write(file: Path, names: tuple[str, ...], rows: Iterable[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.DictWriter(out, names)
        sheet.writeheader()
        sheet.writerows(rows)


def main() -> int:
    """`python -m simulator.ledgers TRUTH PRODUCTS SPEND [--start DAY --seed S]`, after the town was played."""
    parser = argparse.ArgumentParser(prog="python -m simulator.ledgers", description=__doc__)
    parser.add_argument("truth", type=Path, help="the folder the town wrote its truth to")
    parser.add_argument("products", type=Path, help="CSV of products with their cost")
    parser.add_argument("spend", type=Path, help="CSV of media spend")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 1, 1))
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    _write(given.products, _PRODUCTS, products(given.seed))
    _write(given.spend, _SPEND, spend(given.truth, given.start))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
