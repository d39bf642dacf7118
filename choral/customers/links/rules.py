"""What two records say for and against being one person: levels of each comparison, what contradicts, the threshold.

Pure. A level is a name; what it weighs is learned from the shop's own records where there are enough (`model.py`), and
follows from two shares of our own until then: how often two records of one person stand there, and of two strangers.
"""

from __future__ import annotations

from dataclasses import dataclass

LEAST = 0.5  # less likely ones are not shown: a person's time is better spent elsewhere
DEFAULT_WRONG, DEFAULT_MISSED = 20, 1
_MOST_COST = 1_000_000


@dataclass(frozen=True)
class Level:
    """A step of a comparison, taken when `sql` holds (columns end in _l and _r); "" is everything else.

    `m`: the share of true pairs that stand here, `u`: that of strangers, to begin with. `frequent`: the column whose
    common values weigh less. `missing`: one of the two says nothing, which counts neither way.
    """

    name: str
    sql: str
    m: float = 0.0
    u: float = 0.0
    frequent: str = ""
    missing: bool = False


def _missing(*columns: str) -> Level:
    return Level("missing", " OR ".join(f"{one}_l IS NULL OR {one}_r IS NULL" for one in columns), missing=True)


_SWAPPED = "first_l = last_r AND last_l = first_r"
_ALIKE_HOUSE = "coalesce(house_l = house_r, false)"
COMPARISONS: dict[str, tuple[Level, ...]] = {
    "first": (
        _missing("first"),
        Level("same", "first_l = first_r", 0.72, 0.01, "first"),
        Level("swapped", _SWAPPED, 0.01, 0.0001),
        Level("short", "list_has_any(roots_l, roots_r)", 0.06, 0.003),
        Level("close", "jaro_winkler_similarity(first_l, first_r) >= 0.9 OR (damerau_levenshtein(first_l, first_r) <= 1"
              " AND length(first_l) > 1 AND length(first_r) > 1 AND length(first_l || first_r) > 4)", 0.12, 0.006),
        Level("initial", "least(length(first_l), length(first_r)) = 1 AND left(first_l, 1) = left(first_r, 1)",
              0.05, 0.03),
        Level("part", "first_l LIKE first_r || ' %' OR first_r LIKE first_l || ' %'", 0.01, 0.005),
        Level("alike", "jaro_winkler_similarity(first_l, first_r) >= 0.8", 0.01, 0.05),
        Level("other", "", 0.03, 0.8959),
    ),
    "last": (
        _missing("last"),
        Level("same", "last_l = last_r", 0.82, 0.001, "last"),
        Level("swapped", _SWAPPED, 0.01, 0.0001),
        Level("close", "jaro_winkler_similarity(last_l, last_r) >= 0.92 OR"
              " (damerau_levenshtein(last_l, last_r) <= 1 AND least(length(last_l), length(last_r)) > 3)", 0.12, 0.003),
        Level("part", "least(length(last_l), length(last_r)) > 3 AND"
              " (contains(last_l, last_r) OR contains(last_r, last_l))", 0.02, 0.001),
        Level("other", "", 0.03, 0.9949),
    ),
    "birth": (
        _missing("year"),
        Level("same", "birth_l = birth_r", 0.75, 0.00005),
        Level("close", "damerau_levenshtein(birth_l, birth_r) <= 1 OR (left(birth_l, 4) = left(birth_r, 4) AND"
              " substr(birth_l, 6, 2) = substr(birth_r, 9, 2) AND substr(birth_l, 9, 2) = substr(birth_r, 6, 2))",
              0.1, 0.001),
        Level("year", "year_l = year_r AND (birth_l IS NULL OR birth_r IS NULL)", 0.12, 0.015),
        Level("other", "", 0.03, 0.98395),
    ),
    "street": (
        _missing("street"),
        Level("same", "door_l = door_r", 0.66, 0.0001, "door"),
        Level("close", "(jaro_winkler_similarity(street_l, street_r) >= 0.88 OR"
              f" damerau_levenshtein(street_l, street_r) <= 1) AND {_ALIKE_HOUSE}", 0.14, 0.0005),
        Level("street", "street_l = street_r", 0.08, 0.003),
        Level("other", "", 0.12, 0.9964),
    ),
    "town": (
        Level("missing", "(postcode_l IS NULL OR postcode_r IS NULL) AND (town_l IS NULL OR town_r IS NULL)",
              missing=True),
        Level("postcode", "postcode_l = postcode_r", 0.78, 0.1, "postcode"),
        Level("town", "town_l = town_r", 0.1, 0.1, "town"),
        Level("close", "jaro_winkler_similarity(town_l, town_r) >= 0.9 OR"
              " damerau_levenshtein(postcode_l, postcode_r) <= 1", 0.05, 0.02),
        Level("other", "", 0.07, 0.78),
    ),
    "email": (
        # an address that is only the name says no more than the name: another one of that kind counts neither way
        Level("missing", "email_l IS NULL OR email_r IS NULL OR"
              " (email_l <> email_r AND (own_l IS NULL OR own_r IS NULL))", missing=True),
        Level("same", "email_l = email_r", 0.72, 0.00002),
        Level("local", "own_l = own_r", 0.04, 0.0001),
        Level("close", "jaro_winkler_similarity(own_l, own_r) >= 0.92 AND"
              " regexp_replace(own_l, '[^0-9]', '', 'g') = regexp_replace(own_r, '[^0-9]', '', 'g')", 0.08, 0.0005),
        Level("other", "", 0.16, 0.99938),
    ),
    "phone": (
        _missing("phone"),
        Level("same", "phone_l = phone_r", 0.78, 0.0001),
        # families buy neighbouring numbers: another ending is another telephone
        Level("close", "damerau_levenshtein(phone_l, phone_r) <= 1 AND right(phone_l, 2) = right(phone_r, 2)",
              0.04, 0.0002),
        Level("other", "", 0.18, 0.9997),
    ),
}  # fmt: skip

