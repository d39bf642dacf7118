"""The only writers of the rules of recommendation."""

from __future__ import annotations

from choral.books import Tx
from choral.core.errors import InvalidInput
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets

# Kind -> (is about something, what its value may be: a range, words, or nothing).
KINDS: dict[str, tuple[bool, tuple[float, float] | frozenset[str] | None]] = {
    "block_product": (True, None),
    "block_department": (True, None),
    "margin": (True, (-1.0, 1.0)),
    "least_margin": (False, (-1.0, 1.0)),
    "least_stock": (False, (0, 1_000_000)),
    "category_cap": (False, (1, 1_000)),
    "not_again_days": (False, (0, 365)),
    "new_share": (False, (0.0, 1.0)),
    "basis": (False, frozenset({"consent", "opt_out", "off"})),
}
_WHOLE = frozenset({"least_stock", "category_cap", "not_again_days"})
_LONGEST = 200


def set_rule(tx: Tx, kind: str, subject: str = "", value: str = "") -> str:
    """Set one rule (see `KINDS`), or change its value; what it was before ('' for nothing).

    Raises `InvalidInput`: `unknown_rule`, `rule_subject`, `rule_value`.
    """
    clean = _checked(kind, subject, value)
    before = _value(tx, kind, subject)
    tx.execute(
        "INSERT INTO recommend_rule (kind, subject, value, at, actor) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (kind, subject) DO UPDATE SET value = excluded.value, at = excluded.at, actor = excluded.actor",
        (kind, subject, clean, tx.now, tx.actor.name),
    )
    _tell(tx, "Recommendation Rule Set", {"rule": kind, "about": subject, "setting": clean})
    tx.audit("recommendation_rule.set", f"{kind}:{subject}", before={"value": before}, after={"value": clean})
    return before or ""


def remove_rule(tx: Tx, kind: str, subject: str = "") -> bool:
    """Take a rule back; the default holds again. Whether there was one."""
    before = _value(tx, kind, subject)
    if before is None:
        return False
    tx.execute("DELETE FROM recommend_rule WHERE kind = %s AND subject = %s", (kind, subject))
    _tell(tx, "Recommendation Rule Removed", {"rule": kind, "about": subject})
    tx.audit("recommendation_rule.removed", f"{kind}:{subject}", before={"value": before})
    return True


def _value(tx: Tx, kind: str, subject: str) -> str | None:
    rows = tx.rows("SELECT value FROM recommend_rule WHERE kind = %s AND subject = %s", (kind, subject))
    return str(rows[0][0]) if rows else None


def _tell(tx: Tx, name: str, properties: dict[str, str]) -> None:
    tx.tell(Event(str(new_id(tx.now)), name, tx.now, channel="console", properties=sets.raw(properties)))


def _checked(kind: str, subject: str, value: str) -> str:
    if kind not in KINDS:
        raise InvalidInput(
            "unknown_rule", f"There is no rule “{kind[:40]}”.", fix=f"Use {', '.join(KINDS)}.", status=422
        )
    about, allowed = KINDS[kind]
    if about != bool(subject.strip()) or len(subject) > _LONGEST or "\0" in subject:
        raise InvalidInput(
            "rule_subject",
            f"The rule “{kind}” {'needs to say what it is about' if about else 'is about the whole shop'}.",
            fix="Name a product or a department." if about else "Leave the subject out.",
            status=422,
        )
    if allowed is None:
        return ""
    if isinstance(allowed, frozenset):
        if value not in allowed:
            raise InvalidInput(
                "rule_value", f"“{value[:40]}” is no value of “{kind}”.", fix=f"Use {', '.join(sorted(allowed))}.",
                status=422,
            )  # fmt: skip
        return value
    return _number(kind, value, *allowed)


def _number(kind: str, value: str, low: float, high: float) -> str:
    try:
        number = int(value) if kind in _WHOLE else float(value)
    except ValueError:
        number = None
    if number is None or not low <= number <= high:  # also what is no number at all (nan)
        word = "a whole number" if kind in _WHOLE else "a number"
        raise InvalidInput(
            "rule_value",
            f"“{value[:40]}” is no value of “{kind}”.",
            fix=f"Use {word} from {low:g} to {high:g}.",
            status=422,
        )
    return str(number)
