"""The shop's made-up catalogue: departments, products, prices and margins in integer cents."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Ints
from simulator.chance import chance
from simulator.town.words import ADJECTIVES, BASE_PRICE_CENTS, BRANDS, DEPARTMENTS, NOUNS

CURRENCY = "EUR"
# A prime number of products per department: walking it by any step meets each product once.
SHELF = 23


@dataclass(frozen=True)
class Catalogue:
    """Product p stands in department p // SHELF; `fields` is its JSON members without the braces."""

    price: Ints
    margin: Ints
    product_id: list[str]
    fields: list[str]


def money(cents: int) -> str:
    """Integer cents as the JSON number in major units that retailers send."""
    return f"{cents // 100}.{cents % 100:02d}"


def build_catalogue(seed: int) -> Catalogue:
    """The same catalogue for the same seed."""
    g = chance(seed, "catalogue")
    count = len(DEPARTMENTS) * SHELF
    base = np.repeat(np.array(BASE_PRICE_CENTS), SHELF)
    price = (base * g.lognormal(0, 0.45, count)).astype(np.int64) // 100 * 100 + 90
    margin = (price * g.uniform(0.18, 0.55, count)).astype(np.int64)
    brands = g.integers(len(BRANDS), size=count)
    ids = [f"P-{p // SHELF:02d}{p % SHELF:02d}" for p in range(count)]
    fields = [_fields(p, ids[p], int(price[p]), BRANDS[brands[p]]) for p in range(count)]
    return Catalogue(price, margin, ids, fields)


def product_at(department: Ints, first: Ints, step: Ints, place: Ints | int) -> Ints:
    """The product met at `place` when a department's shelf is walked from `first` by `step`."""
    product: Ints = department * SHELF + (first + step * place) % SHELF
    return product


def _fields(product: int, product_id: str, price: int, brand: str) -> str:
    department = product // SHELF
    noun = NOUNS[department][product % len(NOUNS[department])]
    name = f"{ADJECTIVES[product % len(ADJECTIVES)]} {noun}"
    return (
        f'"product_id":"{product_id}","sku":"SKU{product_id[2:]}","name":"{name}","brand":"{brand}",'
        f'"category":"{DEPARTMENTS[department]}","price":{money(price)},'
        f'"url":"https://shop.example/p/{product_id}"'
    )
