"""The package says which version it is."""

from importlib.metadata import version

import peering


def test_the_module_and_the_package_agree_on_the_version() -> None:
    assert peering.__version__ == version("peering")
