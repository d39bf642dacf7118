"""The catalogues: extract the console's texts, merge them, compile them, and say what is missing; Babel only.

`python -m choral.interfaces.web.translations` compiles what changed; `--update` merges new texts into the catalogues;
`--check` fails when a text is missing, in doubt, no longer used, or its placeholders differ. Both take names of rooms.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from choral.interfaces.web.template_texts import texts_of

WEB = Path(__file__).parent
LOCALE = WEB.parent.parent / "locale"
LANGUAGES = ("fr", "it")
_KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
_WORDS_OF_ROOMS = {"choices.py": "measure", "segments.py": "measure", "verdicts.py": "measure", "words.py": "measure",
                   "happenings.py": "customers", "metric_names.py": "boards",
                   "imports_words.py": "data", "snippets.py": "data"}  # fmt: skip
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
_DOUBTFUL = "fuzzy"


def main(arguments: list[str]) -> int:
    """Compile always; update or check when asked."""
    chosen = [argument for argument in arguments if not argument.startswith("-")]
    if "--update" in arguments:
        update(chosen)
    faults = check(chosen) if "--check" in arguments else []
    compile_changed()
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


def rooms() -> dict[str, Catalog]:
    """The texts of each room: pages/<room>/ and templates/<room>/ are one catalogue, what is shared is in `console`."""
    found: dict[str, Catalog] = {}
    for path in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html")]):
        relative = path.relative_to(WEB)
        if "built" in relative.parts or relative.name in ("translations.py", "template_texts.py"):
            continue
        catalog = found.setdefault(_room_of(relative), Catalog(charset="utf-8"))
        for message, context in _texts(path):
            catalog.add(message, locations=[(relative.as_posix(), 0)], context=context)
    return {room: catalog for room, catalog in found.items() if len(catalog)}


def _room_of(relative: Path) -> str:
    if len(relative.parts) > 2 and relative.parts[0] in ("pages", "templates"):
        return "console" if relative.parts[1] in ("parts", "errors") else relative.parts[1]
    return _WORDS_OF_ROOMS.get(relative.as_posix(), "console")


def update(chosen: list[str]) -> None:
    """Merge the texts of the sources into the catalogues: new ones empty, unused ones dropped, no guessing."""
    for room, template in rooms().items():
        if chosen and room not in chosen:
            continue
        for language in LANGUAGES:
            path = _path(room, language)
            catalog = _read(path, language)
            merged = Catalog(locale=language, charset="utf-8", fuzzy=False)
            for message in template:
                if message.id:
                    known = catalog.get(message.id, message.context)
                    merged.add(
                        message.id, known.string if known else None, locations=message.locations,
                        flags=known.flags if known else (), context=message.context,
                    )  # fmt: skip
            path.parent.mkdir(parents=True, exist_ok=True)
            buffer = BytesIO()
            write_po(buffer, merged, width=110, omit_header=False, include_lineno=False, sort_by_file=True)
            text = re.sub(r"(?m)^\"(POT-Creation|PO-Revision)-Date:.*\n", "", buffer.getvalue().decode())
            text = re.sub(r"(?m)^#(?!:|,).*\n", "", text)
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")


def check(chosen: list[str]) -> list[str]:
    """What is wrong with the catalogues, a line each."""
    faults = []
    for room, template in rooms().items():
        if chosen and room not in chosen:
            continue
        wanted = {(_key(message), message.context) for message in template if message.id}
        for language in LANGUAGES:
            catalog = _read(_path(room, language), language)
            place = f"locale/{room}/{language}"
            known = {(_key(message), message.context): message for message in catalog if message.id}
            faults += [f"{place}: not translated: {key!r}" for key, _ in sorted(wanted - known.keys(), key=str)]
            faults += [f"{place}: no longer used: {key!r}" for key, _ in sorted(known.keys() - wanted, key=str)]
            for found in known.values():
                faults += [f"{place}: {fault}" for fault in _faults(found, catalog.num_plurals)]
    return faults + ([] if chosen else _clashes())


def _clashes() -> list[str]:
    """Texts that two rooms translate differently: the console has one word for a thing, and shows the first found."""
    faults = []
    for language in LANGUAGES:
        said: dict[tuple[object, str | None], tuple[object, str]] = {}
        for path in sorted(LOCALE.glob(f"*/{language}/LC_MESSAGES/django.po")):
            room = path.parts[-4]
            for message in _read(path, language):
                first, where = said.setdefault((_key(message), message.context), (message.string, room))
                if message.id and first != message.string:
                    faults.append(f"locale/{room}/{language}: {_key(message)!r} is said otherwise in {where}")
    return faults


def compile_changed() -> int:
    """Write the .mo of each catalogue that is newer than it; how many."""
    written = 0
    for source in sorted(LOCALE.glob("*/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        catalog = _read(source, source.parts[-3])
        part = target.with_suffix(".part")
        with part.open("wb") as handle:
            write_mo(handle, catalog)
        part.replace(target)
        written += 1
    return written


def _texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    if path.suffix == ".html":
        yield from texts_of(path.read_text("utf-8"))
        return
    with path.open("rb") as handle:
        for _line, message, _comments, context in extract("python", handle, keywords=_KEYWORDS):
            if message:
                yield message, context


def _faults(message: Message, plurals: int) -> Iterator[str]:
    strings = list(message.string) if isinstance(message.string, tuple | list) else [message.string]
    ids = list(message.id) if isinstance(message.id, tuple | list) else [message.id]
    if _DOUBTFUL in message.flags:
        yield f"in doubt: {ids[0]!r}"
    if not all(strings) or (len(ids) > 1 and len(strings) != plurals):
        yield f"empty: {ids[0]!r}"
        return
    allowed = {frozenset(_PLACEHOLDER.findall(one)) for one in ids}
    for text in strings:
        if frozenset(_PLACEHOLDER.findall(str(text))) not in allowed:
            yield f"placeholders differ: {ids[0]!r}"


def _key(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _path(room: str, language: str) -> Path:
    return LOCALE / room / language / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as handle:
        return read_po(handle, locale=language)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
