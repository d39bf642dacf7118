"""The learnt models as files: a view beside the lake, made from one version of the purchases and of identity."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from choral.core.ids import digest
from choral.customers import versions
from choral.customers.recommend.judging import Judgement
from choral.customers.recommend.learning import Codes, Model

LAYOUT = 2  # raise it whenever a model would come out differently
_ARRAYS = ("popular", "trend", "items", "taste", "near", "near_weight")


@dataclass(frozen=True)
class Trained:
    """What the worker learnt last: from which purchases, when (µs UTC), how long it took, how good it was."""

    name: str
    purchases: str
    at: int
    seconds: float
    model: Model
    place: Codes
    judgement: Judgement | None


def name_of(purchases: str, identity: int) -> str:
    """The name of what is learnt from these purchases with this map of identity: equal names, equal arrays."""
    return digest(json.dumps([purchases, identity, LAYOUT]), 8).hex()


def root(lake: str) -> Path:
    return versions.root(lake, "recommend")


def save(lake: str, name: str, purchases: str, at: int, seconds: float, model: Model, judged: Judgement | None) -> None:
    """Write a version and put it in place."""
    building = versions.begin(root(lake), name)
    for array in _ARRAYS:
        np.save(building / f"{array}.npy", getattr(model, array))
    told = {
        "purchases": purchases, "at": at, "seconds": seconds, "layout": LAYOUT,
        "model": {"day": model.day, "customers": model.customers, "lines": model.lines},
        "judgement": judged,
    }  # fmt: skip
    (building / "manifest.json").write_bytes(msgspec.json.encode(told))
    versions.swap(root(lake), building, name)


def load(lake: str) -> Trained | None:
    """The newest version, its big arrays mapped into memory; None before there is one."""
    name = versions.current(root(lake))
    if name is None:
        return None
    folder = root(lake) / name
    try:
        told = json.loads((folder / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    if told["layout"] != LAYOUT:
        return None
    arrays = {array: np.load(folder / f"{array}.npy", mmap_mode="r") for array in _ARRAYS}
    model = Model(**told["model"], **arrays)
    judged = msgspec.convert(told["judgement"], Judgement) if told["judgement"] else None
    return Trained(name, told["purchases"], told["at"], told["seconds"], model, model.place(), judged)
