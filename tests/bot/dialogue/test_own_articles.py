"""Articles of one's own: pasted, sent, linked, listed, switched, removed, all asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.intents import PASTE_LENGTH
from bot.replies import answer_replies, article_replies, chat_replies
from bot.replies.reply import CANCELLED, KNOWN, NEW, Load, LoadKind
from bot.taking import Cancelled
from index.article_index import ArticleIndex
from index.errors import FetchError
from index.keeping.library import Library
from index.keeping.store import Store
from index.loading import load_text
from index.reading.readers import EvidenceReader
from index.types import Article, Embedder, Reader
from tests.bot.dialogue.chats import (
    HARBOUR,
    PASTED,
    WHO,
    action,
    answer_of,
    cited,
    labels,
    prose,
    quotes,
)
from tests.conftest import nothing_to_fetch
from tests.index.test_article_index import SUGGESTING


def test_a_pasted_text_becomes_the_article(dialogue: Dialogue) -> None:
    assert "11 sentences" in prose(dialogue.say(PASTED))
    reply = dialogue.say("Who built the lighthouse of Marrow Point?")
    for citation in answer_of(reply).ranked:
        assert PASTED[citation.start : citation.end] == citation.text
    assert cited(reply)[0] == 1


def test_an_article_comes_with_questions_that_it_answers(
    real_index: ArticleIndex, real_embedder: Embedder, real_reader: Reader
) -> None:
    library = Library(Store("sqlite://"), real_embedder, real_reader, lambda: real_index)
    new_dialogue = lambda: Dialogue(library.collection("1"), nothing_to_fetch)  # noqa: E731
    dialogue = new_dialogue()
    loaded = dialogue.add_text(SUGGESTING)
    assert len(loaded.buttons) == 3
    assert loaded.buttons_per_row == 1
    for button in loaded.buttons:
        for asked in (dialogue, new_dialogue()):
            reply = asked.press(button.action)
            assert reply.blocks[0] == f"“{button.label}”"
            assert answer_of(reply).question == button.label
            assert answer_of(reply).answered
    dialogue.say(PASTED)
    (ask_it,) = dialogue.press(loaded.buttons[0].action).buttons
    dialogue.press(ask_it.action)
    assert answer_of(dialogue.press(loaded.buttons[0].action)).answered
    forged = loaded.buttons[0].action[:-8] + "0" * 8
    assert dialogue.press(forged) == answer_replies.OLD_BUTTON


def test_where_a_question_comes_with_an_article_none_is_suggested(
    real_index: ArticleIndex, real_embedder: Embedder, real_reader: Reader
) -> None:
    library = Library(Store("sqlite://"), real_embedder, real_reader, lambda: real_index)
    dialogue = Dialogue(library.collection("1"), nothing_to_fetch)
    reply = dialogue.add_file(SUGGESTING.encode(), "lund.txt", caption="Who opened it?")
    assert reply.answers
    assert not any(label.endswith("?") for label in labels(reply))


def test_a_text_of_the_length_of_a_question_is_a_question(dialogue: Dialogue) -> None:
    question = ("Who released the photos of the factories and " * 20)[:PASTE_LENGTH]
    assert dialogue.say(question).answers != ()
    assert dialogue.say(question + "x").answers == ()


def test_another_article_has_no_last_question(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    dialogue.say(PASTED)
    assert dialogue.say("/more") == answer_replies.NOTHING_ASKED
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
    assert dialogue.say("/more") == answer_replies.NOTHING_ASKED
    assert dialogue.say("/articles").buttons == ()


def test_forget_can_be_thought_better_of(dialogue: Dialogue) -> None:
    dialogue.say(PASTED)
    of_mine = dialogue.say("/article")
    assert (
        dialogue.press(action(dialogue.say("/forget"), "Keep it")) == chat_replies.NOTHING_FORGOTTEN
    )
    assert dialogue.say("/article") == of_mine


def test_an_old_forget_button_forgets_nothing_new(dialogue: Dialogue) -> None:
    asked = dialogue.say("/forget")
    dialogue.say(PASTED)
    of_mine = dialogue.say("/article")
    again = dialogue.press(action(asked, "Forget everything"))
    assert prose(again).startswith("You have given me something since.")
    assert dialogue.say("/article") == of_mine
    dialogue.press(action(again, "Forget everything"))
    assert dialogue.say("/articles").buttons == ()


def test_the_buttons_of_forget_are_used_up(dialogue: Dialogue) -> None:
    asked = dialogue.say("/forget")
    assert dialogue.press(action(asked, "Keep it")).spends
    assert dialogue.press(action(asked, "Forget everything")).spends


def test_a_button_of_another_article_offers_to_ask_it(with_two: Dialogue) -> None:
    harbour = with_two.say("Who built the harbour of Lund?")
    with_two.press(action(with_two.say("/articles"), "Ask 1"))
    reply = with_two.press(action(harbour, "Context"))
    assert "not the one you are asking now" in prose(reply)
    assert "You are asking" in prose(with_two.press(action(reply, "Ask it")))
    assert quotes(with_two.press(action(harbour, "Context")))


def test_a_button_of_a_removed_article_says_so(with_two: Dialogue) -> None:
    harbour = with_two.say("Who built the harbour of Lund?")
    with_two.press(action(with_two.say("/articles"), "Remove 2"))
    assert with_two.press(action(harbour, "Context")) == article_replies.NO_SUCH_ARTICLE


def test_forget_forgets_the_last_question_too(dialogue: Dialogue) -> None:
    dialogue.say(WHO)
    dialogue.press(action(dialogue.say("/forget"), "Forget everything"))
    assert dialogue.say("/context") == answer_replies.NOTHING_ASKED
    assert cited(dialogue.say("And when?")) == []


@pytest.mark.parametrize(
    ("content", "name", "title", "length"),
    [
        (b"The cat sat on the mat.", "my-cat.txt", "“My Cat”", "1 sentence"),
        (b"# Cats\n\nThe *cat* sat.\n", "notes.md", "“Cats”", "2 sentences"),
        ("\ufeffDie cat saß da.".encode(), "Kater.txt", "“Kater”", "1 sentence"),
        ("The cat sat.".encode("utf-16"), "cat.txt", "“Cat”", "1 sentence"),
        (b"The cat sat.\r\nIt slept.", "A.txt", "“The cat sat…”", "2 sentences"),
    ],
)
def test_a_document_becomes_the_article(
    dialogue: Dialogue, content: bytes, name: str, title: str, length: str
) -> None:
    taken, facts, *_ = dialogue.add_file(content, name).blocks
    assert (taken, facts) == (f"I have read {title}. Ask me about it.", length)
    assert "cat" in quotes(dialogue.say("What did the cat do?"))[0].sentences[0]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "empty.txt", "There is no text in it."),
        (b" \n\t\n", "blank.txt", "There is no text in it."),
        (b"...\n***\n", "stars.txt", "There is no text in it."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "photo.png", "That is not a text"),
        (b"MZ\0\0\0", "setup.exe", "That is not a text"),
        (b"a" * 4_000_001, "long.txt", "too large"),
    ],
)
def test_what_is_no_article_leaves_the_chat_as_it_was(
    dialogue: Dialogue, content: bytes, name: str, says: str
) -> None:
    dialogue.say(WHO)
    assert says in prose(dialogue.add_file(content, name))
    assert "“North Korea Weapons”" in prose(dialogue.say("/article"))
    assert cited(dialogue.say("And when?")) == [2]


def test_a_document_without_a_name_is_spoken_of_without_one(dialogue: Dialogue) -> None:
    says = prose(dialogue.add_file(b"\xff\xfa", ""))
    assert says == says.strip()
    assert says[0].isupper()


def test_a_pasted_text_without_words_is_no_article(dialogue: Dialogue) -> None:
    assert "There is no text in it." in prose(dialogue.say("!? " * PASTE_LENGTH))
    assert "“North Korea Weapons”" in prose(dialogue.say("/article"))


def test_two_chats_do_not_share_their_state(library: Library) -> None:
    one, other = (Dialogue(library.collection(chat), nothing_to_fetch) for chat in ("one", "other"))
    one.say(WHO)
    one.say(PASTED)
    assert other.say("/more") == answer_replies.NOTHING_ASKED
    assert "“North Korea Weapons”" in prose(other.say("/article"))
    assert other.say("/articles").buttons == ()


def test_pasted_texts_can_be_told_apart_in_the_list(dialogue: Dialogue) -> None:
    for text in (PASTED, HARBOUR, "The ferry is late."):
        dialogue.add_text(text)
    listed = prose(dialogue.say("/articles"))
    assert "1. “The lighthouse of Marrow Point was built in…” (" in listed
    assert "2. “The harbour of Lund opened in 1902…” (" in listed
    assert "3. “The ferry is late…” (" in listed


def test_articles_lists_them_with_buttons(with_two: Dialogue) -> None:
    reply = with_two.say("/articles")
    assert labels(reply) == ["Ask 1", "Remove 1", "Ask 2", "Remove 2"]
    assert prose(reply).count("being asked") == 1


def test_a_button_switches_to_an_article(with_two: Dialogue) -> None:
    with_two.say("Who built the harbour?")
    listed = with_two.say("/articles")
    assert "11 sentences" in prose(with_two.press(action(listed, "Ask 1")))
    assert with_two.say("/more") == answer_replies.NOTHING_ASKED
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
    assert with_two.press(action(listed, "Remove 1")) == article_replies.NO_SUCH_ARTICLE
    assert with_two.press(action(listed, "Ask 1")) == article_replies.NO_SUCH_ARTICLE
    with_two.press(action(listed, "Remove 2"))
    assert "“North Korea Weapons”" in prose(with_two.say("/article"))


def test_a_long_list_of_articles_has_pages(dialogue: Dialogue) -> None:
    for number in range(12):
        dialogue.add_text(f"Story number {number} has one sentence.")
    first = dialogue.say("/articles")
    assert len(first.buttons) == 21
    second = dialogue.press(action(first, "Next"))
    assert labels(second) == ["Ask 11", "Remove 11", "Ask 12", "Remove 12", "Previous"]
    assert second.replaces
    back = dialogue.press(action(second, "Previous"))
    assert (back.blocks, back.buttons) == (first.blocks, first.buttons)


def test_all_asks_every_article_and_says_which_one_answers(with_two: Dialogue) -> None:
    with_two.add_text(
        "A report on ferries\n\nThe ferry to Holm runs twice a day, says the harbour office."
    )
    reply = with_two.say("/all Who built the lighthouse of Marrow Point?")
    assert "Ada Fenn" in quotes(reply)[0].sentences[0]
    reply = with_two.say("/all How often does the ferry to Holm run?")
    assert prose(reply).startswith("“A report on ferries”:")
    assert "twice a day" in quotes(reply)[0].sentences[0]
    assert "None of your 3 articles says." in prose(with_two.say("/all Who painted the Mona Lisa?"))
    assert with_two.say("/all") == answer_replies.NOTHING_TO_ASK_ALL


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
    dialogue = Dialogue(library.collection("chat"), nothing_to_fetch)
    assert cited(dialogue.say(WHO)) == [2]
    assert "can't get at what is kept" in prose(dialogue.say("/articles"))
    assert "I could not keep it" in prose(dialogue.say(PASTED))
    assert cited(dialogue.say("Who built the lighthouse of Marrow Point?"))[0] == 1
    told = dialogue.press(action(dialogue.say("/forget"), "Forget everything"))
    assert "can't get at what is kept" in prose(told)


def test_a_language_that_the_model_does_not_speak_is_told_once(
    index: ArticleIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(embedder), "languages", frozenset({"en"}))
    library = Library(Store("sqlite://"), embedder, EvidenceReader(), lambda: index)
    dialogue = Dialogue(library.collection("chat"), nothing_to_fetch)
    german = "Der Leuchtturm wurde im Jahr 1871 gebaut. Er ist vierzig Meter hoch. " * 10
    assert "words in common" in prose(dialogue.say(german))
    assert "ARTICLE_BOT" not in prose(dialogue.say(german))
    assert dialogue.say("Wann wurde der Leuchtturm gebaut?").answers
    assert "ARTICLE_BOT" not in prose(dialogue.say(PASTED))
    library.store.close()


def test_a_link_is_fetched_and_asked(library: Library) -> None:
    fetched: list[str] = []

    def fetch(url: str) -> Article:
        fetched.append(url)
        return replace(load_text("Cats\n\nThe cat sat."), url=url, site="Example")

    dialogue = Dialogue(library.collection("chat"), fetch)
    assert "“Cats”" in prose(dialogue.say(" https://example.org/cats "))
    assert fetched == ["https://example.org/cats"]
    _, facts = dialogue.say("/article").blocks
    assert facts == "Example\n2 sentences\nhttps://example.org/cats"
    assert dialogue.say("What is on https://example.org/dogs ?").answers
    assert fetched[1:] == ["https://example.org/dogs"]


def test_a_link_that_can_not_be_read_leaves_the_chat_as_it_was(library: Library) -> None:
    def fetch(url: str) -> Article:
        raise FetchError("There is no such page.")

    dialogue = Dialogue(library.collection("chat"), fetch)
    assert prose(dialogue.say("https://example.org/")) == "There is no such page."
    assert "“North Korea Weapons”" in prose(dialogue.say("/article"))


def test_a_forwarded_post_is_an_article_however_short(dialogue: Dialogue) -> None:
    assert "1 sentence" in prose(dialogue.add_text("The ferry is late."))


FERRY = "https://example.org/ferry"
CATS = "https://example.org/cats"


@pytest.fixture
def web(library: Library) -> Dialogue:
    """A dialogue that can fetch two pages."""
    pages = {
        FERRY: load_text("The ferry to Holm runs twice a day. It is red.", title="Ferry"),
        CATS: load_text("The old cat sleeps on the stove. It ate a fish.", title="Cats"),
    }

    def fetch(url: str) -> Article:
        if url not in pages:
            raise FetchError(f"{url} does not answer.")
        return replace(pages[url], url=url)

    return Dialogue(library.collection("chat"), fetch)


@pytest.mark.parametrize(
    "text", [FERRY, f"  {FERRY} ", f"Read {FERRY}, please.", f"Look at this: <{FERRY}>"]
)
def test_a_link_among_words_is_read(web: Dialogue, text: str) -> None:
    assert prose(web.say(text)).startswith("I have read “Ferry”")


@pytest.mark.parametrize(
    "text",
    [
        f"{FERRY} how often does the ferry to Holm run a day?",
        f"How often does the ferry to Holm run a day? {FERRY}",
        f"How often does the ferry to Holm run, says {FERRY}, a day?",
    ],
)
def test_a_question_beside_a_link_is_answered_from_it(web: Dialogue, text: str) -> None:
    reply = web.say(text)
    assert prose(reply).startswith("I have read “Ferry”")
    assert quotes(reply)[0].sentences == ("The ferry to Holm runs twice a day.",)
    assert "Context" in labels(reply)


def test_a_link_and_a_wish_for_a_summary(web: Dialogue) -> None:
    assert "The most central sentences of “Ferry”" in prose(web.say(f"{FERRY} tl;dr"))


def test_links_that_belong_to_a_message_beside_its_text(web: Dialogue) -> None:
    reply = web.say("How often does the ferry to Holm run a day?", links=[FERRY])
    assert quotes(reply)[0].sentences == ("The ferry to Holm runs twice a day.",)


def test_a_link_that_fails_is_no_question_to_the_article_before(web: Dialogue) -> None:
    reply = web.say("https://example.org/gone Who released the photos?")
    assert (prose(reply), reply.answers) == ("https://example.org/gone does not answer.", ())


def test_of_several_links_the_first_three_are_offered(web: Dialogue) -> None:
    more = " ".join(f"https://example.org/{number}" for number in range(5))
    reply = web.say(f"{CATS} {FERRY} {more} What is red?")
    assert labels(reply) == ["Read 1", "Read 2", "Read 3"]
    pressed = web.press(action(reply, "Read 2"))
    assert prose(pressed).startswith("I have read “Ferry”")
    assert pressed.answers
    assert pressed.spends
    assert "“Cats”" in prose(web.press(action(reply, "Read 1")))


def test_offered_links_of_another_message_are_old(web: Dialogue) -> None:
    old = web.say(f"{CATS} {FERRY}")
    web.say(f"{FERRY} https://example.org/other")
    assert web.press(action(old, "Read 1")) == answer_replies.OLD_BUTTON


LONG_QUESTION = "I read this and wonder. " * 30 + "Who released the photos?"
LONG_STATEMENT = "The mayor opened the bridge on Monday. Nobody came to see it. " * 6


@pytest.mark.parametrize("text", [LONG_QUESTION, LONG_STATEMENT], ids=["question", "statement"])
def test_a_text_that_may_be_either_is_asked_about(dialogue: Dialogue, text: str) -> None:
    asked = dialogue.say(text)
    assert labels(asked) == ["An article", "A question"]
    assert dialogue.press(action(asked, "A question")).answers
    taken = dialogue.press(action(asked, "An article"))
    assert prose(taken).startswith("I have read")
    assert taken.spends


def test_only_the_last_doubtful_text_can_be_decided_on(dialogue: Dialogue) -> None:
    old = dialogue.say(LONG_QUESTION)
    dialogue.say(LONG_STATEMENT)
    assert dialogue.press(action(old, "An article")) == answer_replies.OLD_BUTTON


def test_a_caption_that_asks_is_answered_from_its_document(dialogue: Dialogue) -> None:
    content = b"The ferry to Holm runs twice a day. It is red."
    reply = dialogue.add_file(content, "ferry.txt", caption="How often does the ferry run a day?")
    assert quotes(reply)[0].sentences == ("The ferry to Holm runs twice a day.",)
    assert not dialogue.add_file(b"The old cat sleeps.", "cat.txt", caption="for you").answers


@pytest.mark.parametrize(
    "caption", ["How often does the ferry run? https://example.org/other", "Do you know it? " * 50]
)
def test_a_caption_does_not_take_the_place_of_its_document(
    dialogue: Dialogue, caption: str
) -> None:
    reply = dialogue.add_file(b"The ferry runs twice a day.", "ferry.txt", caption=caption)
    assert "I have read" in prose(reply)
    assert bool(reply.answers) is ("ferry" in caption)
    assert dialogue.say("/articles").blocks[1].count("sentence)") == 1


def test_another_article_that_answers_is_named(with_two: Dialogue) -> None:
    with_two.press(action(with_two.say("/articles"), "Ask 1"))
    current = prose(with_two.say("/article"))
    for question in ("Who built the lighthouse of Marrow Point?", "Who built the harbour of Lund?"):
        reply = with_two.say(question)
        if reply.answers[0].answered:
            continue
        assert "which you gave me too, answers it." in prose(reply)
        with_two.press(reply.buttons[-1].action)
        assert with_two.say(question).answers[0].answered
        assert prose(with_two.say("/article")) != current
        return
    pytest.fail("one of the two is not answered by the first article")


def test_no_other_article_is_named_where_none_answers(with_two: Dialogue) -> None:
    assert "gave me too" not in prose(with_two.say("Which weather does Paris expect tomorrow?"))


def test_all_offers_to_ask_those_that_answer(with_two: Dialogue) -> None:
    reply = with_two.say("/all Who built the lighthouse of Marrow Point?")
    assert [label.startswith("Ask ") for label in labels(reply)] == [True] * len(labels(reply))
    assert labels(reply)
    assert "You are asking" in prose(with_two.press(reply.buttons[0].action))


def test_what_became_of_an_article_is_told(dialogue: Dialogue) -> None:
    def cancel(done: int, total: int) -> None:
        raise Cancelled

    assert dialogue.say(PASTED, cancel).loads == (Load(LoadKind.TEXT, CANCELLED),)
    assert dialogue.say(PASTED).loads == (Load(LoadKind.TEXT, NEW),)
    assert dialogue.say(PASTED).loads == (Load(LoadKind.TEXT, KNOWN),)
    assert dialogue.add_file(b"", "empty.txt").loads == (Load(LoadKind.FILE, "EmptyArticle"),)
    assert dialogue.say(f"/start {'x' * 22}").loads == (Load(LoadKind.SHARED, "ArticleNotFound"),)
    assert dialogue.say(WHO).loads == ()
