"""Country packs: the rules of a country as dated data in a TOML file that a lawyer can read and change.

A file `consent/<country>.toml` in the shop's home takes the place of the one that comes with Choral, whole.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from choral.core.clock import to_datetime
from choral.core.errors import InvalidInput
from choral.customers.consent.calendar import DAYS, EVE, HOLIDAY, Holiday, Hours, Window
from choral.customers.consent.rules import BASES, CHANNELS, CONSENT

_OURS = Path(__file__).parent / "packs"
Texts = Mapping[str, str]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a country, from a day (included) to a day (excluded), with its source.

    `kind`: hours (in which `windows`), basis (`allowed` bases), calls (`attempts` in `days`, `rest` days after a
    refusal), register (the opposition list `list` must be asked, at most `most_days` old), duty (to be known).
    `sure` is false where the exact wording could not be read; `signed_by` and `signed_on`: the lawyer who checked it.
    """

    kind: Literal["hours", "basis", "calls", "register", "duty"]
    channels: tuple[str, ...]
    text: Texts
    law: str
    source: str
    sure: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    windows: tuple[Window, ...] = ()
    allowed: tuple[str, ...] = ()
    attempts: int | None = None
    days: int | None = None
    rest: int | None = None
    list: str = ""
    label: str = ""
    most_days: int = 31
    signed_by: str = ""
    signed_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day < self.valid_to)


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of a country (ISO 3166-1). `checked`: the day the sources were last looked at."""

    country: str
    name: Texts
    time_zone: str
    checked: date
    rule: tuple[Rule, ...]
    holiday: tuple[Holiday, ...] = ()
    ours: bool = True  # false for a file of the shop's home

    def hours(self, channel: str) -> list[Hours]:
        """The hours that bind a channel."""
        return [
            Hours(one.windows, one.valid_from, one.valid_to)
            for one in self.rule
            if one.kind == "hours" and channel in one.channels
        ]

    def bases(self, channel: str, at: int) -> frozenset[str]:
        """What messages on a channel may rest on at a time; consent always suffices."""
        day = to_datetime(at).date()
        allowed = {CONSENT}
        for one in self.rule:
            if one.kind == "basis" and channel in one.channels and one.holds(day):
                allowed |= set(one.allowed)
        return frozenset(allowed)

    def registers(self, channel: str, at: int) -> list[Rule]:
        """The opposition lists that must be asked before a channel is used at a time."""
        day = to_datetime(at).date()
        return [one for one in self.rule if one.kind == "register" and channel in one.channels and one.holds(day)]


def pack(country: str, home: Path) -> Pack | None:
    """The rules of a country, the shop's own file before ours; None when nobody wrote any.

    Raises `InvalidInput` `broken_pack` with the place when a file cannot be read: rules are never guessed.
    """
    name = f"{country.lower()}.toml"
    for folder in (home / "consent", _OURS):
        file = folder / name
        if country.isalpha() and file.is_file():
            return _read(file, file.stat().st_mtime_ns, folder == _OURS)
    return None


def packs(home: Path) -> list[Pack]:
    """All countries there are rules of, ours and the shop's."""
    names = {file.stem.upper() for folder in (home / "consent", _OURS) for file in folder.glob("??.toml")}
    return [found for name in sorted(names) if (found := pack(name, home))]


@lru_cache(maxsize=64)
def _read(file: Path, version: int, ours: bool) -> Pack:
    """`version` (the file's time) makes a changed file be read again."""
    try:
        said = tomllib.loads(file.read_text("utf-8"))
        found = msgspec.convert(said | {"ours": ours}, Pack)
        _check(found)
    except (ValueError, OSError, msgspec.ValidationError) as error:
        raise InvalidInput(
            "broken_pack",
            f"The rules in {file.name} cannot be read.",
            f"{error}.",
            "Correct the file in the home's folder “consent”; until then nothing is sent in this country.",
            422,
        ) from error
    return found


def _check(found: Pack) -> None:
    for number, one in enumerate(found.rule, 1):
        unknown = [*(set(one.channels) - set(CHANNELS)), *(set(one.allowed) - set(BASES))]
        unknown += [day for window in one.windows for day in window.days if day not in (*DAYS, HOLIDAY, EVE)]
        if unknown:
            raise ValueError(f"rule {number} has a word that is not known: {', '.join(sorted(map(str, unknown)))}")
        if any(window.start >= window.end for window in one.windows):
            raise ValueError(f"rule {number} has hours that end before they begin")
