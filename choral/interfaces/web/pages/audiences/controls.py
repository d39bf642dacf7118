"""What is asked of each kind of condition: selects filled with what is there, fields, days; only what applies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.customers.audiences.choosing import Choice, Choices
from choral.customers.audiences.tree import PERSONAL_FIELDS
from choral.interfaces.web import formats
from choral.interfaces.web.happenings import title
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.pages.audiences.draft import Draft
from choral.interfaces.web.segments import attribute_name

Text = str | Promise
Options = Sequence[tuple[str, Text]]
KINDS: Mapping[str, Text] = {
    "bought": _("Bought products"), "event": _("Something happened"), "sequence": _("One thing after another"),
    "total": _("Orders or sales in all"), "seen": _("First or last seen"), "channel": _("Use of a channel"),
    "trait": _("Trait"), "personal": _("City, age and the like"), "consent": _("Consent"),
    "attribute": _("Segment or outlook"), "identifier": _("Known by"), "audience": _("In another audience"),
    "all": _("Group: all of"), "any": _("Group: any of"),
}  # fmt: skip
_HOW_NUMBER: Options = (
    ("at_least", _("at least")), ("at_most", _("at most")), ("more", _("more than")), ("less", _("less than")),
    ("between", _("between")), ("is", _("exactly")),
)  # fmt: skip
_HOW_TEXT: Options = (
    ("is", _("is one of")), ("contains", _("contains")), ("known", _("is known")), ("unknown", _("is not known")),
)  # fmt: skip
_HOW_DATE: Options = (
    ("days_ago", _("was within days before today")), ("days_ahead", _("is within days from today")),
    ("anniversary_ahead", _("comes round within days from today")),
    ("anniversary_ago", _("came round within days before today")),
)  # fmt: skip
_YES_NO: Options = (("yes", _("yes")), ("no", _("no")))
PERSONAL_NAMES: Mapping[str, Text] = {
    "city": _("City"), "postal_code": _("Postcode"), "gender": _("Gender"), "age": _("Age"), "birthday": _("Birthday"),
}  # fmt: skip
IDENTIFIER_NAMES: Mapping[str, Text] = {
    "email": _("E-mail"), "phone": _("Telephone"), "card": _("Loyalty card"), "user": _("Account"),
    "device": _("Device"), "anonymous": _("Browser"), "token": _("Wristband or token"), "social": _("Social network"),
    "marketplace": _("Marketplace"),
}  # fmt: skip


@dataclass(frozen=True)
class Control:
    """A field of a condition: a select when it has `options`, else an input of a `kind` with `suggestions`."""

    name: str
    label: Text
    value: str
    options: Options = ()
    kind: str = "text"
    suggestions: tuple[str, ...] = ()
    wide: bool = False
    hint: Text = ""


@dataclass(frozen=True)
class Offered:
    """What selects are filled with: what is in the data, consents' purposes and channels, attributes, audiences."""

    choices: Choices
    purposes: Options
    consent_channels: Options
    attributes: Mapping[str, Sequence[tuple[str, Text]]]
    audiences: Options
    currency: str


def reach_name(channel: str) -> Text:
    """What a channel is called by which people are reached: consent says post and call where others say otherwise."""
    return channel_name({"post": "direct_mail"}.get(channel, channel))


def controls(draft: Draft, offered: Offered) -> list[Control]:
    """The fields of a condition, in the order of its sentence."""
    return _CONTROLS[draft.kind](draft.fields, offered) if draft.kind in _CONTROLS else []


def _bought(f: Mapping[str, str], offered: Offered) -> list[Control]:
    by = f.get("by", "category")
    measure = f.get("measure", "orders")
    known = tuple(one.value for one in offered.choices.products.get(by, ()))
    return [
        Control("by", _("Chosen by"), by, (
            ("category", _("category")), ("department", _("department")), ("brand", _("brand")),
            ("product", _("product number")))),
        Control("values", _("Which ones"), f.get("values", ""), suggestions=known, wide=True,
                hint=_("Several with ; between")),
        Control("measure", _("Counted by"), measure, (("orders", _("orders")), ("quantity", _("quantity")),
                ("amount", _("amount, %(currency)s") % {"currency": offered.currency}))),
        *_numbers(f, "1"), *_window(f),
    ]  # fmt: skip


