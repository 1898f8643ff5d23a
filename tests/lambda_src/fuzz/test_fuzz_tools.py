"""Runs the fuzzer, which needs a process of its own, and shows that it would find what it is there to find."""

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest

from lambda_src.common.errors import ErrorCode
from lambda_src.groups import TOOL_GROUPS

ROOT = Path(__file__).parents[3]
ENGINES = ("bedrock-agents", "agentcore")
TOOLS = [tool.name for group in TOOL_GROUPS for tool in group.tools]
PLANTED = {
    "the text of an exception in the log": """
        from lambda_src.common import dispatch
        dispatch._safe_facts = lambda error: {"error_type": str(error)}
    """,
    "the text of an exception in an answer": """
        from lambda_src.common import dispatch
        refusal = dispatch._refusal
        def leaking(engine, error, facts):
            return refusal(engine, dispatch.ToolError(error.code, str(sys.exc_info()[1])), facts)
        dispatch._refusal = leaking
    """,
    "the environment in an answer": """
        from lambda_src.common import dispatch
        fitted = dispatch.fitted
        dispatch.fitted = lambda body, reply: fitted({**body, "table": os.environ["DESK_TABLE_NAME"]}, reply)
    """,
    "a person's text on the standard output": """
        from lambda_src.common import dispatch
        validated = dispatch.validated
        dispatch.validated = lambda tool, arguments: print(arguments) or validated(tool, arguments)
    """,
    "a conversation's id in the log": """
        from lambda_src.common import dispatch
        dispatch._hashed = lambda session: session
    """,
    "an exception that no one catches": """
        from lambda_src.common import bedrock_agents
        bedrock_agents._echoed_name = lambda name: name if bedrock_agents.NAME.fullmatch(name) else ""
    """,
    "session attributes that are sent back unread": """
        from lambda_src.common import bedrock_agents
        bedrock_agents._can_echo = lambda attributes: isinstance(attributes, dict)
    """,
}
"""Bugs, as the Python that makes them."""

pytestmark = pytest.mark.skipif(
    find_spec("atheris") is None, reason="atheris is not installed: it has wheels for Linux x86_64 up to Python 3.13"
)


@dataclass(frozen=True)
class Run:
    """One run of the fuzzer: its exit code and what it printed."""

    code: int
    output: str

    @property
    def reached(self) -> dict[str, int]:
        """Calls for each '<engine> <tool> <outcome>'."""
        counted: dict[str, int] = json.loads(self.output.splitlines()[-1])
        return counted

    @property
    def branches(self) -> int:
        """Places in `lambda_src` that the fuzzer saw being passed."""
        return max(map(int, re.findall(r" cov: (\d+) ", self.output)), default=0)


def fuzz(calls: int, folder: Path, change: str = "") -> Run:
    """The same calls every time. `change` is Python that runs before; an input that fails is left in `folder`."""
    program = f"import os, sys\nfrom tests.lambda_src.fuzz import harness\n{dedent(change)}\nharness.main()"
    corpus = folder / "corpus"
    corpus.mkdir()
    # Left to itself, the fuzzer prefers short inputs, which are good calls with little wrong in them, and varies few of
    # them. Half of the calls are random ones: an outcome that a thousandth of them has is then not left to luck.
    bits = Random(1)  # noqa: S311 - the same each time, on purpose
    for number in range(calls // 2):
        (corpus / f"{number}").write_bytes(bits.randbytes(256))
    options = ["-seed=1", "-max_len=1024", "-len_control=0", "-reduce_inputs=0", f"-artifact_prefix={folder}/"]
    done = subprocess.run(  # noqa: S603 - this Python, fixed arguments
        [sys.executable, "-c", program, str(corpus), f"-atheris_runs={calls}", *options],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return Run(done.returncode, done.stdout)


def test_the_fuzzer_watches_the_tools_and_gets_through_to_them(tmp_path: Path) -> None:
    run = fuzz(400, tmp_path)
    assert run.code == 0, run.output[-8_000:]
    assert sum(run.reached.values()) == 400
    assert run.branches > 150
    answered = {key.split()[0] for key in run.reached if key.endswith(" ok")}
    assert answered == set(ENGINES)


@pytest.mark.proof
def test_fifty_thousand_calls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    run = fuzz(50_000, tmp_path)
    seconds = time.monotonic() - started
    with capsys.disabled():
        print(f"\n50,000 calls in {seconds:.0f} s: {50_000 / seconds:.0f} per second, {run.branches} branches")
    assert run.code == 0, run.output[-8_000:]
    assert {key.split()[-1] for key in run.reached} == {"ok", *ErrorCode}
    succeeded = {tuple(key.split()[:2]) for key in run.reached if key.endswith(" ok")}
    assert succeeded == {(engine, tool) for engine in ENGINES for tool in TOOLS}


@pytest.mark.proof
@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str, tmp_path: Path) -> None:
    run = fuzz(20_000, tmp_path, PLANTED[bug])
    assert run.code != 0
    assert "Uncaught Python exception" in run.output, run.output[-8_000:]
    assert list(tmp_path.glob("crash-*"))
