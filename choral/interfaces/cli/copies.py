"""A consistent copy of a running home, and a home made from one.

The lake is copied first, then the views, and log and books last, both as they are at one moment: so nothing in the
copy is ahead of its log, and what a copy lacks is made again from the log. While that moment is fixed (some
milliseconds) no book can change. Marts are left out: they are made from the rest.

Who was erased since a backup was taken is erased from the home made from it before anybody can open that: the list of
erasures is looked for in the backup, in homes with the same secret, and where the caller says.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from choral.core.errors import Conflict, InvalidInput, NotFound, Unsupported
from choral.customers.privacy import tombstones
from choral.home import Home, homes_folder

_FILES = ("shop.toml", "secret.key", "demo.json", tombstones.FILE)
_FOLDERS = ("imports",)
_DATABASES = ("books.db", "log.db", "views.db")


@dataclass(frozen=True)
class Copy:
    """What was copied: where to, events in its log, bytes."""

    folder: str
    events: int
    bytes: int
    erased: int = 0  # customers who were erased since the backup, and now again


def back_up(home: Home, folder: Path) -> Copy:
    """Copy a home into a new folder. Raises `Conflict` (folder there), `Unsupported` (engines elsewhere)."""
    if not home.books_url.startswith("sqlite:") or not home.log_url.startswith("sqlite:") or "://" in home.lake:
        raise Unsupported(
            "engines_elsewhere",
            "This shop keeps its books, log or lake outside its folder.",
            "Its databases can only be copied by their own means.",
            "Use pg_dump for the schemas books, views and log, and copy the lake before them.",
        )
    _new(folder)
    with _whole_or_nothing(folder) as part:
        if Path(home.lake).is_dir():
            copy_lake(Path(home.lake), part / "lake")
        if (home.path / "views.db").exists():
            with closing(_connect(home.path / "views.db")) as views:
                _copy_database(views, part / "views.db")
        _copy_log_and_books(home.path, part)
        _copy_files(home.path, part)
    tombstones.note_copy(home.path, folder)
    return _described(folder)


def restore(folder: Path, place: Path, lists: Sequence[Path] = ()) -> Copy:
    """Make the home `place` from a backup, after checking every database of it. `InvalidInput` for a broken one.

    `lists`: files (or homes) with erasures that neither the backup nor a home of this machine knows.
    """
    if not (folder / "shop.toml").is_file():
        raise NotFound("no_backup", f"There is no backup in {folder}.", "It has no shop.toml.", status=404)
    _new(place)
    for name in _DATABASES:
        if (folder / name).exists():
            _check(folder / name)
    with _whole_or_nothing(place) as part:
        _copy_files(folder, part)
        for name in _DATABASES:
            if (folder / name).exists():
                shutil.copy2(folder / name, part / name)
        if (folder / "lake").is_dir():
            shutil.copytree(folder / "lake", part / "lake")
        forgotten = _forget_again(part, [folder, *_homes_alike(folder), *lists])
    return replace(_described(place), erased=forgotten)


def copy_lake(lake: Path, target: Path) -> None:
    """Copy every table: first its log, then the files, which are kept an hour after the log lets go of them."""
    tables = [log.parent for log in sorted(lake.glob("*/_delta_log"))]
    for table in tables:
        for entry in sorted((table / "_delta_log").iterdir()):
            _copy_file(entry, target / table.name / "_delta_log" / entry.name)
    for table in tables:
        for file in sorted(table.rglob("*.parquet")):
            if "_delta_log" not in file.parts:
                _copy_file(file, target / file.relative_to(lake))


def _homes_alike(folder: Path) -> list[Path]:
    """Homes on this machine that are the same shop: they have its secret."""
    secret = folder / "secret.key"
    if not secret.is_file():
        return []
    return [file.parent for file in homes_folder().glob("*/secret.key") if file.read_bytes() == secret.read_bytes()]


def _forget_again(part: Path, lists: Sequence[Path]) -> int:
    """Erase from a home made from a backup whoever was erased after that was taken; how many customers."""
    stones = tombstones.merge(part, lists)
    if not stones:
        return 0
    from choral.shop import open_shop  # deferred: engines are loaded when somebody has to be erased

    shop = open_shop(part)
    try:
        return shop.customers.privacy.forget_again(stones, shop.make_figures_anew)
    finally:
        shop.close()


def _copy_log_and_books(home: Path, part: Path) -> None:
    """Both as of one moment: no book may change while the log's state is fixed (see the outbox and personal parts)."""
    with closing(_connect(home / "books.db")) as books, closing(_connect(home / "log.db")) as log:
        with closing(_connect(home / "books.db")) as gate:
            gate.execute("BEGIN IMMEDIATE")
            for database in (books, log):
                database.execute("BEGIN")
                database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            gate.execute("ROLLBACK")
        _copy_database(books, part / "books.db")
        _copy_database(log, part / "log.db")


def _copy_database(source: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _copy_files(source: Path, part: Path) -> None:
    for name in _FILES:
        if (source / name).exists():
            shutil.copy2(source / name, part / name)
    for name in _FOLDERS:
        if (source / name).is_dir():
            shutil.copytree(source / name, part / name)


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # tidied away since the folder was read
        shutil.copy2(source, target)


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=30, isolation_level=None)


def _check(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            answer = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise InvalidInput(
            "broken_backup",
            f"The backup's {file.name} is damaged.",
            f"Its check says: {answer}.",
            "Use another backup.",
        )


def _new(folder: Path) -> None:
    if folder.exists():
        raise Conflict("folder_exists", f"{folder} is there already.", fix="Give a new name.", status=409)


@contextmanager
def _whole_or_nothing(folder: Path) -> Iterator[Path]:
    """A folder that gets its name when everything is in it."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        yield part
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _described(folder: Path) -> Copy:
    with closing(sqlite3.connect(f"file:{folder / 'log.db'}?mode=ro", uri=True)) as log:
        events = log.execute("SELECT coalesce(max(first + count - 1), 0) FROM batches").fetchone()[0]
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Copy(str(folder), int(events), size)