def _happened(f: Mapping[str, str], offered: Offered) -> list[Control]:
    event, measure = f.get("event", ""), f.get("measure", "count")
    found = [
        Control("event", _("Event"), event, _events(event, offered), wide=True),
        Control("measure", _("Counted by"), measure, (
            ("count", _("how often")), ("sum", _("sum of a value")), ("first", _("the first time")),
            ("last", _("the last time")))),
    ]  # fmt: skip
    if measure == "sum":
        numeric = (("amount", _("amount, %(currency)s") % {"currency": offered.currency}), *_properties(event, offered))
        found.append(Control("of", _("Sum of"), f.get("of", "amount"), _kept(numeric, f.get("of", ""))))
    if measure in ("count", "sum"):
        found += _numbers(f, "1")
    found += _window(f, required=measure in ("first", "last"))
    properties = (("", _("no matter what")), ("channel", _("Channel")), *_properties(event, offered))
    chosen = f.get("property", "")
    found.append(Control("property", _("Only with"), chosen, _kept(properties, chosen)))
    if chosen:
        found.append(Control("property_how", _("which"), f.get("property_how", "is"), (*_HOW_TEXT, *_HOW_NUMBER[:4])))
        if f.get("property_how", "is") not in ("known", "unknown"):
            found.append(Control("property_value", _("Value"), f.get("property_value", "")))
    return found


def _sequence(f: Mapping[str, str], offered: Offered) -> list[Control]:
    first, then = f.get("first", ""), f.get("then", "")
    return [
        Control("first", _("One event"), first, _events(first, offered), wide=True),
        Control("followed", _("was followed"), f.get("followed", "yes"), (("yes", _("by")), ("no", _("not by")))),
        Control("then", _("Second event"), then, _events(then, offered), wide=True),
        Control("hours", _("within hours"), f.get("hours", ""), kind="number", hint=_("Empty: at any later time")),
        *_window(f),
    ]  # fmt: skip


def _total(f: Mapping[str, str], offered: Offered) -> list[Control]:
    figures = (("orders", _("orders")), ("revenue", _("sales, %(currency)s") % {"currency": offered.currency}),
               ("events", _("events")))  # fmt: skip
    return [Control("figure", _("Of what"), f.get("figure", "orders"), figures), *_numbers(f)]


def _seen(f: Mapping[str, str], offered: Offered) -> list[Control]:
    which = (("last", _("last time")), ("first", _("first time")))
    return [Control("which", _("Seen"), f.get("which", "last"), which), *_window(f, required=True)]


def _channel(f: Mapping[str, str], offered: Offered) -> list[Control]:
    use = f.get("use", "used")
    known = _counted(offered.choices.channels, channel_name)
    found = [
        Control("use", _("They"), use, (("used", _("used")), ("not_used", _("did not use")),
                                        ("preferred", _("use most")))),
        Control("channel", _("Channel"), f.get("channel", ""), _chosen(known, f.get("channel", ""))),
    ]  # fmt: skip
    if use != "preferred":
        found.append(Control("days", _("in the last days"), f.get("days", ""), kind="number", hint=_("Empty: ever")))
    return found


def _trait(f: Mapping[str, str], offered: Offered) -> list[Control]:
    name = f.get("field", "")
    known = tuple(one.value for one in offered.choices.trait_values.get(name, ()))
    fields = _chosen(_counted(offered.choices.traits, str), name)
    return [Control("field", _("Trait"), name, fields, wide=True), *_tested(f, known)]


def _personal(f: Mapping[str, str], offered: Offered) -> list[Control]:
    fields = [(name, PERSONAL_NAMES[name]) for name in PERSONAL_FIELDS]
    return [
        Control("field", _("Of what"), f.get("field", "city"), _chosen(fields, f.get("field", ""))),
        *_tested(f, ()),
    ]


def _consent(f: Mapping[str, str], offered: Offered) -> list[Control]:
    return [
        Control("given", _("Agreed"), f.get("given", "yes"), _YES_NO),
        Control("purpose", _("Purpose"), f.get("purpose", ""), _chosen(offered.purposes, f.get("purpose", ""))),
        Control("channel", _("Channel"), f.get("channel", ""), _chosen(offered.consent_channels, f.get("channel", ""))),
    ]


