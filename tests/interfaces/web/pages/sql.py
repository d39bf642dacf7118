"""The page of SQL."""

from __future__ import annotations

from tests.interfaces.web.pages.page import Page

PAGES = [Page("sql", "/measure/sql", "sql.run")]
