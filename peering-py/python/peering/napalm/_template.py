"""Templates of :meth:`load_template`, rendered by this library's engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from peering.exceptions import NotFoundError, PeeringError
from peering.napalm.exceptions import made


def rendered(platform: str, name: str, source: str | None, path: str | None, variables: Mapping[str, Any]) -> str:
    """The text of a template: of its source, or of the file ``PATH/PLATFORM/templates/NAME.j2``.

    What a value says is made harmless for the platform, and what is undefined is an error: both unlike NAPALM.
    """
    from peering.template import Engine, RenderContext

    given = dict(variables)
    if given.pop("jinja_filters", None):
        raise NotImplementedError("jinja_filters: filters in Python have no place in this library's templates")
    folder = "oc_templates" if given.pop("openconfig", False) else "templates"
    engine = Engine(platform)
    try:
        if source is not None:
            engine.add(name, source)
            return engine.render(name, RenderContext().having(given))
        place = _place(platform, path, folder)
        if not (place / f"{name}.j2").is_file():
            raise made("TemplateNotImplemented", f"{name}.j2 is not in {place}")
        engine.add_directory(place)
        return engine.render(f"{name}.j2", RenderContext().having(given))
    except NotFoundError as error:
        raise made("TemplateNotImplemented", str(error)) from error
    except PeeringError as error:
        raise made("TemplateRenderException", f"{name}: {error}") from error


def _place(platform: str, path: str | None, folder: str) -> Path:
    if path is None:
        raise made(
            "TemplateNotImplemented", "no templates come with this library: give template_source or template_path"
        )
    if not (Path(path).is_absolute() and Path(path).is_dir()):
        raise NotADirectoryError(f"template_path must be an absolute folder that is there: {path}")
    return Path(path) / platform / folder
