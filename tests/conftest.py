"""What all tests share: one instance of the platform, with services of its own, for the whole session."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mysimbdp.service.class_archive import archive_classes
from mysimbdp.service.platform import Platform
from mysimbdp.settings import load_settings

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests never touch the instance of whoever runs them, nor do the processes they start."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in [name for name in os.environ if name.startswith("MYSIMBDP_") and name != "MYSIMBDP_CACHE"]:
            patch.delenv(variable)
        patch.setenv("MYSIMBDP_HOME", str(tmp_path_factory.mktemp("instance") / "home"))
        yield


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """A running instance; it goes down with the session, however that ends."""
    with Platform(load_settings()) as running:
        archive_classes(running)  # a minute, once; the tests start many apps
        yield running
