"""A conversation that was played -> what is written down of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

from bot.rendering.chat_page import Bubble, Side, to_chat_page
from bot.terminal.scene import MENTION, Scene
from bot.terminal.stage import Outcome
from bot.terminal.turns import Turn


@dataclass(frozen=True, slots=True)
class Played:
    """A turn, by whom and where, what came of it, and why it is not as it should be."""

    turn: Turn
    scene: Scene
    outcome: Outcome | None
    failures: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The turn's entry in a transcript."""
        reply = self.outcome.reply if self.outcome else None
        calls = self.outcome.calls if self.outcome else None
        return {
            **self.turn.as_json(),
            "reply": reply,
            **({"calls": list(calls)} if calls is not None else {}),
            "passed": not self.failures,
            "failures": list(self.failures),
        }


def to_page(conversation: Sequence[Played]) -> str:
    """A page of HTML that looks like the chat, with every message as it stands in the end."""
    groups = {played.scene.group for played in conversation}
    title = groups.pop() if len(groups) == 1 else None
    deleted = {
        (played.scene.place, number)
        for played in conversation
        for number in (played.outcome.deleted if played.outcome else ())
    }
    bubbles = (each for each in _bubbles(conversation) if each.key not in deleted)
    return to_chat_page(title or "article-bot", bubbles)


def _bubbles(conversation: Sequence[Played]) -> Iterator[Bubble]:
    latest: dict[Scene, Bubble] = {}
    for number, played in enumerate(conversation):
        turn, scene, outcome = played.turn, played.scene, played.outcome
        written = _written(turn, scene, number)
        if turn.about:
            yield Bubble(
                escape(turn.about), Side.PERSON, ("about", number), scene.place, "somebody"
            )
        if turn.edit is not None and scene in latest:
            written = replace(latest[scene], html=written.html, label="edited")
        if written.side is Side.PERSON:
            latest[scene] = written
        if turn.action:
            yield written
        for shown in outcome.shown if outcome else ():
            yield Bubble(
                shown.html,
                Side.BOT,
                (scene.place, shown.number),
                scene.place,
                quoted=shown.quotes,
                buttons=[[str(button.label) for button in row] for row in shown.rows],
            )
        if outcome and outcome.text and not outcome.shown:
            yield Bubble(escape(outcome.text), Side.NOTE, ("note", number), scene.place)


def _written(turn: Turn, scene: Scene, number: int) -> Bubble:
    """What a person writes or does, as a bubble of its own."""
    label, quoted = "", turn.about or None
    match turn:
        case Turn(press=str(text)):
            return Bubble(escape(f"{scene.person} · {text}"), Side.NOTE, number, scene.place)
        case Turn(forward=str(text)):
            label = "forwarded"
        case Turn(inline=str(text)) | Turn(guest=str(text)):
            label = turn.action or ""
            text = text if MENTION in text else f"{MENTION} {text}"
        case Turn(send=Path() as path):
            text, label = turn.caption, f"\N{PAGE FACING UP} {path.name}"
        case _:
            text = turn.say or turn.reply or turn.edit or ""
    name = scene.person if scene.group is not None else None
    html = escape(text)
    for words, address in turn.links.items():
        html = html.replace(escape(words), f'<a href="{escape(address)}">{escape(words)}</a>', 1)
    return Bubble(html, Side.PERSON, number, scene.place, name, label, quoted)
