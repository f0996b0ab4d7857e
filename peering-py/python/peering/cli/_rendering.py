"""What a router's configuration is rendered with: by the library's engine, from the document's templates or a folder's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from peering.cli._settings import first_set

if TYPE_CHECKING:
    from peering import Network
    from peering.cli._call import Call
    from peering.template import Engine, Finding, RenderContext


class Renderer:
    """Renders the routers of one document."""

    def __init__(self, call: Call, network: Network) -> None:
        self._call = call
        self._network = network

    def render(self, router: str) -> str:
        """The configuration of a router."""
        context = self._context(router)
        engine, name = self._engine(router, context)
        return engine.render(name, context)

    def check(self, router: str) -> list[Finding]:
        """What looks wrong in the router's template."""
        context = self._context(router)
        engine, name = self._engine(router, context)
        return list(engine.check(name))

    def _context(self, router: str) -> RenderContext:
        from peering.template import RenderContext

        exchange = self._call.arguments.exchange
        if exchange is not None:
            return RenderContext.for_exchange(self._network, router, exchange)
        return RenderContext.for_router(self._network, router)

    def _engine(self, router: str, context: RenderContext) -> tuple[Engine, str]:
        """An engine with the templates for a router, and the name of the one to render."""
        from peering.exceptions import NotFoundError
        from peering.template import Engine

        call = self._call
        engine = Engine.with_templates(context.driver or "", self._network)
        if call.arguments.templates is not None:
            return engine, self._of_folder(engine, call.arguments.templates, context)
        row = self._network.router(router)
        named = call.arguments.template or (row.configuration_template if row is not None else None)
        if named is not None:
            return engine, f"configuration::{named}"
        folder = first_set("PEERING_TEMPLATES") or call.settings.text("templates")
        if folder is None:
            raise NotFoundError(
                f"the document names no configuration_template for router {router!r}; say which with --template, "
                "or where templates are with --templates"
            )
        return engine, self._of_folder(engine, Path(folder).expanduser(), context)

    def _of_folder(self, engine: Engine, folder: Path, context: RenderContext) -> str:
        """Adds the templates of a folder, those for the router's driver if it has such a folder, and says which is first."""
        from peering.exceptions import NotFoundError

        of_driver = folder / (context.driver or "")
        if of_driver.is_dir():
            folder = of_driver
        if engine.add_directory(folder) == 0:
            raise NotFoundError(f"there are no templates in {folder}")
        return self._call.arguments.template or "main.j2"
