"""Words nobody else has are planted wherever a person can leave them; after the erasure no file of the home has one."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet
import pytest
import zstandard

from choral.books import Actor, act
from choral.books.idempotency import Answer, Once, once
from choral.connectors.values import Changes
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets
from choral.customers.records.actions import rectify
from choral.events.lake import writer
from choral.interfaces.web.actions import save_view
from choral.shop import Shop
from tests.customers.told import Told

STAFF = Actor("member:1")
WORDS = {
    "email": "zkanari.mail@example.fr", "phone": "+33 6 39 98 77 66", "card": "ZKANARICARD77", "first": "Zkanarina",
    "last": "Zkanarowski", "street": "17 rue Zkanarienne", "query": "zkanariquery", "title": "zkanarititle",
    "note": "zkanarinote", "browser": "zkanaribrowser", "hobby": "zkanarihobby", "old": "zkanari.old@example.fr",
    "engraving": "zkanariengraving", "agent": "zkanariagent", "message": "zkanarimessage",
}  # fmt: skip
CANARIES = [one for key, one in WORDS.items() if key != "phone"] + ["39987766", "39 98 77 66"]
OTHERS = 300


@pytest.fixture
def shop_with_canaries(shop: Shop) -> Told:
    told = Told(shop)
    for round_ in range(3):  # others before, between and after, so that pages split and are written over
        told.says("till", *(_other(round_ * OTHERS + number) for number in range(OTHERS)))
        _plant(told, round_)
        _flush(shop)
    return told


def _other(number: int) -> dict[str, object]:
    return {"name": "Customer Identified", "ids": [f"card:o{number}", f"email:o{number}@example.fr"],
            "traits": {"first_name": f"Otto{number}", "last_name": "Other", "street": "1 rue Autre"}}  # fmt: skip


def _plant(told: Told, round_: int) -> None:
    card, browser = f"card:{WORDS['card']}", f"anonymous:{WORDS['browser']}"
    traits = {
        "first_name": WORDS["first"], "last_name": WORDS["last"], "phone": WORDS["phone"], "street": WORDS["street"],
        "hobby": f"{WORDS['hobby']} {round_}", "city": f"Lyon {round_}",
    }  # fmt: skip
    order = {
        "order_id": f"z{round_}", "total": 10.0, "currency": "EUR", "note": WORDS["note"],
        "products": [{"product_id": "p1", "quantity": 1, "total": 10.0, "engraving": WORDS["engraving"]}],
    }  # fmt: skip
    told.says(
        "till",
        {"name": "Customer Identified", "ids": [card, f"email:{WORDS['email']}"], "traits": traits},
        {"name": "Customer Identified", "ids": [card, f"email:{WORDS['old']}"], "traits": {}},
        {"name": "Order Completed", "ids": [card], "properties": order},
    )
    told.says(
        "web",
        {"name": "Customer Identified", "ids": [browser, f"email:{WORDS['email']}"], "traits": {}},
        {"name": "Page Viewed", "ids": [browser], "context": {"userAgent": WORDS["agent"]},
         "properties": {"title": WORDS["title"], "path": f"/{WORDS['card']}"}},
        {"name": "Products Searched", "ids": [browser], "id": f"{WORDS['message']}-{round_}",
         "properties": {"query": WORDS["query"]}},
        {"name": "Page Viewed", "ids": ["card:o1"], "properties": {"referrer": f"/?mail={WORDS['email']}"}},
        consumed=round_ < 2,  # the last are still on their way, personal parts and all
    )  # fmt: skip


def _plant_beside(shop: Shop) -> None:
    """Refused, imported, saved, answered, corrected, on its way: where no event of the time line is."""
    source = shop.events.source("web")
    for said in (WORDS["email"], WORDS["card"], f"{WORDS['first']} {WORDS['last']}", WORDS["phone"]):
        shop.events.accept(source, [{"name": "", "ids": ["card:x"], "properties": {"to": said, "n": WORDS["note"]}}])
    rows = f"number;email;name\n{WORDS['card']};{WORDS['email']};{WORDS['note']}\n7;seven@example.fr;Seven\n"
    made = shop.connectors.upload(f"{WORDS['first']} {WORDS['last']}.csv", io.BytesIO(rows.encode()), STAFF)
    shop.connectors.describe(made.id, Changes(kind="customers"), STAFF)
    bad = f"number;email;name\n{WORDS['card']};nomail;{WORDS['note']}\n8;nomail;Eight\n"
    refused = shop.connectors.upload("bad.csv", io.BytesIO(bad.encode()), STAFF)
    shop.connectors.run(refused.id, STAFF)
    act(save_view, STAFF, 1, "customers", "mine", f"find={WORDS['first']}+{WORDS['last']}")
    once(STAFF, Once.of("key:1", "k1", b"PATCH"), lambda: Answer(200, f'{{"email": "{WORDS["email"]}"}}'.encode()))
    act(rectify, STAFF, f"card:{WORDS['card']}", "street", f"18 {WORDS['street']}")
    act(_tell, STAFF)


def _tell(tx) -> None:  # type: ignore[no-untyped-def]
    """A fact about the person with a personal part, not yet relayed."""
    ids = (f"card:{WORDS['card']}",)
    fact = Event(str(new_id(tx.now)), "Note Written", tx.now, ids, properties=sets.raw({"text": WORDS["note"]}))
    tx.tell(fact, {"traits": {"remark": WORDS["hobby"]}, "identifiers": {}})


def _flush(shop: Shop) -> None:
    writer.flush(shop.home.lake, shop.log, shop.customers.status().position, lambda after, upto: ())
    shop.analytics.refresh(shop.customers.identity_map(), shop.customers.identity_version())
    shop.analytics.prepare()


def found_in(folder: Path) -> dict[str, list[str]]:
    """The canaries in each file: its raw bytes, Parquet decoded, and every packed value of a database unpacked."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        content = file.read_bytes().lower()
        if file.suffix == ".parquet":
            content += repr(pyarrow.parquet.read_table(file).to_pylist()).lower().encode()
        if file.suffix == ".db":
            content += _unpacked(file)
        hits = [one for one in CANARIES if one.lower().encode() in content]
        if hits:
            found[str(file.relative_to(folder))] = hits
    return found


