"""The home folder of one shop: where its books, log, lake and secret live, and what the shop is called."""

from __future__ import annotations

import json
import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

from choral.core.errors import InvalidInput, NotFound

_DEFAULTS = {
    "name": "My shop",
    "currency": "EUR",
    "time_zone": "Europe/Paris",
    "region": "FR",
    "language": "en",
}


def homes_folder() -> Path:
    """Where homes named without a path are: `$CHORAL_HOMES`, or the user's data folder."""
    given = os.environ.get("CHORAL_HOMES")
    if given:
        return Path(given)
    from platformdirs import user_data_path  # deferred: only needed for homes given by name

    return user_data_path("choral", appauthor=False)


@dataclass(frozen=True)
class Home:
    """A shop's folder and the addresses of its engines.

    Every engine address can be moved to a bigger engine by an environment variable, with nothing else changed:
    CHORAL_BOOKS_URL (books and views) and CHORAL_LOG_URL (postgresql://..), CHORAL_LAKE_URL (a folder or object
    store), CHORAL_ENGINE_URL (tcp://.. of a Dask scheduler).
    """

    path: Path
    name: str
    currency: str
    time_zone: str
    region: str
    language: str

    @classmethod
    def at(cls, where: str | os.PathLike[str]) -> Home:
        """The existing home at a path, or by its bare name in `homes_folder()`; `NotFound` when there is none."""
        path = cls.locate(where)
        if not (path / "shop.toml").is_file():
            raise NotFound(
                "no_such_home",
                f"There is no shop at {path}.",
                "The folder has no shop.toml.",
                "Make one with: choral init NAME (or: choral demo).",
                status=404,
            )
        try:
            values = _DEFAULTS | tomllib.loads((path / "shop.toml").read_text("utf-8"))
        except ValueError as error:
            raise InvalidInput(
                "broken_home", f"{path / 'shop.toml'} cannot be read.", f"{error}.", "Correct it with an editor."
            ) from error
        return cls(path, **{key: str(values[key]) for key in _DEFAULTS})

    @classmethod
    def make(cls, where: str | os.PathLike[str], **values: str) -> Home:
        """The home at `where`, made with `values` (name, currency, time_zone, region, language) if it is new."""
        path = cls.locate(where)
        if not (path / "shop.toml").is_file():
            unknown = set(values) - set(_DEFAULTS)
            if unknown:
                raise InvalidInput("unknown_setting", f"Unknown settings: {', '.join(sorted(unknown))}.")
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
            lines = [f"{key} = {_quoted(value)}" for key, value in (_DEFAULTS | values).items()]
            _write_once(path / "shop.toml", ("\n".join(lines) + "\n").encode(), 0o644)
        return cls.at(path)

    @staticmethod
    def locate(where: str | os.PathLike[str]) -> Path:
        text = os.fspath(where)
        if os.sep in text or text in (".", "..") or (Path(text) / "shop.toml").is_file():
            return Path(text).expanduser().resolve()
        return homes_folder() / text

    @property
    def books_url(self) -> str:
        return os.environ.get("CHORAL_BOOKS_URL") or f"sqlite://{self.path / 'books.db'}"

    @property
    def views_url(self) -> str:
        return os.environ.get("CHORAL_BOOKS_URL") or f"sqlite://{self.path / 'views.db'}"

    @property
    def log_url(self) -> str:
        return os.environ.get("CHORAL_LOG_URL") or f"sqlite://{self.path / 'log.db'}"

    @property
    def lake(self) -> str:
        """A folder (or object store address) of Delta tables."""
        return os.environ.get("CHORAL_LAKE_URL") or str(self.path / "lake")

    @property
    def secret(self) -> bytes:
        """32 random bytes, made once; whoever has them can undo pseudonyms, so the file is the owner's alone."""
        file = self.path / "secret.key"
        if not file.exists():
            _write_once(file, secrets.token_bytes(32), 0o600)
        return file.read_bytes()


def _write_once(file: Path, content: bytes, mode: int) -> None:
    """Write a file that no other process has written, whole and on disk before anybody sees it; else leave theirs."""
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    try:
        file.hardlink_to(part)
    except FileExistsError:
        pass  # another process was first
    finally:
        part.unlink()


def _quoted(value: str) -> str:
    """A TOML basic string: the escapes of JSON are among its own."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
