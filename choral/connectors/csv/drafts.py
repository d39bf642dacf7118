"""A file before it is imported: kept, understood, understood otherwise, thrown away."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from choral.books import Actor, act
from choral.connectors import queries
from choral.connectors.actions import add_import, describe_import, discard_import
from choral.connectors.csv import sniff
from choral.connectors.csv.fields import FIELDS, guess_fields, guess_kind, missing
from choral.connectors.csv.media import channel_of
from choral.connectors.csv.place import Place
from choral.connectors.values import Changes, ColumnFound, Draft, Kind, Reading
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.core.ids import new_id
from choral.core.money import CURRENCIES

LARGEST = 2 * 1024**3
_AT_ONCE = 1024 * 1024
_SAMPLES = 5
_TRAIT = "trait:"  # a customer's column kept under a name of the shop's own


def upload(place: Place, name: str, stream: BinaryIO, actor: Actor, kind: Kind | None) -> Draft:
    """See `Connectors.upload`."""
    import_id = new_id().hex
    path = place.data(import_id)
    try:
        size = _keep(path, stream)
        sample = _sample(path)
        if not size or not sample.strip():
            raise InvalidInput("empty_file", "The file is empty.", fix="Choose the file with the rows in it.")
        reading = _reading(place, path, sample)
        if "\ufffd" * 20 in _text(sample, reading.encoding) or _binary(sample, reading.encoding):
            raise InvalidInput(
                "not_a_table", "This is not a table.", "It holds something other than text.",
                "Save the sheet as CSV and drop that file.",
            )  # fmt: skip
        heads, rows = _head(sample, reading)
        found = kind or guess_kind(heads)
        columns = _columns(heads, rows, guess_fields(found, heads))
        reading = _refined(reading, found, columns, rows)
        clean = Path(name).name[:200] or "file.csv"
        act(add_import, actor, import_id, clean, found, size, asdict(reading), [asdict(one) for one in columns])
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return draft(place, import_id)


def draft(place: Place, import_id: str) -> Draft:
    """See `Connectors.draft`."""
    row = queries.one(import_id)
    if row is None or row["state"] == "discarded":
        raise NotFound("no_such_import", "There is no such import.", status=404)
    reading = Reading(**row["reading"])
    columns = tuple(ColumnFound(**one | {"samples": tuple(one["samples"])}) for one in row["columns"])
    return Draft(
        import_id, row["name"], row["size"], row["kind"], row["state"], reading, columns,
        _rows_guess(place.data(import_id), row["size"], reading), problems(row["kind"], columns),
    )  # fmt: skip


def describe(place: Place, import_id: str, changes: Changes, actor: Actor) -> Draft:
    """See `Connectors.describe`."""
    now = draft(place, import_id)
    if now.state != "uploaded":
        raise _begun()
    reading = _changed(now.reading, changes)
    kind = changes.kind or now.kind
    if kind not in FIELDS:
        raise InvalidInput("no_such_kind", "There is no such kind of rows.", fix=f"Use one of {', '.join(FIELDS)}.")
    heads, rows = _head(_sample(place.data(import_id)), reading)
    kept = {one.place: one.field for one in now.columns} if kind == now.kind else {}
    same = len(heads) == len(now.columns) and bool(kept)
    fields = [kept[at] for at in range(len(heads))] if same else guess_fields(kind, heads)
    for at, field in (changes.mapping or {}).items():
        if 0 <= at < len(fields):
            fields[at] = _checked(kind, field)
    columns = _columns(heads, rows, fields)
    done = act(describe_import, actor, import_id, kind, asdict(reading), [asdict(one) for one in columns])
    if not done:
        raise _begun()
    return draft(place, import_id)


def discard(place: Place, import_id: str, actor: Actor) -> None:
    """See `Connectors.discard`."""
    draft(place, import_id)
    if act(discard_import, actor, import_id):
        place.data(import_id).unlink(missing_ok=True)
        place.refused(import_id).unlink(missing_ok=True)


def problems(kind: Kind, columns: Sequence[ColumnFound]) -> tuple[str, ...]:
    """Codes of what the mapping lacks or says twice."""
    used = [one.field for one in columns if one.field]
    twice = sorted({field for field in used if used.count(field) > 1})
    known = {"channel"} if kind == "spend" and channel_of([one.head for one in columns]) else set()
    return (*missing(kind, set(used) | known), *(f"twice:{field}" for field in twice))


def _begun() -> Conflict:
    why = "It can no longer be read otherwise."
    return Conflict(
        "import_begun", "This import has begun.", why, "Undo it first, then drop the file again.", status=409
    )


def _keep(path: Path, stream: BinaryIO) -> int:
    size = 0
    with path.open("wb") as handle:
        while part := stream.read(_AT_ONCE):
            size += len(part)
            if size > LARGEST:
                raise InvalidInput(
                    "file_too_large", "The file is too large.", f"At most {LARGEST >> 30} GiB can be imported at once.",
                    "Divide it by month or by store; imports that repeat rows change nothing.", 413,
                )  # fmt: skip
            handle.write(part)
    return size


def _sample(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound("file_gone", "The file of this import is no longer kept.", fix="Drop it again.", status=404)
    with path.open("rb") as handle:
        return handle.read(sniff.SAMPLE)


def _text(sample: bytes, encoding: str) -> str:
    """The sample's text; a letter cut off at its end does not count."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(sample)


