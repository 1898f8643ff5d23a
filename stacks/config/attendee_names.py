"""Names of attendees. A name follows the person, and is never given to somebody else."""

import hashlib
from collections.abc import Sequence

ADDRESS_DIGITS = 8
"""Two of 200 addresses share so many hexadecimal digits once in 200,000 rosters; the configuration is refused then."""


def numbered(count: int) -> tuple[str, ...]:
    """`att-01`, `att-02` and so on: nobody's name depends on how many there are, so `att-100` comes after `att-99`."""
    return tuple(f"att-{number:02}" for number in range(1, count + 1))


def from_address(address: str) -> str:
    """Such as `att-1f3870be`: of the address alone, whatever its case, so it does not matter who else is in the roster.

    Names all have the same length, so none is the beginning of another; and no address is readable in a resource.
    """
    return f"att-{hashlib.sha256(address.lower().encode()).hexdigest()[:ADDRESS_DIGITS]}"


def same_name(roster: Sequence[str]) -> tuple[str, str] | None:
    """Two different addresses that would have one name, if there are any."""
    taken: dict[str, str] = {}
    for address in roster:
        other = taken.setdefault(from_address(address), address)
        if other.lower() != address.lower():
            return other, address
    return None
