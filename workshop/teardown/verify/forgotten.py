"""Which workshops there are in an account: by their tags in the index of every region, and by the names of stacks."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from contract import WORKSHOP_TAG
from workshop.teardown.aws import Aws
from workshop.teardown.judge.ownership import WORKSHOP_ID
from workshop.teardown.judge.prove import plain_tags
from workshop.teardown.kinds.kind import Cost
from workshop.teardown.patience import patiently
from workshop.teardown.plan.cost import known_price
from workshop.teardown.verify.tag_index import enabled_regions, readings

_STACK = re.compile(rf"({WORKSHOP_ID.pattern})(-.*)?")


class Found(BaseModel):
    """One workshop that was found in one region."""

    model_config = ConfigDict(frozen=True)

    workshop: str
    region: str
    since: datetime
    """When its first stack was made; without one, the day in its id."""
    stacks: int
    resources: int
    """As the tag index has them: what was deleted in the last hours may still be among them."""
    usd_per_hour: float
    """Of what is billed by the hour at a price that is known."""
    unpriced: int
    """How many more are billed by the hour, at a price that is not known here."""

    @property
    def command(self) -> str:
        """The command with which its removal begins."""
        return f"python -m workshop teardown plan --workshop {self.workshop} --region {self.region}"


def workshops(aws: Aws) -> list[Found]:
    """Every workshop in every enabled region, the oldest first. CallError if a region does not answer."""
    regions = patiently(aws, lambda: enabled_regions(aws))
    found = [each for region in regions for each in _in_region(aws, region)]
    return sorted(found, key=lambda each: (each.since, each.workshop, each.region))


def _in_region(aws: Aws, region: str) -> Iterator[Found]:
    filters = [{"Key": WORKSHOP_TAG}]
    tagged = patiently(
        aws,
        lambda: aws.pages(
            "resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList", region, None, TagFilters=filters
        ),
    )
    stacks = patiently(aws, lambda: aws.pages("cloudformation", "describe_stacks", "Stacks", region))
    arns: dict[str, set[str]] = {}
    made: dict[str, list[datetime]] = {}
    for each in tagged:
        arns.setdefault(plain_tags(each.get("Tags")).get(WORKSHOP_TAG, ""), set()).add(each["ResourceARN"])
    for stack in stacks:
        named = _STACK.fullmatch(stack["StackName"])
        workshop = plain_tags(stack.get("Tags")).get(WORKSHOP_TAG) or (named[1] if named else "")
        arns.setdefault(workshop, set()).add(stack["StackId"])
        made.setdefault(workshop, []).append(stack["CreationTime"])
    for workshop in filter(WORKSHOP_ID.fullmatch, arns):
        yield _found(workshop, region, arns[workshop], made.get(workshop, []))


def _found(workshop: str, region: str, arns: set[str], made: list[datetime]) -> Found:
    kinds = Counter(read[0].kind for arn in arns if (read := readings(arn)))
    prices = {kind: known_price(kind, region) for kind in kinds if kind.cost is Cost.HOURLY}
    return Found(
        workshop=workshop,
        region=region,
        since=min(made, default=_day(workshop)),
        stacks=len(made),
        resources=len(arns),
        usd_per_hour=sum(price * kinds[kind] for kind, price in prices.items() if price is not None),
        unpriced=sum(kinds[kind] for kind, price in prices.items() if price is None),
    )


def _day(workshop: str) -> datetime:
    """The day in an id; the beginning of time if there is no such day."""
    try:
        return datetime.strptime(workshop[3:13], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
