"""How a script of a job ends: well, or with a sentence that reaches the job's description."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

MESSAGE_FILE = "MESSAGE_FILE"
"""Environment variable: the file whose text SageMaker shows, as `ExitMessage` of a processing job or `FailureReason` of
a training job. https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html"""
LONGEST = 1_000
"""Characters that SageMaker keeps of such a file, with room to spare."""


class DataRefusedError(Exception):
    """What a step was given cannot be used; the text says what, where, and what to do."""


def run(step: Callable[[], None]) -> None:
    """Run a step; an `DataRefusedError` ends the process with status 1 and leaves its text in the message file."""
    try:
        step()
    except DataRefusedError as error:
        text = str(error)[:LONGEST]
        if name := os.environ.get(MESSAGE_FILE):
            file = Path(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        print(text, file=sys.stderr)
        sys.exit(1)
