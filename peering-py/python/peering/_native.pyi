"""The compiled half of the package."""

__all__ = ["__version__"]

__version__: str
"""The version of the library."""
