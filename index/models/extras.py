"""What an installation without the extras lacks is told in one line, which names the extra."""

from importlib.util import find_spec
from typing import Literal

from index.errors import ModelError

Extra = Literal["torch", "train"]

_TORCH = ("torch", "sentence_transformers", "onnxscript")
_NEEDED: dict[Extra, tuple[str, ...]] = {
    "torch": _TORCH,
    "train": (*_TORCH, "sklearn", "matplotlib"),
}
"""The modules by which an extra is recognised."""


def check_extra(extra: Extra, what: str) -> None:
    """Check that an extra is installed, before the work that needs it. `what` begins the sentence.

    Raises:
        ModelError: it is not.
    """
    if not all(find_spec(module) for module in _NEEDED[extra]):
        raise ModelError(
            f"{what} needs the extra {extra}, which is not installed. "
            f'Run: pip install "article-bot[{extra}]"'
        )
