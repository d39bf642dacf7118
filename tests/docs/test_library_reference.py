"""The reference of the library says what the code says, and all of it is explained."""

import re
from pathlib import Path

from tools.library import page

REFERENCE = Path(__file__).parents[2] / "docs/reference/library.md"


def test_the_reference_of_the_library_says_what_the_docstrings_say() -> None:
    assert REFERENCE.read_text("utf-8") == page(), "make it again: make docs"


def test_the_reference_of_the_library_names_no_place_in_memory() -> None:
    assert not re.search(r"object at 0x|<function|<class", page())


def test_every_way_into_a_shop_is_in_the_reference() -> None:
    for way in ("choral.open_shop", "shop.tables", "shop.plot", "shop.analytics", "shop.customers", "shop.connectors"):
        assert way in page()
