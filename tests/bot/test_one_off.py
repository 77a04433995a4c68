"""Posts, pages and files are asked without being kept."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.one_off import File, OneOff, Page, Post, sources_in
from bot.replies import answer_replies, chat_replies, one_off_replies
from bot.replies.reply import NEW, Load, LoadKind, Quote, Reply
from index.errors import FetchError
from index.keeping.library import Library
from index.loading import load_text
from index.types import Article, Verdict
from tests.bot.dialogue.chats import labels, prose, quotes
from tests.conftest import nothing_to_fetch

PAGE = (
    "The council of Dorn raised the property tax on Monday. Mayor Lena Ortiz said the money will "
    "pay for two schools. The new rate begins in January 2027. A vote on the budget comes in March."
)
LINK = "https://example.org/tax"
LONG = (
    "The harbour of Lund opened again on Friday. The ferry to Holm runs twice a day. A ticket "
    f"costs three crowns. Captain Moor refuses to pay for the repairs. {LINK}"
)
GERMAN = (
    "Der Turm von Marrow ist vierzig Meter hoch und wurde vor vielen Jahren von einem Ingenieur "
    "gebaut. Er steht an der Küste. Heute wohnt dort niemand mehr."
)


class Web:
    """Has one page, and counts how often it is fetched."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    def __call__(self, url: str) -> Article:
        self.fetched.append(url)
        if url != LINK:
            raise FetchError("There is no page at {url}.", url=url)
        return replace(load_text(PAGE, title="Tax"), url=url, site="Dorn News", page_text=PAGE)


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def ask(library: Library, web: Web) -> Callable[..., Reply]:
    one_off = OneOff(library.collection("guests"), web)

    def ask(text: str, post: str, *links: str, after: str = "") -> Reply:
        return one_off.ask(text, sources_in(post, links), after=after)

    return ask


Ask = Callable[..., Reply]


def test_a_long_post_is_asked_before_its_link(ask: Ask, web: Web) -> None:
    reply = ask("What does a ticket cost?", LONG, LINK)
    assert [quote.sentences for quote in quotes(reply)] == [("A ticket costs three crowns.",)]
    assert prose(reply) == ""
    assert web.fetched == []


def test_what_the_post_does_not_say_the_page_may(ask: Ask) -> None:
    reply = ask("When does the new property tax rate begin?", LONG, LINK)
    assert prose(reply) == "The post does not say.\nFrom “Tax” (Dorn News):"
    assert quotes(reply)[0].sentences == ("The new rate begins in January 2027.",)
    assert labels(reply) == ["Open at this sentence"]


def test_of_a_short_post_the_page_is_asked(ask: Ask) -> None:
    reply = ask("When does the new property tax rate begin?", f"Oh no, taxes! {LINK}", LINK)
    assert prose(reply) == "From “Tax” (Dorn News):"
    assert quotes(reply)[0].sentence_count == 4


def test_a_post_that_only_leads_to_its_page_is_not_spoken_of(ask: Ask) -> None:
    reply = ask("What did Mayor Lena Ortiz say?", f"Oh no, taxes! {LINK}", LINK)
    assert prose(reply) == f"From “Tax” (Dorn News):\n{answer_replies.DOUBT}"


def test_a_post_of_one_sentence_is_asked(ask: Ask) -> None:
    reply = ask("How high is the tower?", "The tower is 40 metres high.")
    assert quotes(reply)[0].place == "Sentence 1 of 1 · paragraph 1"


def test_what_neither_says_is_refused_for_both(ask: Ask) -> None:
    reply = ask("Who won the chess match?", LONG, LINK)
    assert prose(reply) == "Neither the post nor the page behind its link says."
    assert reply.answers[0].verdict is Verdict.NOT_IN_ARTICLE


def test_a_page_that_can_not_be_read_is_told_of_and_the_post_asked(ask: Ask) -> None:
    gone = "https://example.org/gone"
    reply = ask("How high is the tower?", f"The tower is 40 metres high. {gone}", gone)
    assert prose(reply) == f"There is no page at {gone}.\nFrom the post:"
    assert quotes(reply)[0].sentences == ("The tower is 40 metres high.",)
    assert prose(ask("Who won the chess match?", gone, gone)) == f"There is no page at {gone}."
    assert prose(ask("", gone, gone)) == f"There is no page at {gone}."


