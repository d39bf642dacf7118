"""The page of segments and channels."""

from __future__ import annotations

from tests.interfaces.web.pages.page import Page

PAGES = [Page("affinity", "/measure/segments-and-channels?measure=followed", "analytics.view")]
