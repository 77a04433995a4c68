"""Replies about the bot and the chat: help, small talk, privacy, errors."""

from bot.replies.phrases import counted, named
from bot.replies.reply import Button, Reply
from index.types import Article

FORGET = "forget:"
"""How the action of a button below /forget begins. What it forgets, as it was then, follows."""

KEEP = "keep"
"""The action of the other button."""

COMMANDS = {
    "start": "What I can do",
    "help": "How to ask, and all commands",
    "article": "Which article you are asking",
    "articles": "Your articles: choose or remove one",
    "all": "Ask all of your articles: /all and a question",
    "summary": "The most central sentences",
    "context": "The passage around the last answer",
    "more": "Further passages for the last question",
    "forget": "Forget my questions and my articles",
    "privacy": "What is kept, and for how long",
}

GREETING = Reply(("Hello! Ask me something about the article, or see /help.",))
THANKS = Reply(("You're welcome.",))
GOODBYE = Reply(("Goodbye!",))
ACKNOWLEDGED = Reply(("All right. What else would you like to know?",))
WORDLESS = Reply(("Ask me in words, and I'll look in the article. See /help.",))
UNKNOWN_COMMAND = Reply(("I don't know that command. /help lists the ones I know.",))
NOTHING_FORGOTTEN = Reply(("Nothing is forgotten.",), spends=True)
APOLOGY = Reply(("Sorry, something went wrong on my side. Please try again.",))

_HOW = (
    "Ask in your own words. I answer with sentences of the article, word for word, and say "
    "where they stand. When the article does not answer, I say so."
)


def start(article: Article, sentence_count: int) -> Reply:
    """The first reply to a new chat."""
    return Reply(
        (
            f"Hello! Ask me about {named(article)} ({counted(sentence_count, 'sentence')}).",
            _HOW,
            "/help tells more.",
        )
    )


def help_() -> Reply:
    """The reply that explains how to ask, and lists every command."""
    commands = "\n".join(f"/{name} – {about}" for name, about in COMMANDS.items())
    own = (
        "To ask about an article of your own, send me its link, a PDF, HTML, Markdown or text "
        "file, or paste or forward its text."
    )
    return Reply((_HOW, own, commands))


def confirm_forget(article_count: int, key: str, *, changed: bool = False) -> Reply:
    """The question before /forget is done, with buttons to answer it.

    `key` stands for what there is to forget now: the button forgets that and nothing that comes
    later. `changed`: something has come since the question that was answered.
    """
    contents = (
        f"your last question and {counted(article_count, 'article')}"
        if article_count
        else "your last question"
    )
    since = ("You have given me something since.",) if changed else ()
    return Reply(
        (*since, f"Shall I forget {contents} for good?"),
        (Button("Forget everything", f"{FORGET}{key}"), Button("Keep it", KEEP)),
        spends=True,
    )


def forgotten(article: Article) -> Reply:
    """The reply after everything was forgotten."""
    return Reply((f"Forgotten. You are asking {named(article)} again.",), spends=True)


def privacy(retention_days: int | None) -> Reply:
    """The reply that tells what is kept, and for how long."""
    retention = (
        f"What nobody used for {counted(retention_days, 'day')} is deleted by itself."
        if retention_days
        else "It stays until you remove it."
    )
    return Reply(
        (
            "I keep the articles that you gave me and your last question, in a database on the "
            "machine I run on. Nobody sees them in another chat, and nothing leaves that machine, "
            "but for the request that fetches a link you send.",
            f"{retention} /articles removes one article, /forget removes everything at once.",
        )
    )


def problem(message: str) -> Reply:
    """The reply to an error that the user can act on."""
    return Reply((message,))
