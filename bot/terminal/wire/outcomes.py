"""What the bot has at the server, and what it has called there -> what came of a turn."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bot.rendering.telegram_markup import to_coloured
from bot.rendering.terminal_text import visible
from bot.replies.reply import Button
from bot.telegram_server.inline import InlineAnswer
from bot.telegram_server.records import Call, SentMessage
from bot.terminal.stage import Outcome, Shown
from bot.terminal.wire.verdicts import verdict_of

_ABOUT_NOBODY = re.compile(r"get(Me|Updates)|deleteWebhook|setMy\w+|setChatMenuButton", re.I)
"""Calls that have nothing to do with what people do."""

_NOTHING = Text("The bot says nothing.", style="dim")


def of_messages(
    messages: Sequence[SentMessage], replied_to: Mapping[int, str], calls: Iterable[Call]
) -> Outcome:
    """What new or changed messages say; `replied_to` are the texts of those that they reply to, by
    their IDs."""
    shown = tuple(_shown(message, replied_to) for message in messages)
    buttons = tuple(button for each in shown for row in each.rows for button in row)
    calls = list(calls)
    popped_up = [call.params["text"] for call in calls if _pops_up(call)]
    text = "\n".join([*(message.text for message in messages), *popped_up])
    verdict = verdict_of(messages)
    reply = {
        "text": text,
        "buttons": [button.label for button in buttons],
        "answered": verdict.answered,
        "citations": [{"sentence": c.sentence, "text": c.text} for c in verdict.citations],
    }
    return Outcome(
        _rendered(shown, popped_up),
        text,
        shown,
        buttons=buttons,
        answered=verdict.answered,
        sentence=verdict.sentence,
        reply=reply if text else None,
        calls=_for_people(calls),
    )


def of_offers(answer: InlineAnswer | None, calls: Iterable[Call]) -> Outcome:
    """What was offered for an inline query, and the button above it."""
    results = answer.results if answer else []
    shown = tuple(
        Shown(number, _html(result.source, result.parse_mode))
        for number, result in enumerate(results, start=1)
    )
    button = [answer.button["text"]] if answer and answer.button else []
    text = "\n".join([*(result.content.text for result in results), *button])
    rendered = Group(*(to_coloured(each.html) for each in shown), *map(Text, button))
    reply = {"text": text, "buttons": button, "answered": None, "citations": []}
    return Outcome(
        rendered if answer else _NOTHING,
        text,
        shown,
        reply=reply if answer else None,
        calls=_for_people(calls),
    )


def rows_of(message: SentMessage) -> tuple[tuple[Button, ...], ...]:
    """The buttons below a message."""
    return tuple(
        tuple(Button(each["text"], each.get("callback_data", ""), each.get("url")) for each in row)
        for row in message.keyboard
    )


def _shown(message: SentMessage, replied_to: Mapping[int, str]) -> Shown:
    quotes = message.quote or replied_to.get(message.reply_to or 0)
    html = _html(message.html, message.parse_mode)
    return Shown(message.message_id, html, rows_of(message), quotes)


def _html(source: str, parse_mode: str | None) -> str:
    return source if parse_mode else escape(source, quote=False)


def _pops_up(call: Call) -> bool:
    """Whether a call shows words to the person who has pressed a button."""
    return call.method == "answerCallbackQuery" and "text" in call.params


def _rendered(messages: Sequence[Shown], popped_up: Iterable[str]) -> RenderableType:
    """The messages, with their buttons as numbered choices, and what has popped up."""
    parts: list[RenderableType] = []
    number = 0
    for message in messages:
        if message.quotes:
            parts.append(Text(f"> {visible(message.quotes.splitlines()[0])}", style="dim"))
        parts.append(to_coloured(message.html))
        labels = [visible(button.label) for row in message.rows for button in row]
        choices = (f"[{place}] {label}" for place, label in enumerate(labels, start=number + 1))
        number += len(labels)
        if labels:
            parts.append(Text("  ".join(choices), style="cyan"))
    parts += (Text(visible(text), style="yellow") for text in popped_up)
    return Group(*parts) if parts else _NOTHING


def _for_people(calls: Iterable[Call]) -> tuple[dict[str, Any], ...]:
    """The calls that came of what people do, as a transcript has them."""
    return tuple(_call_json(call) for call in calls if not _ABOUT_NOBODY.fullmatch(call.method))


def _call_json(call: Call) -> dict[str, Any]:
    refused = {} if call.response["ok"] else {"refused": call.response["description"]}
    return {"method": call.method, "params": call.params, **refused}
