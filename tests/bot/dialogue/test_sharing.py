"""An article is shared by a link, opened in another chat, and not shared any more."""

import pytest

from bot.dialogue import Dialogue
from bot.intents import Work, work_of
from bot.replies import sharing_replies
from bot.replies.reply import Reply
from bot.replies.sharing_replies import ShareLink
from bot.taking import Cancelled
from index.article_index import ArticleIndex
from index.keeping.library import Library, Limits
from index.keeping.store import Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.dialogue.chats import HARBOUR, PASTED, WHO, action, cited, labels, prose
from tests.conftest import nothing_to_fetch

BUILT = "Who built the lighthouse of Marrow Point?"


def chat(library: Library, name: str) -> Dialogue:
    return Dialogue(library.collection(name), nothing_to_fetch)


@pytest.fixture
def ann(library: Library) -> Dialogue:
    """A chat that asks the lighthouse."""
    dialogue = chat(library, "ann")
    dialogue.say(PASTED)
    return dialogue


@pytest.fixture
def ben(library: Library) -> Dialogue:
    return chat(library, "ben")


def link(reply: Reply) -> str:
    """What opens the article that was shared."""
    _, address, _ = reply.blocks
    assert isinstance(address, str)
    return address


def test_a_link_opens_the_article_in_another_chat(ann: Dialogue, ben: Dialogue) -> None:
    shared = ann.say("/share")
    assert "“The lighthouse of Marrow Point was built in…”" in prose(shared)
    assert link(shared).startswith("/start ")
    opened = ben.say(link(shared))
    assert prose(opened).startswith("I have read “The lighthouse of Marrow Point was built in…”.")
    assert "11 sentences" in prose(opened)
    assert "word for word" in prose(opened)
    assert cited(ben.say(BUILT)) == [1]
    assert len(labels(ben.say("/articles"))) == 2


def test_the_link_of_an_article_stays_the_same(ann: Dialogue) -> None:
    first = link(ann.say("/share"))
    ann.say(HARBOUR)
    assert link(ann.say("/share")) != first
    ann.press(action(ann.say("/articles"), "Ask 1"))
    assert link(ann.say("/share")) == first


def test_nothing_of_the_chat_is_passed_on_with_the_article(ann: Dialogue, ben: Dialogue) -> None:
    ann.say(BUILT)
    assert "no question and no name" in prose(ann.say("/share"))
    ben.say(link(ann.say("/share")))
    assert cited(ben.say("And when?")) == []
    assert ben.say("/more").answers == ()


def test_the_end_of_sharing_takes_nothing_from_those_who_opened_it(
    ann: Dialogue, ben: Dialogue, library: Library
) -> None:
    shared = link(ann.say("/share"))
    ben.say(shared)
    ended = prose(ann.say("/unshare"))
    assert "opens nothing any more" in ended
    assert "keeps a copy" in ended
    assert "There is no link to" in prose(ann.say("/unshare"))
    assert cited(ben.say(BUILT)) == [1]
    cay = chat(library, "cay")
    assert cay.say(shared).blocks == sharing_replies.OPENS_NOTHING.blocks
    assert "“North Korea Weapons”" in prose(cay.say("/article"))


def test_a_button_ends_the_sharing_of_its_article(ann: Dialogue, ben: Dialogue) -> None:
    shared = ann.say("/share")
    ann.say(HARBOUR)
    ended = ann.press(action(shared, "End sharing"))
    assert "The link to “The lighthouse of Marrow Point was built in…”" in prose(ended)
    assert ended.spends
    assert ann.press(action(shared, "End sharing")).spends
    assert ben.say(link(shared)).blocks == sharing_replies.OPENS_NOTHING.blocks


def test_what_was_never_shared_and_what_is_not_any_more_are_answered_alike(
    ann: Dialogue, ben: Dialogue
) -> None:
    ended = link(ann.say("/share"))
    ann.say("/unshare")
    assert ben.say(ended) == ben.say(f"/start {'x' * 22}")


@pytest.mark.parametrize("word", ["/remove it", "/forget"])
def test_sharing_ends_with_the_article(ann: Dialogue, ben: Dialogue, word: str) -> None:
    shared = link(ann.say("/share"))
    if word == "/forget":
        ann.press(action(ann.say("/forget"), "Forget everything"))
    else:
        ann.press(action(ann.say("/articles"), "Remove 1"))
    assert ben.say(shared).blocks == sharing_replies.OPENS_NOTHING.blocks


