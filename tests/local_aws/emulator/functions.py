"""Small Lambda functions for the tests."""

import io
import itertools
import zipfile

from tests.local_aws.conftest import ACCOUNT, Clients

_NUMBERS = itertools.count(1)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/test"


def archive(**files: str) -> bytes:
    """A zip file; `__` in a name stands for a dot, `___` for a slash."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, text in files.items():
            opened.writestr(name.replace("___", "/").replace("__", "."), text)
    return buffer.getvalue()


def python_function(clients: Clients, code: str, **more: object) -> str:
    """Create a Python function with the handler `index.handler`; gives its name."""
    name = f"function-{next(_NUMBERS)}"
    clients("lambda").create_function(
        FunctionName=name,
        Runtime="python3.14",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": archive(index__py=code)},
        Timeout=30,
        **more,
    )
    return name


def node_function(clients: Clients, code: str) -> str:
    """Create a Node function with the handler `index.handler`; gives its name."""
    name = f"function-{next(_NUMBERS)}"
    clients("lambda").create_function(
        FunctionName=name,
        Runtime="nodejs22.x",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": archive(index__js=code)},
        Timeout=30,
    )
    return name
