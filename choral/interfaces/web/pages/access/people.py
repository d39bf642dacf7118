"""The people of identifiers: a name and a link where there is a customer, the identifier otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from choral.interfaces.web.tables import Cell
from choral.shop import current_shop


def cells(identifiers: Iterable[str], personal: bool) -> dict[str, Cell]:
    """By identifier the cell that shows who it is; nobody's ("") is empty."""
    customers = current_shop().customers
    wanted = {one for one in identifiers if one}
    found = customers.resolve(wanted)
    names = {row.id: row.name for row in customers.rows(dict.fromkeys(found.values()), personal)}
    shown = {"": Cell("")}
    for one in wanted:
        number = found.get(one)
        kind, _, value = one.partition(":")
        plain = f"{kind} •••" if value.startswith("#") else one
        name = names.get(number, "") if number else ""
        shown[one] = Cell(name or plain, href=reverse("customer", args=[number])) if number else Cell(plain)
    return shown