def test_who_has_the_article_is_told_so(ann: Dialogue, ben: Dialogue) -> None:
    shared = link(ann.say("/share"))
    ben.say(shared)
    ben.say(HARBOUR)
    for dialogue in (ann, ben):
        assert prose(dialogue.say(shared)).startswith("I know “The lighthouse")
    assert len(labels(ben.say("/articles"))) == 4


def test_the_article_that_everybody_has_needs_no_link(ben: Dialogue) -> None:
    reply = ben.say("/share")
    assert "Everybody who talks to me can ask “North Korea Weapons” already." in prose(reply)
    assert reply.buttons == ()
    assert "There is no link to “North Korea Weapons”." in prose(ben.say("/unshare"))


def test_an_article_that_is_not_kept_any_more_can_not_be_shared(
    ann: Dialogue, library: Library
) -> None:
    (entry,) = library.collection("ann").articles()
    library.collection("ann").remove(entry.id)
    assert ann.say("/share").blocks == sharing_replies.NOT_KEPT.blocks


def test_a_chat_without_room_is_told_so(
    index: ArticleIndex, embedder: Embedder, ann: Dialogue, library: Library
) -> None:
    shared = link(ann.say("/share"))
    small = Library(library.store, embedder, EvidenceReader(), lambda: index, Limits(articles=1))
    ben = chat(small, "ben")
    ben.say(HARBOUR)
    assert "to make room" in prose(ben.say(shared))
    assert "24 sentences" in prose(ben.say("/article"))


@pytest.mark.parametrize(
    "payload",
    ["", " inline", " 1", " Who built it?", f" {'x' * 21}", f" {'x' * 23}", f" {'é' * 22}"],
)
def test_another_start_is_a_greeting(ben: Dialogue, payload: str) -> None:
    greeting = prose(ben.say(f"/start{payload}"))
    assert greeting.startswith("Hello! Ask me about “North Korea Weapons”")
    assert work_of(f"/start{payload}") is Work.QUICK


def test_to_open_an_article_is_the_work_of_a_load(ann: Dialogue) -> None:
    assert work_of(link(ann.say("/share"))) is Work.LOAD
    assert work_of(f"/start@article_bot {'x' * 22} ") is Work.LOAD
    assert work_of("/share") is Work.QUICK


def test_opening_may_be_stopped_while_vectors_are_made(
    ann: Dialogue, library: Library, index: ArticleIndex
) -> None:
    class Other(type(library.embedder)):  # type: ignore[misc]
        identity = "another model"

    def stop(done: int, total: int) -> None:
        raise Cancelled

    shared = link(ann.say("/share"))
    other = Library(library.store, Other(), EvidenceReader(), lambda: index)
    assert "I stopped reading it" in prose(chat(other, "ben").say(shared, stop))


def test_a_transport_has_addresses_of_its_own(ann: Dialogue) -> None:
    ann.link_to_share = lambda token, title: ShareLink(f"{len(token)} {title[:14]}", "pass:on")
    shared = ann.say("/share")
    assert link(shared) == "22 The lighthouse"
    assert [(each.label, each.url) for each in shared.buttons] == [
        ("Share", "pass:on"), ("End sharing", None)
    ]  # fmt: skip


def test_a_store_that_fails_is_told(
    index: ArticleIndex, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("data")
    (folder / "in-the-way").write_text("")
    store = Store.in_folder(folder / "in-the-way")
    dialogue = chat(Library(store, embedder, EvidenceReader(), lambda: index), "ann")
    for text in ("/share", "/unshare", f"/start {'x' * 22}"):
        assert "can't get at what is kept" in prose(dialogue.say(text))
    assert cited(dialogue.say(WHO)) == [2]


def test_it_is_said_in_the_chats_language(ann: Dialogue) -> None:
    ann.say("/language de")
    assert ann.say("/share").language == "de"
    nothing = ann.say(f"/start {'x' * 22}")
    assert (nothing.blocks, nothing.language) == (sharing_replies.OPENS_NOTHING.blocks, "de")
