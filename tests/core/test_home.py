"""A home is made once, found by name, keeps its secret to its owner, and says what to do when it is missing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from choral.core.errors import InvalidInput, NotFound
from choral.home import Home
from choral.settings import database


def test_a_home_is_made_once_and_then_found(tmp_path: Path) -> None:
    made = Home.make(tmp_path / "shop", name='Chez "Nous" \\ Fils', currency="USD")
    assert Home.make(tmp_path / "shop", name="Another") == made == Home.at(tmp_path / "shop")
    assert made.name == 'Chez "Nous" \\ Fils' and made.currency == "USD"


def test_a_bare_name_is_found_among_the_homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHORAL_HOMES", str(tmp_path))
    assert Home.make("corner").path == tmp_path / "corner"


def test_a_missing_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="choral init"):
        Home.at(tmp_path / "nowhere")


def test_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="colour"):
        Home.make(tmp_path / "x", colour="blue")


def test_the_secret_is_random_stable_and_the_owner_s_alone(tmp_path: Path) -> None:
    one, other = Home.make(tmp_path / "a"), Home.make(tmp_path / "b")
    assert len(one.secret) == 32 and one.secret == one.secret != other.secret
    assert (one.path / "secret.key").stat().st_mode & 0o077 == 0
    assert one.path.stat().st_mode & 0o077 == 0


def test_one_variable_moves_the_books_to_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home.make(tmp_path / "a")
    assert database(home.books_url, "books")["ENGINE"].endswith("sqlite3")
    monkeypatch.setenv("CHORAL_BOOKS_URL", "postgresql://me:p%40ss@db.example:5433/shop")
    described = database(home.books_url, "books")
    assert (
        described["ENGINE"].endswith("postgresql") and described["PASSWORD"] == "p@ss" and described["PORT"] == "5433"
    )
    assert "search_path=books" in described["OPTIONS"]["options"]
    assert "search_path=views" in database(home.views_url, "views")["OPTIONS"]["options"]


@pytest.mark.parametrize("name", ["Two\nlines", "tab\t", "nul\0", "\x7f", "“é” 東京 \\u0041", '"""', "# no comment"])
def test_any_name_comes_back_as_it_was_given(tmp_path: Path, name: str) -> None:
    assert Home.make(tmp_path / "shop", name=name).name == name


def test_a_broken_settings_file_says_which_it_is(tmp_path: Path) -> None:
    home = Home.make(tmp_path / "shop")
    (home.path / "shop.toml").write_text("name = ")
    with pytest.raises(InvalidInput, match=r"shop\.toml cannot be read"):
        Home.at(home.path)


def test_many_who_ask_for_the_secret_first_all_get_the_same_whole_one(tmp_path: Path) -> None:
    home = Home.make(tmp_path / "shop")
    with ThreadPoolExecutor(8) as askers:
        found = set(askers.map(lambda _: home.secret, range(64)))
    assert len(found) == 1 and len(found.pop()) == 32
    assert not list(home.path.glob("*.part"))
