"""Pages of metrics and boards, without a browser."""

from __future__ import annotations

from django.utils import translation

from choral import Shop
from choral.analytics.metrics.catalogue import METRICS
from choral.interfaces.web.metric_names import METRIC_WORDS


def test_the_console_calls_each_metric_what_the_catalogue_calls_it(shop: Shop) -> None:
    with translation.override("en"):
        said = {key: tuple(str(word) for word in words) for key, words in METRIC_WORDS.items()}
    assert said == {one.key: (one.name, one.formula, one.meaning) for one in METRICS.values()}
