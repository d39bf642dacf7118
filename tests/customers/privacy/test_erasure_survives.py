"""An erasure is finished whatever happens in the middle, and an old backup does not bring anybody back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from choral.books import Actor
from choral.core.errors import NotFound
from choral.customers.consumer import rebuild
from choral.customers.privacy import tombstones
from choral.home import Home
from choral.interfaces.cli.copies import back_up, restore
from choral.shop import Shop, open_shop
from tests.customers.privacy.living import ANNA, BERT, events_of, lives
from tests.customers.privacy.test_canaries import _flush as flush
from tests.customers.told import Told, dump

STAFF = Actor("member:1")
KILLED = """
import os, signal, sys
from choral import open_shop
from choral.customers.privacy import actions, erasing, searching
from choral.events.lake import erasing as lake
where = sys.argv[2]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def note_step(tx, erasure, step, count, noted=actions.note_step):
    if step == where:
        die()
    noted(tx, erasure, step, count)

actions.note_step = note_step
if where == "positions noted":
    searching.rewrite = die
if where == "views done":
    erasing._books = die
if where == "rows deleted":
    lake.write_deltalake = die
if where == "end":
    actions.finish_erasure = die
shop = open_shop(sys.argv[1])
shop.customers.privacy.work(shop.make_figures_anew)
"""
PLACES = ("remembered", "positions noted", "log", "views done", "people", "refused", "rows deleted", "lake", "figures",
          "bytes", "end")  # fmt: skip


@pytest.fixture(scope="module")
def lived(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home where Anna's erasure is due, closed."""
    folder = shutil.copytree(empty_home, tmp_path_factory.mktemp("lived") / "home")
    with open_shop(folder) as shop:
        told = Told(shop)
        lives(told, ANNA)
        lives(told, BERT)
        flush(shop)
        told.says("web", {"ids": [f"email:{ANNA['email']}"]}, consumed=False)
        shop.customers.privacy.erase(ANNA["email"], STAFF, minutes=0)
    yield folder


@pytest.fixture
def living(lived: Path, tmp_path: Path) -> Home:
    return Home.at(shutil.copytree(lived, tmp_path / "home"))


def assert_gone(shop: Shop) -> None:
    told = Told.__new__(Told)
    told.shop, told.customers = shop, shop.customers
    assert shop.customers.privacy.erasures()[0].state == "done"
    left = repr((events_of(told), dump()))
    assert not [one for one in ANNA.values() if one in left and one not in BERT.values()]
    assert sum(event.amount or 0 for event in events_of(told) if event.name == "Order Completed") == 2 * 5000
    told.consume()
    before = dump()
    rebuild(shop.home, shop.log)
    assert dump() == before


@pytest.mark.parametrize("where", PLACES)
def test_killed_with_minus_nine_anywhere_it_ends_the_same(where: str, living: Home) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, str(living.path), where], env=os.environ.copy(), check=False)
    assert run.returncode == -signal.SIGKILL
    with open_shop(living.path) as shop:
        assert shop.customers.privacy.erasures()[0].state == "running"
        assert shop.customers.privacy.work(shop.make_figures_anew) == 1
        assert_gone(shop)


def test_a_backup_from_before_does_not_bring_an_erased_customer_back(living: Home, tmp_path: Path) -> None:
    back_up(living, tmp_path / "copy")
    with open_shop(living.path) as shop:
        shop.customers.privacy.work(shop.make_figures_anew)
    copy = restore(tmp_path / "copy", tmp_path / "second")
    assert copy.erased == 1
    with open_shop(tmp_path / "second") as shop:
        assert_gone(shop)
        with pytest.raises(NotFound):
            shop.customers.privacy.person("Kanarienvogel")
        assert shop.customers.privacy.person(BERT["email"]).customer


def test_a_backup_that_was_away_is_cleaned_by_the_list_kept_elsewhere(living: Home, tmp_path: Path) -> None:
    back_up(living, tmp_path / "copy")
    (tmp_path / "copy").rename(tmp_path / "vault")
    with open_shop(living.path) as shop:
        shop.customers.privacy.work(shop.make_figures_anew)
    copy = restore(tmp_path / "vault", tmp_path / "second", [living.path / tombstones.FILE])
    assert copy.erased == 1
    with open_shop(tmp_path / "second") as shop:
        assert_gone(shop)


def test_the_list_names_nobody(living: Home) -> None:
    with open_shop(living.path) as shop:
        shop.customers.privacy.work(shop.make_figures_anew)
        text = (living.path / tombstones.FILE).read_text("utf-8")
    assert not [one for one in ANNA.values() if one in text]
    assert len(tombstones.read(living.path)) == 1


def test_a_backup_from_after_is_left_as_it_is(living: Home, tmp_path: Path) -> None:
    with open_shop(living.path) as shop:
        shop.customers.privacy.work(shop.make_figures_anew)
        Told(shop).says("web", {"name": "Page Viewed", "ids": ["card:CANARY-8812"]})
    back_up(living, tmp_path / "copy")
    assert restore(tmp_path / "copy", tmp_path / "second").erased == 0
    with open_shop(tmp_path / "second") as shop:
        assert shop.customers.privacy.person("CANARY-8812").customer, "who came back after the erasure stays"
