"""Replies about articles: taken, listed, switched to, removed, or not available."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.replies.chat_replies import explained
from bot.replies.phrases import day, named, quoted, sentences, size
from bot.replies.reply import Button, Reply
from bot.wording import Text, _, listed, together
from index.errors import StorageError
from index.types import Article

if TYPE_CHECKING:
    from index.keeping.store import ArticleEntry

CANCEL = "cancel:"
"""How the action of a button begins that breaks off a load; its key follows."""

ARTICLES_SHOWN = 10
"""Articles of a list that are shown at once."""

NO_ARTICLES = Reply((_("You have given me no article yet. Send me a link, a file or a text."),))
NO_SUCH_ARTICLE = Reply((_("That article is not here any more. /articles lists those that are."),))
NOT_TEXT = Reply(
    (
        _(
            "I read text only: write a question, send a link, paste or forward an article, or send "
            "a PDF, HTML, Markdown or text file."
        ),
    )
)
HOW_TO_ADD = Reply(
    (
        _(
            "Send me its link, a PDF, HTML, Markdown or text file, or paste or forward its text. "
            "I read it, and you ask me about it."
        ),
    )
)
NOT_READABLE = {
    "photo": Reply((_("I can't read pictures. Send me the text, a link or a PDF."),)),
    "video": Reply((_("I can't watch videos. Send me a text about it, or a link."),)),
    "voice": Reply((_("I can't listen. Please write your question."),)),
    "sticker": Reply((_("Nice! Ask me in words, though."),)),
    "location": Reply((_("I know articles, not places. Ask me what the article says."),)),
}
"""What is said to a message that has nothing to read, by its kind."""

NOT_DOWNLOADED = Reply((_("Telegram did not give me that file. Please send it once more."),))
CANCELLED = Reply((_("All right, I stopped reading it."),))
NOTHING_TO_CANCEL = Reply((_("There is nothing left to stop."),))
TOO_LARGE = Reply((_("That file is too large for one article. Send me the part you ask about."),))


def current_article(article: Article, sentence_count: int) -> Reply:
    """The reply that tells which article is being asked."""
    asked = _("You are asking {title}.", title=named(article))
    facts = _facts(article, sentence_count)
    return Reply((asked, together("\n", (*facts, *filter(None, (article.url,))))))


def article_list(entries: "Sequence[ArticleEntry]", current: str, first: int = 0) -> Reply:
    """The list of a chat's articles from the `first` on, with buttons to switch to and to remove
    them.

    `current` is the ID of the article that is being asked.
    """
    if not entries:
        return NO_ARTICLES
    shown = list(enumerate(entries, start=1))[first : first + ARTICLES_SHOWN]
    lines = (_list_line(number, entry, entry.id == current) for number, entry in shown)
    buttons = []
    for number, entry in shown:
        buttons += [
            Button(_("Ask {number}", number=number), f"switch:{entry.id}"),
            Button(_("Remove {number}", number=number), f"remove:{entry.id}"),
        ]
    if first:
        buttons.append(Button(_("Previous"), f"articles:{max(first - ARTICLES_SHOWN, 0)}"))
    if len(entries) > first + ARTICLES_SHOWN:
        buttons.append(Button(_("Next"), f"articles:{first + ARTICLES_SHOWN}"))
    return Reply((_("Your articles:"), together("\n", lines)), tuple(buttons), buttons_per_row=2)


def which_link(links: Sequence[str], key: str) -> Reply:
    """The question which of several links to read; `key` stands for them."""
    lines = "\n".join(f"{number}. {link}" for number, link in enumerate(links, start=1))
    buttons = (
        Button(_("Read {number}", number=number), f"link:{key}:{number}")
        for number in range(1, len(links) + 1)
    )
    return Reply((_("Which of these shall I read?"), lines), tuple(buttons))


def article_or_question(key: str) -> Reply:
    """The question what a long text is; `key` stands for it."""
    return Reply(
        (_("Is that an article to ask about, or a question?"),),
        (Button(_("An article"), f"text:{key}"), Button(_("A question"), f"question:{key}")),
    )


def reading(share: float | None, load: str) -> Reply:
    """How far a load is: `share` of it is done, or it has just begun. A button stops the one with
    the key `load`."""
    progress = (
        _("Reading it ...")
        if share is None
        else _("Reading it ... {percent} %", percent=round(100 * share))
    )
    return Reply((progress,), (Button(_("Stop"), f"{CANCEL}{load}"),))


def other_article(title: str, article_id: str) -> Reply:
    """A button belongs to another of the chat's articles."""
    return Reply(
        (
            _(
                "That button belongs to {title}, which is not the one you are asking now.",
                title=quoted(title) if title else _("another article"),
            ),
        ),
        (Button(_("Ask it"), f"switch:{article_id}"),),
    )


def switched(article: Article, sentence_count: int) -> Reply:
    """The reply after switching to another of the chat's articles."""
    now = _(
        "You are asking {title} now: {length}.",
        title=named(article),
        length=size(article, sentence_count),
    )
    return Reply((now,))


def removed(title: str, article: Article) -> Reply:
    """The reply after an article was removed; `article` is the one asked now."""
    gone = _("{title} is removed.", title=quoted(title)) if title else _("The text is removed.")
    return Reply((together(" ", (gone, _("You are asking {title}.", title=named(article)))),))


def loaded(
    article: Article, sentence_count: int, *, already_there: bool, notes: Sequence[str] = ()
) -> Reply:
    """The reply after a user's article was taken; `notes` are words about it, such as warnings."""
    taken = (
        _("I know {title} already. You are asking it now.", title=named(article))
        if already_there
        else _("I have read {title}. Ask me about it.", title=named(article))
    )
    facts = together("\n", _facts(article, sentence_count))
    rest = _("/articles lists what you gave me, /forget drops everything.")
    return Reply((taken, facts, *notes, rest))


def with_suggestions(reply: Reply, article_id: str, questions: Mapping[str, str]) -> Reply:
    """Add buttons to `loaded` that ask questions which the article answers; `questions` has them
    by their keys."""
    buttons = (Button(text, f"ask:{article_id}:{key}") for key, text in questions.items())
    return replace(reply, buttons=tuple(buttons), buttons_per_row=1)


def not_saved(error: StorageError) -> Text:
    """A note that the article was read but could not be written to the disk."""
    return together(
        " ", (_("I could not keep it, so it is gone when I restart."), explained(error))
    )


def foreign_language(language: str) -> Text:
    """A note that the embedding model does not know the article's language."""
    return _(
        "Its language ({language}) is not one that my model speaks, so I go by words in common, "
        "and find less.",
        language=language,
    )


def _facts(article: Article, sentence_count: int) -> list[Text]:
    """What is known of an article, in lines: where it comes from, and how long it is."""
    published = article.published and day(article.published)
    origin = [fact for fact in (article.site, article.author, published) if fact]
    length = size(article, sentence_count)
    return [together(" · ", origin), length] if origin else [length]


def _list_line(number: int, entry: "ArticleEntry", current: bool) -> Text:
    length = sentences(entry.sentence_count)
    line = (
        _("{number}. {title} ({facts}) – being asked")
        if current
        else _("{number}. {title} ({facts})")
    )
    return Text(
        line,
        values={
            "number": number,
            "title": quoted(entry.title) if entry.title else _("a text without a title"),
            "facts": listed(filter(None, (entry.site, entry.published, length))),
        },
    )
