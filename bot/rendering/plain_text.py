"""`Reply` -> its words alone."""

from bot.replies.reply import Quote, Reply


def to_plain(reply: Reply) -> str:
    """The words alone, a line a block."""
    return "\n".join(
        block if isinstance(block, str) else f"{' '.join(block.sentences)}\n({_plain_place(block)})"
        for block in reply.blocks
    )


def _plain_place(quote: Quote) -> str:
    return f"{quote.place} · {quote.link}" if quote.link else quote.place
