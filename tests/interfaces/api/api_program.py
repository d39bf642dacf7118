"""A program that calls the API with a key, for the tests of this folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

JSON = "application/json"


@dataclass
class Program:
    """Calls with one key; answers as Django's test client gives them."""

    client: Client
    key: str

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query, headers=self._headers())

    def send(self, method: str, path: str, body: Any = None, once: str | None = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if once is not None:
            named["Idempotency-Key"] = once
        return self.client.generic(method, path, content, JSON, headers=self._headers() | named)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}
