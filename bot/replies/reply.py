"""`Reply`: what the bot says, before it is rendered."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.wording import ENGLISH, Text, _, said, together
from index.types import Answer, Span

if TYPE_CHECKING:
    from index.keeping.pasted import PlaceInChat


class Role(StrEnum):
    """The reason why a passage is quoted."""

    ANSWER = "answer"
    CLOSEST = "closest passage"
    MORE = "more"
    CONTEXT = "context"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Quote:
    """Sentences of the article, word for word, with the place of the first."""

    role: Role
    sentences: tuple[str, ...]
    number: int
    paragraph: int
    sentence_count: int
    """The number of sentences of the whole article."""
    emphasis: int | None = None
    """The index in `sentences` of the one that the quote is about; None if it is about all."""
    highlight: Span | None = None
    """The answer's words in the first of `sentences`, as offsets into it."""
    page: int | None = None
    """The page of a PDF, counted from 1."""
    link: str | None = None
    """An address that opens the source at the sentence that the quote is about."""

    @property
    def focus(self) -> int:
        """The number of the sentence that the quote is about, or of the first if it is about
        all."""
        return self.number + (self.emphasis or 0)

    @property
    def place(self) -> Text:
        """A description of where the quote stands, for people; of `focus` alone, if there is
        `emphasis`."""
        first, last = self.number, self.number + len(self.sentences) - 1
        if self.emphasis is not None:
            first = last = self.focus
        numbers = (
            _("Sentence {number} of {total}", number=first, total=self.sentence_count)
            if last == first
            else _(
                "Sentences {first}–{last} of {total}",
                first=first,
                last=last,
                total=self.sentence_count,
            )
        )
        places = [numbers, _("paragraph {number}", number=self.paragraph)]
        if self.page:
            places.append(_("page {number}", number=self.page))
        return together(" · ", places)


@dataclass(frozen=True, slots=True)
class Button:
    """A label to show, and the action to send back when it is pressed (at most 64 bytes).

    With a `url` there is no action: the button opens that address.
    """

    label: str
    action: str
    url: str | None = None
    begins_row: bool = False
    """Whether it stands in a row of its own, with those after it."""


class LoadKind(StrEnum):
    """Where an article comes from."""

    LINK = "link"
    TEXT = "text"
    FILE = "file"
    SHARED = "shared"


READ = NEW, KNOWN, UNSAVED = "read", "known", "unsaved"
"""What becomes of an article that is taken; `UNSAVED`: it is in memory alone."""

CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Load:
    """What became of an article that was to be read. `outcome`: one of `READ`, `CANCELLED`, or the
    name of the error in `index.errors` for which it was not."""

    kind: LoadKind
    outcome: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says: prose and quotes in order, and the buttons below them.

    `answers` are the answers that the prose and quotes were made from, one for each question.
    """

    blocks: tuple[str | Quote, ...]
    buttons: tuple[Button, ...] = ()
    answers: tuple[Answer, ...] = ()
    loads: tuple[Load, ...] = ()
    """The articles that were to be read for it."""
    place: "PlaceInChat | None" = None
    """The message of the chat that says the first sentence quoted, if one does."""
    extends: bool = False
    """Whether it may be added to the message whose button was pressed, in the button's place."""
    replaces: bool = False
    """Whether it takes the place of the message whose button was pressed."""
    spends: bool = False
    """Whether the buttons of that message are used up."""
    relabels: bool = False
    """Whether it only gives new labels to the buttons with the same actions below the message
    whose button was pressed. Its words are for where there is no such message."""
    buttons_per_row: int = 3
    language: str | None = None
    """The language to say it in: the chat's, if it has chosen one."""

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """The buttons as they stand below each other."""
        rows: list[tuple[Button, ...]] = []
        for button in self.buttons:
            if not rows or button.begins_row or len(rows[-1]) == self.buttons_per_row:
                rows.append(())
            rows[-1] += (button,)
        return tuple(rows)

    def said(self, text: str) -> str:
        """A text of the reply, in the reply's language."""
        return said(text, self.language or ENGLISH)


def joined(first: Reply, second: Reply) -> Reply:
    """Two replies as one, with the buttons of the second."""
    return replace(second, blocks=(*first.blocks, *second.blocks))