# Which records are compared at all: those equal in one of these; a pair is looked at once however many it fits.
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("email",), ("phone",), ("last", "birth"), ("first", "birth"), ("sound", "postcode"), ("first", "last"),
    ("street", "house", "postcode"), ("street", "house", "town"), ("local", "last"), ("sound", "house"),
    ("sound", "first", "street"),
)  # fmt: skip
# Learning begins with pairs that are almost surely one person, and looks at two sets of pairs that overlap little.
SURE: tuple[tuple[str, ...], ...] = (("email", "last"), ("phone", "first", "last"), ("first", "last", "birth"))
LEARN: tuple[tuple[str, ...], ...] = (("last", "birth"), ("first", "postcode", "street"), ("email",))

# A household shares surname, street, town and telephone: each would count as if it were news. So what tells its members
# apart must speak: the first name, or else the birthday or the e-mail, which are one person's alone.
_OWN = "(gamma_birth IN ({birth_same}, {birth_close}) OR gamma_email IN ({email_same}, {email_local}, {email_close}))"
CONTRADICTS = (
    # two first names are two people, unless the birthday is the same
    "(gamma_first = {first_other} AND (gamma_last = {last_other} OR gamma_birth <> {birth_same}))"
    # two birthdays that no slip explains are father and son, unless the e-mail is the same
    " OR (gamma_birth = {birth_other} AND gamma_email <> {email_same})"
    f" OR ((gamma_first IN (-1, {{first_alike}}) OR (gamma_first = {{first_initial}} AND gamma_last = {{last_other}}))"
    f" AND NOT {_OWN})"
)


@dataclass(frozen=True)
class Costs:
    """What a wrong merge costs against a missed one, in any unit: only their ratio counts."""

    wrong: int = DEFAULT_WRONG
    missed: int = DEFAULT_MISSED

    @property
    def threshold(self) -> float:
        """The probability from which accepting costs less than refusing: p · missed ≥ (1 - p) · wrong."""
        return self.wrong / (self.wrong + self.missed)


def sensible(wrong: int, missed: int) -> bool:
    """Whether two costs can be meant."""
    return 1 <= wrong <= _MOST_COST and 1 <= missed <= _MOST_COST


def rank(comparison: str, level: str) -> int:
    """The number the model gives a level: -1 for missing, 0 for everything else, more for closer."""
    levels = COMPARISONS[comparison]
    place = [one.name for one in levels].index(level)
    return -1 if levels[place].missing else len(levels) - 1 - place


def level_of(comparison: str, number: int) -> str:
    """The inverse of `rank`."""
    levels = COMPARISONS[comparison]
    return levels[0].name if number < 0 else levels[len(levels) - 1 - number].name


def contradiction() -> str:
    """`CONTRADICTS` with the model's numbers in it."""
    numbers = {
        f"{comparison}_{level.name}": rank(comparison, level.name)
        for comparison, levels in COMPARISONS.items()
        for level in levels
    }
    return CONTRADICTS.format_map(numbers)
