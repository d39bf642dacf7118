"""Findings over HTTP: what changed and why; put away and bring back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router

from choral.analytics.findings import sentences
from choral.analytics.findings.values import By, Finding, FindingList, Said, Why, WhyMetric
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Done, Limit

router = Router(tags=["Findings"])
Language = Annotated[Literal["en", "fr", "it"], Query(description="Of the sentences.")]
Key = Annotated[str, Path(max_length=120)]


@dataclass(frozen=True)
class ToldFinding:
    """A finding with its sentence and its evidence in words."""

    sentence: str
    evidence: tuple[str, ...]
    finding: Finding


@dataclass(frozen=True)
class FindingPage:
    """What was found up to `until` (the last complete day), worth most first, and what was put away.

    `looked_at` series were looked at, `left_out` had too little in them; at most `false_share` of what is told is
    chance, on average.
    """

    currency: str
    until: date | None
    looked_at: int
    left_out: int
    false_share: float
    rows: tuple[ToldFinding, ...]
    put_away: tuple[ToldFinding, ...]
    next: str | None


@dataclass(frozen=True)
class SaidPage:
    """What was told and when, newest first."""

    rows: tuple[Said, ...]
    next: str | None


@reads(router, "/findings", "analytics.view", FindingPage)
def list_findings(request: HttpRequest, language: Language = "en") -> FindingPage:
    """What changed and what is worth doing, worth most first, each with its evidence."""
    found = shop().analytics.findings.all()
    return FindingPage(
        found.currency, found.until, found.looked_at, found.left_out, found.false_share,
        _told(found, found.rows, language), _told(found, found.put_away, language), None,
    )  # fmt: skip


@reads(router, "/findings/said", "analytics.view", SaidPage)
def list_said_findings(request: HttpRequest, limit: Limit = 50) -> SaidPage:
    """What was told for the first time and when, newest first."""
    return SaidPage(tuple(shop().analytics.findings.said(limit)), None)


@writes(router, "PUT", "/findings/{key}/put-away", "findings.manage", Done)
def put_finding_away(request: HttpRequest, key: Key) -> Done:
    """Tell a finding no more, until it gets worse by a quarter or comes again after eight weeks."""
    shop().analytics.findings.put_away(who(request).actor, key)
    return Done(key, "put_away")


@writes(router, "DELETE", "/findings/{key}/put-away", "findings.manage", Done)
def bring_finding_back(request: HttpRequest, key: Key) -> Done:
    """Tell a finding again."""
    shop().analytics.findings.bring_back(who(request).actor, key)
    return Done(key, "told")


@reads(router, "/why", "analytics.view", Why)
def get_why(
    request: HttpRequest,
    metric: WhyMetric = "sales",
    by: By = "channel",
    since: date | None = None,
    until: date | None = None,
    before_since: date | None = None,
    before_until: date | None = None,
) -> Why:
    """Why a figure differs between two periods: factors, parts and customers, which sum to the change to the cent."""
    return shop().analytics.findings.why(metric, by, since, until, before_since, before_until)


def _told(found: FindingList, rows: tuple[Finding, ...], language: str) -> tuple[ToldFinding, ...]:
    return tuple(
        ToldFinding(
            sentences.headline(one, language, found.currency),
            tuple(sentences.evidence(one, language, found.currency)), one,
        )
        for one in rows
    )  # fmt: skip
