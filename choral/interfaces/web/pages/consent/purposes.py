"""Purposes: what the shop asks people for, in which words, and how many agreed on which channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from choral.books import act
from choral.core.errors import ChoralError
from choral.customers.consent.actions import add_purpose, add_wording, restore_purpose, retire_purpose
from choral.customers.consent.rules import BASES
from choral.customers.consent.values import ConsentCount, Purpose
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.names import Text, who_did
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.consent import words
from choral.interfaces.web.pages.consent.tabs import tabs
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

LANGUAGES = (("en", "English"), ("fr", "Français"), ("it", "Italiano"))


@dataclass(frozen=True)
class Shown:
    """A purpose as the list shows it, in the reader's language."""

    key: str
    name: str
    text: str
    kind: Text
    basis: Text
    version: int
    retired: bool
    counts: tuple[tuple[Text, ConsentCount, str], ...]


class WordingForm(forms.Form):
    """The text people are asked to agree to, in each language."""

    def __init__(self, *args: Any, texts: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text in %(language)s") % {"language": name}, max_length=2_000,
                initial=(texts or {}).get(code, ""), widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )  # fmt: skip

    def texts(self, field: str = "text") -> dict[str, str]:
        """What was written, by language."""
        return {code: self.cleaned_data[f"{field}_{code}"] for code, _name in LANGUAGES}


class PurposeForm(WordingForm):
    """A new purpose."""

    key = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,39}$", label=gettext_lazy("Short name"), max_length=40,
        help_text=gettext_lazy("For programs and files: small letters, digits and _, as in store_news."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("What is it for?"), choices=list(words.KINDS.items()))
    basis = forms.ChoiceField(
        label=gettext_lazy("Legal basis"), choices=[(one, words.BASES[one]) for one in BASES],
        help_text=gettext_lazy("With “consent” nothing happens without a yes; with the others nothing after a no."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in %(language)s") % {"language": name}, max_length=80
            )
        self.order_fields(["key", "kind", "basis", *(f"{part}_{code}" for code, _n in LANGUAGES
                                                     for part in ("name", "text"))])  # fmt: skip


@page("consent.view")
def purposes(request: HttpRequest) -> HttpResponse:
    """All purposes, with what people said about each."""
    consent = current_shop().customers.consent
    counted = consent.counts()
    shown = [_shown(one, counted) for one in consent.purposes(retired=True)]
    unknown = sorted({one.purpose for one in counted} - {one.key for one in shown} - {"*"})
    wide = [one for one in counted if one.purpose == "*"]
    return render(request, "consent/purposes.html", {
        "purposes": shown, "tabs": tabs("consent"), "unknown": unknown,
        "refused_all": [(words.channel_word(one.channel), one.refused, _ledger(one)) for one in wide if one.refused],
    })  # fmt: skip


@page("consent.manage", "GET", "POST")
def new_purpose(request: HttpRequest) -> HttpResponse:
    """The form of a new purpose, and its making."""
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            act(add_purpose, asker_of(request).actor, given["key"], given["kind"], given["basis"], form.texts("name"),
                form.texts())  # fmt: skip
        except ChoralError as problem:
            form.add_error("key", f"{said(problem)['what']} {said(problem)['fix']}")
        else:
            toast(request, _("The purpose is there. Nobody has agreed to it yet."))
            return redirect("consent")
    return render(request, "consent/purpose_new.html", {"form": form}, status=422 if form.errors else 200)


@page("consent.view")
def one_purpose(request: HttpRequest, key: str) -> HttpResponse:
    """One purpose: every version of its text, and the form of the next one."""
    return _purpose_page(request, key, None)


@page("consent.manage", "POST")
def new_wording(request: HttpRequest, key: str) -> HttpResponse:
    """A new version of the text; what was agreed to before rests on the text it was agreed to."""
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _purpose_page(request, key, form)
    version = act(add_wording, asker_of(request).actor, key, form.texts())
    toast(request, _("Version %(version)s is shown from now on.") % {"version": version})
    return redirect("consent_purpose", key)


@page("consent.manage", "POST")
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Nothing is done for it any more; the toast takes it back."""
    act(retire_purpose, asker_of(request).actor, key)
    toast(request, _("Nobody is asked for it any more, and nothing is done for it."),
          undo=reverse("consent_restore", args=[key]))  # fmt: skip
    return redirect("consent")


@page("consent.manage", "POST")
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """In use again, with the consents there were."""
    act(restore_purpose, asker_of(request).actor, key)
    toast(request, _("In use again."))
    return redirect("consent")


def _purpose_page(request: HttpRequest, key: str, form: WordingForm | None) -> HttpResponse:
    consent = current_shop().customers.consent
    versions = consent.wordings(key)
    found = next(one for one in consent.purposes(retired=True) if one.key == key)
    names = who_did([one.made_by for one in versions])
    texts = [(one, [(name, code, one.texts[code]) for code, name in LANGUAGES], names[one.made_by]) for one in versions]
    form = form or WordingForm(texts=dict(versions[0].texts))
    context = {"purpose": _shown(found, consent.counts()), "versions": texts, "form": form}
    return render(request, "consent/purpose.html", context, status=422 if form.errors else 200)


def _shown(one: Purpose, counted: Sequence[ConsentCount]) -> Shown:
    language = (get_language() or "en")[:2]
    mine = tuple((words.channel_word(it.channel), it, _ledger(it)) for it in counted if it.purpose == one.key)
    return Shown(
        one.key, one.names.get(language, one.names["en"]), one.texts.get(language, one.texts["en"]),
        words.KINDS[one.kind], words.BASES[one.basis], one.version, one.retired_at is not None, mine,
    )  # fmt: skip


def _ledger(one: ConsentCount) -> str:
    return f"{reverse('consent_ledger')}?purpose={one.purpose}&channel={one.channel}"


urlpatterns = [
    path("consent", purposes, name="consent"),
    path("consent/new", new_purpose, name="consent_new"),
    path("consent/purposes/<slug:key>", one_purpose, name="consent_purpose"),
    path("consent/purposes/<slug:key>/wording", new_wording, name="consent_wording"),
    path("consent/purposes/<slug:key>/retire", retire, name="consent_retire"),
    path("consent/purposes/<slug:key>/restore", restore, name="consent_restore"),
]
NAVIGATION = [
    Entry("customers", 45, gettext_lazy("Consent"), "consent", "consent.view", "consent",
          words=gettext_lazy("opt-in permission GDPR unsubscribe purposes ledger quiet hours opposition"))
]  # fmt: skip
