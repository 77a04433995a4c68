"""Whatever happens in a chat."""

from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue import Dialogue
from bot.intents import PASTE_LENGTH
from bot.replies.reply import Reply
from index.article_index import ArticleIndex
from index.keeping.library import Library
from index.keeping.store import Store
from index.reading.readers import EvidenceReader
from index.types import Embedder
from tests.bot.dialogue.chats import (
    has_words,
)
from tests.conftest import nothing_to_fetch

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
    st.tuples(contents, names).map(lambda document: lambda dialogue: dialogue.add_file(*document)),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=6))
def test_whatever_happens_in_a_chat_gets_a_reply(
    index: ArticleIndex, embedder: Embedder, happens: Sequence[Callable[[Dialogue], Reply]]
) -> None:
    store = Store("sqlite://")
    library = Library(store, embedder, EvidenceReader(), lambda: index)
    dialogue = Dialogue(library.collection("chat"), nothing_to_fetch)
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
