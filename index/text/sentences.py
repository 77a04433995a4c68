"""Article -> sentences, each with its exact place in the untouched text.

sentencex (Wikimedia, Rust) knows which stop ends a sentence and which belongs to an abbreviation.
But it keeps every quotation and parenthesis in one piece, and does not end a sentence at a line
break. Therefore the text is first cut into blocks at blank lines, headlines and list items, and
sentencex is given a *view* of each block: of the same length, with blanks for quotation marks,
labels and footnote marks. An end that it finds in the view is an end in the text. Its time grows
with the square of what it is given, so it sees a long block through a window.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

from index.types import Article, Sentence, Span

# Characters without ink that `str.isspace` does not know: BOM, zero-width space and joiners, word
# joiner, soft hyphen, direction marks.
_INVISIBLE = "\ufeff\u200b-\u200f\u2060\u00ad\u202a-\u202e\u2066-\u2069"
_NEWLINES = "\n\r\v\f\x85\u2028\u2029"
_INK = re.compile(rf"[^\s{_INVISIBLE}](?:.*[^\s{_INVISIBLE}])?", re.DOTALL)
_LINE = re.compile(rf"[^{_NEWLINES}]+")
_NEWLINE = re.compile(rf"\r\n|[{_NEWLINES}]")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")

# Lines of prose that was wrapped by hand or by a mail program: at least this wide (characters), and
# at least this full, the next line's first word counted in.
_NARROWEST = 60
_FULL = 0.8
_FIRST_WORD = re.compile(r"[(\[\"“‘]*(\S?)\S{,20}")

_BULLET = "•⁃▪◦‣●"
_BULLETED = re.compile(rf"\s(?:[{_BULLET}]|(?<=\n)[ \t]*[-*+](?=\s))")
_LABEL = re.compile(r"\s\(?(\d{1,3}|[a-z])(\.\)|[.)])(?=\s+[^\sa-z])")
# A label whose stop ends no sentence: "1. The bread", "• 2) The wine", "IV. Results".
_HEAD = re.compile(
    rf"\s*(?:[{_BULLET}*+-]\s*)?(?:\(?(?:\d{{1,3}}|[a-z])(?:\.\)|[.)])\s|[IVX]{{1,4}}\.\s)?"
)

_WINDOW = 10_000
_MARGIN = 1_000
"""Characters of a block that sentencex is given at once, and of those at the window's edge in which
an end is not believed: it may lie in a parenthesis that is closed outside."""

# Quotation marks and special spaces, at which sentencex would find no end.
_BLANKED = '"“”„‟«»‘‚‛\t\xa0\u202f\u200b\ufeff' + _NEWLINES
# An apostrophe is a quotation mark before a word, and after a stop.
_SINGLE_QUOTE = re.compile(r"['’](?:(?<=[.!?].)(?!\w)|(?<!\w.)(?=\w))")
# Dots that open a quotation and end no sentence: he said: "... The rest is silence."
_LEADING_DOTS = re.compile(r"[\"“‘](?<!\S.)\s?(?:\.{3}|…|\. \. \.)")
# sentencex does not take the one-character ellipsis for a stop.
_FINAL_DOTS = re.compile(r"…(?=\s+[\"“«¿¡]?[A-ZÀ-ÞА-Я])")
_NOT_DOTS = re.compile("[^ .…]")
# Footnote marks follow the stop but belong to the sentence before it: [12], [a], [note 3],
# [citation needed], superscripts, and Wikipedia's page numbers (":12–14").
_MARK = (
    r"[\[:¹²³⁰⁴-⁹](?:(?<![\[:])|(?<=[.!?\"”\]]:)\d[\d:–-]*"
    r"|(?<=\[)(?:\d{1,3}|[a-z]|(?:note|nb) \d+|[a-z ]{2,20}(?:\?| needed))\])"
)
_MARKS = re.compile(_MARK)
_CLOSING = re.compile(rf"(?:[\"”’'»›\])]|\s?[“«‹»›](?!\w)|[.!?…]|\s?{_MARK})*")
# A parenthesis that holds whole sentences: it has a stop of its own. (As here.)
_OWN_SENTENCE = re.compile(r"\((?:(?<=^.)|(?<=[.!?\"”)\]\s]\s.))([A-Z\"“][^()]*[.!?][\"”’]?)\)")
# A stop inside a parenthesis may end the sentence around it (like this.) In the view it goes
# outside, unless the word may be an abbreviation (8 lb.).
_STOP_INSIDE = re.compile(r"([.!?])(?<=\w{4}.)\)(?=\s+[^\sa-z])")

_SPEAKER = (
    r"(?:[A-Z][\w.'’-]*\s){1,3}(?:said|says|asked|asks|replied|added|wrote)\b"
    r"(?![^.!?]{0,80}[:\"“])"
)
# Text after an end that is none: a comma; the next letter of "LL.AA."; the speaker of a question
# ("Why?" Mr. Low asked.); the year of a work named by a question; a Roman numeral (Vol. II), which
# opens no sentence.
_RUNS_ON = re.compile(
    rf"[,;:]|(?<=[A-Z]\.)[A-Z]|(?<=[?!][\"”’])\s+{_SPEAKER}|(?<=[\"”’])\s\(\d|\s[IVX]{{2,}}\b"
)
# A lower-case letter continues the sentence after a quotation, a parenthesis, an ellipsis, a dash,
# and after a word without a vowel, an abbreviation (1 tsp. sugar, 2 ст. л. муки).
_CONSONANT = "[b-df-hj-np-tv-xzбвгджзклмнпрстфхцчшщ]"
_ABBREVIATED = "|".join(rf"(?<=\s{_CONSONANT}{{{length}}}\.)" for length in range(1, 5))
_NEXT_LETTER = re.compile(
    rf"(?:(?<=[\"”’'»)…])|(?<=\.\.)|(?=\s[–—])|{_ABBREVIATED})\s*(?:[–—]\s*|[(\[])?([^\W\d_])"
)
# An initial ("M. Dupont"); not for English, where sentencex recognises "vitamin C. It".
_INITIAL = re.compile(r"(?:(?<=\s[A-ZÀ-ÞА-Я]\.)|(?<=^[A-ZÀ-ÞА-Я]\.))\s+[A-ZÀ-ÞА-Я]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def split_sentences(article: Article) -> tuple[Sentence, ...]:
    """Split an article's paragraphs into sentences; both are numbered from 1.

    A span without a letter or digit ("* * *") is no sentence, and a paragraph without a sentence
    does not count.
    """
    sentences: list[Sentence] = []
    paragraph = 0
    for begin, end in article.paragraphs:
        text = article.text[begin:end]
        spans = sentence_spans(text, article.language)
        spans = [span for span in spans if _LETTER_OR_DIGIT.search(text, *span)]
        paragraph += bool(spans)
        for start, stop in spans:
            place = (begin + start, begin + stop, text[start:stop])
            sentences.append(Sentence(len(sentences) + 1, paragraph, *place))
    return tuple(sentences)


def sentence_spans(text: str, language: str) -> list[Span]:
    """Spans of the sentences in `text`: trimmed, in order, disjoint, covering all visible text."""
    spans = []
    for begin, end in _blocks(text):
        block = text[begin:end]
        for span in pairwise([0, *_ends(block, language), len(block)]):
            if ink := _INK.search(block, *span):
                spans.append((begin + ink.start(), begin + ink.end()))
    return spans


def _blocks(text: str) -> Iterator[Span]:
    """Spans of the parts of a text that are split separately: no sentence crosses their edges."""
    for lines in _runs(text):
        begin, end = lines[0][0], lines[-1][1]
        cuts = {begin + cut for cut in _item_cuts(text[begin:end])}
        yield from pairwise(sorted({begin, *cuts, *_line_cuts(text, lines), end}))


def _runs(text: str) -> Iterator[list[Span]]:
    """Groups of lines between blank lines, as trimmed spans."""
    run: list[Span] = []
    for line in _LINE.finditer(text):
        ink = _INK.search(text, *line.span())
        if run and (not ink or len(_NEWLINE.findall(text, run[-1][1], line.start())) > 1):
            yield run
            run = []
        if ink:
            run.append(ink.span())
    if run:
        yield run


def _line_cuts(text: str, lines: list[Span]) -> Iterator[int]:
    """Offsets of lines before which the text is cut: the line before is short on purpose (a
    headline), or all lines are items of a list.

    The width is the third quartile of the lengths, so that one long line (a URL) does not make all
    lines of wrapped prose look short.
    """
    lengths = sorted(end - start for start, end in lines)
    width = max(_NARROWEST, lengths[len(lines) * 3 // 4])
    words = [_FIRST_WORD.match(text, start) for start, _ in lines[1:]]
    # In wrapped prose at least one line begins with a lower-case letter.
    listed = len(words) > 1 and all(
        word and (word[1].isupper() or word[1].isdigit()) for word in words
    )
    for (start, end), (after, _), word in zip(lines, lines[1:], words, strict=False):
        if not word or word[1].islower() or word[1] in ",;:.!?)]}" or text[end - 1] in ",;-":
            continue
        if listed or end - start + 1 + len(word[0]) < _FULL * width:
            yield after


def _item_cuts(run: str) -> Iterator[int]:
    """Offsets of bullets, and of labels that count on: "1. The bread 2. The wine"."""
    run = f"\n{run}"
    for bullet in _BULLETED.finditer(run):
        yield bullet.start()
    last: dict[tuple[bool, str], tuple[int, int]] = {}
    for label in _LABEL.finditer(run):
        kind, value, place = (label[1].isdigit(), label[2]), _value(label[1]), label.start()
        before, begin = last.get(kind, (-1, 0))
        if before == value - 1:
            yield from (begin, place)
        elif not _opens_list(run[max(0, place - 4) : place]):
            continue
        last[kind] = value, place


def _value(label: str) -> int:
    return int(label) if label.isdigit() else ord(label)


def _opens_list(before: str) -> bool:
    """Whether a list's first label may follow: on a new line, or after a stop or a colon."""
    return before.rstrip(' "”’)')[-1:] in "\n.:;!?"


