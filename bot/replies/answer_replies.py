"""Replies to questions: an answer, a doubt or a refusal, and further passages."""

from collections.abc import Sequence
from dataclasses import replace

from bot.replies.phrases import named, quoted
from bot.replies.reply import Button, Quote, Reply, Role
from bot.wording import Text, _, listed, n_
from index.answering.linking import link_to, page_of
from index.types import Answer, Article, ArticleAnswer, Citation, Sentence, Verdict

REFUSAL = _("The article does not say.")
DOUBT = _("I'm not sure that the article answers this. The closest passage is:")

_LONGEST_LABEL = 30
"""Characters of a title on a button."""

NOTHING_TO_ASK_ALL = Reply((_("Write the question behind the command: /all Who built it?"),))
NOTHING_ASKED = Reply((_("Ask me something first."),))
NOTHING_MORE = Reply((_("That was all I found."),))
OLD_BUTTON = Reply((_("That button belongs to an earlier question. Please ask it again."),))
NO_SUCH_SENTENCE = Reply((_("The article has no sentence with that number."),))


def refusal_of(article_count: int) -> Text:
    """The refusal of all of a chat's articles together."""
    if article_count < 2:
        return REFUSAL
    return n_("Your article does not say.", "None of your {count} articles says.", article_count)


def for_answer(answer: Answer, sentence_count: int, buttons: Sequence[Button] = ()) -> Reply:
    """The reply to a question: its answer, the closest passage, or a refusal.

    `sentence_count`, here and below, is the article's number of sentences.
    """
    return Reply(_answer_blocks(answer, sentence_count), tuple(buttons), (answer,))


def for_answers(
    answers: Sequence[Answer], sentence_count: int, buttons: Sequence[Button] = ()
) -> Reply:
    """The reply to several questions of one message, with each answer below its question."""
    blocks = (
        block
        for answer in answers
        for block in (_quoted_question(answer), *_answer_blocks(answer, sentence_count))
    )
    return Reply(tuple(blocks), tuple(buttons), tuple(answers))


def for_all_articles(
    answers_by_question: Sequence[Sequence[ArticleAnswer]], article_count: int
) -> Reply:
    """The reply with the answers of all of a chat's articles, the most confident first.

    If there are several questions, the answers to each stand below it.
    """
    surest = tuple(article_answers[0].answer for article_answers in answers_by_question)
    blocks: list[str | Quote] = []
    for article_answers, best in zip(answers_by_question, surest, strict=True):
        if len(answers_by_question) > 1:
            blocks.append(_quoted_question(best))
        blocks += _all_articles_blocks(article_answers, article_count)
    sure = {
        each.article.id: each.article
        for article_answers in answers_by_question
        for each in article_answers
        if each.answer.answered
    }
    buttons = tuple(map(ask_button, sure.values())) if article_count > 1 else ()
    return Reply(tuple(blocks), buttons, answers=surest, buttons_per_row=1)


def with_other_article(reply: Reply, article: Article) -> Reply:
    """Say that another of the chat's articles answers what the current one does not."""
    note = _("{title}, which you gave me too, answers it.", title=named(article))
    button = replace(ask_button(article), begins_row=True)
    return replace(reply, blocks=(*reply.blocks, note), buttons=(*reply.buttons, button))


def below_title(reply: Reply, article: Article) -> Reply:
    """A reply from another article than the current one, whose title stands above it."""
    return replace(reply, blocks=(_("{title}:", title=named(article)), *reply.blocks))


def below_question(reply: Reply, question: str) -> Reply:
    """A reply to a question that nobody typed, which stands above it."""
    return replace(reply, blocks=(quoted(question.strip()), *reply.blocks))


def with_unanswered_questions(reply: Reply, questions: Sequence[str]) -> Reply:
    """Add to a reply the questions, if any, that were left out because there were too many."""
    if not questions:
        return reply
    note = _("That was a lot at once. Please ask again: {questions}", questions=" ".join(questions))
    return replace(reply, blocks=(*reply.blocks, note))


def context_button(article_id: str, number: int, *, alone: bool) -> Button:
    """A button for the passage around sentence `number`; `alone` if there is no other such
    button."""
    label = _("Context") if alone else _("Context of {number}", number=number)
    return Button(label, f"context:{article_id}:{number}")


