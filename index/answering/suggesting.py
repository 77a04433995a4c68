"""Sentences -> questions that they answer, by surface patterns of English. All functions are pure.

A question must be right by its form alone, as nothing here parses or generates: its subject is a
name or a definite noun phrase, its verb comes from a list, and whatever is doubtful is left out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from index.finding.lexical import stop_words

_LONGEST_QUESTION = 60
"""Characters of the longest question, so that it can be read on a button."""

_LONGEST_SENTENCE = 300
"""Characters of the longest sentence asked about. Longer ones are often lists, or badly split."""

_KNOWN, _KNOWN_SHARE = 3, 0.2
"""Sentences in which a bare noun ("the bridge") must occur to be clear without its sentence, and
their share of the article."""

_OFF_TOPIC = 0.5
"""How much later a sentence counts, as a share of the article, if its question names nothing of the
title."""


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


_HAPPENED = _pairs(
    """arrived:arrive began:begin closed:close collapsed:collapse crashed:crash died:die
    disappeared:disappear ended:end erupted:erupt happened:happen occurred:occur opened:open
    resigned:resign retired:retire sank:sink started:start"""
)
"""Past forms -> base forms of verbs that stand without an object."""

_DID = _pairs(
    """acquired:acquire adopted:adopt became:become bought:buy built:build closed:close
    conquered:conquer created:create defeated:defeat designed:design directed:direct
    discovered:discover entered:enter established:establish founded:found introduced:introduce
    invaded:invade invented:invent joined:join launched:launch left:leave lost:lose
    married:marry opened:open published:publish reached:reach received:receive released:release
    signed:sign sold:sell visited:visit won:win wrote:write"""
)
"""Past forms -> base forms of verbs with an object."""

_DOES = _pairs(
    """causes:cause contains:contain covers:cover eats:eat includes:include involves:involve
    means:mean offers:offer produces:produce provides:provide requires:require
    supports:support"""
)
"""Third persons -> base forms of verbs that are asked about with "what"."""

_DOES_WITH = _pairs(
    """belongs:belong consists:consist depends:depend derives:derive leads:lead
    refers:refer results:result"""
)
"""The same, with a preposition."""

_DWELT = _pairs("grew:grow lived:live landed:land met:meet settled:settle studied:study")
"""Past forms -> base forms of verbs that are asked about with "where"."""

_MADE = {
    form: form
    for form in """
    built composed created designed directed discovered established founded introduced invented
    launched led opened painted produced published released
    """.split()  # noqa: SIM905 - a word list reads better as text
} | {"written": "wrote"}
"""Participles -> past forms, of verbs whose agent is a "who" and that need no complement."""

_DONE = r"""(?:abolished|adopted|announced|annexed|arrested|assassinated|attacked|banned|baptized
    |born|built|buried|cancelled|captured|closed|completed|composed|conquered|constructed|converted
    |created|crowned|defeated|demolished|destroyed|directed|discontinued|discovered|dissolved
    |enacted|ended|established|evacuated|executed|exiled|expelled|filmed|finished|formed|found
    |founded|freed|hanged|held|hired|imprisoned|inaugurated|incorporated|inducted|introduced
    |invaded|invented|jailed|killed|launched|legali[sz]ed|liberated|married|murdered|occupied
    |opened|ordained|painted|performed|produced|proposed|published|purchased|ratified|rebuilt
    |reformed|released|renovated|reopened|rescued|restored|sentenced|shot|signed|sold|started
    |stolen|translated|unveiled|written)"""
"""Participles of what happens at a time, and need no complement."""

_PERSON = r"""(?:activist|actor|actress|analyst|architect|artist|athlete|author|boss|campaigner
    |captain|chairman|chairwoman|chancellor|chef|chief|co-founder|coach|commander|composer
    |consultant|daughter|director|doctor|drummer|editor|emperor|engineer|entrepreneur|executive|expert
    |explorer|farmer|father|fellow|footballer|founder|governor|guitarist|head|inventor
    |journalist|judge|king|lawyer|lecturer|manager|mayor|minister|monarch|mother|nurse
    |officer|painter|people|peoples|philosopher|photographer|player|poet|politician|pope
    |president|priest|prince|princess|professor|psychologist|queen|researcher|resident|ruler
    |saint|scholar|scientist|secretary|senator|singer|soldier|son|spokesman|spokesperson
    |spokeswoman|student|survivor|teacher|trainer|tribe|vet|veteran|vice-president|volunteer
    |worker|writer
    |\w{3,}(?:ologist|icist|ician|ographer|nalist|omist|orian))"""
_THING = r"""(?:agency|airport|album|area|award|band|book|branch|bridge|building|capital|castle
    |cathedral|charity|church|city|club|college|company|concept|condition|conflict|country|county
    |device|disease|disorder|district|drug|event|festival|field|film|form|game|genre|group
    |government|hospital|hotel|island|lake|language|magazine|market|method|mountain|movement
    |municipality|museum|newspaper|novel|organi[sz]ation|organ|painting|parish|park|party|peninsula
    |phenomenon|plant|port|prison|process|programme|program|project|province|region|religion
    |republic|river|school|science|series|site|sport|state|station|structure|study|suburb|system
    |team|technique|technology|term|theory|town|type|university|village|war|website)"""
_LINKED = r"""(?:associated\ with|based\ on|called|caused\ by|composed\ of|derived\ from
    |divided\ into|famous\ for|known\ (?:as|for)|made\ (?:up\ )?of|part\ of|responsible\ for
    |used\ (?:as|for))"""
_STATE = r"\w+(?:ed|en|ble|ful|ous|ive|ing|ant|[^m]ent)"
_PLURAL = r"(?:[a-z-]*[^\Wsui]s|people|men|women|children)"
_ATTRIBUTE = r"""(?:aim|area|capital|cause|centre|center|climate|cost|currency|definition|effect
    |function|goal|height|length|meaning|motto|name|origin|population|price|purpose|role|size
    |symbol|task|title|value)"""
_NUMBER = r"""(?:(?i:about|around|approximately|almost|nearly|at\ least|some|over|more\ than|up\ to)
    \ )?(?i:\d[\d,.]+(?:\ (?:million|billion))?|two|three|four|five|six|seven|eight|nine|ten|eleven
    |twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"""

_MONTH = r"""(?:January|February|March|April|May|June|July|August|September|October|November
    |December)"""
_TIME = rf"""(?:in\ (?:(?:early|late|mid|the\ \w+\ of)[ -])?(?:{_MONTH}\ )?(?:the\ )?\d{{4}}s?
    |in\ the\ (?:[\w-]+\ ){{0,2}}\w+(?<=th)\ century
    |on\ (?:the\ )?(?:\w+day,?\ )?(?:\d\d?(?:st|nd|rd|th)?\ (?:of\ )?{_MONTH}|{_MONTH}\ \d\d?)
    (?:,?\ \d{{4}})?
    |on\ \w+day)
    (?=[.,;)]|\ (?:and|by|to|from|after|when|at|with|for|in|as|during|following|but|on)\b)"""
_PLACE = rf"(?:the\ )?(?!{_MONTH}\b|\w+day\b)[A-Z]\w+"

_NAME_WORD = r"(?!The\b)[A-Z][\w'’-]*(?:\.(?=\ [A-Z]))?"
_NAME = rf"{_NAME_WORD}(?:\ (?:of|of\ the|de|van|von|bin|al)\ {_NAME_WORD}|\ {_NAME_WORD}){{0,5}}"
_DEFINITE = rf"[Tt]he\ (?:[\w'’-]+\ ){{0,3}}?[\w'’-]+(?:\ of\ (?:the\ )?(?:{_NAME}|\w+))?"
_GENERIC = r"(?:An?\ [\w-]+|[A-Z][\w-]+)(?:\ [a-z-]+){0,2}?"
_PHRASE = rf"(?:{_DEFINITE}|{_NAME}|{_GENERIC})"
_ASIDE = r"(?:\ \([^()]*\))?(?:,\ (?:an?|the|who|which|whose|also|formerly)\ [^,]{2,80},)?"
_OPENING = r"(?:(?:After|As|At|By|During|For|From|However|In|On|Since|Today|With)\b[^,;]{0,60},\ )?"
# Anywhere in a sentence, but not after a comma, where it may be one of a list.
_FULL_NAME = (
    r"(?:.*?[^\w,]\ ?)??(?<![Tt]he\ )"
    rf"(?P<subject>{_NAME_WORD}(?:\ {_NAME_WORD}){{1,2}})"
)
# What is said of a state may only hold with the words that open the sentence: "In 1902, ...".
_STATED = rf"(?P<subject>{_PHRASE}){_ASIDE}"
_SUBJECT = rf"{_OPENING}{_STATED}"
_TO = r"(?P<to>(?:\ (?:to|into|from|as)\ [\w'’ -]{1,30}?)?)"
_BY = r"(?:\ (?:by|in|at|near|on|for|under|during)\ [\w'’ .-]{1,60}?)?"
_FINITE = r"(?:is|are|was|were|has|had|have|will|would|can|could|should|must|may|might)"
_BE = r"(?P<be>is|are|was|were)"
_ENDS = r"(?=[.,;]|\ (?:and|at|of|for|who|which|that|from|in|with|to|whose|on|located|by)\b)"
_KIND = r"""(?:an?|the)\ (?:(?!(?:only|first|last|\w+th|\w+['’]s|of|for|in|on|to|by|from|with|and
    |who|that|which)\b)[\w'’-]+\ ){0,4}?"""
_OF = rf"\ (?:of|in)\ (?:the\ )?{_NAME})(?=[.,;]|\ and\b)"
_WORDS = r"[\w'’ -]+?"
_OBJECT = rf"(?P<object>\ (?:(?:an?|the)\ {_WORDS}|(?:the\ )?{_NAME}))"

# Each is matched at the start of a clause; a template names the groups of its pattern.
_RULES = tuple(
    (re.compile(pattern, re.VERBOSE), template)
    for pattern, template in (
        (
            rf"{_SUBJECT}\ (?P<be>was|were)\ (?P<done>{_DONE}){_TO}{_BY}\ {_TIME}",
            "When {be} {subject} {done}{to}?",
        ),
        (
            rf"(?:In|On)\ (?:[\w ]{{0,20}}\d{{4}}|\w+day),?\ (?P<subject>{_PHRASE}){_ASIDE}"
            rf"\ (?P<be>was|were)\ (?P<done>{_DONE}){_TO}{_BY}[.,]",
            "When {be} {subject} {done}{to}?",
        ),
        (
            rf"{_SUBJECT}\ (?P<past>{'|'.join(_HAPPENED)}){_BY}\ {_TIME}",
            "When did {subject} {base}?",
        ),
        (
            rf"{_SUBJECT}\ (?P<past>{'|'.join(_DID)}){_OBJECT}{_BY}\ {_TIME}",
            "When did {subject} {base}{object}?",
        ),
        (
            rf"In\ (?:{_MONTH}\ )?\d{{4}},?\ (?P<subject>{_PHRASE}){_ASIDE}"
            rf"\ (?P<past>{'|'.join(_DID)}){_OBJECT}(?:[.,]|\ (?:in|with|for|from|at)\b)",
            "When did {subject} {base}{object}?",
        ),
        (
            rf"{_STATED}\ {_BE}\ (?P<done>located|situated|based|headquartered|buried|born|held)"
            rf"(?:\ [^.;,()]{{0,40}})?\ (?:in|at|near)\ {_PLACE}",
            "Where {be} {subject} {done}?",
        ),
        (
            rf"{_SUBJECT}\ (?P<past>{'|'.join(_DWELT)})(?P<up>(?:(?<=grew)\ up)?)"
            rf"\ (?:in|at|on|near)\ {_PLACE}",
            "Where did {subject} {base}{up}?",
        ),
        (rf"{_STATED}\ comes\ from\ ", "Where does {subject} come from?"),
        (
            rf"{_SUBJECT}(?:\ (?:was|were)|,)\ (?P<made>{'|'.join(_MADE)})\ by\ "
            rf"(?:the\ (?:[\w'’-]+\ ){{0,5}})?{_NAME}",
            "Who {did} {subject}?",
        ),
        (
            rf"{_OPENING}(?P<name>{_NAME})\ (?P<did>won|wrote|{'|'.join(_MADE)})"
            rf"(?P<object>\ (?:the\ {_WORDS}|{_NAME}))"
            rf"(?=[.;]|\ (?:in|on|by|at|from|with|for)\b)",
            "Who {did}{object}?",
        ),
        (rf"{_STATED}\ {_BE}\ {_KIND}{_PERSON}{_ENDS}", "Who {be} {subject}?"),
        (
            rf"{_FULL_NAME},\ "
            rf"(?:{_KIND}{_PERSON}{_ENDS}|(?:[a-z-]+\ )?{_PERSON}\ (?:of|at|for)\b)",
            "Who is {subject}?",
        ),
        (
            rf"{_FULL_NAME},\ who\ "
            rf"(?:(?:is|was)\ (?:an?|the)|leads|led|runs|ran|works|worked|heads|headed|wrote"
            rf"|founded)\b",
            "Who is {subject}?",
        ),
        (
            rf"(?P<subject>{_NAME}['’]s\ (?:[\w'’-]+\ ){{0,2}}?(?i:{_PERSON})),\ {_NAME},",
            "Who is {subject}?",
        ),
        (rf"{_STATED}\ {_BE}\ {_KIND}{_THING}{_ENDS}", "What {be} {subject}?"),
        (
            rf"{_NAME}\ (?P<be>is|was)\ (?P<subject>the\ (?:[\w'’-]+\ ){{0,2}}?{_THING}{_OF}",
            "What {be} {subject}?",
        ),
        (
            rf"{_STATED}\ {_BE}\ (?:\w+ly\ |also\ )?(?P<done>{_LINKED})\ ",
            "What {be} {subject} {done}?",
        ),
        (
            rf"{_STATED}\ (?P<does>{'|'.join(_DOES_WITH)})(?P<with>\ (?:from|in|of|on|to))\ ",
            "What does {subject} {base}{with}?",
        ),
        (
            rf"(?P<subject>[Tt]he\ (?:[\w-]+\ )?{_ATTRIBUTE}\ of\ (?:the\ (?:[\w-]+\ ){{0,2}}?"
            rf"[\w-]+|{_NAME}))\ (?P<be>is|was)\ (?=(?:about|an?|one|that|the|to)\ |[A-Z\d])",
            "What {be} {subject}?",
        ),
        (
            rf"{_STATED}\ (?:also\ )?(?P<does>{'|'.join(_DOES)})\ (?:an?|the|[a-z]+)\ ",
            "What does {subject} {base}?",
        ),
        (
            rf"{_STATED}(?<=s)\ (?P<eat>contain|eat|include|involve|provide|require)\ "
            rf"(?:an?|the|[a-z]+)\ ",
            "What do {subject} {eat}?",
        ),
        (
            rf"{_OPENING}(?P<subject>{_NAME}){_ASIDE}"
            rf"\ (?P<past>invented|discovered|designed|published|won|founded|received)\ "
            rf"(?:an?|the|{_NAME})\ ",
            "What did {subject} {base}?",
        ),
        (
            rf"{_STATED}\ (?:has|had)\ a\ population\ of\b",
            "What is the population of {subject}?",
        ),
        (rf"{_SUBJECT}\ (?P<be>was|were)\ awarded\ ", "What {be} {subject} awarded?"),
        (
            rf"{_NUMBER}\ ?(?:%|percent|per\ cent)\ of\ (?P<rest>{_WORDS})"
            rf"(?P<verb>\ {_FINITE}\ {_WORDS})(?=[.,;]|\ (?:when|after|but)\b)",
            "What percentage of {rest}{verb}?",
        ),
        (
            rf"{_SUBJECT}\ (?:said|announced|argued|claimed|explained|warned|told\ [\w ]{{1,30}}?)"
            rf"(?:\ on\ \w+day)?(?:\ that)?\ (?P<about>{_PHRASE})\ {_FINITE}\b",
            "What did {subject} say about {about}?",
        ),
        (
            rf"{_SUBJECT}\ (?:says|argues|believes|claims|thinks|warns)"
            rf"(?:\ that)?\ (?P<about>{_PHRASE})\ {_FINITE}\b",
            "What does {subject} say about {about}?",
        ),
        (
            rf"{_STATED}\ (?P<be>is|was)\ {_NUMBER}\ (?:(?!years)[a-z]+)\ "
            rf"(?P<high>tall|high|long|wide|deep)\b",
            "How {high} {be} {subject}?",
        ),
        (
            rf"{_FULL_NAME},\ \d\d,",
            "How old is {subject}?",
        ),
        (
            rf"{_NUMBER}\ (?P<rest>(?:[\w'’-]+\ ){{0,2}}?{_PLURAL})"
            rf"(?P<verb>\ (?:{_FINITE}|live|took|came|went|lost|\w{{3,}}ed)\b{_WORDS})"
            rf"(?=[.,;]|\ (?:when|after|but)\b)",
            "How many {rest}{verb}?",
        ),
        (
            rf"{_STATED}\ (?P<have>has|have|had)\ {_NUMBER}\ (?P<rest>(?:[a-z-]+\ )?{_PLURAL})"
            rf"(?=[.,;]|\ (?:and|in|on|with)\b)",
            "How many {rest} {do} {subject} have?",
        ),
        (
            rf"{_STATED}\ (?P<past>{'|'.join(_DID)})\ {_NUMBER}\ "
            rf"(?P<rest>(?:[a-z-]+\ )?{_PLURAL})(?=[.,;]|\ (?:and|in|on|with)\b)",
            "How many {rest} did {subject} {base}?",
        ),
        (
            rf"{_SUBJECT}\ (?P<past>{'|'.join(_HAPPENED | _DID)})(?P<rest>(?:\ {_WORDS})?),?\ "
            rf"(?:because|due\ to)\b",
            "Why did {subject} {base}{rest}?",
        ),
        (
            rf"{_STATED}\ (?P<be>(?:is|are|was|were|has|have|had)"
            rf"(?=\ (?:not\ |been\ )*(?:\w+ly\ )?{_STATE}\b)|can|could|will)\ "
            rf"(?P<rest>{_WORDS}),?\ (?:because|due\ to)\b",
            "Why {be} {subject} {rest}?",
        ),
    )
)
_BASES = _HAPPENED | _DID | _DOES | _DOES_WITH | _DWELT
_DO = {"has": "does", "have": "do", "had": "did"}

# A pronoun has lost what it stands for, and the other words open a clause or point elsewhere.
_NEVER = re.compile(
    r"""\b(?:I|me|my|we|us|our|you|your|he|him|his|she|her|it|its|they|them|their|\w+sel(?:f|ves)
    |this|that|these|those|here|who|whom|whose|which|when|where|while|if|because|although|another
    |others?|such|same|latter|former|also|there(?!\ in\b)|and\ \d+|so|likely|often|sometimes)\b
    |[^\w\s'’?.-]|\.(?!\ [A-Z])""",
    re.VERBOSE | re.IGNORECASE,
)
_NOT_IN_PHRASE = re.compile(
    rf"""\d|\b(?:{_FINITE}|be|do|does|did|found|shows|been|being|and|or|but|not|by|to|for|with|as
    |at|in|on|from|after|before|than|then|about|said|says|first|second|third|last|next|ones?|two
    |three|four|five|six|seven|eight|nine|ten|only|both|all|some|many|most|more|no|man|men|woman
    |following|previous|result|problem|reason|idea|fact|rest|later|again|earlier|together|away
    |(?-i:various|different|entire|whole|new|current|recent)
    |few|several|each|every|much|what|how|why|yet|still|now|today|even|just|once|until|since
    |\w+(?<!fami)(?<!ear)(?<!Ita)ly)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_BORDER = re.compile(r";\ |\b(?:although|because|but|that|whereas|while)\ ", re.VERBOSE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def candidate_questions(sentences: Sequence[str], title: str) -> list[tuple[str, int]]:
    """Questions with the number of the sentence that each was made from, the best first.

    `sentences` are an English article's, normalized and in order; they are counted from 1. Early
    sentences come first, and those whose questions name something of the title.
    """
    words = _Words.of(sentences, title)
    questions: dict[str, int] = {}
    for number, sentence in enumerate(sentences, start=1):
        for question in _questions(sentence, words):
            questions.setdefault(question, number)

    def lateness(item: tuple[str, int]) -> float:
        named = words.topic.intersection(_WORD.findall(item[0].lower()))
        return item[1] / len(sentences) + (0 if named else _OFF_TOPIC)

    return sorted(questions.items(), key=lateness)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is known of an article's words.

    `topic` are the words of its title, `common` those that occur in so many sentences that they
    need no explanation, all in lower case. `names` are written large within a sentence, and small
    nowhere; `small` are all words that are written small somewhere. `pairs` are two words in
    lower case that follow each other more than once.
    """

    topic: frozenset[str]
    common: frozenset[str]
    names: frozenset[str]
    small: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, sentences: Sequence[str], title: str) -> "_Words":
        split = [_WORD.findall(sentence) for sentence in sentences]
        lower = [[word.lower() for word in words] for words in split]
        counts = Counter(word for words in lower for word in {*words})
        pairs = Counter(pair for words in lower for pair in pairwise(words))
        small = {word for words in split for word in words if word.islower()} | stop_words("en")
        large = {word for words in split for word in words[1:] if word[0].isupper()}
        enough = max(_KNOWN, _KNOWN_SHARE * len(sentences))
        return cls(
            topic=frozenset(_WORD.findall(title.lower())) - stop_words("en"),
            common=frozenset(word for word in counts if counts[word] >= enough),
            names=frozenset(word for word in large if word.lower() not in small),
            small=frozenset(small),
            pairs=frozenset(pair for pair in pairs if pairs[pair] > 1),
        )

    def is_term(self, noun: Sequence[str]) -> bool:
        """Whether the article is about it, or speaks of it again."""
        if not (self.topic | self.common).isdisjoint(noun):
            return True
        return len(noun) > 1 and self.pairs.issuperset(pairwise(noun))


def _questions(sentence: str, words: _Words) -> Iterator[str]:
    """The questions of one sentence."""
    if len(sentence) > _LONGEST_SENTENCE or not sentence.endswith("."):
        return
    for clause, (pattern, template) in product(_clauses(sentence), _RULES):
        match = pattern.match(clause)
        if match is None:
            continue
        parts = {name: text for name, text in match.groupdict().items() if text is not None}
        phrases = {name: parts[name] for name in ("subject", "about", "name") if name in parts}
        if not all(_is_clear(phrase, words) for phrase in phrases.values()):
            continue
        parts |= {name: _within(phrase, words) for name, phrase in phrases.items()}
        if _NOT_IN_PHRASE.search(parts.get("object", "")):
            continue
        question = template.format_map(_verbs(parts) | parts)
        asked = question.partition(" ")[2]
        if len(question) <= _LONGEST_QUESTION and not _NEVER.search(asked):
            yield question


def _clauses(sentence: str) -> list[str]:
    """The sentence, and its parts from each clause on that surely has a subject of its own."""
    return [sentence, *(sentence[border.end() :] for border in _BORDER.finditer(sentence))]


def _verbs(parts: dict[str, str]) -> dict[str, str]:
    """The forms of its verb that a question needs."""
    return {
        "base": _BASES.get(parts.get("past") or parts.get("does", ""), ""),
        "did": _MADE.get(parts.get("made", ""), ""),
        "do": _DO.get(parts.get("have", ""), ""),
    }


def _is_clear(phrase: str, words: _Words) -> bool:
    """Whether a phrase is a name, or a noun phrase that says by itself what it means."""
    if _NOT_IN_PHRASE.search(phrase) or _NEVER.search(phrase):
        return False
    first, *others = _WORD.findall(phrase)
    if not others and first.lower() in ("the", "a", "an"):
        return False
    if first.lower() == "the":
        # "The Convention" is short for a name, "the FOIA" is one.
        large = len(others) > 1 and any(word[0].isupper() for word in others)
        return large or others[0].isupper() or words.is_term([word.lower() for word in others])
    if first in ("A", "An"):
        return words.topic.issuperset(word.lower() for word in others)
    if all(word[0].isupper() for word in others) and first.lower() not in words.small:
        return first in words.names or len(others) > 0 or first.lower() in words.topic
    return {first.lower(), *others} <= words.topic


def _within(phrase: str, words: _Words) -> str:
    """A phrase as it is written within a sentence."""
    first, *_ = _WORD.findall(phrase)
    small = first == "A" or (first.istitle() and first.lower() in words.small)
    return phrase[0].lower() + phrase[1:] if small else phrase
