"""The tag index (Resource Groups Tagging API) of a region, and what the ARNs in it are the names of."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from contract import WORKSHOP_TAG
from workshop.teardown.aws import Aws
from workshop.teardown.judge.prove import plain_tags
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import Kind
from workshop.teardown.kinds.placeholders import fill

_TABLE = Path(__file__).with_name("tag_index.toml")
_ARN = re.compile(r"arn:[^:]*:(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):(?P<resource>.+)")


@dataclass(frozen=True)
class Reading:
    """One way in which an ARN can be understood."""

    kind: Kind
    """Kind of the resource that it would name."""
    fields: Mapping[str, str]
    """What the `describe` of that kind may be asked by."""


@dataclass(frozen=True)
class TagHit:
    """One hit of the tag index. It may be of something long deleted, so it is a hint and no more."""

    arn: str
    region: str
    readings: tuple[Reading, ...]

    @property
    def kind(self) -> str:
        """The kind that the ARN most likely belongs to; empty if teardown knows none."""
        return self.readings[0].kind.name if self.readings else ""

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """(kind, id) of every reading that tells an id, in lower case: SageMaker writes its ARNs so."""
        return frozenset(
            (each.kind.name, found.lower()) for each in self.readings if (found := each.fields.get("id", ""))
        )


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
    return [TagHit(each["ResourceARN"], region, readings(each["ResourceARN"])) for each in hits]


def readings(arn: str) -> tuple[Reading, ...]:
    """Every way to understand an ARN; none if teardown knows no kind with such ARNs."""
    matched = _ARN.fullmatch(arn)
    if not matched:
        return ()
    place = {"arn": arn, "region": matched["region"], "account": matched["account"]}
    return tuple(_readings(f"{matched['service']}:{matched['resource']}", place))


def _readings(resource: str, place: Mapping[str, str]) -> Iterator[Reading]:
    table = _table()
    for name, forms in table["forms"].items():
        for form in forms:
            found = re.fullmatch(form, resource)
            if found:
                fields = {**place, **found.groupdict()}
                written = {"id": fill(table["ids"][name], fields)} if name in table["ids"] else {}
                yield Reading(KINDS[name], {**fields, **written})


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
