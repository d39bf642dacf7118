"""What the columns of a randomised file probably are, by their heads and first cells; a person decides. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping as Read
from collections.abc import Sequence

from choral.analytics.experiments.stored import Mapping

_ARM = ("arm", "group", "variant", "variation", "treatment", "bucket", "cell", "segment", "condition", "test group")
_UNIT = ("id", "unit", "unit id", "user id", "userid", "customer id", "customer", "client id", "visitor id", "person")
_OUTCOME = re.compile(
    r"^(visit|visits|conversion|converted|spend|spent|revenue|sales|bought|buy|purchase|purchases|orders|amount|"
    r"margin|outcome|y|click|clicks|clicked|open|opened|churn|churned|response)( .*)?$"
)
_MONEY = re.compile(r"^(spend|spent|revenue|sales|amount|margin)( .*)?$")
_BEFORE = re.compile(r"^(pre|before|prior|past|historic|baseline) |^history$| (before|pre)$")


def guess(heads: Sequence[str], samples: Read[str, Sequence[str]]) -> Mapping:
    """A mapping to begin with; `arm` is "" when no head says which arm somebody got."""
    plain = {head: re.sub(r"[^a-z0-9]+", " ", head.lower()).strip() for head in heads}
    arm = next((head for word in _ARM for head in heads if plain[head] == word), "")
    unit = next((head for word in _UNIT for head in heads if plain[head] == word and head != arm), "")
    rest = [head for head in heads if head not in (arm, unit)]
    outcomes = tuple(head for head in rest if _OUTCOME.match(plain[head]))
    before = tuple(
        head for head in rest if head not in outcomes and _BEFORE.search(plain[head]) and _numbers(samples[head])
    )
    attributes = tuple(head for head in rest if head not in outcomes and head not in before)
    money = tuple(head for head in outcomes if _MONEY.match(plain[head]))
    return Mapping(arm, outcomes, unit, before, attributes, money)


def _numbers(cells: Sequence[str]) -> bool:
    return bool(cells) and all(re.match(r"^[-+]?[\d\s.,]*\d$", cell.strip()) for cell in cells if cell.strip())
