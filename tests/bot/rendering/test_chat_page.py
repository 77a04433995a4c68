"""A page that looks like the chat."""

from html.parser import HTMLParser

from bot.rendering.chat_page import Bubble, Side, to_chat_page

VOID = {"meta", "br"}
PERSON, BOT, NOTE = Side


class Elements(HTMLParser):
    """The elements of a page, which must be nested as they should be, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if words := data.strip():
            self.words.append(words)


def bubble(html: str, side: Side = BOT, key: object = None, **more: object) -> Bubble:
    return Bubble(html, side, key or html, **more)  # type: ignore[arg-type]


def body(*bubbles: Bubble) -> Elements:
    return Elements(to_chat_page("Chat", bubbles).partition("<main>")[2].partition("</main>")[0])


def test_it_is_a_whole_page_without_scripts() -> None:
    page = Elements(to_chat_page("A <b> & c", [bubble("Hi")]))
    assert "script" not in page.tags
    assert page.tags.count("title") == 1
    assert page.words.count("A <b> & c") == 2


def test_the_bot_stands_on_one_side_and_people_on_the_other() -> None:
    page = body(bubble("Who?", PERSON), bubble("Ann.", BOT), bubble("you · More", NOTE))
    classes = [value for name, value in page.attributes if name == "class"]
    assert classes == ["message person", "message bot", "note"]


def test_quotes_names_labels_and_buttons_are_shown() -> None:
    page = body(
        bubble(
            "<blockquote>The <b>mayor</b>.</blockquote>\n<i>Sentence 1</i>",
            name="ann",
            label="forwarded",
            quoted="Who <is> it?",
            buttons=[["Context", "More"], ["👍"]],
        )
    )
    assert page.words == [
        "ann", "forwarded", "Who <is> it?", "The", "mayor", ".", "Sentence 1",
        "Context", "More", "👍",
    ]  # fmt: skip
    assert {"blockquote", "b", "i"} <= set(page.tags)


def test_a_message_that_is_changed_stays_in_its_place() -> None:
    page = body(bubble("Reading …", key=1), bubble("Hi", PERSON), bubble("It is read.", key=1))
    assert page.words == ["It is read.", "Hi"]


def test_it_says_where_the_conversation_goes_on() -> None:
    one, other = {"place": "Private chat"}, {"place": "friends"}
    page = body(bubble("a", **one), bubble("b", **other), bubble("c", **other), bubble("d", **one))
    assert page.words == ["Private chat", "a", "friends", "b", "c", "Private chat", "d"]


def test_in_one_place_it_does_not() -> None:
    assert body(bubble("a", place="Private chat")).words == ["a"]


def test_what_people_write_is_no_markup() -> None:
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    page = body(
        bubble(
            nasty,
            name=nasty,
            label=nasty,
            quoted=nasty,
            place=nasty,
            buttons=[[nasty]],
        )
    )
    assert set(page.tags) <= {"div", "span"}
    assert page.words.count(nasty) == 5


def test_every_language_has_its_own_direction() -> None:
    page = body(bubble("لا تذكر المقالة ذلك.", buttons=[["السياق"]]))
    assert ("dir", "auto") in page.attributes
