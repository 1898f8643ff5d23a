"""The other routes to what may be left: the tag index of every region, and each recorded resource asked for by name."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from contract import WORKSHOP_TAG
from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError, Trouble
from workshop.teardown.judge.prove import plain_tags
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import Kind, Phase
from workshop.teardown.kinds.placeholders import FIELD, fill, get
from workshop.teardown.plan.plan import Entry

_TYPES = Path(__file__).with_name("tag_index.toml")
_ARN = re.compile(r"arn:[^:]*:(?P<service>[^:]*):(?P<region>[^:]*):[^:]*:(?P<resource>.+)")


@dataclass(frozen=True)
class TagHit:
    """One hit of the tag index. It may be of something long deleted, so it is a hint and no more."""

    arn: str
    region: str
    kind: str


def enabled_regions(aws: Aws) -> list[str]:
    """Every region that the account can use. CallError if they cannot be listed."""
    regions = aws.call("ec2", "describe_regions")["Regions"]
    return sorted(region["RegionName"] for region in regions)


def tagged(aws: Aws, region: str, workshop: str) -> list[TagHit]:
    """What the Resource Groups Tagging API has with the workshop's tag. CallError if it does not answer."""
    found = aws.pages(
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList",
        region,
        None,
        TagFilters=[{"Key": WORKSHOP_TAG, "Values": [workshop]}],
    )
    # The filter is the service's; that the value is exactly ours is checked here.
    hits = [each for each in found if plain_tags(each.get("Tags")).get(WORKSHOP_TAG) == workshop]
    return [TagHit(each["ResourceARN"], region, kind_of(each["ResourceARN"])) for each in hits]


def kind_of(arn: str) -> str:
    """The kind that an ARN belongs to; empty if teardown knows none."""
    matched = _ARN.fullmatch(arn)
    if not matched:
        return ""
    for pattern, kind in _index().items():
        service, _, resource = pattern.partition(":")
        if service == matched["service"] and re.fullmatch(resource, matched["resource"]):
            return kind
    return ""


def still_there(aws: Aws, entry: Entry) -> bool | None:
    """Whether a planned resource answers to its name; None if nothing can be said."""
    kind = KINDS.get(entry.kind)
    return _answers(aws, kind, entry.id, entry.region, entry.ask) if kind else None


def answers_to_its_arn(aws: Aws, hit: TagHit) -> bool | None:
    """Whether the service still knows what the index names; None if nothing can be said from an ARN alone."""
    kind, name = KINDS[hit.kind], name_in(hit.arn)
    known = {"id": name, "arn": hit.arn}
    params = kind.describe.call.params if kind.describe else {}
    if set(FIELD.findall(str(params))) - set(known):
        return None
    return _answers(aws, kind, name, hit.region, fill(params, known))


def name_in(arn: str) -> str:
    """What the service calls the resource of an ARN; a guess, and a wrong one is answered with "not found"."""
    matched = _ARN.fullmatch(arn)
    service, resource = (matched["service"], matched["resource"]) if matched else ("", arn)
    if ":" in resource:
        return resource.partition(":")[2]
    if service == "ecr":
        return resource.partition("/")[2]
    if service == "ssm":
        name = resource.removeprefix("parameter")
        return name if name.count("/") > 1 else name.lstrip("/")
    return resource.rpartition("/")[2]


def _answers(aws: Aws, kind: Kind, name: str, region: str, params: Mapping[str, Any]) -> bool | None:
    if kind.describe is None:
        return None
    try:
        answer = aws.call(kind.service, kind.describe.call.operation, region, kind, **params)
    except CallError as error:
        return False if error.trouble is Trouble.GONE else None
    found = get(answer, kind.describe.path)
    candidates = found if isinstance(found, list) else [found]
    return any(_lives(kind, name, each) for each in candidates if isinstance(each, Mapping))


def _lives(kind: Kind, name: str, found: Mapping[str, Any]) -> bool:
    if str(found.get(kind.id, name)) != name:
        return False
    status = str(found.get(kind.status.removeprefix("describe:"), ""))
    return kind.phase(status) not in (Phase.GONE, Phase.SETTLED)


def entries_of(lines: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Entries as the journal keeps them."""
    return [Entry.model_validate_json(json.dumps(line["entry"])) for line in lines]


@cache
def _index() -> dict[str, str]:
    index: dict[str, str] = tomllib.loads(_TYPES.read_text(encoding="utf-8"))["kinds"]
    return index
