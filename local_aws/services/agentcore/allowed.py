"""Which tools a harness offers its model: every session has a shell and file operations unless they are left out.

https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-tools.html
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from local_aws.services.shared.scripted_model.choose import ToolParameter, ToolSpec

BUILT_IN_SERVER = "builtin"
BUILT_IN = (
    ToolSpec(
        "shell",
        "Executes a shell command on the session's computer and shows its output.",
        (ToolParameter("command", "string", "The command line.", required=True),),
    ),
    ToolSpec(
        "file_operations",
        "Reads, writes and lists a file on the session's computer.",
        (ToolParameter("path", "string", "Path of the file.", required=True),),
    ),
)


def is_allowed(server: str, tool: str, allowed: Iterable[str]) -> bool:
    """Whether an entry such as `*`, `@server`, `@server/tool` or `tool` covers the tool."""
    names = (tool, f"@{server}", f"@{server}/{tool}")
    return any(fnmatchcase(name, entry) for entry in allowed for name in names)
