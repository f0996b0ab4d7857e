"""A registry server on loopback: as much of IRRd's protocol as bgpq4 uses, over a few objects."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from types import TracebackType


class Irrd:
    """Serves objects (RPSL, RFC 2622) while it is entered. ``refuse`` holds the beginnings of questions that it refuses."""

    def __init__(self, rpsl: str) -> None:
        self.objects = [list(_attributes(text)) for text in rpsl.strip().split("\n\n")]
        self.refuse: list[str] = []
        self.seen: list[str] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    question = line.decode().strip()
                    outer.seen.append(question)
                    if question == "!q":
                        return
                    if question != "!!":  # the one command without an answer
                        self.wfile.write(outer.answer(question).encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Irrd:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, question: str) -> str:
        if any(question.startswith(start) for start in self.refuse):
            return "F Something is wrong here.\n"
        command, rest = question[:2], question[2:]
        if command in ("!n", "!s"):
            return _data(["LAB"]) if rest == "-lc" else "C\n"
        if command == "!a" and not rest:
            return "F Missing required set name for A query\n"
        if command == "!a":
            family, name = ("route6" if rest[0] == "6" else "route"), rest[1:]
            return _data(self.routes(family, self.members(name, set())))
        if command == "!i":
            return _data(self.members(rest.removesuffix(",1"), set()))
        if command in ("!g", "!6"):
            return _data(self.routes("route" if command == "!g" else "route6", [rest]))
        return "F Unrecognised command\n"

    def members(self, name: str, met: set[str]) -> list[str]:
        found: list[str] = []
        for one in self.objects:
            if one[0] == ("as-set", name) and name not in met:
                met.add(name)
                for member in (word.strip() for key, value in one if key == "members" for word in value.split(",")):
                    found += self.members(member, met) if member.startswith("AS-") else [member]
        return found

    def routes(self, family: str, origins: list[str]) -> list[str]:
        return [
            one[0][1]
            for one in self.objects
            if one[0][0] == family and ("origin", one[1][1]) in one and one[1][1] in origins
        ]


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, _, value = line.partition(":")
        yield name.strip(), value.strip()


def _data(words: list[str]) -> str:
    if not words:
        return "D\n"
    text = " ".join(words) + "\n"
    return f"A{len(text)}\n{text}C\n"
