"""The simulator stands apart: it imports nothing of the platform, and only numpy from outside."""

import ast
import sys
from pathlib import Path

import simulator

FOLDER = Path(simulator.__file__).parent


def test_only_the_standard_library_and_numpy_are_imported() -> None:
    allowed = set(sys.stdlib_module_names) | {"numpy", "simulator"}
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert {name.split(".")[0] for name in names} <= allowed, file
