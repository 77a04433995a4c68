"""Removes politeness from a question: "Hi! Could you tell me who won, please?" -> "who won?"

Polite words are in no sentence that answers, but count as much as the others in a comparison. The
rules are for English, as those of follow-ups are.
"""

import re

_VERBOSE = re.IGNORECASE | re.VERBOSE

_BEFORE = re.compile(
    r"""\W* (?:
      (?: # Words to whoever listens.
        (?: hi+ | hello+ | hey+ | hiya | greetings | good\ (?:morning|afternoon|evening|day) )
        (?: \ (?:there|bot|all|again|everyone) )?
      | (?:sorry|excuse\ me) (?:\ (?:to|for)\ (?:bother|disturb)(?:ing)?\ you)? (?:\ again)?
        (?:,?\ but (?=[\s,]))?
      | please | pls | kindly | ok | okay | well | um+ | uh+
      | quick\ question | just\ curious
      | (?:according\ to|in|from)\ (?:this|the)\ (?:article|text|story)
      ) (?: [\s,.!:;–—-]+ | $ )
    | (?: # What an answer is asked for with.
        (?: (?:can|could|would|will)\ (?:you|u|someone|anyone)\ (?:(?:please|kindly|maybe)\ )? )?
        (?:tell|explain\ to|remind)\ (?:me|us) ,? (?:\ please,?)? (?:\ again)? \s+
      | (?:i|we) (?:'d|\ would|\ want|\ need|\ wanted) (?:\ like|\ love)?
        \ to\ (?:know|ask|find\ out) [\s,:]+
      | i (?:'m|\ am|\ was|'ve\ been)? (?:\ just)? \ wonder(?:ing)? [\s,:]+
      )
    | (?: # The same, where a question follows.
        (?:do|does|would)\ (?:you|anyone)\ (?:(?:happen\ to|even)\ )? know \s+
      | (?:can|could|may)\ i\ ask (?:\ you)? [\s,:]+
      | (?:can|could|would)\ (?:you|u)\ (?:please\ )? (?:say|explain) \s+
      | do(?:es)?\ (?:this|the)\ (?:article|text|story)\ (?:say|mention|tell(?:\ us|\ me)?) \s+
      | (?:so|and|but) [\s,]+
      ) (?= (?:who|whom|whose|what|when|where|why|which|how|if|whether) \b )
    )""",
    _VERBOSE,
)
_AFTER = re.compile(
    r"""[\s,.;!]+ (?:please\ and\ thank\ you|please|pls|plz|(?:many\ )?thanks|thank\ you|thx
      |cheers)
    (?: \ (?:a\ lot|so\ much|very\ much|in\ advance|for\ your\ help) )?
    \s* (?P<mark>\?)? \W* $""",
    _VERBOSE,
)
_LONGEST_AFTER = 60
"""Characters at the end in which thanks are looked for, so that a long text is not searched again
and again."""

_WORD = re.compile(r"\w")


def strip_politeness(question: str) -> str:
    """The question without polite words at its ends; the question itself if nothing is left."""
    start, end, mark = 0, len(question), ""
    while (polite := _BEFORE.match(question, start)) and polite.end() > start:
        start = polite.end()
    while polite := _AFTER.search(question, max(start, end - _LONGEST_AFTER), end):
        end, mark = polite.start(), polite["mark"] or mark
    bare = question[start:end] + mark
    return bare if _WORD.search(bare) else question
