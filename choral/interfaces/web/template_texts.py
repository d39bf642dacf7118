"""The texts of a template: what {% trans %} and {% blocktranslate %} say, as Django will look them up."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TAG = re.compile(r"\{%\s*(.*?)\s*%\}|\{\{\s*(.*?)\s*\}\}|\{#.*?#\}", re.DOTALL)
_TRANS = re.compile(r"^trans(?:late)?\s+(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_BLOCK = re.compile(r"^blocktrans(?:late)?\b")
_CONTEXT = re.compile(r"\bcontext\s+(\"[^\"]*\"|'[^']*')")
Text = tuple[str | tuple[str, str], str | None]


def texts_of(source: str) -> Iterator[Text]:
    """(text, context) or ((singular, plural), context) in order."""
    at = 0
    while found := _TAG.search(source, at):
        at = found.end()
        tag = found.group(1) or ""
        if simple := _TRANS.match(tag):
            yield _unquoted(simple.group(1)).replace("%", "%%"), _context(tag)
        elif _BLOCK.match(tag):
            end = re.compile(r"\{%\s*endblocktrans(?:late)?\s*%\}").search(source, at)
            if end is None:
                raise ValueError("A blocktranslate is not ended.")
            yield _block(source[at : end.start()], tag)
            at = end.end()


def _block(content: str, tag: str) -> Text:
    parts = re.split(r"\{%\s*plural\s*%\}", content)
    texts = [_message(part, "trimmed" in tag.split()) for part in parts]
    return (texts[0] if len(texts) == 1 else (texts[0], texts[1])), _context(tag)


def _message(part: str, trimmed: bool) -> str:
    text = re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda name: f"\0{name.group(1)}\1", part).replace("%", "%%")
    text = re.sub("\0(\\w+)\1", r"%(\1)s", text)
    return " ".join(line.strip() for line in text.strip().split("\n")) if trimmed else text


def _context(tag: str) -> str | None:
    found = _CONTEXT.search(tag)
    return _unquoted(found.group(1)) if found else None


def _unquoted(text: str) -> str:
    return text[1:-1].replace(f"\\{text[0]}", text[0])
