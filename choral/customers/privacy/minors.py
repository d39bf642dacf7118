"""From which age somebody may agree for themselves, country by country, and who is younger. Pure.

Source: Regulation (EU) 2016/679, article 8 (16 where a country says nothing) and the countries' own laws. Dated
reading aid for a lawyer, who may change it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AgeLimit:
    """Below `years` a child's own consent counts for nothing; `source` says where that stands, `since` from when."""

    country: str
    years: int
    since: date
    source: str


_GDPR = date(2018, 5, 25)
LIMITS = {
    one.country: one
    for one in (
        AgeLimit("FR", 15, date(2018, 6, 20), "Loi 78-17, art. 45 (Loi 2018-493): below 15 child and parent jointly"),
        AgeLimit("IT", 14, date(2018, 9, 19), "Codice Privacy, art. 2-quinquies (D.Lgs. 101/2018)"),
        AgeLimit("DE", 16, _GDPR, "GDPR art. 8(1)"),
        AgeLimit("NL", 16, _GDPR, "UAVG art. 5"),
        AgeLimit("ES", 14, date(2018, 12, 6), "LO 3/2018, art. 7"),
        AgeLimit("BE", 13, date(2018, 9, 5), "Loi du 30 juillet 2018, art. 7"),
        AgeLimit("CH", 16, date(2023, 9, 1), "no age in the law (nLPD): the GDPR's is taken"),
        AgeLimit("GB", 13, _GDPR, "Data Protection Act 2018, s. 9"),
    )
}
DEFAULT = AgeLimit("", 16, _GDPR, "GDPR art. 8(1)")


def limit_of(country: str) -> AgeLimit:
    """The limit of a country (ISO 3166-1), the Union's where the list has none."""
    return LIMITS.get(country.upper(), DEFAULT)


def born_after(today: date, country: str) -> date:
    """Who was born after this day is too young today."""
    years = limit_of(country).years
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


def is_minor(birthday: str, today: date, country: str) -> bool:
    """Whether a birthday (ISO 8601, maybe with a time behind it) says too young; what cannot be read says nothing."""
    try:
        born = date.fromisoformat(birthday.strip()[:10])
    except ValueError:
        return False
    return born_after(today, country) < born <= today
