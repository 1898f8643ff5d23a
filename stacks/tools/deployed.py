"""A tool group as the two agent engines see it: its definition and the function that runs it."""

from dataclasses import dataclass

from lambda_src.common.tool import ToolGroup
from stacks.common.functions import PythonFunction


@dataclass(frozen=True)
class DeployedTools:
    """One tool group and the function behind it."""

    group: ToolGroup
    function: PythonFunction
