"""The commands of consent, from writing a word down to loading an opposition list."""

from __future__ import annotations

from pathlib import Path

from choral.home import Home
from tests.interfaces.cli.called import call

ADA = "email:ada@shop.eu"


def test_a_word_is_written_down_and_decides_what_may_be_sent(cafe: Home) -> None:
    assert call("consent", "check", ADA, "offers", "email", "--json").json["allowed"] is False
    written = call("consent", "record", ADA, "granted", "offers", "--channel", "email", "--note", "signed form 7")
    assert (written.code, written.out) == (0, "Written as line 1.\n")
    found = call("consent", "check", ADA, "offers", "email")
    assert found.out.startswith("Yes.") and "granted, line 1" in found.out
    shown = call("consent", "show", ADA, "--json").json
    assert shown["entries"][0]["proof"] == {"note": "signed form 7"}
    assert "terminal" in call("consent", "show", ADA).out
    assert call("consent", "ledger", "--state", "denied").out == "Nobody has said anything yet.\n"
    counts = call("consent", "purposes", "--json").json["counts"]
    assert [(one["purpose"], one["granted"]) for one in counts] == [("offers", 1)]


def test_what_cannot_be_meant_is_refused_with_its_reason(cafe: Home) -> None:
    wrong = call("consent", "record", ADA, "granted", "*", "--note", "x", "--json")
    assert (wrong.code, wrong.error["code"]) == (4, "consent_without_purpose")
    assert call("consent", "check", ADA, "nothing", "email", "--json").code == 3


def test_links_rules_hours_and_lists_are_at_hand(cafe: Home, tmp_path: Path) -> None:
    made = call("consent", "link", ADA, "--address", "https://shop.example", "--json").json
    assert made["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    begun = call("consent", "request", ADA, "newsletter", "email").out
    assert "http://127.0.0.1:8000/c/c." in begun
    when = call("consent", "when", "sms", "--at", "2026-11-28T21:00", "--country", "FR")
    assert when.out == "2026-11-30 08:00\n"
    assert "Loi n° 2025-594" in call("consent", "rules", "--country", "fr").out
    file = tmp_path / "rpo.txt"
    file.write_text("3331234567\n3337654321\nnobody\n")
    assert call("consent", "load-list", "rpo", str(file), "--day", "2026-11-20").out.startswith("2 numbers")
    (rpo,) = [one for one in call("consent", "lists", "--json").json if one["key"] == "rpo"]
    assert rpo["numbers"] == 2 and rpo["required"]
