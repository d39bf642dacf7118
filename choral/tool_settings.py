"""Django settings for tools that want a module (type checker, migrations); the program itself never imports it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from choral.home import Home
from choral.settings import django_settings

globals().update(django_settings(Home.make(Path(tempfile.gettempdir()) / "choral-tools")))
