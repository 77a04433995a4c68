"""`Reply` -> plain text."""

from bot.replies.reply import Quote, Reply


def to_plain(reply: Reply) -> str:
    """The reply's words alone, with a line for each paragraph."""
    return "\n".join(
        reply.said(block)
        if isinstance(block, str)
        else f"{' '.join(block.sentences)}\n({_plain_place(reply, block)})"
        for block in reply.blocks
    )


def _plain_place(reply: Reply, quote: Quote) -> str:
    place = reply.said(quote.place)
    return f"{place} · {quote.link}" if quote.link else place
