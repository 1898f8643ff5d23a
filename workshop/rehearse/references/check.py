"""Finds what names something that does not exist."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from local_aws.cloudformation import shapes
from local_aws.cloudformation.api import Api, MissingError
from workshop.rehearse.references.forms import Lookup, named_by, named_under, nobody_asks
from workshop.rehearse.references.readings import read_all

ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[^\s\"'\\,;]*|s3://[^\s\"'\\,;]+")
PATTERN = re.compile(r"[*?$]")
NOT_FOUND = re.compile(r"(NotFound|ErrorDetails)$")
"""Where an answer says which names it has not found."""
NOT_THERE = (MissingError, ValueError)
"""What an operation of the local AWS raises for something that is not there, and for a name that it does not take."""


class Mention(NamedTuple):
    """One value in an answer about a deployed resource."""

    place: str
    """Resource and path of the value."""
    key: str
    """Small letters, without underscores."""
    text: str
    beside: Mapping[str, str]
    """The other texts of the same object, by such keys."""


@dataclass(frozen=True)
class LocalAccount:
    """The account whose deployed workshop is looked at."""

    endpoint_url: str
    account_id: str
    region: str

    def api(self, service: str) -> Api:
        """One service of the account, as its region has it."""
        return Api(service, self.endpoint_url, self.account_id, self.region)


@dataclass(frozen=True)
class Findings:
    """What was looked at, and what is wrong with it."""

    named: int
    """Different things that are named."""
    dangling: tuple[str, ...]
    """A line for each place that names what does not exist, or what nobody knows how to ask for."""


def dangling(account: LocalAccount, stacks: Iterable[str]) -> Findings:
    """Look at everything that the stacks of these names have deployed."""
    exists = cache(lambda lookup: _exists(account, lookup))
    asked: set[Lookup] = set()
    found: set[str] = set()
    for reading in read_all(account.api, stacks):
        for mention in _mentions(reading.place, reading.answer):
            asked |= (lookups := set(_lookups(mention, account)))
            found |= {f"{mention.place} names {_shown(each)}" for each in lookups if not exists(each)}
            found |= {f"{mention.place} names {each}, of a form without a row" for each in _strange(mention, account)}
    return Findings(len(asked), tuple(sorted(found)))


def _shown(lookup: Lookup) -> str:
    values = ", ".join(f"{name} {value}" for name, value in lookup.parameters)
    return f"{values}, and {lookup.service} {lookup.operation} does not find it"


def _lookups(mention: Mention, account: LocalAccount) -> Iterator[Lookup]:
    arns = ARN.findall(mention.text)
    if not arns and (lookup := named_under(mention.key, mention.text, mention.beside)):
        yield lookup
    for arn in arns:
        if _is_here(arn, account) and not nobody_asks(arn) and (lookup := named_by(arn)):
            yield lookup


def _strange(mention: Mention, account: LocalAccount) -> Iterator[str]:
    """ARNs of the account that have no known form and no wildcard."""
    for arn in ARN.findall(mention.text):
        if _is_here(arn, account) and not (PATTERN.search(arn) or nobody_asks(arn) or named_by(arn)):
            yield arn


def _is_here(arn: str, account: LocalAccount) -> bool:
    """True for what belongs to the account and its region, and for buckets, whose ARNs tell neither."""
    if arn.startswith("s3:") or ":s3:::" in arn:
        return True
    region, owner = arn.split(":")[3:5] if arn.count(":") >= 5 else ("", "")
    return owner == account.account_id and region in ("", account.region)


def _exists(account: LocalAccount, lookup: Lookup) -> bool:
    api = account.api(lookup.service)
    members = shapes.input_members(api.operation(lookup.operation)).members
    kinds = {name: members[name].type_name for name, _ in lookup.parameters}
    parameters: dict[str, Any] = {
        name: [value] if kinds[name] == "list" else int(value) if kinds[name] in ("integer", "long") else value
        for name, value in lookup.parameters
    }
    try:
        answer = api.call(lookup.operation, parameters)
    except NOT_THERE:
        return False
    return not lookup.echoes or {value for _, value in lookup.parameters} <= set(_texts(answer))


def _mentions(place: str, answer: Any) -> Iterator[Mention]:
    """Every text of an answer, also in JSON that is written as text."""
    if isinstance(answer, list):
        for each in answer:
            yield from _mentions(place, each)
    elif isinstance(answer, dict):
        texts = {_plain(key): value for key, value in answer.items() if isinstance(value, str)}
        for key, value in answer.items():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    inner = _parsed(text)
                    if inner is None:
                        yield Mention(f"{place} {key}", _plain(key), text, texts)
                    else:
                        yield from _mentions(f"{place} {key}", inner)
                else:
                    yield from _mentions(f"{place} {key}", text)


def _parsed(text: str) -> Any:
    """The object or list that the text is in JSON, None if it is none."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _plain(key: str) -> str:
    return key.lower().replace("_", "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if not NOT_FOUND.search(key):
                yield from _texts(each)
