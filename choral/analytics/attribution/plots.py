"""A picture of attribution as an Altair chart; needs the `notebook` extra."""

from __future__ import annotations

from typing import Any

from choral.analytics.attribution.door import Attribution
from choral.analytics.attribution.values import Question
from choral.core.money import minor_digits


def credits(attribution: Attribution, altair: Any, question: Question | None) -> Any:
    """A line a label, a dot a model, with its interval."""
    found = attribution.credits(question)
    unit = 1_000 if found.question.value == "orders" else 10.0 ** minor_digits(found.currency)
    rows = [
        {"label": row.name or row.key, "model": one.model, "amount": one.amount / unit, "low": one.low / unit,
         "high": one.high / unit}
        for row in found.rows for one in row.credits
    ]  # fmt: skip
    base = altair.Chart(altair.Data(values=rows)).encode(y=altair.Y("label:N", title=None, sort=None))
    ranges = base.mark_rule(opacity=0.3).encode(x="low:Q", x2="high:Q", color="model:N")
    dots = base.mark_circle(size=60).encode(
        x=altair.X("amount:Q", title=found.question.value.capitalize()), color=altair.Color("model:N", title="Model"),
        tooltip=["label:N", "model:N", "amount:Q", "low:Q", "high:Q"],
    )  # fmt: skip
    return (ranges + dots).properties(width=480)