def _attribute(f: Mapping[str, str], offered: Offered) -> list[Control]:
    name = f.get("name", "")
    values = offered.attributes.get(name, ())
    return [
        Control("name", _("Of what"), name, _chosen([(one, attribute_name(one)) for one in offered.attributes], name)),
        Control("values", _("is"), f.get("values", ""), _chosen(values, f.get("values", ""))) if values
        else Control("values", _("is one of"), f.get("values", "")),
    ]  # fmt: skip


def _identifier(f: Mapping[str, str], offered: Offered) -> list[Control]:
    kinds = _counted(offered.choices.kinds, lambda one: IDENTIFIER_NAMES.get(one, one))
    return [
        Control("kind", _("Known by"), f.get("kind", ""), _chosen(kinds, f.get("kind", ""))),
        Control("known", _("Known by it"), f.get("known", "yes"), _YES_NO),
    ]


def _audience(f: Mapping[str, str], offered: Offered) -> list[Control]:
    name = f.get("audience", "")
    return [Control("audience", _("Audience"), name, _chosen(offered.audiences, name), wide=True)]


def _tested(f: Mapping[str, str], known: tuple[str, ...]) -> list[Control]:
    how = f.get("how", "is")
    found = [Control("how", _("which"), how, (*_HOW_TEXT, *_HOW_NUMBER[:5], *_HOW_DATE))]
    if how in ("is", "contains"):
        several = _("Several with ; between")
        found.append(Control("a", _("Value"), f.get("a", ""), suggestions=known, wide=True, hint=several))
    elif how not in ("known", "unknown"):
        found.append(Control("a", _("Value"), f.get("a", ""), kind="number"))
    if how == "between":
        found.append(Control("b", _("and"), f.get("b", ""), kind="number"))
    return found


def _numbers(f: Mapping[str, str], value: str = "") -> list[Control]:
    how = f.get("how", "at_least")
    found = [
        Control("how", _("which is"), how, _HOW_NUMBER), Control("a", _("How many"), f.get("a", value), kind="number"),
    ]  # fmt: skip
    return [*found, Control("b", _("and"), f.get("b", ""), kind="number")] if how == "between" else found


def _window(f: Mapping[str, str], required: bool = False) -> list[Control]:
    when = f.get("when", "last" if required else "")
    options: Options = (
        ("last", _("in the last days")),
        ("before", _("longer ago than days")),
        ("between", _("between days")),
    )
    found = [Control("when", _("When"), when, options if required else (("", _("at any time")), *options))]
    if when in ("last", "before"):
        found.append(Control("days", _("Days"), f.get("days", "30"), kind="number"))
    elif when == "between":
        found += [Control("since", _("From day"), f.get("since", ""), kind="date"),
                  Control("until", _("To day"), f.get("until", ""), kind="date")]  # fmt: skip
    return found


def _events(chosen: str, offered: Offered) -> Options:
    return _chosen(_counted(offered.choices.events, title), chosen)


def _properties(event: str, offered: Offered) -> Options:
    return [(one.value, one.value) for one in offered.choices.properties.get(event, ()) if one.value != "products"]


def _counted(found: Iterable[Choice], name: Callable[[str], Text]) -> Options:
    return [(one.value, f"{name(one.value)} ({formats.number(one.count)})") for one in found]


def _chosen(options: Options, value: str) -> Options:
    """Options with “choose” in front while nothing is chosen."""
    return _kept(options if value else (("", _("Choose")), *options), value)


def _kept(options: Options, value: str) -> Options:
    """Options with the chosen value among them, even when it is no longer there."""
    return options if not value or value in dict(options) else (*options, (value, value))


_CONTROLS: Mapping[str, Callable[[Mapping[str, str], Offered], list[Control]]] = {
    "bought": _bought, "event": _happened, "sequence": _sequence, "total": _total, "seen": _seen, "channel": _channel,
    "trait": _trait, "personal": _personal, "consent": _consent, "attribute": _attribute, "identifier": _identifier,
    "audience": _audience,
}  # fmt: skip
