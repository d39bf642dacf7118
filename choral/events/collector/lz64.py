"""Decompresses what early browser SDKs called lz64: LZ-String's algorithm written as base64.

Format: Pieroxy's lz-string, `compressToBase64`. A dictionary coder on UTF-16 units; codes grow from 2 bits, the
lowest bit first, six bits a base64 letter, the highest first. 0 and 1 bring a new unit of 8 or 16 bits, 2 ends.
"""

from __future__ import annotations

from choral.events.collector.refusals import error

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_NEW_8, _NEW_16, _END = 0, 1, 2


class _Bits:
    def __init__(self, text: str) -> None:
        try:
            self._values = [_VALUES[letter] for letter in text]
        except KeyError as letter:
            raise error("malformed_json", f"{letter} is not base64") from None
        self._at = 0

    def take(self, count: int) -> int:
        found = 0
        for place in range(count):
            index, within = divmod(self._at, 6)
            if index >= len(self._values):
                raise error("malformed_json", "the lz64 text is cut off")
            found |= (self._values[index] >> (5 - within) & 1) << place
            self._at += 1
        return found


def decompress(text: str, most: int) -> bytes:
    """The text in UTF-8; stops as soon as more than `most` characters come out.

    Raises `ChoralError`: malformed_json when it is not lz64, body_too_large_unpacked.
    """
    bits = _Bits(text.strip())
    known: list[str] = ["", "", ""]
    code, width, room = bits.take(2), 3, 4
    last = ""
    out: list[str] = []
    size = 0
    while code != _END:
        if code in (_NEW_8, _NEW_16):
            known.append(chr(bits.take(8 if code == _NEW_8 else 16)))
            code = len(known) - 1
            room, width = _grown(room - 1, width) if last else (room, width)
        if code < len(known):
            entry = known[code]
        elif code == len(known) and last:
            entry = last + last[0]
        else:
            raise error("malformed_json", "the text is not lz64")
        if last:
            known.append(last + entry[0])
            room, width = _grown(room - 1, width)
        out.append(entry)
        size += len(entry)
        if size > most:
            raise error("body_too_large_unpacked", f"{most >> 20} MiB")
        last = entry
        code = bits.take(width)
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _grown(room: int, width: int) -> tuple[int, int]:
    """When the codes of this width are used up, the next are a bit wider."""
    return (1 << width, width + 1) if room == 0 else (room, width)
