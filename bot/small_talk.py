"""Messages that are no question (greetings, thanks, emoji) and so never reach the index."""

import re

from bot.replies import article_replies, chat_replies
from bot.replies.reply import Reply

_TALK = (
    (
        chat_replies.GREETING,
        r"(?:hi+|hello+|hey+|heya|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)"
        r"|how are you(?: doing)?(?: today)?|how'?s it going|what'?s up|sup|nice to meet you)",
    ),
    (
        chat_replies.THANKS,
        r"(?:(?:many |ok |okay |great |no )?(?:thanks|thank you|thankyou|thx|ty|cheers|ta)"
        r"(?: (?:a lot|so much|very much|again|for (?:your|the) (?:help|answer|info)))*"
        r"|much appreciated|i appreciate it)",
    ),
    (
        chat_replies.GOODBYE,
        r"(?:(?:bye+|see (?:you|ya))(?: (?:bye|later|soon|around|tomorrow|for now))?"
        r"|goodbye|good night|later|ciao|farewell)",
    ),
    (
        chat_replies.ACKNOWLEDGED,
        r"(?:ok+|okay|k|yes|yeah|yep|no|nope|sure|fine|cool|great|nice|wow|lol|haha+|good|perfect"
        r"|awesome|amazing|excellent|i see|got it|understood|interesting|right|alright|good bot"
        r"|well done|never ?mind|sorry|please)",
    ),
)
_HELP = re.compile(
    r"(?:(?:can|could|would) you )?help(?: me)?(?: please)?"
    r"|what (?:can|do) you do|what are you(?: for)?|who are you"
    r"|how (?:do|does) (?:you|this|it) work"
    r"|what is this(?: bot)?(?: for)?|how (?:do|can) i (?:use (?:you|this)|ask)"
)
_ADD = re.compile(
    r"(?:how|where) (?:do|can|could|should) i (?:add|send|load|upload|give you|change|use)"
    r" (?:an?|my(?: own)?|the|another|other)(?: other)? (?:article|text|link|file|pdf|page|story)s?"
)
_ADDRESSEES = r"(?: (?:there|bot|again|all|everyone|everybody|friend|mate|buddy|sir|man|you|then))*"
_PATTERNS = tuple((reply, re.compile(pattern + _ADDRESSEES)) for reply, pattern in _TALK)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CLAUSE = re.compile(r"[.!?,;:…\n]+|\s[-–—&]+\s")
_ONLY_ADDRESSEES = re.compile(_ADDRESSEES)


def small_talk_reply(text: str) -> Reply | None:
    """The reply to a message that is only small talk; None if it may be a question.

    "Thanks! Bye." is small talk in each of its parts; "Hi, who released the photos?" is not.
    """
    clauses = [clause for clause in map(_plain, _CLAUSE.split(text)) if clause]
    if not clauses:
        return chat_replies.WORDLESS
    first, *others = clauses
    answers = [_reply_to(first)]
    answers += [_reply_to(clause) for clause in others if not _is_addressee(clause)]
    return answers[0] if all(answers) else None


def _plain(clause: str) -> str:
    """A clause in lower case, without emoji and punctuation."""
    return " ".join(_WORD.findall(clause.lower().replace("’", "'")))


def _is_addressee(clause: str) -> bool:
    return _ONLY_ADDRESSEES.fullmatch(f" {clause}") is not None


def _reply_to(clause: str) -> Reply | None:
    if _HELP.fullmatch(clause):
        return chat_replies.help_()
    if _ADD.fullmatch(clause):
        return article_replies.HOW_TO_ADD
    return next((reply for reply, pattern in _PATTERNS if pattern.fullmatch(clause)), None)