def _ends(block: str, language: str) -> Iterator[int]:
    """Ascending offsets at which a sentence of the block ends."""
    code = re.split("[-_]", language)[0].lower() if language.isascii() and language else "en"
    end, has_words = 0, False
    for stop in _stops(_view(block), code):
        begin, end = end, max(end, stop)
        end = closing.end() if (closing := _CLOSING.match(block, end)) else end
        # Dots alone are an ellipsis that opens the next sentence.
        has_words = has_words or _NOT_DOTS.search(block, begin, end) is not None
        if has_words and not _continues(block, end, code):
            yield end
            has_words = False


def _stops(view: str, language: str) -> Iterator[int]:
    """Ascending offsets at which sentencex sees an end, looking through a window.

    The next window begins at the last end that is believed. Where there is none, it begins further
    on in the same sentence.
    """
    begin = believed = 0
    while believed < len(view):
        window = view[begin : begin + _WINDOW]
        edge = begin + len(window)
        if edge < len(view):
            edge -= _MARGIN
        place, found = begin, believed
        for piece in sentencex.segment(language, window):
            place += len(piece)
            if believed < place <= edge:
                found = place
                if ink := len(piece.rstrip()):
                    yield place - len(piece) + ink
        begin, believed = (found, found) if found > believed else (edge - _MARGIN, edge)


def _continues(block: str, end: int, language: str) -> bool:
    """Whether the sentence continues after what sentencex takes for its end."""
    if _RUNS_ON.match(block, end) or (language != "en" and _INITIAL.match(block, end)):
        return True
    letter = _NEXT_LETTER.match(block, end)
    return letter is not None and letter[1].islower()


def _view(block: str) -> str:
    """The block as sentencex is given it, with every character in the same place."""
    view = _HEAD.sub(_blank, block, count=1)
    view = _MARKS.sub(_blank, view)
    view = _LEADING_DOTS.sub(_blank, view)
    view = _FINAL_DOTS.sub(".", view)
    view = _OWN_SENTENCE.sub(r" \1 ", view)
    view = _STOP_INSIDE.sub(r")\1", view)
    view = _SINGLE_QUOTE.sub(" ", view)
    for char in _BLANKED:
        view = view.replace(char, " ")
    return view if view.isascii() else _SURROGATE.sub("\ufffd", view)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
