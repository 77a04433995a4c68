"""Without any extra the program answers with the default models, and says what the rest needs."""

import json
import re
import subprocess
import tomllib
from collections.abc import Callable
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from index.reading.files import MANIFEST
from index.reading.readers import SHIPPED_FOLDER
from tests.bot.commands.running import WHO, python

ROOT = Path(__file__).parents[2]

TOKEN = f"1:{35 * 'A'}"

# As it is where a package is not installed: nobody finds it.
_HIDING = """
import sys
from importlib.machinery import PathFinder

class WithoutExtras(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in {hidden} else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = WithoutExtras
from bot.cli import main
main()
"""

Lean = Callable[..., subprocess.CompletedProcess[str]]


def installed_with(requirements: list[str]) -> set[str]:
    """The distributions that pip installs for these requirements."""
    wanted = [Requirement(each) for each in requirements]
    seen: set[tuple[str, str]] = set()
    while wanted:
        requirement = wanted.pop()
        for extra in {"", *requirement.extras}:
            name = canonicalize_name(requirement.name)
            if (name, extra) not in seen:
                seen.add((name, extra))
                needed = (Requirement(each) for each in requires(name) or ())
                wanted += [
                    each
                    for each in needed
                    if each.marker is None or each.marker.evaluate({"extra": extra})
                ]
    return {name for name, _ in seen}


@pytest.fixture(scope="module")
def hidden() -> set[str]:
    """The modules that are here for the extras alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    core = {*installed_with(project["dependencies"]), project["name"]}
    return {
        module
        for module, distributions in packages_distributions().items()
        if not core & set(map(canonicalize_name, distributions))
    }


@pytest.fixture
def lean(hidden: set[str]) -> Lean:
    """Runs the program in an installation without extras."""
    return lambda *arguments, **variables: python(
        _HIDING.format(hidden=sorted(hidden)), *map(str, arguments), **variables
    )


def test_neither_torch_nor_what_comes_with_it_is_installed(hidden: set[str]) -> None:
    heavy = {"torch", "transformers", "sentence_transformers", "scipy", "sklearn", "onnx"}
    assert heavy | {"safetensors", "onnxscript", "matplotlib", "aiohttp"} <= hidden


def test_the_first_question_is_answered_at_once(lean: Lean) -> None:
    done = lean("ask", WHO)
    assert (done.returncode, done.stderr) == (0, "")
    assert "KCNA" in done.stdout


def test_articles_are_read_and_answers_measured(lean: Lean, tmp_path: Path, gold: Path) -> None:
    page, story = tmp_path / "page.html", tmp_path / "story.md"
    page.write_text("<html><body><p>The harbour opened in 1902. Ada Moor built it.</p></body>")
    story.write_text("# Harbour\n\nThe harbour opened in 1902. It was built by Ada Moor.")
    for article in (page, story):
        done = lean("ask", "Who built the harbour?", "--article", article)
        assert "Ada Moor" in done.stdout, done.stderr
    done = lean("evaluate", gold, "--json", "--scope", "paragraph")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["refusal_auroc"] is not None
    assert lean("feedback", "calibrate").stderr.startswith("Error: ")


@pytest.mark.parametrize(
    ("arguments", "variables", "extra"),
    [
        (["ask", WHO], {"ARTICLE_BOT_BACKEND": "torch"}, "torch"),
        (["ask", WHO], {"ARTICLE_BOT_EMBEDDING_MODEL": "some/model"}, "torch"),
        (["ask", WHO], {"ARTICLE_BOT_READER": "some/cross-encoder"}, "torch"),
        (["chat"], {"ARTICLE_BOT_BACKEND": "onnx", "ARTICLE_BOT_READER": "OWN"}, "torch"),
        (["telegram"], {"ARTICLE_BOT_BACKEND": "torch", "TELEGRAM_BOT_TOKEN": TOKEN}, "torch"),
        (["model", "export"], {}, "torch"),
        (["model", "train-reader", "--data", "gold.jsonl", "--out", "reader"], {}, "train"),
        (["evaluate", "GOLD", "--plot", "PLOT"], {}, "train"),
        (["chat", "--wire"], {}, "harness"),
    ],
)
def test_what_needs_an_extra_names_it_in_one_line(
    lean: Lean,
    gold: Path,
    tmp_path: Path,
    arguments: list[str],
    variables: dict[str, str],
    extra: str,
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    changed = (
        (SHIPPED_FOLDER / MANIFEST).read_text().replace('safetensors": "5', 'safetensors": "6')
    )
    (own / MANIFEST).write_text(changed)
    places = {"GOLD": str(gold), "OWN": str(own), "PLOT": str(tmp_path / "plot.png")}
    done = lean(
        *(places.get(each, each) for each in arguments),
        **{name: places.get(value, value) for name, value in variables.items()},
    )
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert re.search(rf'^Error: .*pip install "article-bot\[{extra}\]"$', done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr
    assert set(tmp_path.iterdir()) <= {gold, own, tmp_path / "data"}  # Nothing was begun.


def test_what_is_kept_can_be_listed_whatever_model_is_set(lean: Lean) -> None:
    done = lean("articles", ARTICLE_BOT_BACKEND="torch", ARTICLE_BOT_EMBEDDING_MODEL="some/model")
    assert (done.returncode, done.stderr) == (0, "")
