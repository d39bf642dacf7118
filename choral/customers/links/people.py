"""The people to be compared, as columns: one row a person, each field in its one spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from choral.customers.links import spelling

if TYPE_CHECKING:
    import pyarrow

FIELDS = ("first_name", "last_name", "name", "email", "phone", "street", "address", "postal_code", "city", "birthday")
_TEXTS = (
    "id", "first", "last", "sound", "birth", "year", "street", "house", "door", "postcode", "town", "email", "local",
    "own", "phone",
)  # fmt: skip


def spelled(person: str, values: Mapping[str, str]) -> dict[str, Any]:
    """One person's row from the fields as written; what is missing is None, so that it says nothing either way."""
    first, last = values.get("first_name", ""), values.get("last_name", "")
    if not (first or last) and values.get("name"):
        first, last = spelling.divided(values["name"])
    street, house = spelling.address(values.get("street") or values.get("address") or "")
    birth, year = spelling.birth(values.get("birthday", ""))
    email, local = spelling.mail(values.get("email", ""))
    plain = spelling.first_name(first)
    surname = spelling.last_name(last)
    row: dict[str, Any] = {
        "id": person, "first": plain, "last": surname, "sound": spelling.sound(surname), "birth": birth, "year": year,
        "street": street, "house": house, "door": f"{street} {house}" if street and house else "",
        "postcode": spelling.postcode(values.get("postal_code", "")), "town": spelling.town(values.get("city", "")),
        "email": email, "local": local, "own": spelling.own(local, plain, surname),
        "phone": spelling.phone(values.get("phone", "")),
    }  # fmt: skip
    return {name: value or None for name, value in row.items()} | {"roots": spelling.roots(plain) or None}


def table(rows: Iterable[Mapping[str, Any]]) -> pyarrow.Table:
    """Rows of `spelled` as an Arrow table: texts, `roots` a list of texts; without those that say too little."""
    import pyarrow  # deferred: 100 ms that the command line's help must not pay

    kept = [row for row in rows if _says_enough(row)]
    columns: dict[str, Any] = {
        name: pyarrow.array([row[name] for row in kept], pyarrow.string()) for name in _TEXTS
    }  # fmt: skip
    columns["roots"] = pyarrow.array([row["roots"] for row in kept], pyarrow.list_(pyarrow.string()))
    return pyarrow.table(columns)


def _says_enough(row: Mapping[str, Any]) -> bool:
    """A name and one thing more, or two things that reach somebody: less could only ever be guessed at."""
    more = sum(row[name] is not None for name in ("birth", "street", "email", "phone", "postcode", "town"))
    named = row["last"] is not None or row["first"] is not None
    return more >= 1 if named else more >= 2
