"""More than one tool for a question, and what was said before: as far as a script can.

A question that says what comes first and what comes then ("…, and then …", "… rồi …", "… sau đó …") is two steps,
each with a tool of its own. A question about what was asked before is answered from the conversation.
"""

import re
from collections.abc import Iterator, Sequence

from local_aws.services.shared.scripted_model.choose import NOTE, Choice, ToolSpec, choose
from local_aws.services.shared.scripted_model.words import fold

MOST_PIECES = 60
"""A long answer comes in larger pieces, so that no rehearsal waits for it."""

_THEN = re.compile(r"[\s,;.?!]+(?:and then|then|rồi|sau đó)[\s,]+", re.IGNORECASE)
_BEFORE = (
    "vua hoi",
    "hoi luc nay",
    "did i ask",
    "i asked before",
    "my last question",
    "what did i ask",
    "cau hoi truoc",
)


def plan(question: str, tools: Sequence[ToolSpec]) -> list[Choice]:
    """At most two calls, in their order; none if no tool fits."""
    steps = [choose(part, tools) for part in _THEN.split(question, maxsplit=1) if part.strip()]
    found = [step for step in steps if step is not None]
    if len(found) == 2 and found[0].tool.name != found[1].tool.name:
        return found
    whole = choose(question, tools)
    return [whole] if whole else []


def recalled(question: str, before: Sequence[str]) -> str | None:
    """The answer to a question about the question before; None for any other question.

    Args:
        before: what the person asked in this conversation, the oldest first.
    """
    folded = fold(question)
    if not before or not any(phrase in folded for phrase in _BEFORE):
        return None
    return f"{NOTE} You asked before: {before[-1]}"


def pieces(text: str) -> Iterator[str]:
    """The text word by word, as a model speaks; together they are the text."""
    words = re.findall(r"\S*\s*", text)[:-1] or [text]
    size = -(-len(words) // MOST_PIECES)
    for start in range(0, len(words), size):
        yield "".join(words[start : start + size])