def _unpacked(file: Path) -> bytes:
    parts = []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f"SELECT * FROM {table}"):
                for value in row:
                    if isinstance(value, bytes) and value[:4] == b"\x28\xb5\x2f\xfd":
                        value = zstandard.ZstdDecompressor().decompress(value)
                    parts.append(value if isinstance(value, bytes) else str(value).encode())
    return b"\n".join(parts).lower()


def test_no_file_of_the_home_has_a_word_of_an_erased_person(shop_with_canaries: Told, tmp_path: Path) -> None:
    told, shop = shop_with_canaries, shop_with_canaries.shop
    _plant_beside(shop)
    engine = "postgres" if shop.home.books_url.startswith("postgresql") else "sqlite"
    planted = found_in(shop.home.path)
    assert {word for words in planted.values() for word in words} >= set(CANARIES) if engine == "sqlite" else planted
    made = told.customers.privacy.erase(WORDS["email"], STAFF, minutes=0)
    assert told.customers.privacy.work(shop.make_figures_anew) == 1
    assert told.customers.privacy.erasure(made.id).state == "done"
    assert found_in(shop.home.path) == {}
    assert _in_postgres() == []
    assert told.customers.search("Otto5", personal=True)
    assert len(list(shop.log.every_rejected())) >= 4


def _in_postgres() -> list[str]:
    """The tables of a PostgreSQL that still say a canary; its files are the database's own matter."""
    from django.db import connections

    if connections["default"].vendor != "postgresql":
        return []
    left = []
    for schema in ("books", "views", "log"):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [schema])
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT * FROM {schema}.{table}")
                content = repr([[_plain(value) for value in row] for row in cursor.fetchall()]).lower()
                left += [f"{schema}.{table}: {one}" for one in CANARIES if one.lower() in content]
    return left


def _plain(value: object) -> object:
    if not isinstance(value, bytes | memoryview):
        return value
    content = bytes(value)
    return zstandard.ZstdDecompressor().decompress(content) if content[:4] == b"\x28\xb5\x2f\xfd" else content
