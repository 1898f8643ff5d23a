"""Kinds whose operations are called as most are: Create, Describe, List and Delete of the kind's name."""

import re
from typing import Any

from local_aws.framework.kinds import EmulatedKind


def named(name: str, *key: str, plural: str = "", get: str = "Describe", **more: Any) -> EmulatedKind:
    """A kind whose operations follow the usual pattern.

    Without a key it is `<name>Name`. The ARN is `<name-in-lower-case>/<last part of the key>`. `more` are fields of
    EmulatedKind, and win over the pattern.
    """
    key = key or (f"{name}Name",)
    path = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
    declared: dict[str, Any] = {
        "create": f"Create{name}",
        "get": f"{get}{name}" if get else "",
        "list": f"List{plural or name + 's'}",
        "delete": f"Delete{name}",
        "arn": f"{path}/{{{key[-1]}}}",
        "arn_member": f"{name}Arn",
    }
    return EmulatedKind(name, key, **{**declared, **more})
