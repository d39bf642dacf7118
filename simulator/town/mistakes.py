"""Typing errors as people make them: two letters swapped, one dropped, doubled or hit beside its key."""

import numpy as np

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
_BESIDE = {
    letter: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _ROWS
    for place, letter in enumerate(row)
}


def mistyped(value: str, g: np.random.Generator) -> str:
    """`value` with one typing error; always different from `value` when it has a letter or digit to spoil."""
    spots = [place for place, letter in enumerate(value) if letter.lower() in _BESIDE]
    if not spots:
        return value
    spot = spots[int(g.integers(len(spots)))]
    way = int(g.integers(4))
    letter = value[spot]
    following = value[spot + 1 : spot + 2]
    if way == 0 and following.isalnum() and following != letter:
        return value[:spot] + following + letter + value[spot + 2 :]
    if way == 1 and len(value) > 1:
        return value[:spot] + value[spot + 1 :]
    if way == 2:
        return value[:spot] + letter + value[spot:]
    beside = _BESIDE[letter.lower()]
    wrong = beside[int(g.integers(len(beside)))]
    return value[:spot] + (wrong.upper() if letter.isupper() else wrong) + value[spot + 1 :]


def maybe_mistyped(value: str, rate: float, g: np.random.Generator) -> str:
    """`value`, with a typing error in the share `rate` of cases; an empty value stays empty."""
    return mistyped(value, g) if value and g.random() < rate else value
