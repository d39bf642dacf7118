"""The list of erasures that outlives what was erased: keyed hashes, so that an old backup is cleaned when it returns.

A line of JSON an erasure, in a file of the home and in every backup of it that can be reached. Whoever has the file
without the shop's secret learns how many were erased and when, and nothing else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from choral.core.ids import digest

FILE = "erasures.jsonl"
COPIES = "backups.json"  # where backups of this home were put
_PURPOSE = b"choral erasure"


@dataclass(frozen=True)
class Tombstone:
    """An erasure: its id, when (µs UTC), whether the person must never come back, keyed hashes of identifiers."""

    id: str
    at: int
    never_again: bool
    hashes: tuple[str, ...]


def hashed(secret: bytes, identifiers: Iterable[str]) -> tuple[str, ...]:
    """The hashes of identifiers, sorted; nobody without the secret can try values against them."""
    key = digest(_PURPOSE + secret, 32)
    return tuple(sorted(blake2b(one.encode(), digest_size=16, key=key).hexdigest() for one in identifiers))


def read(folder: Path) -> list[Tombstone]:
    """The erasures a home or a backup knows of; none when it has no file. A line cut by a crash is passed over."""
    return list(_lines(folder / FILE))


def add(home: Path, one: Tombstone) -> int:
    """Write it to the home and to every known backup that is still there; how many backups have it now."""
    _append(home, one)
    reached = 0
    for folder in copies_of(home):
        if (folder / "shop.toml").is_file():
            _append(folder, one)
            reached += 1
    return reached


def copies_of(home: Path) -> list[Path]:
    """The folders this home was backed up to."""
    try:
        return [Path(one) for one in json.loads((home / COPIES).read_text("utf-8"))]
    except (FileNotFoundError, ValueError):
        return []


def note_copy(home: Path, folder: Path) -> None:
    """Remember a backup, so that later erasures reach it."""
    known = [str(one) for one in copies_of(home) if one.is_dir()]
    listed = [*dict.fromkeys([*known, str(folder.resolve())])]
    _write(home / COPIES, json.dumps(listed))


def merge(folder: Path, others: Sequence[Path]) -> list[Tombstone]:
    """Bring what other places (homes, backups, files) know into a folder; all of it, oldest first."""
    known = {one.id: one for one in read(folder)}
    for other in others:
        for one in _lines(other if other.is_file() else other / FILE):
            if one.id not in known:
                _append(folder, one)
                known[one.id] = one
    return sorted(known.values(), key=lambda one: (one.at, one.id))


def _append(folder: Path, one: Tombstone) -> None:
    if any(known.id == one.id for known in read(folder)):
        return
    file = folder / FILE
    begun = file.exists() and not file.read_bytes().endswith(b"\n") and file.stat().st_size > 0
    with file.open("a", encoding="utf-8") as handle:
        handle.write(("\n" if begun else "") + json.dumps(asdict(one)) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    file.chmod(0o600)


def _lines(file: Path) -> Iterator[Tombstone]:
    if not file.is_file():
        return
    for line in file.read_text("utf-8").splitlines():
        try:
            said = json.loads(line)
            yield Tombstone(str(said["id"]), int(said["at"]), bool(said["never_again"]), tuple(said["hashes"]))
        except (ValueError, KeyError, TypeError):
            continue


def _write(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_text(text, "utf-8")
    part.replace(file)