def open_button(link: str) -> Button:
    """Opens a web page at the cited sentence."""
    return Button(_("Open at this sentence"), "", link)


def more_button(article_id: str, question_key: str) -> Button:
    """A button for further passages about the question with this key."""
    return Button(_("More"), f"more:{article_id}:{question_key}")


def more(passages: Sequence[Citation], sentence_count: int, buttons: Sequence[Button]) -> Reply:
    """The reply with further passages."""
    quotes = tuple(quote_citation(Role.MORE, passage, sentence_count) for passage in passages)
    return Reply((_("Further passages, less likely to answer:"), *quotes), tuple(buttons))


def context(
    article: Article, sentences: Sequence[Sentence], number: int, sentence_count: int
) -> Reply:
    """The reply with the passage around sentence `number`."""
    first = sentences[0].number
    center = quote_sentence(Role.CONTEXT, article, sentences[number - first], sentence_count)
    texts = tuple(sentence.text for sentence in sentences)
    passage = replace(center, sentences=texts, number=first, emphasis=number - first)
    return Reply((passage,), extends=True)


def summary(article: Article, sentences: Sequence[Sentence], sentence_count: int) -> Reply:
    """The reply with the most central sentences."""
    quotes = (
        quote_sentence(Role.SUMMARY, article, sentence, sentence_count) for sentence in sentences
    )
    return Reply((_("The most central sentences of {title}:", title=named(article)), *quotes))


def quote_citation(role: Role, citation: Citation, sentence_count: int) -> Quote:
    """A quote of one citation."""
    words = citation.highlight
    return Quote(
        role=role,
        sentences=(citation.text,),
        number=citation.sentence,
        paragraph=citation.paragraph,
        sentence_count=sentence_count,
        highlight=(words[0] - citation.start, words[1] - citation.start) if words else None,
        page=citation.page,
        link=citation.link,
    )


def quote_sentence(role: Role, article: Article, sentence: Sentence, sentence_count: int) -> Quote:
    """A quote of one sentence that is cited for no question."""
    return Quote(
        role=role,
        sentences=(sentence.text,),
        number=sentence.number,
        paragraph=sentence.paragraph,
        sentence_count=sentence_count,
        page=page_of(article, sentence.start),
        link=link_to(article, sentence.start, sentence.end),
    )


def ask_button(article: Article, question_key: str | None = None) -> Button:
    """A button to turn to an article, and to go on there with the question with this key."""
    title = article.title
    short = title if len(title) <= _LONGEST_LABEL else f"{title[: _LONGEST_LABEL - 1].rstrip()}…"
    label = _("Ask “{title}”", title=short) if title else _("Ask that text")
    key = f":{question_key}" if question_key else ""
    return Button(label, f"switch:{article.id}{key}")


def _answer_blocks(answer: Answer, sentence_count: int) -> tuple[str | Quote, ...]:
    return (*_corrections(answer), *_passages(answer, sentence_count))


def _corrections(answer: Answer) -> tuple[Text, ...]:
    pairs = [
        _("“{typed}” as “{meant}”", typed=typed, meant=meant) for typed, meant in answer.corrections
    ]
    return (_("I read {pairs}.", pairs=listed(pairs)),) if pairs else ()


def _passages(answer: Answer, sentence_count: int) -> tuple[str | Quote, ...]:
    match answer.verdict:
        case Verdict.ANSWERED:
            return tuple(quote_citation(Role.ANSWER, c, sentence_count) for c in answer.citations)
        case Verdict.UNSURE if answer.nearest:
            return (DOUBT, quote_citation(Role.CLOSEST, answer.nearest, sentence_count))
        case _:
            return (REFUSAL,)


def _quoted_question(answer: Answer) -> Text:
    return quoted(answer.question.strip())


def _all_articles_blocks(
    article_answers: Sequence[ArticleAnswer], article_count: int
) -> list[str | Quote]:
    sure = [each for each in article_answers if each.answer.verdict is Verdict.ANSWERED]
    doubts = [each for each in article_answers if each.answer.verdict is Verdict.UNSURE]
    blocks: list[str | Quote] = []
    for each in sure or doubts[:1]:
        title = _("{title}:", title=named(each.article))
        blocks += [title, *_answer_blocks(each.answer, each.sentence_count)]
    return blocks or [*_corrections(article_answers[0].answer), refusal_of(article_count)]
