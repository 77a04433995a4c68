"""The prompt loop, and the example questions that are asked if there is nobody to type."""

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from bot.rendering.as_json import reply_json
from bot.rendering.terminal_text import to_terminal
from bot.replies.chat_replies import COMMANDS
from bot.replies.reply import Reply

if TYPE_CHECKING:
    from bot.dialogue import Dialogue

EXAMPLES = (
    "Who released the photos?",
    "And when?",
    "Which missile is liquid-fueled?",
    "Where did the missiles land?",
    "How many workers are employed at the factory?",
)
"""Questions about the shipped article; the second follows up the first."""


def chat(dialogue: "Dialogue", console: Console) -> list[dict[str, Any]]:
    """Talk until end of input (Ctrl-D) or Ctrl-C; returns the transcript."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import InMemoryHistory

    # The history is in memory only: what was asked is private after the chat.
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=WordCompleter([f"/{name}" for name in COMMANDS], sentence=True),
    )
    transcript: list[dict[str, Any]] = []
    reply = dialogue.say("/start")
    console.print(to_terminal(reply), Text("Ctrl-D ends the chat.", style="dim"))
    while True:
        try:
            line = session.prompt("\n> ")
        except (EOFError, KeyboardInterrupt):
            return transcript
        reply = _answer(dialogue, line, reply)
        console.print(to_terminal(reply))
        transcript.append({"say": line, "reply": reply_json(reply)})


def _answer(dialogue: "Dialogue", line: str, previous: Reply) -> Reply:
    """Answer a line. A bare number presses the button with that number, if there is one."""
    choices = {str(number): button for number, button in enumerate(previous.buttons, start=1)}
    button = choices.get(line.strip())
    if button and button.url:
        return Reply((button.url,), previous.buttons)
    return dialogue.press(button.action) if button else dialogue.say(line)


def show_examples(dialogue: "Dialogue", console: Console, *, shipped: bool) -> list[dict[str, Any]]:
    """Answer example questions if it is the shipped article, else show the article and its summary.

    Returns the transcript.
    """
    transcript = []
    for question in EXAMPLES if shipped else ("/article", "/summary"):
        reply = dialogue.say(question)
        console.print(Text(f"> {question}", style="bold"), to_terminal(reply), "", sep="\n")
        transcript.append({"say": question, "reply": reply_json(reply)})
    return transcript
