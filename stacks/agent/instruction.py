"""The agent's instruction, the same for both engines."""

from pathlib import Path

FILE = Path(__file__).with_name("instruction.md")


def instruction(canary: str) -> str:
    """The text of `instruction.md`.

    Args:
        canary: word that the guardrail refuses to let out; it stands in the instruction and nowhere else.
    """
    return FILE.read_text(encoding="utf-8").replace("{canary}", canary)