@pytest.mark.parametrize("text", ["", "?!", "/summary", "What is this post about?", "tl;dr"])
def test_without_a_question_it_is_summed_up(ask: Ask, text: str) -> None:
    reply = ask(text, LONG)
    assert prose(reply) == "The post in short:"
    assert len(quotes(reply)) == 3


def test_a_page_is_summed_up_for_a_short_post(ask: Ask) -> None:
    assert prose(ask("", f"Oh no! {LINK}", LINK)) == "“Tax” in short:"


def test_a_post_too_short_to_be_summed_up_says_so(ask: Ask) -> None:
    assert ask("", "The tower is 40 metres high.") == one_off_replies.SHORT_ALREADY


def test_a_command_says_how_to_ask(ask: Ask) -> None:
    assert ask("/start", LONG) == one_off_replies.HOW_TO_ASK


@pytest.mark.parametrize("text", ["", "Who built it?", "hello", "help"])
def test_with_nothing_to_read_it_says_how_to_ask(ask: Ask, text: str) -> None:
    assert ask(text, "") == one_off_replies.HOW_TO_ASK
    assert ask(text, "🙂 !!!") == one_off_replies.HOW_TO_ASK


def test_thanks_are_no_question(ask: Ask) -> None:
    assert ask("Thanks!", LONG) == ask("thank you", "") == chat_replies.THANKS


def test_several_questions_are_answered_below_each_other(ask: Ask) -> None:
    reply = ask("What does a ticket cost? Who won the chess match?", LONG)
    first, *_, last = reply.blocks
    assert first == "“What does a ticket cost?”"
    assert last == "The post does not say."


def test_a_follow_up_needs_the_question_before(ask: Ask) -> None:
    post = "Ada Moor built the harbour of Lund in 1902. It is deep. It is green."
    assert quotes(ask("And when?", post, after="Who built the harbour of Lund?"))
    assert not quotes(ask("And when?", post))


def test_a_language_that_the_model_does_not_speak_is_told_of_if_nothing_is_found(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(library.embedder), "languages", frozenset({"en"}))
    one_off = OneOff(library.collection("guests"), Web())
    found = one_off.ask("Wie hoch ist der Turm von Marrow?", sources_in(GERMAN, ()))
    assert "vierzig Meter" in quotes(found)[0].sentences[0]
    refused = one_off.ask("Wo spielt das Orchester Mozart?", sources_in(GERMAN, ()))
    assert "Its language (de)" in prose(refused)


def test_a_file_is_asked(library: Library) -> None:
    one_off = OneOff(library.collection("guests"), Web())
    file = File(PAGE.encode(), "tax-report.txt")
    reply = one_off.ask("When does the new rate begin?", [file])
    assert prose(reply) == "From “Tax Report”:"
    assert prose(one_off.ask("Who won the chess match?", [file])) == "“Tax Report” does not say."


def test_a_second_question_does_not_fetch_the_page_again(ask: Ask, web: Web) -> None:
    ask("When does the new rate begin?", LINK, LINK)
    ask("What will pay for two schools?", f"Look: {LINK}", LINK)
    assert web.fetched == [LINK]


def test_nothing_is_kept(ask: Ask, library: Library) -> None:
    ask("When does the new rate begin?", LONG, LINK)
    ask("", LONG)
    assert library.store.counts() == (0, 0)
    assert library.collection("guests").last_question() is None


def test_links_alone_are_no_post() -> None:
    assert sources_in(LINK, [LINK]) == (Page(LINK),)
    assert sources_in(f"It is red. {LINK}", [LINK]) == (Page(LINK), Post("It is red."))
    assert sources_in("", ()) == ()


def test_a_quote_is_a_sentence_of_the_post(ask: Ask) -> None:
    for block in ask("What does a ticket cost?", LONG).blocks:
        assert isinstance(block, Quote)
        assert all(sentence in LONG for sentence in block.sentences)


def test_what_became_of_pages_and_files_is_told(ask: Ask, library: Library) -> None:
    ends = ask("Who pays?", "", "https://example.org/none", LINK).loads
    assert ends == (Load(LoadKind.LINK, "FetchError"), Load(LoadKind.LINK, NEW))
    assert ask("What does a ticket cost?", LONG).loads == ()
    one_off = OneOff(library.collection("guests"), nothing_to_fetch)
    assert one_off.ask("Who pays?", [File(b"", "empty.txt")]).loads == (
        Load(LoadKind.FILE, "EmptyArticle"),
    )
