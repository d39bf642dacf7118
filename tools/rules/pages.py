"""Rules about templates: nothing that a strict content security policy forbids, nothing unescaped."""

from __future__ import annotations

import re
from pathlib import Path

from tools.rules.fault import Fault

_RULES = (
    ("inline-style", re.compile(r"<style[\s>]|\sstyle\s*=", re.IGNORECASE), "inline style is refused by the policy"),
    (
        "inline-script",
        re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
        "inline script is refused by the policy",
    ),
    ("handler", re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE), "inline handlers are refused by the policy"),
    ("javascript-link", re.compile(r"javascript:", re.IGNORECASE), "a link is not a script"),
    ("unescaped", re.compile(r"\|\s*safe\b|autoescape off"), "what came from outside would run in the browser"),
    ("outside", re.compile(r"(?:src|href|action)\s*=\s*[\"']https?://(?!127\.0\.0\.1)"), "nothing comes from outside"),
)
_LINKS_OUT = re.compile(r"<a\s[^>]*rel=\"(?:noopener )?noreferrer")


def check(path: Path, text: str) -> list[Fault]:
    """All faults of one template."""
    faults = []
    for number, line in enumerate(text.split("\n"), 1):
        if "{# allowed:" in line:
            continue
        for name, pattern, words in _RULES:
            if pattern.search(line) and not (name == "outside" and _LINKS_OUT.search(line)):
                faults.append(Fault(path, number, name, words))
    return faults
