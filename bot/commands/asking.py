"""`ask` answers a question, `chat` holds a conversation."""

import sys
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import composition
from bot.commands.output import check_writable, to_json, write_file
from bot.commands.sources import article_option, kept_id, load_article, load_index

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from bot.dialogue import Dialogue
    from bot.settings import Settings
    from bot.terminal.stage import Stage

NOT_ANSWERED = 3
"""Exit code if the article does not answer, or not for sure."""


@click.command()
@click.argument("question")
@article_option
@click.option("--all", "ask_all", is_flag=True, help="Ask all kept articles.")
@click.option("--top", type=click.IntRange(1, 10), default=3, help="Cite at most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_context
def ask(
    ctx: click.Context, question: str, source: str | None, ask_all: bool, top: int, as_json: bool
) -> None:
    """Answer a QUESTION, or each of several ("Who built it, and when?").

    Exits with 0 if the article answers, with 3 if it does not, or not for sure.
    """
    from bot.questions import split_questions
    from bot.rendering.as_json import answer_json
    from bot.rendering.plain_text import to_plain
    from bot.rendering.terminal_text import to_terminal
    from bot.replies import answer_replies
    from bot.small_talk import small_talk_reply
    from bot.terminal.console import stdout
    from index.types import ArticleAnswer

    if talk := small_talk_reply(question):
        raise click.UsageError(f"That is no question. {to_plain(talk)}")
    if ask_all and source:
        raise click.UsageError("Give either --article or --all.")
    settings = composition.read_settings()
    if ask_all:
        collection = composition.terminal_collection(settings)
        collection.mark_used()
        by_question = collection.ask_all(split_questions(question), top=top)
        article_answers = [each for answers in by_question for each in answers]
        reply = answer_replies.for_all_articles(by_question, len(collection.articles()))
    else:
        index = (
            composition.shipped_index(settings)
            if source is None
            else load_index(composition.terminal_collection(settings), source)
        )
        sentence_count = len(index.sentences)
        answers = index.ask_each(split_questions(question), top=top)
        article_answers = [ArticleAnswer(index.article, each, sentence_count) for each in answers]
        reply = (
            answer_replies.for_answers(answers, sentence_count)
            if len(answers) > 1
            else answer_replies.for_answer(answers[0], sentence_count)
        )
    if as_json:
        shown = [answer_json(each) for each in article_answers]
        click.echo(to_json(shown if ask_all or len(shown) > 1 else shown[0]))
    else:
        stdout().print(to_terminal(reply))
    ctx.exit(0 if all(answer.answered for answer in reply.answers) else NOT_ANSWERED)


@click.command()
@article_option
@click.option(
    "--script",
    type=click.Path(path_type=Path),
    help="Replay the turns of a YAML file and check the replies; exit 1 if one fails.",
)
@click.option(
    "--wire",
    is_flag=True,
    help="Play it through the real bot, over real HTTP at an imitation of Telegram's servers, and "
    "show its calls. Needs the extra [harness].",
)
@click.option(
    "--transcript",
    type=click.Path(path_type=Path),
    help="Write what was said: a page that looks like the chat if the name ends in .html, else "
    "JSON.",
)
@click.pass_context
def chat(
    ctx: click.Context,
    source: str | None,
    script: Path | None,
    wire: bool,
    transcript: Path | None,
) -> None:
    """Talk about an article, with the same dialogue as in Telegram.

    Without a terminal to type in, a few example questions are answered.
    """
    from bot.terminal import prompt
    from bot.terminal.console import stdout
    from bot.terminal.script import play, show_results
    from bot.terminal.transcript import to_page
    from bot.terminal.turns import read_script

    console = stdout()
    if wire and find_spec("aiohttp") is None:
        raise click.UsageError('--wire needs aiohttp: pip install "article-bot[harness]"')
    turns = read_script(script) if script else None
    if transcript:
        check_writable(transcript)
    interactive = turns is None and sys.stdin.isatty()
    settings = composition.read_settings()
    new_dialogue = _terminal_dialogues(source, settings, persistent=interactive)
    with _stage(settings, new_dialogue, wire=wire) as stage:
        if turns is not None:
            conversation = show_results(play(turns, stage), console)
        elif interactive:
            conversation = prompt.chat(stage, console)
        else:
            conversation = prompt.show_examples(stage, console, shipped=source is None)
    if transcript:
        is_page = transcript.suffix.lower() in (".html", ".htm")
        entries = [played.as_json() for played in conversation]
        write_file(transcript, to_page(conversation) if is_page else to_json(entries) + "\n")
    ctx.exit(1 if any(played.failures for played in conversation) else 0)


def _stage(
    settings: "Settings", new_dialogue: "Callable[[str], Dialogue]", *, wire: bool
) -> "AbstractContextManager[Stage]":
    """Where the conversation is played."""
    if wire:
        from bot.terminal.wire import on_the_wire

        return on_the_wire(settings, new_dialogue)
    from bot.terminal.direct import DirectStage

    return nullcontext(DirectStage(new_dialogue))


def _terminal_dialogues(
    source: str | None, settings: "Settings", *, persistent: bool
) -> "Callable[[str], Dialogue]":
    """What makes the dialogues of the terminal's chats: one's own, about `source` if one is named,
    and those of other people and of groups by their names."""
    from bot.terminal.console import progress

    models = composition.embedder_and_reader(settings)
    library = composition.open_library(settings, models, persistent=persistent)
    library.expire()
    collection = library.collection(composition.TERMINAL_CHAT)
    if source is not None:
        # A conversation that keeps nothing may still be about an article that is kept.
        kept = (
            collection
            if persistent
            else composition.open_library(settings, models).collection(composition.TERMINAL_CHAT)
        )
        with progress("Reading the article") as on_progress:
            article_id = kept_id(kept, source)
            article = (
                kept.load_index(article_id, on_progress).article
                if article_id
                else load_article(source)
            )
            collection.add(article, on_progress)

    def new_dialogue(name: str) -> "Dialogue":
        key = f"{composition.TERMINAL_CHAT}:{name}" if name else composition.TERMINAL_CHAT
        return composition.new_dialogue(library, key, settings)

    return new_dialogue