def _binary(sample: bytes, encoding: str) -> bool:
    controls = sum(1 for letter in _text(sample, encoding)[:20_000] if ord(letter) < 32 and letter not in "\r\n\t\0")
    return controls > 20 or sample[:4] in (b"PK\x03\x04", b"\x89PNG", b"%PDF", b"\xd0\xcf\x11\xe0")


def _reading(place: Place, path: Path, sample: bytes) -> Reading:
    encoding = sniff.encoding(sample)
    if encoding == "utf-8" and path.stat().st_size > len(sample) and not _is_utf8(path):
        encoding = "cp1252"
    text = _text(sample, encoding)
    sign = sniff.delimiter(text)
    header = sniff.has_header(sniff.rows_of(text, sign)[:50])
    return Reading(encoding, sign, header, ".", "dmy", place.home.currency, place.home.time_zone)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as handle, suppress(UnicodeDecodeError):
        while part := handle.read(_AT_ONCE):
            decoder.decode(part)
        return True
    return False


def _head(sample: bytes, reading: Reading) -> tuple[list[str], list[list[str]]]:
    try:
        text = _text(sample, reading.encoding)
    except LookupError as error:
        raise InvalidInput("no_such_encoding", f"There is no encoding “{reading.encoding[:40]}”.") from error
    rows = [row for row in sniff.rows_of(text.lstrip("\ufeff"), reading.delimiter) if any(cell.strip() for cell in row)]
    if len(sample) >= sniff.SAMPLE and len(rows) > 1:
        rows = rows[:-1]  # the last one is cut off
    if not rows:
        raise InvalidInput("empty_file", "The file has no rows.", fix="Choose the file with the rows in it.")
    width = max(len(row) for row in rows[:50]) if not reading.header else len(rows[0])
    if reading.header:
        return [cell.strip()[:100] for cell in rows[0]], rows[1:]
    return [f"{at + 1}" for at in range(width)], rows


def _columns(heads: list[str], rows: list[list[str]], fields: list[str]) -> list[ColumnFound]:
    found = []
    for place, (head, field) in enumerate(zip(heads, fields, strict=True)):
        cells = dict.fromkeys(row[place].strip()[:80] for row in rows[:200] if place < len(row) and row[place].strip())
        found.append(ColumnFound(place, head, tuple(list(cells)[:_SAMPLES]), field))
    return found


def _refined(reading: Reading, kind: Kind, columns: list[ColumnFound], rows: list[list[str]]) -> Reading:
    """The decimal mark and the order of dates, by the columns that hold money, numbers and dates."""
    types = {one.key: one.type for one in FIELDS[kind]}

    def cells(*wanted: str) -> list[str]:
        places = [one.place for one in columns if types.get(one.field) in wanted]
        return [row[at] for row in rows[:2_000] for at in places if at < len(row) and row[at].strip()]

    american = reading.currency in ("USD",)
    return replace(
        reading, decimal=sniff.decimal(cells("money", "number")),
        dates=sniff.dates(cells("moment"), "mdy" if american else "dmy"),
    )  # fmt: skip


def _changed(reading: Reading, changes: Changes) -> Reading:
    given: dict[str, Any] = {
        key: value
        for key in ("encoding", "delimiter", "header", "decimal", "dates", "currency")
        if (value := getattr(changes, key)) is not None
    }
    if "delimiter" in given and given["delimiter"] not in sniff.DELIMITERS:
        raise InvalidInput("no_such_delimiter", "Columns are divided by comma, semicolon, tab or bar.")
    if given.get("decimal", ".") not in (".", ",") or given.get("dates", "ymd") not in ("ymd", "dmy", "mdy"):
        raise InvalidInput("no_such_format", "Decimals are “.” or “,”; dates are ymd, dmy or mdy.")
    if given.get("currency", "EUR") not in CURRENCIES:
        raise InvalidInput("unknown_currency", "There is no such currency.", fix="Use a code such as EUR or USD.")
    if "encoding" in given:
        try:
            given["encoding"] = codecs.lookup(given["encoding"]).name
        except LookupError as error:
            raise InvalidInput("no_such_encoding", "There is no such encoding.", fix="Try utf-8 or cp1252.") from error
    return replace(reading, **given)


def _checked(kind: Kind, field: str) -> str:
    if not field or field in {one.key for one in FIELDS[kind]}:
        return field
    if kind == "customers" and field.startswith(_TRAIT) and field.removeprefix(_TRAIT).isidentifier():
        return field[:60]
    raise InvalidInput("no_such_field", f"A column cannot be taken for “{field[:40]}”.",
                       fix=f"Use one of {', '.join(one.key for one in FIELDS[kind])}.")  # fmt: skip


def _rows_guess(path: Path, size: int, reading: Reading) -> int:
    if not path.is_file():
        return 0
    sample = _sample(path)
    lines = sample.count(b"\n") or 1
    return max(0, round(size / len(sample) * lines) - int(reading.header)) if sample else 0
