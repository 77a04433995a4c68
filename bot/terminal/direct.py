"""A stage that is the dialogue itself: fast, and without any Telegram."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.dialogue import Dialogue
from bot.intents import POST_LENGTH
from bot.links import find_links, without_links
from bot.one_off import sources_in
from bot.rendering.as_json import reply_json
from bot.rendering.plain_text import to_plain
from bot.rendering.telegram_html import telegram_messages
from bot.rendering.terminal_text import to_terminal
from bot.replies.inline_replies import Offers
from bot.replies.reply import Button, Reply
from bot.terminal.scene import Scene
from bot.terminal.stage import CannotAct, Outcome, Shown, no_such_button, nothing, opened
from bot.terminal.turns import Turn
from index.loading import read_file

GUESTS = "guests"
"""The name of the chat that has no articles, and is asked by all guests."""

_MENTION = re.compile(r"\s*@article_bot\b\s*", re.IGNORECASE)

_NOT_ADDRESSED = "In a group the bot answers a command, @article_bot, and replies to it."


@dataclass(slots=True)
class _Chat:
    """A chat: the buttons of all its replies, and who has written there."""

    dialogue: Dialogue
    buttons: list[Button] = field(default_factory=list)
    writers: set[str] = field(default_factory=set)
    replies: int = 0


class DirectStage:
    """Calls the dialogue of each person and group, which `new_dialogue` makes by its name."""

    def __init__(self, new_dialogue: Callable[[str], Dialogue]) -> None:
        self.scene = Scene()
        self._new_dialogue = new_dialogue
        self._chats: dict[str, _Chat] = {}
        self._numbers = itertools.count(1)

    def act(self, turn: Turn) -> Outcome:
        """See `Stage`."""
        self.scene = self.scene.after(turn)
        chat = self._chat(self.scene.chat)
        match turn:
            case Turn(press=str(label)):
                return self.press(_button(chat, label))
            case Turn(say=str(text)):
                return self._say(chat, text, turn)
            case Turn(inline=str(text)):
                own = self._chat(Scene(self.scene.person).chat)
                return self._offered(own.dialogue.offers(text))
            case Turn(guest=str(text)):
                return self._ask_about(self._chat(GUESTS), text, turn.about or text)
            case Turn(reply=str(text)) if not chat.replies:
                raise CannotAct("there is no message of the bot to reply to")
            case Turn(edit=str()) if self.scene.person not in chat.writers:
                raise CannotAct("there is no message to edit")
            case Turn(reply=str(text)) | Turn(edit=str(text)):
                links = tuple(turn.links.values())
                return self._written(chat, chat.dialogue.say(text, links=links))
            case Turn(forward=str(text)) if len(text) > POST_LENGTH:
                return self._written(chat, chat.dialogue.add_text(text))
            case Turn(forward=str(text)):
                return self._written(chat, chat.dialogue.say(text))
            case Turn(send=Path() as path):
                reply = chat.dialogue.add_file(read_file(path), path.name, caption=turn.caption)
                return self._written(chat, reply)
            case _:
                return nothing(f"{self.scene.person}: {self.scene.place}")

    def press(self, button: Button) -> Outcome:
        """See `Stage`."""
        if button.url:
            return opened(button.url)
        chat = self._chat(self.scene.chat)
        return self._outcome(chat, chat.dialogue.press(button.action))

    def _chat(self, name: str) -> _Chat:
        if name not in self._chats:
            self._chats[name] = _Chat(self._new_dialogue(name))
        return self._chats[name]

    def _say(self, chat: _Chat, text: str, turn: Turn) -> Outcome:
        if self.scene.group is None:
            links = (*turn.links.values(), *find_links(turn.about))
            return self._written(chat, chat.dialogue.say(text, links=links))
        addressed = text.startswith("/") or _MENTION.search(text)
        if not addressed:
            return nothing(_NOT_ADDRESSED)
        text = _MENTION.sub(" ", text).strip()
        if turn.about:
            return self._ask_about(chat, text, turn.about)
        return self._written(chat, chat.dialogue.say(text, links=tuple(turn.links.values())))

    def _ask_about(self, chat: _Chat, text: str, post: str) -> Outcome:
        """Ask a post, or the pages behind its links."""
        own = "" if post is text else post
        question = without_links(_MENTION.sub(" ", text))
        reply = chat.dialogue.ask_about(question, sources_in(own, find_links(post)))
        return self._written(chat, reply)

    def _written(self, chat: _Chat, reply: Reply) -> Outcome:
        chat.writers.add(self.scene.person)
        return self._outcome(chat, reply)

    def _outcome(self, chat: _Chat, reply: Reply) -> Outcome:
        chat.replies += 1
        buttons = tuple(replace(each, label=reply.said(each.label)) for each in reply.buttons)
        chat.buttons.extend(buttons)
        reply = replace(reply, buttons=buttons)
        return self._shown_as(reply, [reply])

    def _offered(self, offers: Offers) -> Outcome:
        replies = [replace(each.reply, language=offers.language) for each in offers.offers]
        blocks = tuple(block for reply in replies for block in reply.blocks)
        if offers.button:
            blocks += (offers.button,)
        return self._shown_as(Reply(blocks, language=offers.language), replies)

    def _shown_as(self, reply: Reply, messages: Sequence[Reply]) -> Outcome:
        """The outcome that a reply is, which stands in these messages."""
        answer = reply.answers[0] if reply.answers else None
        return Outcome(
            to_terminal(reply),
            to_plain(reply),
            tuple(shown for message in messages for shown in self._messages_of(message)),
            reply.buttons,
            answer.answered if answer else None,
            answer.citations[0].sentence if answer and answer.citations else None,
            reply_json(reply),
        )

    def _messages_of(self, reply: Reply) -> Iterator[Shown]:
        *others, last = telegram_messages(reply)
        for html in others:
            yield Shown(next(self._numbers), html)
        yield Shown(next(self._numbers), last, reply.rows)


def _button(chat: _Chat, label: str) -> Button:
    """The newest button of a chat with that label."""
    for button in reversed(chat.buttons):
        if button.label == label:
            return button
    raise no_such_button(label)
