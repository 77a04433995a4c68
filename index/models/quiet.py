"""The libraries of models talk; a chat is no place for it."""

import os


def quiet_libraries() -> None:
    """Keep the libraries' progress bars and advice out of a chat."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
