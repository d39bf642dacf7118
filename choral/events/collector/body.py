"""Reading a body: capped before and after decompression while it streams, sniffed, and made clean JSON."""

from __future__ import annotations

import asyncio
import json
import zlib
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar
from urllib.parse import parse_qs, quote

import msgspec

from choral.events.collector import lz64
from choral.events.collector.refusals import error
from choral.events.collector.request import Request

LARGEST_RAW = 8 * 1024 * 1024
LARGEST_UNPACKED = 32 * 1024 * 1024
# A body cannot hold more values than it has commas; this many are about 150 MB of memory while they are divided.
MOST_COMMAS = 2_000_000
PATIENCE_SECONDS = 30.0  # 8 MiB come in that time over any line that can carry a shop's events
_READ_AT_ONCE = 1024 * 1024
_DRAINED = 4 * LARGEST_RAW  # read on and thrown away, so that the sender can hear the answer
_MOST_MEMBERS = 32  # of one gzip file; each costs a copy of what follows
T = TypeVar("T")
_AUTO_DETECT = 47  # zlib's wbits for "gzip or zlib, by its header"


class Incoming(Protocol):
    """The server's side of a request: call it for the whole body, iterate over it for chunks."""

    async def __call__(self) -> bytes: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


async def read(request: Request, incoming: Incoming) -> bytes:
    """The raw body; `body_too_large` past 8 MiB, of which never more is held, `body_stalled` when not all of it is
    there after 30 s, however the sender drips it."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await _read(request, incoming)
    except TimeoutError:
        raise error("body_stalled", f"{PATIENCE_SECONDS:g} seconds") from None


async def _read(request: Request, incoming: Incoming) -> bytes:
    declared = request.headers.get("content-length")
    if declared is not None and declared.isdigit() and int(declared) <= _READ_AT_ONCE:
        return await incoming()
    parts: list[bytes] = []
    size = 0
    async for part in incoming:
        size += len(part)
        if size <= LARGEST_RAW:
            parts.append(part)
        elif size > _DRAINED:
            break
        else:
            parts.clear()
    if size > LARGEST_RAW:
        raise error("body_too_large", f"{LARGEST_RAW >> 20} MiB")
    return b"".join(parts)


def of_query(request: Request) -> bytes:
    """What a picture's address says, as a body: the form `data=`, else all parameters as one JSON object."""
    if (data := request.query("data")) is not None:
        return f"data={quote(data)}".encode()
    return json.dumps({name: values[0] for name, values in request.parameters().items()}).encode()


def parse(decode: Callable[[bytes], T], payload: bytes) -> T:
    """The decoded payload, made JSON first where an encoder wrote what is none. Raises `ChoralError`."""
    try:
        return decode(payload)
    except msgspec.ValidationError as problem:
        raise error("not_an_object", problem) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        repaired = repair(payload)
        if repaired is None or repaired == payload:
            raise error("malformed_json", problem) from None
        return parse(decode, repaired)


def unpack(raw: bytes, encoding: str | None, compression: str | None = None) -> bytes:
    """The body as UTF-8 JSON on one line, whatever it was wrapped in.

    The bytes decide, not the headers: `1f 8b` is gzip, declared or not; `data=` is a form with base64 or plain JSON.
    `compression` is what the query says: only “lz64” cannot be seen in the bytes.
    """
    if compression == "lz64":
        raw = lz64.decompress(_form(raw), LARGEST_UNPACKED)
    if raw[:2] == b"\x1f\x8b":
        raw = decompress(raw)
    elif encoding not in (None, "", "identity", "gzip", "x-gzip"):
        if encoding != "deflate":
            raise error("unknown_encoding", encoding[:40])
        raw = decompress(raw)
    if raw[:1] not in (b"{", b"["):
        raw = _unwrap(raw)
    if not raw.isascii():
        raw = _as_utf8(raw)
    if b"\n" in raw or b"\r" in raw:
        raw = _on_one_line(raw)  # the log keeps one event a line
    if len(raw) > MOST_COMMAS and raw.count(b",") > MOST_COMMAS:
        raise error("too_many_events", f"{MOST_COMMAS:,} values")
    return raw


def decompress(raw: bytes) -> bytes:
    """gzip (several members too) or zlib, stopped as soon as more than 32 MiB come out."""
    out: list[bytes] = []
    room = LARGEST_UNPACKED
    for _ in range(_MOST_MEMBERS):
        stream = zlib.decompressobj(_AUTO_DETECT)
        try:
            out.append(stream.decompress(raw, room + 1))
        except zlib.error:
            raise error("malformed_gzip") from None
        room -= len(out[-1])
        if room < 0:
            raise error("body_too_large_unpacked", f"{LARGEST_UNPACKED >> 20} MiB")
        if not stream.eof:
            raise error("malformed_gzip")
        raw = stream.unused_data.lstrip(b"\x00")
        if not raw:
            return b"".join(out)
    raise error("malformed_gzip")


def repair(raw: bytes) -> bytes | None:
    """What some encoders write though it is no JSON (NaN, Infinity, half surrogates), made JSON; else None.

    One such value must not cost the whole batch: SDKs throw a batch away when it is answered with 400.
    """
    try:
        found = json.loads(raw, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _unwrap(raw: bytes) -> bytes:
    bare = raw.removeprefix(b"\xef\xbb\xbf").strip()
    if not bare.startswith(b"data="):
        return bare
    data = _form(bare)
    if data[:1] in ("{", "["):
        return data.encode()
    try:
        found = b64decode(data, validate=True)
    except ValueError:
        raise error("malformed_json", "the form's data is not base64") from None
    return decompress(found) if found[:2] == b"\x1f\x8b" else found


def _form(raw: bytes) -> str:
    """The field `data` of a form, else all of it."""
    text = raw.decode("utf-8", "replace")
    if not text.startswith("data="):
        return text
    data = parse_qs(text, max_num_fields=20).get("data", [""])[0]
    return data if data[:1] in ("{", "[") else data.replace(" ", "+")


def _as_utf8(raw: bytes) -> bytes:
    try:
        raw.decode()
    except UnicodeDecodeError as problem:
        raise error("malformed_json", f"byte {problem.start} is not UTF-8") from None
    return raw


def _on_one_line(raw: bytes) -> bytes:
    try:
        return msgspec.json.format(raw, indent=-1)
    except (msgspec.DecodeError, RecursionError):
        return raw  # the parser will say what is wrong with it
