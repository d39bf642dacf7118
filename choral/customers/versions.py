"""Views kept as files: a finished version is a folder swapped in whole, and a pointer says which one is current."""

from __future__ import annotations

import shutil
from pathlib import Path

_CURRENT = "current"


def root(lake: str, view: str) -> Path:
    """Where the versions of a view are kept: beside the lake's tables."""
    return Path(lake.removeprefix("file://")) / view


def current(folder: Path) -> str | None:
    """The name of the newest finished version; one small read, so it may be asked at each request."""
    try:
        return (folder / _CURRENT).read_text("utf-8")
    except FileNotFoundError:
        return None


def begin(folder: Path, name: str) -> Path:
    """An empty folder to build a version in."""
    building = folder / f"building-{name}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    return building


def swap(folder: Path, building: Path, name: str) -> None:
    """Put a finished version in place; all but it and the one before go, so that its readers are not disturbed."""
    before = current(folder)
    shutil.rmtree(folder / name, ignore_errors=True)
    building.rename(folder / name)
    pointer = folder / f"{_CURRENT}.new"
    pointer.write_text(name, "utf-8")
    pointer.replace(folder / _CURRENT)
    for one in folder.iterdir():
        if one.is_dir() and one.name not in (name, before):
            shutil.rmtree(one, ignore_errors=True)


def drop_old(folder: Path) -> int:
    """Delete every version but the current one, after an erasure; how many."""
    kept, gone = current(folder), 0
    for one in folder.iterdir() if folder.is_dir() else ():
        if one.is_dir() and one.name != kept:
            shutil.rmtree(one, ignore_errors=True)
            gone += 1
    return gone


def drop(folder: Path) -> bool:
    """Throw a view away; whoever makes it makes it anew. Whether there was one."""
    there = folder.exists()
    shutil.rmtree(folder, ignore_errors=True)
    return there
