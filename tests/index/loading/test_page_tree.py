"""Bytes -> a page's tree, whatever stands in them."""

from index.loading import page_tree
from index.loading.page_tree import parse_page


def test_of_an_element_with_many_attributes_the_first_ones_are_read() -> None:
    many = " ".join(f"a{n}='x>'" for n in range(300))
    tree = parse_page(f"<p {many}>One.<p id=b {many}>Two.<script>a<b {many}</script>".encode())
    first, second = tree.iter("p")
    assert len(first.attrib) == page_tree._MOST_ATTRIBUTES
    assert (first.text, second.get("id"), second.text) == ("One.", "b", "Two.")
    assert tree.find(".//script").text == f"a<b {many}"


def test_nothing_that_xml_forbids_is_in_the_tree() -> None:
    tree = parse_page(b"<p a\x0b='&#8;x' b=\x1b>O&#11;n\x01e<i\x02>two</i>&#x1f;!<b/>\f&#12;</p>")
    paragraph = tree.find(".//p")
    assert dict(paragraph.attrib) == {"a": "x", "b": ""}
    assert [child.tag for child in paragraph] == ["i", "b"]
    assert paragraph.text_content() == "Onetwo!  "


def test_where_no_text_stands_none_is_put() -> None:
    paragraph = parse_page(b"<p><b>One</b><i></i></p>").find(".//p")
    assert [paragraph.text, paragraph[0].tail, paragraph[1].text] == [None, None, None]
