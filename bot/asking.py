"""One chat's questions to its articles, and what follows from them: context, more, a summary."""

from collections.abc import Sequence
from dataclasses import replace

from bot.actions import key_of, number_in
from bot.questions import MAX_QUESTIONS, split_questions
from bot.replies import answer_replies, feedback_replies
from bot.replies.reply import Button, Reply
from index.answering.follow_up import is_follow_up
from index.article_index import ArticleIndex
from index.errors import CollectionError, StorageError
from index.keeping.collection import Collection
from index.keeping.pasted import PlaceInChat
from index.keeping.store import Asked
from index.types import Answer, Article, Citation, Verdict

_PASSAGES_AT_ONCE = 3
"""Further passages shown at once."""


class Asking:
    """The current article of a chat, and its last question to it.

    `index` is the current article's; `turn_to` changes it.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self.turn_to(collection.current())

    def turn_to(self, index: ArticleIndex) -> None:
        """Make another article the current one. It has no last question yet."""
        self.index = index
        self._last_answer: Answer | None = None
        self._further_shown = 0
        self._suggested: tuple[str, ...] | None = None

    def ask(self, text: str, earlier: Asked | None = None) -> Reply:
        """Answer the questions of a message. Each may follow up the one before, and the first one
        the `earlier` question, of whichever article that was asked."""
        all_questions = split_questions(text)
        questions, left = all_questions[:MAX_QUESTIONS], all_questions[MAX_QUESTIONS:]
        if earlier and earlier.article != self.index.article.id:
            reply = self._answer_elsewhere(questions, earlier)
        else:
            reply = self._answer_here(questions)
        return answer_replies.with_unanswered_questions(reply, left)

    def _answer_here(self, questions: Sequence[str]) -> Reply:
        """Put questions to the current article."""
        answers = [self._answer(question) for question in questions]
        if self._last_answer:
            self._collection.remember(Asked(self.index.article.id, self._last_answer.question))
        reply = self._reply(self.index, answers, self._buttons(answers))
        if len(answers) == 1 and (other := self._other_article_for(answers[0])):
            return answer_replies.with_other_article(reply, other)
        return reply

    def _answer_elsewhere(self, questions: Sequence[str], earlier: Asked) -> Reply:
        """Put questions to the article of an earlier one, which does not become the current one.

        What names its own subject may be meant for the current one, if the other does not answer.
        """
        try:
            index = self._collection.asked_index(earlier.article)
        except CollectionError:
            return self._answer_here(questions)
        answers = index.ask_each([earlier.question, *questions])[1:]
        follows_up = is_follow_up(questions[0], index.article.language)
        if not follows_up and not any(answer.answered for answer in answers):
            return self._answer_here(questions)
        buttons = []
        if index is not self._collection.shipped():  # To that nobody can turn by a button.
            buttons = [answer_replies.ask_button(index.article, key_of(earlier.question))]
        reply = self._reply(index, answers, buttons)
        return answer_replies.below_title(reply, index.article)

    def _reply(
        self, index: ArticleIndex, answers: Sequence[Answer], buttons: Sequence[Button]
    ) -> Reply:
        count = len(index.sentences)
        if len(answers) == 1:
            reply = answer_replies.for_answer(answers[0], count, buttons)
        else:
            reply = answer_replies.for_answers(answers, count, buttons)
        return replace(reply, place=self._place_in_chat(index.article, answers))

    def return_to(self, actions: Sequence[str]) -> Asked | None:
        """The question whose answer has buttons with these actions, if it was asked lately. If it
        was asked of the current article, it is the last one again."""
        keys = {tuple(action.split(":")[1:3]) for action in actions}
        recent = self._collection.recent_questions() if keys else ()
        found = (asked for asked in recent if (asked.article, key_of(asked.question)) in keys)
        if (asked := next(found, None)) is None:
            return None
        is_last = self._last_answer is not None and self._last_answer.question == asked.question
        if asked.article == self.index.article.id and not is_last:
            self._last_answer, self._further_shown = self.index.ask(asked.question), 0
        return asked

    def _place_in_chat(self, article: Article, answers: Sequence[Answer]) -> PlaceInChat | None:
        """The message of the chat that says the first passage which the reply shows."""
        passages = (passage for answer in answers if (passage := _first_passage(answer)))
        first = next(passages, None)
        return self._collection.place_in_chat(article, first) if first else None

    def _other_article_for(self, answer: Answer) -> Article | None:
        """Another of the chat's articles that surely answers what the current one does not."""
        current = self.index.article
        if answer.answered or is_follow_up(answer.question, current.language):
            return None
        try:
            if all(entry.id == current.id for entry in self._collection.articles()):
                return None
            [found] = self._collection.ask_all([answer.question])
        except (StorageError, CollectionError):
            return None  # The answer is worth more than this word beside it.
        sure = (each.article for each in found if each.answer.answered)
        return next((each for each in sure if each.id != current.id), None)

    @property
    def sentence_count(self) -> int:
        """The current article's number of sentences."""
        return len(self.index.sentences)

    def _answer(self, question: str) -> Answer:
        """The answer to a question, which it shows as it was typed, without a follow-up's topic."""
        # After a restart, the last question is only asked again for the sake of a follow-up.
        follows_up = is_follow_up(question, self.index.article.language)
        answer = self.index.ask(question, after=self.recall() if follows_up else None)
        self._last_answer, self._further_shown = answer, 0
        return replace(answer, question=question)

    def recall(self) -> Answer | None:
        """The last answer. After a restart it is made again from the question, which is kept."""
        if self._last_answer is None and (question := self._collection.last_question()):
            self._last_answer = self.index.ask(question)
        return self._last_answer

    def _buttons(self, answers: Sequence[Answer]) -> list[Button]:
        """Buttons for the context of each passage shown, for more of the last question, and to say
        whether its answer helped."""
        article = self.index.article.id
        numbers = dict.fromkeys(p.sentence for answer in answers if (p := _first_passage(answer)))
        buttons = [
            answer_replies.context_button(article, number, alone=len(answers) == 1)
            for number in numbers
        ]
        passage = _first_passage(answers[0]) if len(answers) == 1 else None
        if passage and passage.link and passage.page is None:
            buttons.append(answer_replies.open_button(passage.link))
        if self._last_answer and self._further():
            buttons.append(self._more_button(self._last_answer))
        if self._last_answer and passage:
            key = key_of(self._last_answer.question)
            buttons += feedback_replies.feedback_buttons(article, key, passage.sentence)
        return buttons

    def suggestions(self) -> tuple[str, ...]:
        """Questions to the current article. After a restart they are made again."""
        if self._suggested is None:
            self._suggested = self.index.suggest()
        return self._suggested

    def ask_suggested(self, key: str) -> Reply:
        """Answer the suggested question with this key."""
        for question in self.suggestions():
            if key_of(question) == key:
                return answer_replies.below_question(self.ask(question), question)
        return answer_replies.OLD_BUTTON

    def ask_all(self, text: str) -> Reply:
        """Put the questions of a text to all of the chat's articles."""
        if not text:
            return answer_replies.NOTHING_TO_ASK_ALL
        all_questions = split_questions(text)
        answers = self._collection.ask_all(all_questions[:MAX_QUESTIONS])
        reply = answer_replies.for_all_articles(answers, len(self._collection.articles()))
        first = answers[0][0]
        reply = replace(reply, place=self._place_in_chat(first.article, [first.answer]))
        return answer_replies.with_unanswered_questions(reply, all_questions[MAX_QUESTIONS:])

    def summary(self) -> Reply:
        """The most central sentences."""
        return answer_replies.summary(self.index.article, self.index.summary(), self.sentence_count)

    def context(self, argument: str) -> Reply:
        """The passage around the sentence with that number, or around the last answer."""
        if argument:
            return self.context_of(number_in(argument.strip()))
        if (last := self.recall()) is None:
            return answer_replies.NOTHING_ASKED
        return self.context_of((last.citations or last.ranked)[0].sentence)

    def context_of(self, number: int) -> Reply:
        """The passage around a sentence."""
        try:
            sentences = self.index.context(number)
        except IndexError:
            return answer_replies.NO_SUCH_SENTENCE
        return answer_replies.context(self.index.article, sentences, number, self.sentence_count)

    def more(self) -> Reply:
        """Further passages for the last question."""
        if (last := self.recall()) is None:
            return answer_replies.NOTHING_ASKED
        passages = self._further()[:_PASSAGES_AT_ONCE]
        if not passages:
            return answer_replies.NOTHING_MORE
        self._further_shown += len(passages)
        buttons = [self._more_button(last)] if self._further() else []
        return answer_replies.more(passages, self.sentence_count, buttons)

    def _further(self) -> Sequence[Citation]:
        """The ranked passages of the last question that were not shown yet."""
        if (last := self.recall()) is None:
            return ()
        first = _first_passage(last)
        cited = last.citations or ((first,) if first else ())
        further = [passage for passage in last.ranked if passage not in cited]
        return further[self._further_shown :]

    def _more_button(self, answer: Answer) -> Button:
        return answer_replies.more_button(self.index.article.id, key_of(answer.question))


def _first_passage(answer: Answer) -> Citation | None:
    """The first passage that the reply to an answer shows, or None."""
    if answer.verdict is Verdict.NOT_IN_ARTICLE:
        return None
    return answer.citations[0] if answer.citations else answer.nearest
