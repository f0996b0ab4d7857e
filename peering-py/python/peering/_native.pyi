"""The compiled half of the package."""

__version__: str
"""The version of the library."""
