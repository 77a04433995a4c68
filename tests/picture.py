"""The picture of the house in docs/architecture.md, made from the code.

    python -m tests.picture        # `make picture`: writes it

The floors and the libraries are those of the contracts in pyproject.toml, the words those of
the rooms' docstrings, the arrows the imports. `tests/test_docs.py` fails where the page differs.
"""

import importlib
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import grimp

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- made by `make picture` -->\n", "<!-- end of what is made -->\n"


def picture() -> str:
    """A diagram and a table of the rooms, in Markdown."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = contracts["tool"]["importlinter"]["contracts"]
    floors = {
        contract["containers"][0]: [_rooms(layer) for layer in contract["layers"]]
        for contract in contracts
        if contract.get("containers") in (["bot"], ["index"])
    }
    libraries = _libraries(contracts)
    return f"{_diagram(floors)}\n{_table(floors, libraries)}"


def with_picture(page: str) -> str:
    """The page with today's picture in the place of the one that it has."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{picture()}\n{END}{after}"


def _rooms(layer: str) -> list[str]:
    return [room.strip() for room in layer.split("|")]


def _libraries(contracts: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Room -> the heavy libraries that may be imported in it."""
    allowed: dict[str, list[str]] = {}
    for line in chain.from_iterable(
        contract["ignore_imports"] for contract in contracts if contract["type"] == "forbidden"
    ):
        room, library = line.split(" -> ")
        allowed.setdefault(room.removesuffix(".**"), []).append(library)
    return allowed


def _diagram(floors: dict[str, list[list[str]]]) -> str:
    """The index's rooms in Mermaid, an arrow from each to those that it uses, where no other
    room of them does."""
    graph = grimp.build_graph("index")
    rooms = [f"index.{room}" for floor in floors["index"] for room in floor]
    uses = {room: set(_used_rooms(graph, room, rooms)) for room in rooms}
    lines = ["```mermaid", "flowchart TD"]
    for number, floor in zip(range(len(floors["index"]), 0, -1), floors["index"], strict=True):
        lines.append(f'    subgraph floor{number}["floor {number}"]')
        lines += [f'        {room}["{_path("index", room)}"]' for room in floor]
        lines.append("    end")
    for room in rooms:
        indirect = set(chain.from_iterable(uses[used] for used in uses[room]))
        for used in sorted(uses[room] - indirect):
            lines.append(f"    {room.split('.')[1]} --> {used.split('.')[1]}")
    return "\n".join([*lines, "```", ""])


def _used_rooms(graph: grimp.ImportGraph, room: str, rooms: list[str]) -> Iterator[str]:
    modules = {room, *graph.find_descendants(room)}
    imported = set(chain.from_iterable(graph.find_modules_directly_imported_by(m) for m in modules))
    for other in rooms:
        if other != room and any(m == other or m.startswith(f"{other}.") for m in imported):
            yield other


def _table(floors: dict[str, list[list[str]]], libraries: dict[str, list[str]]) -> str:
    """A row a room, the highest first. All of the bot is one floor above the index."""
    rows = ["| Floor | Room | What it does | Heavy libraries |", "|---|---|---|---|"]
    top = len(floors["index"]) + 1
    numbered = [(top, "bot", floor) for floor in floors["bot"]]
    numbered += [(top - down, "index", floor) for down, floor in enumerate(floors["index"], 1)]
    for number, wing, floor in numbered:
        for room in floor:
            owned = ", ".join(libraries.get(f"{wing}.{room}", ()))
            does = _first_paragraph(importlib.import_module(f"{wing}.{room}").__doc__ or "")
            rows.append(f"| {number} | `{_path(wing, room)}` | {does} | {owned} |")
    return "\n".join(rows) + "\n"


def _first_paragraph(docstring: str) -> str:
    return " ".join(docstring.split("\n\n")[0].split()).replace("->", "→")


def _path(wing: str, room: str) -> str:
    return f"{wing}/{room}/" if (ROOT / wing / room).is_dir() else f"{wing}/{room}.py"


if __name__ == "__main__":
    PAGE.write_text(with_picture(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
