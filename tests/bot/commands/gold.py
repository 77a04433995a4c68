"""A text about pets, and questions about it with their labels."""

from typing import Any

PETS = "The cat slept on the mat. It purred.\n\nThe dog ate 12 bones on Monday. It barked."


def labelled(
    number: int, question: str, answer: str | None, start: int, end: int
) -> dict[str, Any]:
    answers = [{"start": PETS.index(answer), "text": answer}] if answer else []
    return {
        "id": number,
        "question": question,
        "answerable": answer is not None,
        "answers": answers,
        "paragraph": [start, end],
    }
