"""Page furniture goes, prose that looks like it stays: two tables. A bug adds a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.boilerplate import is_boilerplate
from tests.growth import assert_linear

FURNITURE = [
    "Leave a Reply",
    "Leave a comment",
    "Leave a Reply Cancel reply",
    "Post a Comment",
    "Post Comment",
    "Cancel reply",
    "Your email address will not be published. Required fields are marked *",
    "Your e-mail address will not be published.",
    "Required fields are marked *",
    "Comment *",
    "Name *",
    "Email *",
    "Save my name, email, and website in this browser for the next time I comment.",
    "Notify me of follow-up comments by email.",
    "Notify me of new posts by email.",
    "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
    "3 Comments",
    "No comments yet",
    "Log in to leave a comment",
    "You must be logged in to post a comment.",
    "Share",
    "SHARE THIS:",
    "Share this article",
    "Share on Facebook",
    "Share via e-mail",
    "Click to share on Twitter (Opens in new window)",
    "Follow us on Instagram",
    "Tweet this on X",
    "Facebook Twitter WhatsApp",
    "Share | Tweet | Pin it",
    "Facebook · X · Email · Print · More",
    "Like this:",
    "Like this: Loading...",
    "Loading...",
    "120 shares",
    "This website uses cookies to improve your experience.",
    "We use cookies.",
    "We and our 842 partners use cookies and similar technologies.",
    "By continuing to use this site, you agree to our use of cookies.",
    "Accept all cookies",
    "Cookie settings",
    "Advertisement",
    "ADVERTISEMENT",
    "Sponsored content",
    "Skip to main content",
    "Sign up for our daily newsletter",
    "Subscribe to the newsletter and never miss a story",
    "Related articles",
    "Recommended stories",
    "Next article",
    "© 2024 Springfield News Ltd. All rights reserved.",
    "Copyright 2024, Springfield News. All rights reserved",
]
PROSE = [
    "",
    "***",
    "Share prices fell on Facebook",
    "Shares of Facebook and Twitter rose.",
    "Share this story with your children, she told the crowd.",
    "“Leave a reply,” he said.",
    '"Leave a comment"',
    "Leave a comment was all he ever said.",
    "He asked his readers to leave a comment.",
    "No comment.",
    "3 comments later, he gave up.",
    "Three comments were enough.",
    "Comment sections are closed at night.",
    "Name three kings of England.",
    "Cookies are baked at 180 degrees.",
    "Many sites use cookies to follow their readers.",
    "“This site uses cookies,” the judge read aloud.",
    "The law says that a website uses cookies only with consent.",
    "By using this site as a harbour, the Romans won the war.",
    "Accept no cookies from strangers.",
    "Print is not dead.",
    "Twitter was founded in 2006.",
    "Tweet by tweet, he lost his voters.",
    "X marks the spot.",
    "Email changed how people write.",
    "The photos were shared on Facebook and Twitter.",
    "Follow us, the guide said, and stay together.",
    "Like this house, many were built of wood.",
    "Loading the ships took three days.",
    "Advertisement spending rose by a tenth.",
    "Sponsored athletes earn more.",
    "Related stories were told in every village.",
    "The next article of the law forbids it.",
    "Subscribe to a view like his, and you are lost.",
    "Copyright notices once had to say that all rights were reserved.",
    "Copyright is the reason why the label prints all rights reserved.",
    "She left a reply.",
]
ADVERSARIAL = [
    "share ",
    "share|",
    "facebook ",
    "x,",
    "sign up for our ",
    "we and our partners use cookies ",
    "by using this site cookies ",
    "copyright all rights reserved ",
    " ",
    "* ",
    "a",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_not_the_article(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize("line", PROSE)
def test_prose_stays(line: str) -> None:
    assert not is_boilerplate(line)


@pytest.mark.parametrize("decorated", ["  {}  ", "## {}", "**{}**", "\ufeff{}", "\xa0{}\u200b"])
def test_marks_around_furniture_do_not_hide_it(decorated: str) -> None:
    assert is_boilerplate(decorated.format("Leave a Reply"))


def test_furniture_inside_a_line_leaves_the_line_in_the_article() -> None:
    assert not is_boilerplate("It rained. Leave a Reply")
    assert not is_boilerplate("Leave a Reply. It rained.")


def test_a_line_too_long_for_furniture_is_prose() -> None:
    assert is_boilerplate("We use cookies to " + "a" * 280)
    assert not is_boilerplate("We use cookies to " + "a " * 280)


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_no_line_takes_long(piece: str) -> None:
    def judge(most: int) -> None:
        for length in range(10, most, 13):
            is_boilerplate((piece * length)[:length] + "!?q")

    assert_linear(judge, 400)
    assert_linear(lambda times: is_boilerplate(piece * times + "!?q"), 500_000)
    assert not is_boilerplate(piece * 500_000 + "!?q")


@given(st.text())
def test_any_line_is_one_or_the_other(line: str) -> None:
    assert is_boilerplate(line) in (True, False)
