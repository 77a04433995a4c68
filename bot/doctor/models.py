"""The check of the models."""

import os
import time

from bot import composition
from bot.doctor.finding import Finding, note, ok, problem
from bot.settings import Settings
from index.backends import Backend, reader_folder
from index.errors import ModelError
from index.models.embedding import resolve
from index.models.extras import check_extra
from index.reading.files import read_manifest

_QUESTION = "Who released the photos?"


def models(settings: Settings) -> Finding:
    """Whether the models are whole, and answer a question to the shipped article."""
    try:
        if waiting := _not_exported(settings):
            return note(
                f"Not prepared for fast starts yet: {', '.join(waiting)}.",
                "That is done at the first start, in half a minute, or now: "
                "article-bot model export",
            )
        os.environ["HF_HUB_OFFLINE"] = "1"  # What is not here yet is not fetched for a check.
        began = time.perf_counter()
        answer = composition.shipped_index(settings).ask(_QUESTION)
    except ModelError as error:
        return problem(str(error))
    if not answer.answered:
        return problem(
            f"They are loaded, and don't answer “{_QUESTION}” from the shipped article.",
            "Unset ARTICLE_BOT_EMBEDDING_MODEL and ARTICLE_BOT_READER, or choose other ones.",
        )
    return ok(
        f"{settings.embedding_model} and the reader “{settings.reader}”: "
        f"loaded, and a question answered, in {time.perf_counter() - began:.1f} s"
    )


def _not_exported(settings: Settings) -> list[str]:
    """The models that are exported when they are first used. Raises `ModelError`: one of them is
    not whole, or what exports it is not installed."""
    if settings.backend is Backend.TORCH:
        return []
    loader = composition.model_loader(settings)
    waiting = []
    if not loader.is_exported(settings.embedding_model):
        check_extra("torch", f"The embedding model {settings.embedding_model}")
        resolve(settings.embedding_model)
        waiting.append(settings.embedding_model)
    # Readers of another kind run in torch.
    if (folder := reader_folder(settings.reader)) and not loader.is_exported(settings.reader):
        check_extra("torch", f"The reader {settings.reader}")
        read_manifest(folder)
        waiting.append(settings.reader)
    return waiting
