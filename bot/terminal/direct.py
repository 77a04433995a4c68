"""A stage that is the dialogue itself: fast, and without any Telegram."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.dialogue import Dialogue
from bot.intents import POST_LENGTH, only_tells
from bot.links import find_links, without_links
from bot.one_off import Source, sources_in
from bot.rendering.as_json import reply_json
from bot.rendering.plain_text import to_plain
from bot.rendering.telegram_html import telegram_messages
from bot.rendering.terminal_text import to_terminal
from bot.replies.article_replies import NO_ARTICLES
from bot.replies.inline_replies import Offers
from bot.replies.reply import Button, Reply
from bot.terminal.scene import MENTION, Scene
from bot.terminal.stage import (
    NO_MESSAGE_TO_EDIT,
    NO_MESSAGE_TO_REPLY_TO,
    POST_IN_PRIVATE,
    THE_BOT_IS_THERE,
    CannotAct,
    Outcome,
    Shown,
    no_such_button,
    nothing,
    opened,
)
from bot.terminal.turns import Turn
from index.loading import read_file

GUESTS = "guests"
"""The name of the chat that has no articles, and is asked by all guests."""

_MENTION = re.compile(rf"\s*{MENTION}\b\s*", re.IGNORECASE)

_NOT_ADDRESSED = f"In a group the bot answers a command, {MENTION}, and replies to it."
_NOT_THERE = "The bot is no member of that group: ask it as a guest."


@dataclass(slots=True)
class _Chat:
    """A chat: the buttons of all its replies, who has written there, the last reply, and what that
    was made from, if it is not the current article, with the question to it."""

    dialogue: Dialogue
    has_bot: bool = True
    buttons: list[Button] = field(default_factory=list)
    writers: set[str] = field(default_factory=set)
    reply: Reply | None = None
    asked: tuple[Sequence[Source], str] | None = None


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
        if turn.action is None:
            return nothing(f"{self.scene.person}: {self.scene.place}")
        if turn.inline is not None:
            own = self._chat(Scene(self.scene.person), with_bot=True)
            return self._offered(own.dialogue.offers(turn.inline))
        chat = self._chat(self.scene.of(turn), with_bot=turn.guest is None)
        if turn.press is not None:
            return self.press(_button(chat, turn.press))
        reply = self._reply(chat, turn)
        chat.writers.add(self.scene.person)
        return nothing(reply) if isinstance(reply, str) else self._outcome(chat, reply)

    def press(self, button: Button) -> Outcome:
        """See `Stage`."""
        if button.url:
            return opened(button.url)
        chat = self._chat(self.scene, with_bot=True)
        return self._outcome(chat, chat.dialogue.press(button.action))

    def _chat(self, scene: Scene, *, with_bot: bool) -> _Chat:
        """The chat of a scene. A new group has the bot in it or not."""
        if scene.chat not in self._chats:
            dialogue = self._new_dialogue(scene.chat if with_bot else GUESTS)
            dialogue.in_group = scene.group is not None
            self._chats[scene.chat] = _Chat(dialogue, with_bot)
        return self._chats[scene.chat]

    def _reply(self, chat: _Chat, turn: Turn) -> Reply | str:
        """What the bot replies, or why it does not."""
        links = tuple(turn.links.values())
        match turn:
            case Turn(guest=str()) if chat.has_bot:
                raise CannotAct(THE_BOT_IS_THERE)
            case Turn(guest=str(text)):
                return _ask_about(chat, text, turn.about)
            case Turn(reply=str(text)):
                return self._replied(chat, text, links)
            case Turn() if not chat.has_bot:
                return _NOT_THERE
            case Turn(edit=str()) if self.scene.person not in chat.writers:
                raise CannotAct(NO_MESSAGE_TO_EDIT)
            case Turn(say=str(text)) | Turn(edit=str(text)):
                return self._said(chat, text, turn)
            case Turn(forward=str(text)) if len(text) > POST_LENGTH:
                return chat.dialogue.add_text(text)
            case Turn(forward=str(text)):
                return chat.dialogue.say(text)
            case Turn(send=Path() as path):
                return chat.dialogue.add_file(read_file(path), path.name, caption=turn.caption)
        raise AssertionError(turn)

    def _replied(self, chat: _Chat, text: str, links: Sequence[str]) -> Reply:
        """What the bot replies to a reply to its last message."""
        if chat.reply is None:
            raise CannotAct(NO_MESSAGE_TO_REPLY_TO)
        if chat.asked:
            sources, question = chat.asked
            return chat.dialogue.ask_about(text, sources, after=question)
        if chat.reply.blocks == NO_ARTICLES.blocks and only_tells(text, links):
            return chat.dialogue.add_text(text)
        actions = [button.action for button in chat.reply.buttons]
        return chat.dialogue.say(text, links=links, replied_to=actions)

    def _said(self, chat: _Chat, text: str, turn: Turn) -> Reply | str:
        links = tuple(turn.links.values())
        chat.asked = None
        if self.scene.group is None:
            if turn.about:
                raise CannotAct(POST_IN_PRIVATE)
            return chat.dialogue.say(text, links=links)
        if not text.startswith("/") and not _MENTION.search(text):
            return _NOT_ADDRESSED
        if turn.about:
            return _ask_about(chat, text, turn.about)
        return chat.dialogue.say(_MENTION.sub(" ", text).strip(), links=links)

    def _outcome(self, chat: _Chat, reply: Reply) -> Outcome:
        buttons = tuple(replace(each, label=reply.said(each.label)) for each in reply.buttons)
        chat.buttons.extend(buttons)
        chat.reply = replace(reply, buttons=buttons)
        return self._shown_as(chat.reply, [chat.reply])

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
            buttons=reply.buttons,
            answered=answer.answered if answer else None,
            sentence=answer.citations[0].sentence if answer and answer.citations else None,
            reply=reply_json(reply),
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


def _ask_about(chat: _Chat, text: str, post: str) -> Reply:
    """Ask a post, or the pages behind the links of the question itself."""
    question = without_links(_MENTION.sub(" ", text))
    sources = sources_in(post, find_links(post or text))
    chat.asked = sources, question
    return chat.dialogue.ask_about(question, sources)
