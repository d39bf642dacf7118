"""The book of truth: one JSON-lines file per subject, or nothing at all when no folder is given."""

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO


class Book:
    """Collects lines per file and the persons seen behind each identifier; close it to have all on disk."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._files: dict[str, TextIO] = {}
        self._behind: dict[str, set[tuple[str, int]]] = {"anonymous_id": set(), "user_id": set()}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def kept(self) -> bool:
        """Whether anything is written; lets callers skip the work of making lines."""
        return self.folder is not None

    def lines(self, subject: str, lines: Iterable[str]) -> None:
        """Append JSON objects to `<subject>.jsonl`."""
        if self.folder is None:
            return
        file = self._files.get(subject)
        if file is None:
            # A book is open for a whole run; close() ends it.
            file = (self.folder / f"{subject}.jsonl").open("w", encoding="utf-8")
            self._files[subject] = file
        file.writelines(f"{line}\n" for line in lines)

    def saw(self, kind: str, values: list[str], people: list[int]) -> None:
        """Persons (-1 = a robot) who really stood behind the JSON values; "null" is nobody's name."""
        if self.kept:
            self._behind[kind].update(zip(values, people, strict=True))

    def behind(self, kind: str) -> dict[str, list[int]]:
        """Plain identifier → sorted numbers of the persons who used it (a robot's have none)."""
        found: dict[str, list[int]] = {}
        for value, person in sorted(self._behind[kind]):
            if value != "null":
                found.setdefault(value.strip('"'), []).extend([person] if person >= 0 else [])
        return found

    def close(self) -> None:
        for file in self._files.values():
            file.close()


def person_name(person: int) -> str:
    """The truth's name of a person."""
    return f"p{person:06d}"


def device_name(device: int) -> str:
    """The truth's name of a device."""
    return f"d{device:06d}"
