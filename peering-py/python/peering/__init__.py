"""Internet peering, automated. So far this package has a version; the library behind it is written in Rust."""

from peering._native import __version__

__all__ = ["__version__"]
