"""What a router's configuration is rendered with: by the library's engine, from the document's templates or a folder's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
        from peering.template import Engine, Escape

        arguments = self._call.arguments
        driver = context.driver or ""
        engine = Engine.with_templates(self._network, Escape.for_driver(driver))
        if arguments.templates is not None:
            folder: Path = arguments.templates
            of_driver = folder / driver
            if driver and of_driver.is_dir():
                folder = of_driver
            if engine.add_directory(folder) == 0:
                raise NotFoundError(f"there are no templates in {folder}")
            return engine, arguments.template or "main.j2"
        row = self._network.router(router)
        named = arguments.template or (row.configuration_template if row is not None else None)
        if named is None:
            raise NotFoundError(
                f"the document names no configuration_template for router {router!r}; "
                "say which with --template, or give a folder of them with --templates"
            )
        return engine, f"configuration::{named}"
