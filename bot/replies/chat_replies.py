"""Replies about the bot and the chat: help, small talk, privacy, errors."""

from bot.replies import storage_replies
from bot.replies.phrases import named, sentences
from bot.replies.reply import Button, Reply
from bot.wording import LANGUAGES, Text, _, n_, together
from index.errors import ArticleError, ModelError, StorageError
from index.types import Article

FORGET = "forget:"
"""How the action of a button below /forget begins. What it forgets, as it was then, follows."""

KEEP = "keep"
"""The action of the other button."""

OF_THE_APP = "app"
"""Stands for the language of each person's app."""

COMMANDS = {
    "start": _("What I can do"),
    "help": _("How to ask, and all commands"),
    "article": _("Which article you are asking"),
    "articles": _("Your articles: choose or remove one"),
    "all": _("Ask all of your articles: /all and a question"),
    "summary": _("The most central sentences"),
    "context": _("The passage around the last answer"),
    "more": _("Further passages for the last question"),
    "share": _("A link that opens this article for others"),
    "unshare": _("End that link"),
    "language": _("The language I speak"),
    "members": _("In a group: who may change its articles"),
    "forget": _("Forget my questions and my articles"),
    "privacy": _("What is kept, and for how long"),
}

PRIVATE_COMMANDS = frozenset({"start"})
"""Commands that are of no use in a group."""

GROUP_COMMANDS = frozenset({"members"})
"""Commands that are of no use in a private chat."""

DESCRIPTION = _(
    "Send me an article: a link, a PDF, a file or its text. Ask me about it in your own words. I "
    "answer with its own sentences, word for word, and say where they stand. When the article does "
    "not answer, I say so. I never make anything up."
)
"""Shown in a chat in which nothing was said yet: at most 512 characters."""

SHORT_DESCRIPTION = _("Asks an article your questions: verbatim, cited answers, or an honest no.")
"""Shown in the bot's profile, and with links to it: at most 120 characters."""

GREETING = Reply((_("Hello! Ask me something about the article, or see /help."),))
THANKS = Reply((_("You're welcome."),))
GOODBYE = Reply((_("Goodbye!"),))
ACKNOWLEDGED = Reply((_("All right. What else would you like to know?"),))
WORDLESS = Reply((_("Ask me in words, and I'll look in the article. See /help."),))
UNKNOWN_COMMAND = Reply((_("I don't know that command. /help lists the ones I know."),))
NOTHING_FORGOTTEN = Reply((_("Nothing is forgotten."),), spends=True)
APOLOGY = Reply((_("Sorry, something went wrong on my side. Please try again."),))

HOW = _(
    "Ask in your own words. I answer with sentences of the article, word for word, and say "
    "where they stand. When the article does not answer, I say so."
)


def start(article: Article, sentence_count: int) -> Reply:
    """The first reply to a new chat."""
    return Reply(
        (
            _(
                "Hello! Ask me about {title} ({length}).",
                title=named(article),
                length=sentences(sentence_count),
            ),
            HOW,
            _("/help tells more."),
        )
    )


def help_() -> Reply:
    """The reply that explains how to ask, and lists every command."""
    commands = together(
        "\n", (together(" – ", (f"/{name}", about)) for name, about in COMMANDS.items())
    )
    own = _(
        "To ask about an article of your own, send me its link, a PDF, HTML, Markdown or text "
        "file, or paste or forward its text."
    )
    elsewhere = _(
        "In any other chat of Telegram, reply to a post, a file or a link with my name and a "
        "question: I answer from it, and keep nothing of it. Type my name and a question to send a "
        "sentence of your article."
    )
    return Reply((HOW, own, elsewhere, commands))


def which_language() -> Reply:
    """The question in which language to speak, with buttons."""
    own = Button(_("As in my app"), f"language:{OF_THE_APP}")
    buttons = (Button(name, f"language:{code}") for code, name in LANGUAGES.items())
    return Reply((_("Which language shall I speak?"),), (*buttons, own), buttons_per_row=2)


def speaking(language: str | None) -> Reply:
    """The reply after a language was chosen; None: that of each person's app."""
    if language is None:
        return Reply((_("I speak the language of your app now."),), spends=True)
    speaks = _("I speak {language} now.", language=LANGUAGES[language])
    articles = _("Articles stay in their own language: I quote them word for word.")
    return Reply((speaks, articles), spends=True)


def confirm_forget(article_count: int, key: str, *, changed: bool = False) -> Reply:
    """The question before /forget is done, with buttons to answer it.

    `key` stands for what there is to forget now: the button forgets that and nothing that comes
    later. `changed`: something has come since the question that was answered.
    """
    since = (_("You have given me something since."),) if changed else ()
    question = (
        n_(
            "Shall I forget your questions and {count} article for good?",
            "Shall I forget your questions and {count} articles for good?",
            article_count,
        )
        if article_count
        else _("Shall I forget your questions for good?")
    )
    return Reply(
        (*since, question),
        (Button(_("Forget everything"), f"{FORGET}{key}"), Button(_("Keep it"), KEEP)),
        spends=True,
    )


def forgotten(article: Article) -> Reply:
    """The reply after everything was forgotten."""
    asked = _("Forgotten. You are asking {title} again.", title=named(article))
    return Reply((asked,), spends=True)


def privacy(retention_days: int | None, *, in_group: bool = False) -> Reply:
    """The reply that tells what is kept, and for how long; `in_group`: who sees it, too."""
    retention = (
        n_(
            "What nobody used for {count} day is deleted by itself.",
            "What nobody used for {count} days is deleted by itself.",
            retention_days,
        )
        if retention_days
        else _("All of it stays until you remove it.")
    )
    kept = (
        _(
            "I keep the articles that this group gave me and its recent questions, in a database "
            "on the machine I run on. Everybody in the group can ask about them. Nobody sees them "
            "in another chat, and nothing leaves that machine, but for the request that fetches a "
            "link you send."
        )
        if in_group
        else _(
            "I keep the articles that you gave me and your recent questions, in a database on the "
            "machine I run on. Nobody sees them in another chat, and nothing leaves that machine, "
            "but for the request that fetches a link you send."
        )
    )
    shared = _(
        "Whoever has the link of an article that you /share can open a copy of it, until you "
        "/unshare it."
    )
    judged = _(
        "When you say that an answer is helpful or wrong, I keep that with its question, its "
        "sentence and the article. Whoever runs this bot may read it there, to make me better."
    )
    removing = _("/articles removes one article, /forget removes everything at once.")
    return Reply((kept, shared, judged, together(" ", (retention, removing))))


def problem(error: ArticleError) -> Reply:
    """The reply to an error that the user can act on."""
    return Reply((explained(error),))


def explained(error: ArticleError) -> Text:
    """What an error means for a chat. What only those who run the bot can mend is for the log."""
    if isinstance(error, StorageError):
        return storage_replies.why(error)
    if isinstance(error, ModelError):
        return _("My model can't be used just now. Please try again later.")
    return Text(error.message, values=error.values)
