"""Silences the model libraries, whose messages would appear in a chat."""

import os


def quiet_libraries() -> None:
    """Turn off the libraries' progress bars and advice."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
