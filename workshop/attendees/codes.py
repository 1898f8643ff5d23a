"""Codes for signing in: made here, known to Cognito and to whoever prints them, and to no template, output or log."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 letters and digits: none that looks like another, so `l`, `o`, `0` and `1` are missing."""
LENGTH = 13
"""Of 5 bits each: 65 bits."""
GROUP_SIZE = 4
HELPER, ORGANISER = "helper", "organiser"


@dataclass(frozen=True)
class IssuedCode:
    """A name and the code with which that person signs in."""

    name: str
    code: str
    """As it is typed or scanned; blanks, hyphens and capitals do not matter."""
    group: str

    @property
    def printed(self) -> str:
        """The code in groups, such as `k7m2-p9qx-4tza-w`."""
        return "-".join(self.code[start : start + GROUP_SIZE] for start in range(0, LENGTH, GROUP_SIZE))


def new_code() -> str:
    """13 random characters, 65 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def everybody(attendees: Iterable[str], helpers: int) -> Iterator[tuple[str, str]]:
    """Name and group of everybody who signs in: the attendees, so many helpers, and the organiser."""
    yield from ((name, "attendee") for name in attendees)
    yield from ((f"helper-{number:02}", HELPER) for number in range(1, helpers + 1))
    yield (ORGANISER, ORGANISER)


def exists(cognito: Any, pool: str, name: str) -> bool:
    """True if the person has been given a code before."""
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=name)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True


def give(cognito: Any, pool: str, name: str, group: str) -> IssuedCode:
    """A new code for a person, who is made if nobody has that name; an older code no longer works, and whoever is
    signed in with it is signed out. Raises ClientError."""
    user, code = {"UserPoolId": pool, "Username": name}, new_code()
    try:
        cognito.admin_create_user(**user, MessageAction="SUPPRESS", TemporaryPassword=code)
    except ClientError as error:
        if error.response["Error"]["Code"] != "UsernameExistsException":
            raise
        cognito.admin_user_global_sign_out(**user)
    cognito.admin_set_user_password(**user, Password=code, Permanent=True)
    cognito.admin_add_user_to_group(**user, GroupName=group)
    return IssuedCode(name, code, group)
