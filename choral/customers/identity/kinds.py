"""The rules of identity held as data: what each kind of identifier may do, and what people decided beside them.

Pure. The defaults stand here; what the owner changes is in the book (`identity.book`) and comes to the view as a
fact. Rules hold for the whole shop; a scope (a brand, a group of sources) would be a field of `RuleSet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from choral.core.errors import InvalidInput

WEAK = 8  # device, anonymous, receipt: say which browser or purchase, not who
SILENT = 9  # address, name: kept as seen, never link by themselves
# An identifier seen with more than this many stronger ones is public property (a kiosk, the shop's own number).
SHARED_ABOVE = 50
# One seen with more than this many others of any kind is nobody either (a test account); it bounds what one
# identifier can cost, however often it is sent.
CROWDED_ABOVE = 1_000
_MOST = 1_000_000


@dataclass(frozen=True)
class Kind:
    """How one kind of identifier takes part.

    `tier`: its fixed place, 1 is strongest; evidence is kept by it. `priority`: the place in which it joins, the
    tier unless the owner moved it. `unique`: a person has one, so it holds persons apart. `most`: how many of it one
    person may hold before the excess stands alone (0: any number). `shared_above`: seen with more stronger ones than
    this it is public property. `trusted`: it counts as verified wherever it is seen (an account, a card), not only
    where an event says that it was proved. `proof_to_join`: joins two known persons only where it was proved.
    `links`: whether it links at all.
    """

    name: str
    tier: int
    priority: int = 0
    unique: bool = False
    most: int = 10
    shared_above: int = SHARED_ABOVE
    trusted: bool = True
    proof_to_join: bool = False
    links: bool = True

    def __post_init__(self) -> None:
        if not self.priority:
            object.__setattr__(self, "priority", self.tier)


STRONG = (
    Kind("user", 1, unique=True, most=1),
    Kind("card", 2, unique=True, most=5),
    Kind("token", 3, most=10),
    Kind("marketplace", 4, most=5),
    Kind("social", 5, most=10),
    Kind("email", 6, most=10, trusted=False),
    Kind("phone", 7, most=10, trusted=False),
)
PASSING = (Kind("device", WEAK, most=0), Kind("anonymous", WEAK, most=0), Kind("receipt", WEAK, most=0))
LAST_STRONG = 7
DEFAULTS: Mapping[str, Kind] = {kind.name: kind for kind in (*STRONG, *PASSING)}
TIERS = {name: kind.tier for name, kind in DEFAULTS.items()}
CHANGEABLE = ("priority", "unique", "most", "shared_above", "trusted", "proof_to_join", "links")
# Which kinds an event of this name proves, without saying so in its property `verified`. None: all it carries.
PROVING: Mapping[str, frozenset[str] | None] = {"Signed In": None, "Identifier Verified": None}


def tier_of(text: str) -> int:
    """The tier of an identifier `kind:value`."""
    return TIERS.get(text.partition(":")[0], SILENT)


@dataclass(frozen=True)
class RuleSet:
    """Everything the view goes by, beside evidence and corrections.

    `kinds`: those that differ from their default. `blocked`: identifiers that link nobody. `allowed`: identifiers
    that may be seen with that many others before they are shared. `tablets`: sources whose browsers and devices
    are used by many people (a store's tablet), so that they never link.
    """

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()
    allowed: Mapping[str, int] = field(default_factory=dict)
    tablets: frozenset[str] = frozenset()

    def kind(self, name: str) -> Kind | None:
        """The rule in force for a kind; None for a kind that never links."""
        return self.kinds.get(name) or DEFAULTS.get(name)

    @cached_property
    def strong(self) -> tuple[Kind, ...]:
        """The kinds that say who somebody is and may link, in the order in which they join."""
        kinds = [self.kinds.get(kind.name, kind) for kind in STRONG]
        return tuple(sorted((one for one in kinds if one.links), key=lambda one: (one.priority, one.tier)))

    @cached_property
    def ranks(self) -> NDArray[np.int64]:
        """For each tier its place among `strong` from 1; 0 for what does not link."""
        found = np.zeros(SILENT + 1, dtype=np.int64)
        for rank, kind in enumerate(self.strong, 1):
            found[kind.tier] = rank
        return found

    @cached_property
    def mute(self) -> frozenset[str]:
        """The kinds that the owner said do not link."""
        return frozenset(name for name in DEFAULTS if not self._of(name).links)

    @cached_property
    def trusted(self) -> NDArray[np.bool_]:
        """For each tier whether its identifiers count as proved wherever they are seen."""
        found = np.ones(SILENT + 1, dtype=bool)
        for kind in STRONG:
            found[kind.tier] = self._of(kind.name).trusted
        return found

    def limit(self, text: str) -> int:
        """With how many stronger ones (for a browser: others) this identifier may be seen before it is shared."""
        allowed = self.allowed.get(text)
        return self._of(text.partition(":")[0]).shared_above if allowed is None else allowed

    def silenced(self, text: str) -> bool:
        """Whether this identifier links nobody because somebody said so."""
        return text in self.blocked or (bool(self.mute) and text.partition(":")[0] in self.mute)

    def _of(self, name: str) -> Kind:
        return self.kinds.get(name) or DEFAULTS.get(name) or Kind(name, SILENT)


_DEFAULT = RuleSet()


def default_rules() -> RuleSet:
    """The rules of a shop that changed none."""
    return _DEFAULT


def changed(kind: Kind, changes: Mapping[str, object]) -> Kind:
    """A kind with other settings; `InvalidInput` for what makes no sense."""
    for name, value in changes.items():
        default = getattr(kind, name, None)
        if name not in CHANGEABLE:
            raise _bad(f"“{name}” cannot be set.", f"Set one of {', '.join(CHANGEABLE)}.")
        if type(value) is not type(default):
            raise _bad(f"“{name}” is not {value!r}.", "Send yes or no, or a whole number, as the setting is.")
        if isinstance(value, int) and not 0 <= value <= _MOST:
            raise _bad(f"“{name}” is out of bounds.", f"Send a number from 0 to {_MOST:,}.")
    made = replace(kind, **changes)  # type: ignore[arg-type]
    if kind.tier == WEAK and (made.priority != kind.priority or made.unique or made.most):
        raise _bad(f"“{kind.name}” says which browser, not who.", "Only when it is shared and whether it links is set.")
    if kind.tier != WEAK and not made.most:
        raise _bad("A person may hold at least one of a kind.", "Send a number from 1.")
    if made.priority < 1 or made.shared_above < 1:
        raise _bad("Priority and limit begin at 1.", "Send a number from 1.")
    return made


def _bad(why: str, fix: str) -> InvalidInput:
    return InvalidInput("bad_identity_rule", "This is not a rule of identity.", why, fix, 422)


class _Body(msgspec.Struct):
    kinds: dict[str, dict[str, object]] = {}
    blocked: list[str] = []
    allowed: dict[str, int] = {}
    tablets: list[str] = []


def encode(rules: RuleSet) -> dict[str, object]:
    """The rules as the plain data of a fact."""
    kinds = {name: {key: asdict(kind)[key] for key in CHANGEABLE} for name, kind in sorted(rules.kinds.items())}
    return {
        "kinds": kinds, "blocked": sorted(rules.blocked), "allowed": dict(sorted(rules.allowed.items())),
        "tablets": sorted(rules.tablets),
    }  # fmt: skip


def decode(body: bytes | str) -> RuleSet:
    """The inverse of `encode`, from JSON."""
    said = msgspec.json.decode(body, type=_Body)
    kinds = {name: changed(DEFAULTS[name], values) for name, values in said.kinds.items() if name in DEFAULTS}
    return RuleSet(kinds, frozenset(said.blocked), said.allowed, frozenset(said.tablets))


def proved(name: str, verified: object, kinds: Iterable[str]) -> frozenset[str]:
    """Those of an event's kinds that the event itself proves: by its name, or by its property `verified`.

    `verified` is true (all it carries) or a list of kinds; whatever else it says proves nothing.
    """
    held = frozenset(kinds)
    if verified is True or (name in PROVING and PROVING[name] is None):
        return held
    said = frozenset(one for one in verified if isinstance(one, str)) if isinstance(verified, list) else frozenset()
    return held & (said | (PROVING.get(name) or frozenset()))
