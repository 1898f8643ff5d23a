"""What spans services: the tag index and the caller's identity."""

from local_aws.framework import (
    ApiError,
    Codes,
    EmulatedKind,
    EmulatedResource,
    Params,
    Request,
    StandIn,
    World,
    find,
    operation,
)


class TagIndex(StandIn):
    """The Resource Groups Tagging API. It goes on showing what has been deleted (boto3 issue 3341)."""

    service = "resourcegroupstaggingapi"
    scope = "tagging"
    codes = Codes(invalid="InvalidParameterException")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._remembered: dict[tuple[str, str], dict[str, str]] = {}

    def remember(self, region: str, arn: str, tags: dict[str, str]) -> None:
        """A resource that the index knows of, whether it exists or not."""
        self._remembered[(region, arn)] = dict(tags)

    @operation("GetResources")
    def resources(self, call: Request) -> Params:
        """Of one region, that match all filters; everything on one page."""
        for owner in self.neighbours.values():
            for region, record in owner.records():
                if record.arn and record.tags:
                    self.remember(region, record.arn, record.tags)
        found = []
        for (region, arn), tags in self._remembered.items():
            if region == call.region and all(_fits(tags, each) for each in call.params.get("TagFilters", [])):
                shown = [{"Key": name, "Value": value} for name, value in tags.items()]
                found.append({"ResourceARN": arn, "Tags": shown})
        return {"ResourceTagMappingList": found, "PaginationToken": ""}


def _fits(tags: dict[str, str], wanted: Params) -> bool:
    values = wanted.get("Values") or []
    return wanted["Key"] in tags and (not values or tags[wanted["Key"]] in values)


class Sts(StandIn):
    """Whose credentials these are; a test may change it."""

    service = "sts"
    arn = ""

    @operation("GetCallerIdentity")
    def identity(self, call: Request) -> Params:
        """A role, unless a test says otherwise."""
        account = self.world.account
        arn = self.arn or f"arn:aws:sts::{account}:assumed-role/organiser/teardown"
        return {"Account": account, "Arn": arn, "UserId": "AROAEXAMPLE:teardown"}


class Ssm(StandIn):
    """Parameters: where the Audit stack keeps the account's former setting."""

    service = "ssm"
    codes = Codes(missing="ParameterNotFound", exists="ParameterAlreadyExists", invalid="ValidationException")
    kinds = (
        EmulatedKind(
            "Parameter",
            ("Name",),
            list="DescribeParameters",
            delete="DeleteParameter",
            arn="parameter{Name}",
            arn_member="ARN",
        ),
    )

    @operation("GetParameter")
    def parameter(self, call: Request) -> Params:
        """The parameter with its value, decrypted or not."""
        record: EmulatedResource = find(self.kind_of["Parameter"], call)
        return {"Parameter": {"Name": record.key[0], "Value": record.get("Value", ""), "ARN": record.arn}}

    @operation("ListTagsForResource")
    def tags(self, call: Request) -> Params:
        record = call.store.get("Parameter", (call.params["ResourceId"],))
        if record is None:
            raise ApiError("InvalidResourceId", "The resource ID is not valid.")
        return {"TagList": [{"Key": name, "Value": value} for name, value in record.tags.items()]}
