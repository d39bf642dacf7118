"""Paper records of the town's people (card forms, an old till list): with errors, without a key, the truth apart."""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.chance import chance
from simulator.plan import Plan
from simulator.town.mistakes import maybe_mistyped
from simulator.town.town import Town, build_town

FIELDS = ("sheet", "first_name", "last_name", "street", "postcode", "city", "birth_date", "phone", "email")
_MISSING = {"first_name": 0.05, "last_name": 0.02, "birth_date": 0.45, "phone": 0.4, "email": 0.5, "postcode": 0.2}
_ERRORS = {"first_name": 0.1, "last_name": 0.1, "street": 0.1, "city": 0.04, "phone": 0.05, "email": 0.08}


@dataclass(frozen=True)
class PaperRecord:
    """One line of paper, and the person it tells of; `number` is the line's place in the file, from 1."""

    number: int
    person_id: str
    fields: dict[str, str]


def paper_records(plan: Plan, share: float = 0.6, town: Town | None = None) -> Iterator[PaperRecord]:
    """Lines about the share of adults who ever filled a form: one to three each, shuffled, the same for a seed."""
    town = town or build_town(plan)
    g = chance(plan.seed, "paper")
    adults = np.flatnonzero(town.people.adult & (g.random(len(town.people)) < share))
    people = g.permutation(np.repeat(adults, g.choice((1, 2, 3), len(adults), p=(0.6, 0.3, 0.1))))
    for number, person in enumerate(people.tolist(), start=1):
        sheet = "form" if g.random() < 0.6 else "till list"
        yield PaperRecord(number, f"p{person:06d}", _written(town, person, sheet, g))


def write_paper(plan: Plan, paper: Path, truth: Path) -> int:
    """Write both CSV files (UTF-8, with headers; the truth as line,person_id) and return how many records."""
    count = 0
    with paper.open("w", newline="", encoding="utf-8") as out, truth.open("w", newline="", encoding="utf-8") as apart:
        records, answers = csv.DictWriter(out, FIELDS), csv.writer(apart)
        records.writeheader()
        answers.writerow(("line", "person_id"))
        for record in paper_records(plan):
            records.writerow(record.fields)
            answers.writerow((record.number, record.person_id))
            count = record.number
    return count


def _written(town: Town, person: int, sheet: str, g: np.random.Generator) -> dict[str, str]:
    """A form is filled in with care for capitals; the old till list is in capitals, and short."""
    true = _true(town, person, sheet)
    fields = {"sheet": sheet}
    for name in FIELDS[1:]:
        value = true[name]
        if g.random() < _MISSING.get(name, 0.03):
            value = ""
        value = maybe_mistyped(value, _ERRORS.get(name, 0.0), g)
        fields[name] = value.upper() if sheet == "till list" and name != "email" else value
    if g.random() < 0.01:
        fields["first_name"], fields["last_name"] = fields["last_name"], fields["first_name"]
    return fields


def _true(town: Town, person: int, sheet: str) -> dict[str, str]:
    people, homes = town.people, town.homes
    home, born = int(homes.home[person]), people.born[person]
    first = people.first[person]
    listed = sheet == "till list"
    return {
        "first_name": f"{first[0]}." if listed and person % 3 == 0 else first,
        "last_name": people.last[person],
        "street": homes.street[home],
        "postcode": homes.postcode[home],
        "city": homes.city[home],
        "birth_date": str(born.year) if listed else born.strftime("%d/%m/%Y"),
        "phone": _as_written(town.contacts.phone[person]),
        "email": town.contacts.email[person],
    }


def _as_written(phone: str) -> str:
    """As the French write it by hand: 06 39 98 00 00."""
    digits = "0" + phone[3:] if phone else ""
    return " ".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def main() -> int:
    """`python -m simulator.paper PAPER TRUTH [--people N --seed S]`."""
    parser = argparse.ArgumentParser(prog="python -m simulator.paper", description=__doc__)
    parser.add_argument("paper", type=Path, help="CSV of the records")
    parser.add_argument("truth", type=Path, help="CSV of line,person_id")
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    write_paper(Plan(people=given.people, seed=given.seed), given.paper, given.truth)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
