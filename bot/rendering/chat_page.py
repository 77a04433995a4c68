"""A conversation -> a page of HTML that looks like the chat."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from bot.rendering.telegram_markup import to_safe_html

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --wall: #d5e2cc; --bot: #fff; --person: #e6fdd0; --ink: #111;
  --quiet: #67756a; --accent: #3080c0; --quote: #eaf4fb; --button: #7d9a75; --ink-on: #fff; }}
@media (prefers-color-scheme: dark) {{ :root {{ --wall: #0f1a14; --bot: #212d3b; --person: #2b5278;
  --ink: #eee; --quiet: #9db0a4; --accent: #74b8ec; --quote: #2a3a4b; --button: #33433a; }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--wall); color: var(--ink);
  font: 15px/1.4 "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }}
header {{ padding: .6rem 1rem; background: var(--bot); font-weight: 600; }}
main {{ max-width: 34rem; margin: 0 auto; padding: .6rem; display: flex; flex-direction: column;
  gap: .45rem; align-items: flex-start; }}
main > * {{ max-width: 88%; }}
.message {{ padding: .4rem .7rem; border-radius: .9rem; background: var(--bot);
  overflow-wrap: anywhere; white-space: pre-wrap; }}
.person {{ align-self: flex-end; background: var(--person); }}
.note {{ align-self: center; padding: .1rem .7rem; border-radius: 1rem; color: var(--ink-on);
  background: var(--button); font-size: .85em; overflow-wrap: anywhere; }}
.name, .label {{ display: block; color: var(--accent); font-size: .85em; font-weight: 600; }}
.label {{ color: var(--quiet); font-weight: 400; }}
.quoted {{ margin-bottom: .25rem; padding: .1rem .5rem; border-radius: .3rem;
  border-inline-start: 3px solid var(--accent); background: var(--quote); font-size: .9em;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }}
blockquote {{ margin: .15rem 0; padding: .2rem .6rem; border-radius: .3rem;
  border-inline-start: 3px solid var(--accent); background: var(--quote); }}
a {{ color: var(--accent); }}
.keyboard {{ width: 88%; display: grid; gap: .25rem; margin-top: -.2rem; }}
.row {{ display: flex; gap: .25rem; }}
.row span {{ flex: 1; padding: .3rem .5rem; border-radius: .5rem; color: var(--ink-on);
  background: var(--button); text-align: center; font-size: .9em; }}
</style>
</head>
<body>
<header>{title}</header>
<main>
{bubbles}
</main>
</body>
</html>
"""


class Side(StrEnum):
    """Where a bubble stands: people's are on the right, notes of what happened in the middle."""

    PERSON = "person"
    BOT = "bot"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message, in Telegram's HTML, or a note.

    `key` tells it from the others: a later one with the same key takes its place, as an edited
    message does. `quoted` are the words that it is a reply to, `buttons` the rows of labels below
    it, `label` is what stands above it in small letters.
    """

    html: str
    side: Side
    key: object
    place: str = ""
    name: str | None = None
    label: str = ""
    quoted: str | None = None
    buttons: Sequence[Sequence[str]] = ()


def to_chat_page(title: str, bubbles: Iterable[Bubble]) -> str:
    """Render a whole page without scripts. Where a conversation goes on elsewhere, it says so."""
    by_key: dict[object, Bubble] = {}
    for bubble in bubbles:
        by_key[bubble.key] = bubble
    places = {bubble.place for bubble in by_key.values()}
    parts, place = [], "" if len(places) > 1 else "".join(places)
    for bubble in by_key.values():
        if bubble.place != place:
            place = bubble.place
            parts.append(_rendered(Bubble(escape(place), Side.NOTE, None)))
        parts.append(_rendered(bubble))
    return _PAGE.format(title=escape(title), bubbles="\n".join(parts))


def _rendered(bubble: Bubble) -> str:
    kind = "note" if bubble.side is Side.NOTE else f"message {bubble.side}"
    above = "".join(
        f'<span class="{name}" dir="auto">{escape(words)}</span>'
        for name, words in (
            ("name", bubble.name),
            ("label", bubble.label),
            ("quoted", bubble.quoted),
        )
        if words
    )
    html = to_safe_html(bubble.html).replace("</blockquote>\n", "</blockquote>")
    message = f'<div class="{kind}" dir="auto">{above}{html}</div>'
    rows = "".join(
        f'<div class="row">{"".join(f"<span>{escape(label)}</span>" for label in row)}</div>'
        for row in bubble.buttons
    )
    return f'{message}\n<div class="keyboard" dir="auto">{rows}</div>' if rows else message
