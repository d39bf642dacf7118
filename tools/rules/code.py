"""Rules about Python code, by its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.rules.fault import Fault

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
Found = Iterator[tuple[int, str]]
Rule = Callable[[Path, ast.AST], Found]


def check(path: Path, text: str) -> list[Fault]:
    """All faults of one file; `path` is relative to the project's root."""
    if "migrations" in path.parts or path.parts[0] == "tools":
        return []
    tree = ast.parse(text)
    lines = text.split("\n")
    faults = [
        Fault(path, line, name, words)
        for name, (places, rule) in RULES.items()
        if path.parts[0] in places
        for node in ast.walk(tree)
        for line, words in rule(path, node)
        if "# allowed:" not in lines[line - 1]
    ]
    if len(lines) > LONGEST_FILE + 1:
        faults.append(Fault(path, 1, "long-file", f"{len(lines)} lines: more than one room; divide it"))
    return faults


def wall_clock(path: Path, node: ast.AST) -> Found:
    """Only core/clock.py reads the wall clock, so that everything else can be replayed and tested."""
    if path == Path("choral/core/clock.py") or not isinstance(node, ast.Call):
        return
    if _dotted(node.func) in _CLOCKS:
        yield node.lineno, f"{_dotted(node.func)}() reads the wall clock; take `now` or a Clock"


def dangerous_call(path: Path, node: ast.AST) -> Found:
    """No code or object is ever made from data."""
    if isinstance(node, ast.Call) and _dotted(node.func) in _DANGEROUS:
        yield node.lineno, f"{_dotted(node.func)}() turns data into code"
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for name in names:
            if name.split(".")[0] in {"pickle", "marshal", "shelve"}:
                yield node.lineno, f"{name} runs code from its input"


def other_http_client(path: Path, node: ast.AST) -> Found:
    """There is one way out to other machines; it refuses private addresses and redirects."""
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    for name in names:
        if name == "smtplib" and path.name == "mailing.py":
            continue  # the one mail client: it hands over to the owner's server, which may stand in the house
        if name in {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "ftplib", "smtplib"}:
            yield node.lineno, f"{name} goes out past the one HTTP client"


def model_write_outside_actions(path: Path, node: ast.AST) -> Found:
    """Only a room's actions.py changes its tables, so that every change has a name, a transaction and its facts."""
    if path.name == "actions.py" or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    method, owner = node.func.attr, node.func.value
    if method in {"save", "delete", "create", "update", "bulk_create", "bulk_update", "get_or_create"} and (
        ".objects" in f".{_dotted(owner)}."
        or (isinstance(owner, ast.Call) and ".objects." in f"{_dotted(owner.func)}.")
    ):
        yield node.lineno, f".{method}() on a model belongs in actions.py"


def float_money(path: Path, node: ast.AST) -> Found:
    """Money is integer minor units; a float loses cents."""
    if not isinstance(node, ast.Call) or _dotted(node.func) != "float" or not node.args:
        return
    words = ast.unparse(node.args[0]).lower()
    if any(name in words for name in ("price", "total", "amount", "revenue", "minor", "money", "discount")):
        yield node.lineno, f"float({words}) makes a float of money"


def formatted_translation(path: Path, node: ast.AST) -> Found:
    """A catalogue can only hold constant texts with named placeholders."""
    if not isinstance(node, ast.Call) or _dotted(node.func) not in {
        "_",
        "gettext",
        "gettext_lazy",
        "ngettext",
        "pgettext",
    }:
        return
    for argument in node.args[:2]:
        if isinstance(argument, ast.JoinedStr):
            yield node.lineno, "an f-string cannot be translated; use named placeholders"
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "%s" in argument.value:
            yield node.lineno, "a translator must be able to move placeholders: name them, %(name)s"


def long_function(path: Path, node: ast.AST) -> Found:
    """A function that does not fit on a screen does more than one thing."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
        length = node.end_lineno - node.lineno + 1
        if length > LONGEST_FUNCTION:
            yield node.lineno, f"{node.name} has {length} lines"


def module_sentence(path: Path, node: ast.AST) -> Found:
    """A module opens with one sentence that says what lives there."""
    if isinstance(node, ast.Module) and node.body and not ast.get_docstring(node):
        yield 1, "no sentence says what lives here"


_CLOCKS = {
    "time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today", "timezone.now",
}  # fmt: skip
_DANGEROUS = {"eval", "exec", "compile", "__import__", "yaml.load", "pickle.loads", "os.system", "mark_safe"}
_PRODUCT = {"choral"}
RULES: dict[str, tuple[set[str], Rule]] = {
    "wall-clock": (_PRODUCT, wall_clock),
    "dangerous-call": (_PRODUCT | {"simulator"}, dangerous_call),
    "http-client": (_PRODUCT, other_http_client),
    "model-write": (_PRODUCT, model_write_outside_actions),
    "float-money": (_PRODUCT | {"simulator"}, float_money),
    "translation": (_PRODUCT, formatted_translation),
    "long-function": (_PRODUCT | {"simulator"}, long_function),
    "module-sentence": (_PRODUCT | {"simulator", "tests", "benchmarks"}, module_sentence),
}


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""
