"""Texts taken apart into overlapping threes of letters: what has a piece of a word in it has all its threes.

Two blanks in front of a word make its beginning a three like any other. A three is a number of 30 bits, ten for each
letter, which letters far apart in Unicode may share: whatever an index finds is to be looked at before it is believed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

PART = 14  # bits of a subject's number that one row of the index holds
_LETTER, _SUBJECT = 10, 32  # bits
_END = "\0"  # between texts; none has it

Numbers = NDArray[np.int64]


def grams(text: str) -> list[int]:
    """The threes of one text, each once; none of a text below three letters."""
    return sorted(set(map(int, _threes(text)[0])))


def entries(texts: Mapping[int, Iterable[str]]) -> Numbers:
    """The threes of each subject's texts as `three << 32 | subject`: each once, in order."""
    if not texts:
        return np.empty(0, dtype=np.int64)
    joined = [_END.join(mine) for mine in texts.values()]
    threes, whole = _threes(_END.join(joined))
    sizes = np.fromiter((len(one) + 1 for one in joined), dtype=np.int64, count=len(joined))
    subjects = np.repeat(np.fromiter(texts, dtype=np.int64, count=len(joined)), sizes)[: len(threes)]
    found = np.sort((threes[whole] << _SUBJECT) | subjects[whole])
    return found[np.diff(found, prepend=-1) > 0]  # a tenth of the time np.unique takes for millions


def rows(found: Numbers) -> list[tuple[int, int, array[int]]]:
    """Entries by rows of the index: (three, part, the subjects)."""
    if not len(found):
        return []
    row = found >> PART
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    subjects = array("I", (found & ((1 << _SUBJECT) - 1)).astype(np.uint32).tobytes())
    three = (found[starts] >> _SUBJECT).tolist()
    begins = starts.tolist()
    ends = [*begins[1:], len(found)]
    return [
        (one, subjects[begin] >> PART, subjects[begin:end]) for one, begin, end in zip(three, begins, ends, strict=True)
    ]


def _threes(text: str) -> tuple[Numbers, NDArray[np.bool_]]:
    """The three that begins at each letter, and whether it ends before the text it is in does."""
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    if len(letters) < 3:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
    short = letters & ((1 << _LETTER) - 1)
    one, two, three = short[:-2], short[1:-1], short[2:]
    inside = letters != ord(_END)
    return (one << 2 * _LETTER) | (two << _LETTER) | three, inside[:-2] & inside[1:-1] & inside[2:]
