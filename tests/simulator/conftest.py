"""One small town, lived once for all tests of this folder."""

import pytest
from town_lived import PLAN, Lived, live


@pytest.fixture(scope="session")
def town_run(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(PLAN, tmp_path_factory.mktemp("truth"))
