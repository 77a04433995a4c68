"""What people say of an answer: a pressed button -> it is kept, and the button shows it."""

from bot.actions import key_of, number_in
from bot.replies import answer_replies, article_replies, chat_replies, feedback_replies
from bot.replies.reply import Reply
from index.errors import CollectionError
from index.keeping.collection import Collection
from index.types import Judgement


def judge(collection: Collection, kind: str, argument: str) -> Reply:
    """Keep what a button of `feedback_buttons` says, of any answer of the chat's recent ones.

    Raises:
        StorageError: it can't be kept.
    """
    article_id, key, number = (*argument.split(":"), "", "")[:3]
    try:
        index = collection.asked_index(article_id)
    except CollectionError:
        return article_replies.NO_SUCH_ARTICLE
    questions = {
        key_of(asked.question): asked.question
        for asked in collection.recent_questions()
        if asked.article == article_id
    }
    row = number_in(number) - 1
    if key not in questions or not 0 <= row < len(index.sentences):
        return answer_replies.OLD_BUTTON
    sentence = index.sentences[row]
    helpful = kind == feedback_replies.HELPFUL
    place = sentence.start, sentence.end
    try:
        collection.judge(Judgement(article_id, questions[key], place, helpful))
    except CollectionError as error:
        return chat_replies.problem(error)
    return feedback_replies.thanks(article_id, key, sentence.number, kind)
