"""One chat, from the outside: what is said, pressed and sent, and what comes back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue import PASTE_LENGTH, Dialogue
from bot.questions import MOST
from bot.replies import answer_replies as replies
from bot.replies.answer_replies import COMMANDS, Quote, Reply, Role
from index.article_index import ArticleIndex
from index.errors import FetchError
from index.keeping.library import Library
from index.keeping.store import Store
from index.loading import load_text
from index.reading.readers import EvidenceReader
from index.types import Answer, Article, Embedder, Verdict
from tests.conftest import nothing_to_fetch

WHO = "Who released the photos?"
WHERE = "Where did the missiles land?"
UNSURE = "Which missile is solid-fueled?"
NOWHERE = "How many workers are employed at the factory?"
PASTED = (
    "The lighthouse of Marrow Point was built in 1871 by the engineer Ada Fenn.\n\n"
    + "It is forty metres high. Its lamp burned whale oil until 1904, and gas after that.  "
    + "The last keeper, Tom Reed, left the tower in March 1988.\n\n" * 8
)


class NotToBeAsked:
    """An index that must be left alone."""

    def __init__(self, article: Article) -> None:
        self.article = article

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the index was used: {name}")


class OnlyTheShipped:
    """A shelf with nothing on it, which takes nothing."""

    def __init__(self, article: Article) -> None:
        self._index = NotToBeAsked(article)

    def current(self) -> NotToBeAsked:
        return self._index

    def last_question(self) -> None:
        return None

    def articles(self) -> tuple[()]:
        return ()

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the shelf was used: {name}")


@pytest.fixture
def deaf_dialogue(article: Article) -> Dialogue:
    """A dialogue that fails the test when it asks or replaces the article."""
    return Dialogue(OnlyTheShipped(article), nothing_to_fetch)  # type: ignore[arg-type]


def quotes(reply: Reply) -> list[Quote]:
    return [block for block in reply.blocks if isinstance(block, Quote)]


def answer_of(reply: Reply) -> Answer:
    """The answer of a reply to one question."""
    [answer] = reply.answers
    return answer


def cited(reply: Reply) -> list[int]:
    return [citation.sentence for citation in answer_of(reply).citations]


def prose(reply: Reply) -> str:
    return "\n".join(block for block in reply.blocks if isinstance(block, str))


def action(reply: Reply, label: str) -> str:
    return next(button.action for button in reply.buttons if button.label == label)


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]


def has_words(reply: Reply) -> bool:
    return any(
        block.strip() if isinstance(block, str) else "".join(block.sentences).strip()
        for block in reply.blocks
    )


# Questions


def test_an_answer_quotes_the_cited_sentence_and_its_place(
    dialogue: Dialogue, article: Article
) -> None:
    reply = dialogue.say(WHO)
    first = answer_of(reply).citations[0]
    assert quotes(reply)[0] == Quote(Role.ANSWER, (first.text,), 2, 2, 13)
    assert article.text[first.start : first.end] == first.text
    assert labels(reply) == ["Context", "More"]


def test_white_space_around_a_question_is_no_part_of_it(dialogue: Dialogue) -> None:
    reply = dialogue.say(f"\n  {WHO}\t")
    assert answer_of(reply).question == WHO


def test_an_unsure_reply_says_so_and_marks_the_closest_passage(dialogue: Dialogue) -> None:
    reply = dialogue.say(UNSURE)
    answer = answer_of(reply)
    assert answer.verdict is Verdict.UNSURE
    assert answer.nearest is not None
    assert reply.blocks == (
        "I'm not sure that the article answers this. The closest passage is:",
        Quote(Role.CLOSEST, (answer.nearest.text,), 9, 6, 13),
    )
    assert labels(reply) == ["Context", "More"]


def test_a_refusal_is_one_sentence_with_more_to_press(dialogue: Dialogue) -> None:
    reply = dialogue.say(NOWHERE)
    assert answer_of(reply).verdict is Verdict.NOT_IN_ARTICLE
    assert reply.blocks == ("The article does not say.",)
    assert labels(reply) == ["More"]


def test_a_follow_up_looks_where_the_answer_stood(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    reply = dialogue.say("And when?")
    assert cited(reply) == [2]
    assert "Saturday" in quotes(reply)[0].sentences[0]


def test_a_follow_up_without_an_answer_of_its_kind_is_refused(dialogue: Dialogue) -> None:
    dialogue.say("Which missile is liquid-fueled?")
    reply = dialogue.say("And when?")
    assert cited(reply) == []


@pytest.mark.parametrize("follow_up", ["And when?", "Who?", "Where was it?", "How many?"])
@pytest.mark.parametrize("question", [NOWHERE, UNSURE])
def test_a_follow_up_to_no_answer_never_becomes_one(
    dialogue: Dialogue, question: str, follow_up: str
) -> None:
    dialogue.say(question)
    assert cited(dialogue.say(follow_up)) == []
    assert cited(dialogue.say(follow_up)) == []


def test_a_follow_up_to_nothing_is_refused(dialogue: Dialogue) -> None:
    assert cited(dialogue.say("And when?")) == []


def test_talk_between_does_not_end_a_topic(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    dialogue.say("Thanks!")
    dialogue.say("/help")
    assert cited(dialogue.say("And when?")) == [2]


@pytest.mark.parametrize("question", ["Who are you?", "And where are you from?"])
def test_the_article_does_not_answer_what_is_asked_of_the_bot(
    dialogue: Dialogue, question: str
) -> None:
    dialogue.say(WHO)
    reply = dialogue.say(question)
    assert not any(answer.answered for answer in reply.answers)


def test_many_follow_ups_do_not_pile_up_in_the_question(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    for _ in range(50):
        reply = dialogue.say("And when?")
    assert len(answer_of(reply).question) < 200


# Several questions at once


def test_each_question_is_answered_below_it(dialogue: Dialogue) -> None:
    reply = dialogue.say(f"{WHO} {NOWHERE} {UNSURE}")
    first, second, third = reply.answers
    assert [answer.verdict for answer in reply.answers] == [
        Verdict.ANSWERED,
        Verdict.NOT_IN_ARTICLE,
        Verdict.UNSURE,
    ]
    assert reply.blocks == (
        f"“{WHO}”",
        Quote(Role.ANSWER, (first.citations[0].text,), 2, 2, 13),
        f"“{NOWHERE}”",
        "The article does not say.",
        f"“{UNSURE}”",
        "I'm not sure that the article answers this. The closest passage is:",
        Quote(Role.CLOSEST, (third.ranked[0].text,), 9, 6, 13),
    )
    assert second.citations == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Who released the photos, and when?", ["Who released the photos?", "when?"]),
        (f"{WHO} And when?", [WHO, "And when?"]),
        (f"{WHERE} {WHO} When was that?", [WHERE, WHO, "When was that?"]),
    ],
)
def test_a_question_may_follow_up_the_one_before_it(
    dialogue: Dialogue, text: str, asked: list[str]
) -> None:
    reply = dialogue.say(text)
    assert [block for block in reply.blocks if isinstance(block, str)] == [
        f"“{question}”" for question in asked
    ]
    assert [answer.citations[0].sentence for answer in reply.answers][-2:] == [2, 2]


def test_the_first_of_several_may_follow_up_the_message_before(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    first, second = dialogue.say(f"And when? {WHERE}").answers
    assert [answer.citations[0].sentence for answer in (first, second)] == [2, 13]


def test_a_follow_up_to_the_refused_one_of_several_is_refused(dialogue: Dialogue) -> None:
    first, second, third = dialogue.say(f"{WHO} {NOWHERE} And when?").answers
    assert [first.answered, second.answered, third.answered] == [True, False, False]


def test_several_questions_have_a_context_button_a_passage(dialogue: Dialogue) -> None:
    reply = dialogue.say(f"{WHO} {NOWHERE} {UNSURE}")
    assert labels(reply) == ["Context of 2", "Context of 9", "More"]
    for number in (2, 9):
        pressed = action(reply, f"Context of {number}")
        assert dialogue.press(pressed) == dialogue.say(f"/context {number}")


def test_a_passage_that_answers_twice_has_one_context_button(dialogue: Dialogue) -> None:
    assert labels(dialogue.say(f"{WHO} And when?")) == ["Context of 2"]


def test_several_refusals_have_no_context_button(dialogue: Dialogue) -> None:
    assert labels(dialogue.say(f"{NOWHERE} Who won the football match?")) == ["More"]


@pytest.mark.parametrize("more", ["More", "/more"])
def test_more_and_context_are_about_the_last_of_several(dialogue: Dialogue, more: str) -> None:
    both = dialogue.say(f"{WHO} {WHERE}")
    last = both.answers[-1]
    reply = dialogue.press(action(both, more)) if more == "More" else dialogue.say(more)
    passages = [passage for passage in last.ranked if passage not in last.citations]
    assert [quote.number for quote in quotes(reply)] == [p.sentence for p in passages[:3]]
    [quote] = quotes(dialogue.say("/context"))
    assert quote.about == 13


def test_the_next_message_may_follow_up_the_last_of_several(dialogue: Dialogue) -> None:
    dialogue.say(f"{WHERE} {WHO}")
    assert cited(dialogue.say("And when?")) == [2]


@pytest.mark.parametrize("many", [MOST, MOST + 1, MOST + 3])
def test_of_too_many_questions_the_rest_is_named(dialogue: Dialogue, many: int) -> None:
    asked = [f"Who released photo number {number}?" for number in range(many)]
    reply = dialogue.say(" ".join(asked))
    assert [answer.question for answer in reply.answers] == asked[:MOST]
    left = "That was a lot at once. Please ask again: "
    assert [block for block in reply.blocks if str(block).startswith(left)] == (
        [left + " ".join(asked[MOST:])] if many > MOST else []
    )
    assert (str(reply.blocks[-1]).startswith(left)) is (many > MOST)


@pytest.mark.parametrize("text", [f"Hi! {WHO}", f"{WHO} Thanks!", f"{WHO} 🙏", f"Ok? {WHO}"])
def test_talk_beside_a_question_is_no_second_one(dialogue: Dialogue, text: str) -> None:
    reply = dialogue.say(text)
    assert answer_of(reply).ranked[0].sentence == 2
    assert "“" not in prose(reply)
    assert labels(reply) == ["Context", "More"]


# Talk, and what the article is about


@pytest.mark.parametrize("text", ["Hi", "Thanks!", "Bye", "ok", "", " ", "👍", "?!", "Hi. Thanks!"])
def test_talk_never_reaches_the_index(deaf_dialogue: Dialogue, text: str) -> None:
    reply = deaf_dialogue.say(text)
    assert has_words(reply)
    assert reply.answers == ()


@pytest.mark.parametrize(
    "text",
    [
        "What is this about?",
        "what's it about",
        "What’s the article about?",
        "So what is it all about?",
        "What does the article say?",
        "What is this article about?",
        "Summarize the article.",
        "Please summarise it",
        "Sum up!",
        "tl;dr",
        "TLDR",
    ],
)
def test_asked_what_it_is_about_the_bot_sums_up(dialogue: Dialogue, text: str) -> None:
    assert {quote.role for quote in quotes(dialogue.say(text))} == {Role.SUMMARY}


@pytest.mark.parametrize("text", ["What is the parade about?", "What does Kim say?"])
def test_asked_what_something_in_it_is_about_the_bot_answers(dialogue: Dialogue, text: str) -> None:
    assert len(dialogue.say(text).answers) == 1


# Commands


def test_start_names_the_article_and_help(dialogue: Dialogue) -> None:
    reply = dialogue.say("/start")
    assert "“North Korea Weapons” (13 sentences)" in prose(reply)
    assert "/help" in prose(reply)


def test_help_lists_every_command(dialogue: Dialogue) -> None:
    for name, about in COMMANDS.items():
        assert f"/{name} – {about}" in prose(dialogue.say("/help")).splitlines()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_is_known(dialogue: Dialogue, name: str) -> None:
    assert dialogue.say(f"/{name}") != replies.UNKNOWN_COMMAND


def test_article_names_the_article_and_its_size(dialogue: Dialogue) -> None:
    assert prose(dialogue.say("/article")) == (
        "You are asking “North Korea Weapons”: 13 sentences, about 1 minute of reading."
    )


def test_summary_quotes_sentences_in_the_articles_order(dialogue: Dialogue) -> None:
    numbers = [quote.number for quote in quotes(dialogue.say("/summary"))]
    assert 3 <= len(numbers) <= 5
    assert numbers == sorted(set(numbers))


def test_privacy_says_what_is_kept(deaf_dialogue: Dialogue) -> None:
    assert "/forget" in prose(deaf_dialogue.say("/privacy"))


@pytest.mark.parametrize("text", ["/weather", "/starts", "/1", "/ask who?", "/помощь"])
def test_an_unknown_command_leads_to_help(deaf_dialogue: Dialogue, text: str) -> None:
    assert deaf_dialogue.say(text) == replies.UNKNOWN_COMMAND


@pytest.mark.parametrize(
    "text",
    ["/article", "/ARTICLE", " /article ", "/article@article_bot", "/article now", "/article\nnow"],
)
def test_a_command_may_have_a_name_and_arguments(dialogue: Dialogue, text: str) -> None:
    assert dialogue.say(text) == dialogue.say("/article")


def test_a_command_with_a_long_argument_is_no_article(deaf_dialogue: Dialogue) -> None:
    assert deaf_dialogue.say("/help " + "please " * PASTE_LENGTH) == replies.help_()


# /context and its button


def test_context_shows_the_paragraph_of_the_last_answer(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    [quote] = quotes(dialogue.say("/context"))
    assert quote.role is Role.CONTEXT
    assert quote.place == "Sentence 2 of 13 · paragraph 2"
    assert quote.emphasis is not None
    assert quote.sentences[quote.emphasis].startswith("The photos")


@pytest.mark.parametrize("question", [UNSURE, NOWHERE])
def test_context_without_an_answer_is_that_of_the_closest_passage(
    dialogue: Dialogue, question: str
) -> None:
    closest = answer_of(dialogue.say(question)).nearest
    assert closest is not None
    [quote] = quotes(dialogue.say("/context"))
    assert quote.about == closest.sentence


@pytest.mark.parametrize(
    ("number", "emphasised", "shown"),
    [
        ("1", 0, "Sentence 1 of 13"),
        ("9", 1, "Sentence 9 of 13"),
        ("13", 1, "Sentence 13 of 13"),
        (" 13 ", 1, "Sentence 13 of 13"),
    ],
)
def test_context_of_a_number_needs_no_question(
    dialogue: Dialogue, number: str, emphasised: int, shown: str
) -> None:
    [quote] = quotes(dialogue.say(f"/context {number}"))
    assert quote.emphasis == emphasised
    assert quote.place.startswith(f"{shown} · ")


@pytest.mark.parametrize("number", ["0", "14", "-1", "two", "1 2", "²", "1.5", "9" * 5000])
def test_context_of_no_such_number_says_so(dialogue: Dialogue, number: str) -> None:
    assert dialogue.say(f"/context {number}") == replies.NO_SUCH_SENTENCE


@pytest.mark.parametrize("command", ["/context", "/more"])
def test_before_any_question_there_is_nothing_to_show(
    deaf_dialogue: Dialogue, command: str
) -> None:
    assert deaf_dialogue.say(command) == replies.NOTHING_ASKED


def test_the_context_button_shows_what_the_command_shows(dialogue: Dialogue) -> None:
    pressed = action(dialogue.say(WHO), "Context")
    assert dialogue.press(pressed) == dialogue.say("/context")


def test_the_context_button_of_an_earlier_question_still_works(dialogue: Dialogue) -> None:
    pressed = action(dialogue.say(WHO), "Context")
    dialogue.say("Where did the missiles land?")
    [quote] = quotes(dialogue.press(pressed))
    assert quote.emphasis is not None
    assert quote.sentences[quote.emphasis].startswith("The photos")


# /more and its button


def everything_more(first: Reply, go_on: Callable[[Reply], Reply]) -> list[str]:
    """What a chat shows about a question until nothing is left."""
    shown = [sentence for quote in quotes(first) for sentence in quote.sentences]
    reply = go_on(first)
    while reply != replies.NOTHING_MORE:
        assert {quote.role for quote in quotes(reply)} == {Role.MORE}
        assert len(quotes(reply)) <= 3
        shown += [sentence for quote in quotes(reply) for sentence in quote.sentences]
        reply = go_on(reply)
    return shown


@pytest.mark.parametrize("question", [WHO, UNSURE, NOWHERE, "And when?"])
def test_more_shows_every_ranked_passage_once(dialogue: Dialogue, question: str) -> None:
    first = dialogue.say(question)
    shown = everything_more(first, lambda _: dialogue.say("/more"))
    assert sorted(shown) == sorted(citation.text for citation in answer_of(first).ranked)


@pytest.mark.parametrize(("question", "pages"), [(WHO, 3), (UNSURE, 3), (NOWHERE, 4)])
def test_the_more_button_is_there_as_long_as_there_is_more(
    dialogue: Dialogue, question: str, pages: int
) -> None:
    reply = dialogue.say(question)
    presses = 0
    while "More" in labels(reply):
        reply = dialogue.press(action(reply, "More"))
        presses += 1
    assert presses == pages
    assert dialogue.say("/more") == replies.NOTHING_MORE


def test_asking_again_starts_over_with_more(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    once = dialogue.say("/more")
    dialogue.say(WHO)
    assert dialogue.say("/more") == once


def test_the_more_button_of_an_earlier_question_says_so(dialogue: Dialogue) -> None:
    pressed = action(dialogue.say(WHO), "More")
    dialogue.say("Where did the missiles land?")
    assert dialogue.press(pressed) == replies.OLD_BUTTON


# Buttons of other times and places


@pytest.mark.parametrize("label", ["Context", "More"])
def test_buttons_of_another_article_say_so(dialogue: Dialogue, label: str) -> None:
    pressed = action(dialogue.say(WHO), label)
    dialogue.say(PASTED)
    dialogue.say("Who built the lighthouse?")
    assert dialogue.press(pressed) == replies.OLD_BUTTON


def test_after_a_restart_the_chat_goes_on(library: Library, dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    reply = dialogue.say("Who built the lighthouse?")
    restarted = Dialogue(library.shelf("chat"), nothing_to_fetch)
    assert restarted.say("/article") == dialogue.say("/article")
    assert restarted.press(action(reply, "Context")) == dialogue.say("/context")
    assert restarted.press(action(reply, "More")) == dialogue.say("/more")
    assert cited(restarted.say("And when?")) == [1]


def test_after_a_restart_only_a_follow_up_asks_the_last_question_again(
    library: Library, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialogue.say(WHO)
    asked: list[str] = []
    ask = ArticleIndex.ask

    def noted(index: ArticleIndex, question: str, **options: Any) -> Answer:
        asked.append(question)
        return ask(index, question, **options)

    monkeypatch.setattr(ArticleIndex, "ask", noted)
    Dialogue(library.shelf("chat"), nothing_to_fetch).say(WHERE)
    assert asked == [WHERE]
    Dialogue(library.shelf("chat"), nothing_to_fetch).say("And when?")
    assert asked == [WHERE, WHERE, "And when?"]


@pytest.mark.parametrize(
    "pressed",
    ["", ":", "::", "context", "more", "context:", "nonsense", "more:{id}", "context:{id}",
     "context:{id}:", "context:{id}:one", "context:{id}:-1", "context:{id}:²", "more:{id}:",
     "more:{id}:00000000", "delete:{id}:1", "context:{id}:1:1", "{id}", "\ud800", "é" * 32],
)  # fmt: skip
def test_nonsense_from_a_button_is_an_old_button(
    dialogue: Dialogue, article: Article, pressed: str
) -> None:
    dialogue.say(WHO)
    assert dialogue.press(pressed.format(id=article.id)) == replies.OLD_BUTTON


@pytest.mark.parametrize("number", ["0", "14", "9" * 40, "9" * 5000])
def test_a_button_for_no_such_sentence_says_so(
    dialogue: Dialogue, article: Article, number: str
) -> None:
    assert dialogue.press(f"context:{article.id}:{number}") == replies.NO_SUCH_SENTENCE


# Articles of one's own


def test_a_pasted_text_becomes_the_article(dialogue: Dialogue) -> None:
    assert "11 sentences" in prose(dialogue.say(PASTED))
    reply = dialogue.say("Who built the lighthouse of Marrow Point?")
    for citation in answer_of(reply).ranked:
        assert PASTED[citation.start : citation.end] == citation.text
    assert cited(reply)[0] == 1


def test_a_text_of_the_length_of_a_question_is_a_question(dialogue: Dialogue) -> None:
    question = ("Who released the photos of the factories and " * 20)[:PASTE_LENGTH]
    assert dialogue.say(question).answers != ()
    assert dialogue.say(question + "x").answers == ()


def test_another_article_has_no_last_question(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    dialogue.say(PASTED)
    assert dialogue.say("/more") == replies.NOTHING_ASKED
    assert cited(dialogue.say("And when?")) == []


def test_forget_asks_first_and_brings_back_the_shipped_article(dialogue: Dialogue) -> None:
    before = dialogue.say("/article")
    dialogue.say(PASTED)
    of_mine = dialogue.say("/article")
    assert of_mine != before
    dialogue.say("Who built the lighthouse?")
    asked = dialogue.say("/forget")
    assert "1 article" in prose(asked)
    assert dialogue.say("/article") == of_mine
    assert "“North Korea Weapons”" in prose(dialogue.press(action(asked, "Forget everything")))
    assert dialogue.say("/article") == before
    assert dialogue.say("/more") == replies.NOTHING_ASKED
    assert dialogue.say("/articles").buttons == ()


def test_forget_can_be_thought_better_of(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    of_mine = dialogue.say("/article")
    assert dialogue.press(action(dialogue.say("/forget"), "Keep it")) == replies.KEPT
    assert dialogue.say("/article") == of_mine


def test_forget_forgets_the_last_question_too(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    dialogue.press(action(dialogue.say("/forget"), "Forget everything"))
    assert dialogue.say("/context") == replies.NOTHING_ASKED
    assert cited(dialogue.say("And when?")) == []


@pytest.mark.parametrize(
    ("content", "name", "named"),
    [
        (b"The cat sat on the mat.", "my-cat.txt", "“My Cat”: 1 sentence,"),
        (b"# Cats\n\nThe *cat* sat.\n", "notes.md", "“Cats”: 2 sentences,"),
        ("\ufeffDie cat saß da.".encode(), "Kater.txt", "“Kater”: 1 sentence,"),
        ("The cat sat.".encode("utf-16"), "cat.txt", "“Cat”: 1 sentence,"),
        (b"The cat sat.\r\nIt slept.", "", "your text: 2 sentences,"),
    ],
)
def test_a_document_becomes_the_article(
    dialogue: Dialogue, content: bytes, name: str, named: str
) -> None:
    assert named in prose(dialogue.read(content, name))
    assert "cat" in quotes(dialogue.say("What did the cat do?"))[0].sentences[0]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "empty.txt", "There is no text in it."),
        (b" \n\t\n", "blank.txt", "There is no text in it."),
        (b"...\n***\n", "stars.txt", "There is no text in it."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "photo.png", "photo.png is not a text"),
        (b"MZ\0\0\0", "setup.exe", "setup.exe is not a text"),
        (b"a" * 4_000_001, "long.txt", "too large"),
    ],
)
def test_what_is_no_article_leaves_the_chat_as_it_was(
    dialogue: Dialogue, content: bytes, name: str, says: str
) -> None:
    dialogue.say(WHO)
    assert says in prose(dialogue.read(content, name))
    assert "“North Korea Weapons”" in prose(dialogue.say("/article"))
    assert cited(dialogue.say("And when?")) == [2]


def test_a_document_without_a_name_is_spoken_of_without_one(dialogue: Dialogue) -> None:
    says = prose(dialogue.read(b"\xff\xfa", ""))
    assert says == says.strip()
    assert says[0].isupper()


def test_a_pasted_text_without_words_is_no_article(dialogue: Dialogue) -> None:
    assert "There is no text in it." in prose(dialogue.say("!? " * PASTE_LENGTH))
    assert "“North Korea Weapons”" in prose(dialogue.say("/article"))


def test_two_chats_do_not_share_their_state(library: Library) -> None:
    one, other = (Dialogue(library.shelf(chat), nothing_to_fetch) for chat in ("one", "other"))
    one.say(WHO)
    one.say(PASTED)
    assert other.say("/more") == replies.NOTHING_ASKED
    assert "“North Korea Weapons”" in prose(other.say("/article"))
    assert other.say("/articles").buttons == ()


# Several articles

HARBOUR = "The harbour of Lund opened in 1902. It was built by Ada Moor. " * 12


@pytest.fixture
def with_two(dialogue: Dialogue) -> Dialogue:
    """A chat that was given the lighthouse, then the harbour, which is asked now."""
    dialogue.say(PASTED)
    dialogue.say(HARBOUR)
    return dialogue


def test_articles_lists_them_with_buttons(with_two: Dialogue) -> None:
    reply = with_two.say("/articles")
    assert labels(reply) == ["Ask 1", "Remove 1", "Ask 2", "Remove 2"]
    assert prose(reply).count("being asked") == 1


def test_a_button_switches_to_an_article(with_two: Dialogue) -> None:
    with_two.say("Who built the harbour?")
    listed = with_two.say("/articles")
    assert "11 sentences" in prose(with_two.press(action(listed, "Ask 1")))
    assert with_two.say("/more") == replies.NOTHING_ASKED
    assert "lighthouse" in answer_of(with_two.say("Who built the lighthouse?")).ranked[0].text
    assert "24 sentences" in prose(with_two.press(action(listed, "Ask 2")))
    assert "24 sentences" in prose(with_two.say("/article"))


def test_the_same_article_is_not_kept_twice(with_two: Dialogue) -> None:
    reply = with_two.say(PASTED)
    assert "already" in prose(reply)
    assert "11 sentences" in prose(with_two.say("/article"))
    assert len(with_two.say("/articles").buttons) == 4


def test_a_button_removes_an_article(with_two: Dialogue) -> None:
    listed = with_two.say("/articles")
    reply = with_two.press(action(listed, "Remove 1"))
    assert "removed" in prose(reply)
    assert labels(with_two.say("/articles")) == ["Ask 1", "Remove 1"]
    assert with_two.press(action(listed, "Remove 1")) == replies.NO_SUCH_ARTICLE
    assert with_two.press(action(listed, "Ask 1")) == replies.NO_SUCH_ARTICLE
    with_two.press(action(listed, "Remove 2"))
    assert "“North Korea Weapons”" in prose(with_two.say("/article"))


def test_a_long_list_of_articles_has_pages(dialogue: Dialogue) -> None:
    for number in range(12):
        dialogue.paste(f"Story number {number} has one sentence.")
    first = dialogue.say("/articles")
    assert len(first.buttons) == 21
    second = dialogue.press(action(first, "Next"))
    assert labels(second) == ["Ask 11", "Remove 11", "Ask 12", "Remove 12"]


def test_all_asks_every_article_and_says_which_one_answers(with_two: Dialogue) -> None:
    with_two.paste(
        "A report on ferries\n\nThe ferry to Holm runs twice a day, says the harbour office."
    )
    reply = with_two.say("/all Who built the lighthouse of Marrow Point?")
    assert "Ada Fenn" in quotes(reply)[0].sentences[0]
    reply = with_two.say("/all How often does the ferry to Holm run?")
    assert prose(reply).startswith("“A report on ferries”:")
    assert "twice a day" in quotes(reply)[0].sentences[0]
    assert "None of your 3 articles says." in prose(with_two.say("/all Who painted the Mona Lisa?"))
    assert with_two.say("/all") == replies.NOTHING_TO_ASK_ALL


def test_all_answers_each_question_of_a_message(with_two: Dialogue) -> None:
    built, painted = "Who built the lighthouse of Marrow Point?", "Who painted the Mona Lisa?"
    reply = with_two.say(f"/all {built} {painted}")
    assert reply.blocks[0] == f"“{built}”"
    assert "Ada Fenn" in quotes(reply)[0].sentences[0]
    assert reply.blocks[-2:] == (f"“{painted}”", "None of your 2 articles says.")
    assert [answer.answered for answer in reply.answers] == [True, False]
    many = with_two.say(f"/all {f'{painted} ' * 7}")
    assert "That was a lot at once" in prose(many)


def test_a_store_that_can_not_be_used_is_told_and_the_chat_goes_on(
    tmp_path: Path, index: ArticleIndex, embedder: Embedder
) -> None:
    (tmp_path / "in-the-way").write_text("")
    store = Store.in_folder(tmp_path / "in-the-way")
    library = Library(store, embedder, EvidenceReader(), lambda: index)
    dialogue = Dialogue(library.shelf("chat"), nothing_to_fetch)
    assert cited(dialogue.say(WHO)) == [2]
    assert "in-the-way" in prose(dialogue.say("/articles"))
    assert "I could not keep it" in prose(dialogue.say(PASTED))
    assert cited(dialogue.say("Who built the lighthouse of Marrow Point?"))[0] == 1
    assert "in-the-way" in prose(dialogue.press(replies.FORGET))


def test_a_language_that_the_model_does_not_speak_is_told_once(
    index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(embedder), "languages", frozenset({"en"}))
    library = Library(Store("sqlite://"), embedder, EvidenceReader(), lambda: index)
    dialogue = Dialogue(library.shelf("chat"), nothing_to_fetch)
    german = "Der Leuchtturm wurde im Jahr 1871 gebaut. Er ist vierzig Meter hoch. " * 10
    assert "ARTICLE_BOT_EMBEDDING_MODEL" in prose(dialogue.say(german))
    assert "ARTICLE_BOT" not in prose(dialogue.say(german))
    assert dialogue.say("Wann wurde der Leuchtturm gebaut?").answers
    assert "ARTICLE_BOT" not in prose(dialogue.say(PASTED))
    library.store.close()


# Links


def test_a_link_is_fetched_and_asked(library: Library) -> None:
    fetched: list[str] = []

    def fetch(url: str) -> Article:
        fetched.append(url)
        return replace(load_text("Cats\n\nThe cat sat."), url=url, site="Example")

    dialogue = Dialogue(library.shelf("chat"), fetch)
    assert "“Cats”" in prose(dialogue.say(" https://example.org/cats "))
    assert fetched == ["https://example.org/cats"]
    assert "Example\nhttps://example.org/cats" in prose(dialogue.say("/article"))
    assert dialogue.say("What is on https://example.org/dogs ?").answers
    assert len(fetched) == 1


def test_a_link_that_can_not_be_read_leaves_the_chat_as_it_was(library: Library) -> None:
    def fetch(url: str) -> Article:
        raise FetchError("There is no such page.")

    dialogue = Dialogue(library.shelf("chat"), fetch)
    assert prose(dialogue.say("https://example.org/")) == "There is no such page."
    assert "“North Korea Weapons”" in prose(dialogue.say("/article"))


def test_a_forwarded_post_is_an_article_however_short(dialogue: Dialogue) -> None:
    assert "1 sentence" in prose(dialogue.paste("The ferry is late."))


# Anything at all

words = st.sampled_from(
    [
        "who",
        "when",
        "Kim",
        "photos",
        "missiles",
        "hi",
        "thanks",
        "?",
        "? and when?",
        ".",
        "\n",
        "/more",
        "/context",
    ]
)
messages = st.one_of(
    st.text(), st.lists(words).map(" ".join), st.text(alphabet="a b.\n?é\ud800😀", min_size=601)
)
presses = st.one_of(
    st.text(),
    st.builds(
        "{}:{}:{}".format,
        st.sampled_from(["context", "more", "x"]),
        st.sampled_from(["aab5410f8aab2fc1", ""]),
        st.one_of(st.text(), st.integers().map(str), st.text("0123456789٣", min_size=1)),
    ),
)
contents = st.one_of(
    st.binary(),
    st.text().map(lambda text: text.encode(errors="replace")),
    st.text().map(lambda text: text.encode("utf-16", errors="replace")),
)
names = st.one_of(st.text(), st.sampled_from(["a.md", "a.txt", "..", "/", ""]))
acts: st.SearchStrategy[Callable[[Dialogue], Reply]] = st.one_of(
    messages.map(lambda text: lambda dialogue: dialogue.say(text)),
    presses.map(lambda pressed: lambda dialogue: dialogue.press(pressed)),
    st.tuples(contents, names).map(lambda document: lambda dialogue: dialogue.read(*document)),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=6))
def test_whatever_happens_in_a_chat_gets_a_reply(
    index: ArticleIndex, embedder: Embedder, happens: Sequence[Callable[[Dialogue], Reply]]
) -> None:
    store = Store("sqlite://")
    library = Library(store, embedder, EvidenceReader(), lambda: index)
    dialogue = Dialogue(library.shelf("chat"), nothing_to_fetch)
    for act in happens:
        reply = act(dialogue)
        assert isinstance(reply, Reply)
        assert has_words(reply)
        assert all(0 < len(button.action.encode()) <= 64 for button in reply.buttons)
        for button in reply.buttons:
            assert has_words(dialogue.press(button.action))
    store.close()


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet=st.characters(), min_size=1, max_size=PASTE_LENGTH))
def test_what_is_cited_stands_in_the_article(
    index: ArticleIndex, dialogue: Dialogue, question: str
) -> None:
    for answer in dialogue.say(question).answers:
        for citation in answer.ranked:
            assert index.article.text[citation.start : citation.end] == citation.text
