"""A person's data as a file: JSON for programs, a table a section for spreadsheets, pages to read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from choral.core.clock import to_datetime
from choral.customers.privacy.collecting import Told
from choral.customers.privacy.contract import Section
from choral.customers.privacy.words import LANGUAGES, word

FORMAT, VERSION = "choral-personal-data", 1
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2330}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{border-bottom:1px solid #d5dae3;padding:.35rem"
    " .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{font-weight:600}.scroll{overflow-x:auto}"
    "@media print{body{margin:0}}"
)


def archive(told: Told, shop: str) -> bytes:
    """A ZIP with `data.json`, `tables/*.csv` and `read-me.{en,fr,it}.html`; made in memory, kept nowhere."""
    buffer = io.BytesIO()
    stamp = to_datetime(told.at).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in _files(told, shop):
            file.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def machine_readable(told: Told) -> bytes:
    """The JSON document: `format`, `version`, `made_at`, `customer`, `identifiers`, `sections` with their rows."""
    return json.dumps(
        {
            "format": FORMAT, "version": VERSION, "made_at": _time(told.at), "customer": told.customer,
            "identifiers": list(told.identifiers),
            "sections": [
                {"room": one.room, "title": one.title, "rows": [_row(row) for row in one.rows]} for one in told.sections
            ],
        },
        ensure_ascii=False, indent=1, default=str,
    ).encode()  # fmt: skip


def human_readable(told: Told, shop: str, language: str) -> str:
    """One HTML page without anything from elsewhere, in English, French or Italian."""
    title = word("What we know about you", language)
    lead = word("This file holds everything {shop} keeps about the person with the identifiers below. Times are UTC.",
                language).format(shop=shop)  # fmt: skip
    parts = [
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>",
        f"<p>{escape(lead)}</p><p>{escape(word('Put together on', language))} {_time(told.at)}</p>",
        *(f"<p>{escape(word(text, language))}</p>" for text in _NOTES),
        *(_table(one, language) for one in told.sections),
        "" if told.sections else f"<p>{escape(word('Nothing is known.', language))}</p>",
        "</main></body></html>\n",
    ]
    return "".join(parts)


_NOTES = (
    "The same in a form for programs: data.json, and one table a section in the folder tables.",
    "You may ask us to correct, restrict or erase it, and you may complain to the data protection authority.",
)


def _files(told: Told, shop: str) -> Iterator[tuple[str, bytes]]:
    yield "data.json", machine_readable(told)
    for language in LANGUAGES:
        yield f"read-me.{language}.html", human_readable(told, shop, language).encode()
    for number, section in enumerate(told.sections, 1):
        name = "".join(sign if sign.isalnum() else "-" for sign in section.title.lower())
        yield f"tables/{number:02}-{name[:50].strip('-')}.csv", _csv(section).encode("utf-8-sig")


def _csv(section: Section) -> str:
    columns = _columns(section.rows)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in section.rows:
        shown = _row(row)
        writer.writerow([_inert(_cell(shown.get(column))) for column in columns])
    return buffer.getvalue()


def _table(section: Section, language: str) -> str:
    columns = _columns(section.rows)
    heads = "".join(f'<th scope="col">{escape(word(one.replace("_", " "), language))}</th>' for one in columns)
    lines = []
    for row in section.rows:
        shown = _row(row)
        cells = (escape(_cell(shown.get(one), language)) for one in columns)
        lines.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return (
        f'<h2>{escape(word(section.title, language))}</h2><div class="scroll"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _columns(rows: Iterable[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def _row(row: Mapping[str, object]) -> dict[str, object]:
    return {key: _time(value) if _is_time(key, value) else value for key, value in row.items()}


def _is_time(key: str, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and (key in ("at", "since") or key.endswith("_at"))


def _time(at: object) -> str:
    return to_datetime(int(str(at))).isoformat().replace("+00:00", "Z") if at else ""


def _cell(value: object, language: str = "en") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return word("yes" if value else "no", language)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    return str(value)


def _inert(text: str) -> str:
    """A text no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not text[1:].isdigit() else text
