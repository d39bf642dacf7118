"""A condition as SQL over columns: one query a leaf, whose answer is the set of people's numbers `n`.

The SQL knows no engine: it names tables (`columns.py` says what they hold) and may be run over all people at once or
bucket by bucket of them, the answers put together. All, any and not are set operations on the answers. Times are
whole numbers of µs UTC; nothing here reads a clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from choral.core.clock import DAY, HOUR
from choral.customers.audiences import tree
from choral.customers.audiences.matchers import ByEvent, ByLine, Matcher, of_step
from choral.customers.audiences.plain import compares, fold, number_of, text_of
from choral.customers.audiences.tree import Filter, Leaf, Test, Window
from choral.customers.audiences.windows import ALWAYS, Moment, bounds
from choral.customers.profiles.rules import ORDER, REFUND, UNCOUNTED


@dataclass(frozen=True)
class Query:
    """SQL with `$name` parameters for the numbers `n` of a set; `rest`: the set is everybody else."""

    sql: str
    params: Mapping[str, object]
    rest: bool = False


@dataclass
class Binding:
    """The parameters of a query as it is written."""

    moment: Moment
    currency: str
    params: dict[str, object] = field(default_factory=dict)

    def __call__(self, value: object) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"${name}"


def compiled(leaf: Leaf, moment: Moment, currency: str) -> Query:
    """The query of a leaf (but for membership of another audience, which is that audience's tree)."""
    bind = Binding(moment, currency)
    sql, rest = _LEAVES[type(leaf)](leaf, bind)
    return Query(sql, used(sql, bind.params), rest)


def used(sql: str, params: Mapping[str, object]) -> dict[str, object]:
    """The parameters a statement names: the engine refuses others."""
    return {name: value for name, value in params.items() if re.search(rf"\${name}\b", sql)}


def rows_of(matcher: Matcher, bind: Binding) -> str:
    """SQL for the events a matcher counts: key, position, happened, number."""
    if isinstance(matcher, ByLine):
        return _line_rows(matcher, bind)
    wanted = [f"name = {bind(matcher.event)}", *(_filter(one, bind) for one in matcher.where)]
    number = "1.0"
    if matcher.of == "amount":
        number = "amount::DOUBLE"
        wanted.append(f"amount IS NOT NULL AND currency = {bind(bind.currency)}")
    elif matcher.of:
        number = _property_number(matcher.of, bind)
        wanted.append(f"({number}) IS NOT NULL")
    return f"SELECT key, position, happened, {number} AS number FROM events WHERE {' AND '.join(wanted)}"  # noqa: S608


def _line_rows(matcher: ByLine, bind: Binding) -> str:
    values = bind(list(matcher.values))
    if matcher.by == "product":
        wanted = f"list_contains({values}, product_id)"
    elif matcher.by == "category":
        wanted = f"list_contains({values}, coalesce(p.category, lines.category))"
    else:
        wanted = f"list_contains({values}, p.{matcher.by})"
    joined = "" if matcher.by == "product" else "LEFT JOIN products AS p USING (product_id)"
    number, more = {
        "orders": ("1.0", "AND NOT returned"),
        "quantity": ("sum(quantity)", ""),
        "amount": ("sum(total)::DOUBLE", f"AND currency = {bind(bind.currency)}"),
    }[matcher.measure]
    return (
        f"SELECT key, position, any_value(happened) AS happened, {number} AS number FROM lines {joined}"  # noqa: S608
        f" WHERE {wanted} {more} GROUP BY key, position"
    )


def _filter(one: Filter, bind: Binding) -> str:
    if one.property == "channel":
        return _passes(one.test, bind, "[channel]", "lower(strip_accents(channel))", "NULL::DOUBLE", "true")
    if one.property == "amount":
        return _passes(one.test, bind, "[]::VARCHAR[]", "''", "amount", "amount IS NOT NULL")
    path = bind(f'$."{one.property}"')
    kind = f"json_type(properties, {path})"
    text = f"CASE WHEN {kind} IN ('VARCHAR', 'BOOLEAN') THEN json_extract_string(properties, {path}) END"
    there = f"coalesce({kind} NOT IN ('NULL', 'ARRAY', 'OBJECT'), false)"
    folded = f"coalesce(lower(strip_accents({text})), '')"
    return _passes(one.test, bind, f"[{text}]", folded, _property_number(one.property, bind), there)


def _property_number(name: str, bind: Binding) -> str:
    path = bind(f'$."{name}"')
    return (
        f"CASE WHEN json_type(properties, {path}) IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')"
        f" THEN json_extract_string(properties, {path})::DOUBLE END"
    )


def _passes(test: Test, bind: Binding, texts: str, folded: str, number: str, there: str) -> str:
    """SQL for `plain.passes` on columns; `there` says whether a value is known."""
    match test.how:
        case "known":
            return there
        case "unknown":
            return f"NOT {there}"
        case "is" | "in":
            said = bind([text_of(value) for value in test.values])
            numbers = bind([found for value in test.values if (found := number_of(value)) is not None])
            return f"(list_has_any({texts}, {said}) OR coalesce(list_contains({numbers}::DOUBLE[], {number}), false))"
        case "contains":
            return f"({' OR '.join(f'contains({folded}, {bind(fold(text_of(value)))})' for value in test.values)})"
        case "days_ago" | "days_ahead":
            days = int(float(test.values[0]))
            back, ahead = (days, 0) if test.how == "days_ago" else (0, days)
            today = bind.moment.today
            return f"day BETWEEN {bind(today - timedelta(days=back))} AND {bind(today + timedelta(days=ahead))}"
        case "anniversary_ago" | "anniversary_ahead":
            most, today = timedelta(days=int(float(test.values[0]))), bind.moment.today
            since, until = (today - most, today) if test.how == "anniversary_ago" else (today, today + most)
            inside = f"BETWEEN {bind(since)} AND {bind(until)}"
            return f"({' OR '.join(f'{day} {inside}' for day in yearly('day', today))})"
        case _:
            return f"({_compares(test, bind, number)})"


def yearly(day: str, today: date) -> list[str]:
    """SQL for the days on which a date comes round, from last year to the year after next."""
    return [f"({day} + to_years({today.year + more} - year({day})::INTEGER))::DATE" for more in (-1, 0, 1, 2)]


def _compares(test: Test, bind: Binding, number: str) -> str:
    values = [bind(found) for value in test.values if (found := number_of(value)) is not None]
    match test.how:
        case "between":
            return f"{number} BETWEEN {values[0]} AND {values[1]}"
        case "is" | "in":
            return f"{number} IN ({', '.join(values)})"
        case how:
            return f"{number} {_SIGNS[how]} {values[0]}"


_SIGNS = {"at_least": ">=", "at_most": "<=", "more": ">", "less": "<"}


def _inside(window: Window | None, bind: Binding, at: str) -> str:
    since, until = bounds(window, bind.moment)
    conditions = []
    if since != ALWAYS[0]:
        conditions.append(f"{at} >= {bind(since)}")
    if until != ALWAYS[1]:
        conditions.append(f"{at} < {bind(until)}")
    return " AND ".join(conditions) or "true"


def _newest(leaf: tree.Trait, bind: Binding) -> tuple[str, bool]:
    unknown = leaf.test.how == "unknown"
    of_field = f"traits JOIN ids USING (key) WHERE field = {bind(leaf.field)}"
    if leaf.test.how in ("known", "unknown"):
        return f"SELECT DISTINCT n FROM {of_field}", unknown  # noqa: S608
    wanted = _passes(leaf.test, bind, "texts", "folded", "number", "true")
    # Most people said a thing once: the newest is looked for only among those who said what passes and what does not.
    return (
        f"WITH said AS (SELECT n, happened, value, source, coalesce({wanted}, false) AS passes FROM {of_field}),"  # noqa: S608
        " passing AS MATERIALIZED (SELECT n FROM said WHERE passes),"
        " mixed AS MATERIALIZED (SELECT n FROM said SEMI JOIN passing USING (n) WHERE NOT passes)"
        " SELECT n FROM passing ANTI JOIN mixed USING (n) UNION ALL SELECT n FROM said SEMI JOIN mixed USING (n)"
        " GROUP BY n HAVING arg_max(passes, row(happened, value, source))"
    ), False


def _personal(leaf: tree.Personal, bind: Binding) -> tuple[str, bool]:
    of_field = f"SELECT n FROM personal WHERE field = {bind(leaf.field)}"  # noqa: S608
    if leaf.test.how in ("known", "unknown"):
        return of_field, leaf.test.how == "unknown"
    return f"{of_field} AND {_passes(leaf.test, bind, 'texts', 'folded', 'number', 'true')}", False


def _seen(leaf: tree.Seen, bind: Binding) -> tuple[str, bool]:
    at = "min(happened)" if leaf.which == "first" else "max(happened)"
    return f"{_met('true', bind)} HAVING {_inside(leaf.window, bind, at)}", False


def _met(wanted: str, bind: Binding, selected: str = "n", groups: str = "n") -> str:
    """The events that count as meeting somebody, by person."""
    uncounted = f"NOT list_contains({bind(sorted(UNCOUNTED))}, name)"
    return (
        f"SELECT {selected} FROM events JOIN ids USING (key) WHERE {wanted} AND {uncounted}"  # noqa: S608
        f" GROUP BY {groups}"
    )


def _total(leaf: tree.Total, bind: Binding) -> tuple[str, bool]:
    order, refund = bind(ORDER), bind(REFUND)
    wanted, number = {
        "events": ("true", "count(*)"),
        "orders": (f"name = {order}", "count(*)"),
        "revenue": (f"name IN ({order}, {refund}) AND currency = {bind(bind.currency)}",
                    f"sum(CASE WHEN name = {order} THEN amount ELSE -amount END)"),
    }[leaf.figure]  # fmt: skip
    return _by_sum(_met(wanted, bind), leaf.test, f"coalesce({number}, 0)", bind)


def _by_sum(grouped: str, test: Test, number: str, bind: Binding) -> tuple[str, bool]:
    """Those whose sum passes; where nothing at all passes too, everybody but those whose sum does not."""
    rest = compares(test, 0.0)
    passing = _compares(test, bind, number)
    return f"{grouped} HAVING {'NOT' if rest else ''} ({passing})", rest


def _happened(leaf: tree.Happened, bind: Binding) -> tuple[str, bool]:
    rows = rows_of(ByEvent(leaf.event, leaf.where, leaf.of if leaf.measure == "sum" else ""), bind)
    if leaf.measure in ("count", "sum"):
        return _counted(rows, leaf.test, leaf.window, bind)
    at = "min(happened)" if leaf.measure == "first" else "max(happened)"
    grouped = f"SELECT n FROM ({rows}) JOIN ids USING (key) GROUP BY n"  # noqa: S608
    return f"{grouped} HAVING {_inside(leaf.window, bind, at)}", False


def _bought(leaf: tree.Bought, bind: Binding) -> tuple[str, bool]:
    return _counted(rows_of(ByLine(leaf.by, leaf.values, leaf.measure), bind), leaf.test, leaf.window, bind)


def _counted(rows: str, test: Test, window: Window | None, bind: Binding) -> tuple[str, bool]:
    inside = _inside(window, bind, "happened")
    grouped = f"SELECT n FROM ({rows}) JOIN ids USING (key) WHERE {inside} GROUP BY n"  # noqa: S608
    return _by_sum(grouped, test, "round(sum(number), 6)", bind)


def _sequence(leaf: tree.Sequence, bind: Binding) -> tuple[str, bool]:
    first, then = (rows_of(of_step(step), bind) for step in (leaf.first, leaf.then))
    hours = None if leaf.hours is None else leaf.hours * HOUR
    inside, after = _inside(leaf.window, bind, "happened"), "true"
    if (since := bounds(leaf.window, bind.moment)[0]) != ALWAYS[0]:
        after = f"happened > {bind(since)}"
    if leaf.followed:
        fits = "b.happened IS NOT NULL" if hours is None else f"b.happened - a.happened <= {bind(hours)}"
    elif hours is None:
        fits = "b.happened IS NULL"
    else:
        gone = bind.moment.now - hours
        fits = f"a.happened <= {bind(gone)} AND (b.happened IS NULL OR b.happened - a.happened > {bind(hours)})"
    return (
        f"WITH a AS (SELECT n, happened FROM ({first}) JOIN ids USING (key) WHERE {inside}),"  # noqa: S608
        f" b AS (SELECT n, happened FROM ({then}) JOIN ids USING (key) WHERE {after})"
        f" SELECT a.n FROM a ASOF LEFT JOIN b ON a.n = b.n AND a.happened < b.happened WHERE {fits}"
    ), False


def _channel(leaf: tree.Channel, bind: Binding) -> tuple[str, bool]:
    channel = bind(leaf.channel)
    if leaf.use == "preferred":
        counted = _met("true", bind, "n, channel, count(*) AS events", "n, channel")
        first = "row_number() OVER (PARTITION BY n ORDER BY events DESC, channel) = 1"
        return f"SELECT n FROM (SELECT * FROM ({counted}) QUALIFY {first}) WHERE channel = {channel}", False  # noqa: S608
    used = _met(f"channel = {channel}", bind)
    if leaf.days is not None:
        used += f" HAVING max(happened) > {bind(bind.moment.now - leaf.days * DAY)}"
    return used, leaf.use == "not_used"


def _consent(leaf: tree.Consent, bind: Binding) -> tuple[str, bool]:
    said = f"purpose = {bind(leaf.purpose)} AND channel = {bind(leaf.channel)}"
    return f"SELECT n FROM consents WHERE {said}", not leaf.given  # noqa: S608


def _attribute(leaf: tree.Attribute, bind: Binding) -> tuple[str, bool]:
    said = f"name = {bind(leaf.name)} AND list_contains({bind(list(leaf.values))}, value)"
    return f"SELECT n FROM attributes WHERE {said}", False  # noqa: S608


def _identifier(leaf: tree.Identifier, bind: Binding) -> tuple[str, bool]:
    return f"SELECT DISTINCT n FROM ids WHERE kind = {bind(leaf.kind)}", not leaf.known  # noqa: S608


_LEAVES: Mapping[type, Callable[..., tuple[str, bool]]] = {
    tree.Trait: _newest, tree.Personal: _personal, tree.Seen: _seen, tree.Total: _total, tree.Happened: _happened,
    tree.Bought: _bought, tree.Sequence: _sequence, tree.Channel: _channel, tree.Consent: _consent,
    tree.Attribute: _attribute, tree.Identifier: _identifier,
}  # fmt: skip
