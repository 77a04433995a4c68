"""`Reply` or `Answer` -> JSON, for programs and transcripts."""

from typing import Any

from bot.rendering.plain_text import to_plain
from bot.replies.reply import Reply
from index.types import ArticleAnswer, Citation


def answer_json(article_answer: ArticleAnswer) -> dict[str, Any]:
    """The JSON object that `ask --json` prints for one answer."""
    answer, article = article_answer.answer, article_answer.article
    return {
        "question": answer.question,
        "corrections": dict(answer.corrections),
        "answered": answer.answered,
        "verdict": answer.verdict,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation_json(citation) for citation in answer.citations],
        "nearest": _citation_json(answer.nearest) if answer.nearest else None,
        "article": {
            "id": article.id,
            "title": article.title,
            "url": article.url,
            "language": article.language,
            "sentences": article_answer.sentence_count,
        },
    }


def reply_json(reply: Reply) -> dict[str, Any]:
    """The JSON object of a reply in a transcript.

    With several questions, `answered` tells whether all are, and `confidence` is the least.
    """
    return {
        "text": to_plain(reply),
        "buttons": [reply.said(button.label) for button in reply.buttons],
        "answered": all(a.answered for a in reply.answers) if reply.answers else None,
        "confidence": round(min(a.confidence for a in reply.answers), 4) if reply.answers else None,
        "citations": [_citation_json(c) for a in reply.answers for c in a.citations],
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "sentence": citation.sentence,
        "paragraph": citation.paragraph,
        "start": citation.start,
        "end": citation.end,
        "text": citation.text,
        "score": round(citation.score, 4),
        "highlight": list(citation.highlight) if citation.highlight else None,
        "page": citation.page,
        "link": citation.link,
    }
