"""Scripts of the built front end that other people's pages load: content, version, integrity, how long to keep."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256, sha384
from pathlib import Path
from typing import NamedTuple

OWN = "c.js"  # the shop's own tracking script
_FOR_AN_HOUR = "public, max-age=3600"
_FOR_EVER = "public, max-age=31536000, immutable"


class Script(NamedTuple):
    """A script; `packed` is its gzip, `cache` what browsers are told."""

    content: bytes
    packed: bytes | None = None
    cache: str = _FOR_AN_HOUR

    @property
    def version(self) -> str:
        """A name for exactly these bytes."""
        return sha256(self.content).hexdigest()[:12]

    @property
    def integrity(self) -> str:
        """What a page writes so that its browser runs no other bytes (https://www.w3.org/TR/SRI/)."""
        return f"sha384-{b64encode(sha384(self.content).digest()).decode()}"

    def for_ever(self) -> Script:
        """The same under an address that names its version."""
        return self._replace(cache=_FOR_EVER)


def read_script(file: Path) -> Script | None:
    """The built file, with the packed one beside it; None when the front end is not built."""
    if not file.is_file():
        return None
    packed = file.with_name(f"{file.name}.gz")
    return Script(file.read_bytes(), packed.read_bytes() if packed.is_file() else None)
