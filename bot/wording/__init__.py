"""Words for people: English stands in the code, what it is in other languages in the catalogues.

    reply = Reply((_("I know {title} already.", title=article.title),))
    said(reply.blocks[0], "de")

`_` and `n_` make a `Text`, which is its English and knows how to say itself otherwise: only what
shows a reply has to know the language. Catalogues are PO files, as gettext has them.
"""

from bot.wording.catalogues import ENGLISH, LANGUAGES, language_for
from bot.wording.days import Day
from bot.wording.text import Text, _, listed, n_, said, together

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "Day",
    "Text",
    "_",
    "language_for",
    "listed",
    "n_",
    "said",
    "together",
]
