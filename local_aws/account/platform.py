"""Logs that come back, functions, and stacks that cannot delete what is in the way."""

from datetime import UTC, datetime

from local_aws.framework import (
    ApiError,
    Codes,
    EmulatedKind,
    EmulatedResource,
    Life,
    Params,
    Request,
    StandIn,
    Tagging,
    find,
    listing,
    operation,
    plant,
)


class Logs(StandIn):
    """Groups and streams; a late line brings a deleted group back (41)."""

    service = "logs"
    codes = Codes(exists="ResourceAlreadyExistsException", busy="OperationAbortedException",
                  invalid="InvalidParameterException")  # fmt: skip
    kinds = (
        EmulatedKind(
            "LogGroup", ("logGroupName",), create="CreateLogGroup", list="DescribeLogGroups", delete="DeleteLogGroup",
            arn="log-group:{logGroupName}", arn_member="logGroupArn", filters={"logGroupNamePrefix": "prefix"},
        ),
        EmulatedKind(
            "LogStream", ("logGroupName", "logStreamName"), list="DescribeLogStreams", delete="DeleteLogStream",
            arn="log-group:{logGroupName}:log-stream:{logStreamName}", arn_member="arn",
        ),
    )  # fmt: skip
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)

    def write_late(self, region: str, group: str) -> None:
        """(41) A service flushes its logs after the resource is gone: the group exists, whatever was before."""
        if self.store(region).get("LogGroup", (group,)) is None:
            plant(self, "LogGroup", (group,), None, region)

    @operation("ListTagsForResource")
    def tags_of(self, call: Request) -> Params:
        """None is left out: the model's map has at least one entry."""
        record = call.store.by_arn(call.params["resourceArn"])
        if record is None:
            raise ApiError(self.codes.missing, "The specified resource does not exist.")
        return {"tags": dict(record.tags)} if record.tags else {}

    @operation("DescribeLogGroups")
    def groups(self, call: Request) -> Params:
        """Log groups whose names begin with the prefix of the request."""
        return self._begin(call, "LogGroup", call.store.all("LogGroup"), "logGroupNamePrefix")

    @operation("DescribeLogStreams")
    def streams(self, call: Request) -> Params:
        """Of one group, whose names begin so."""
        call.store.need("LogGroup", (call.params["logGroupName"],))
        of = [each for each in call.store.all("LogStream") if each.key[0] == call.params["logGroupName"]]
        return self._begin(call, "LogStream", of, "logStreamNamePrefix")

    def _begin(self, call: Request, kind: str, records: list[EmulatedResource], asked: str) -> Params:
        prefix = call.params.get(asked, "")
        found = [each for each in records if each.key[-1].startswith(prefix)]
        return listing(call, found, "")


class Lambda(StandIn):
    """AWS Lambda as far as functions are removed."""

    service = "lambda"
    codes = Codes(exists="ResourceConflictException", busy="ResourceConflictException",
                  invalid="InvalidParameterValueException")  # fmt: skip
    kinds = (
        EmulatedKind("Function", ("FunctionName",), list="ListFunctions", get="GetFunctionConfiguration",
             arn="function:{FunctionName}", arn_member="FunctionArn"),
    )  # fmt: skip
    tagging = (Tagging("TagResource", "UntagResource", "ListTags", "Resource"),)

    @operation("DeleteFunction")
    def delete_function(self, call: Request) -> Params:
        """(41) Its log group comes back with the last lines."""
        record = find(self.kind_of["Function"], call)
        call.store.remove(record)
        logs = call.neighbour("logs")
        if logs:
            logs.write_late(call.region, f"/aws/lambda/{record.key[0]}")
        return {}


class CloudFormation(StandIn):
    """Stacks that delete what they hold, fail on what is in the way (52), and can be asked again."""

    service = "cloudformation"
    codes = Codes(
        missing="ValidationError", exists="AlreadyExistsException", busy="ValidationError", invalid="ValidationError"
    )
    kinds = (EmulatedKind("Stack", ("StackName",)),)
    _life = Life("CREATE_IN_PROGRESS", "CREATE_COMPLETE", "DELETE_IN_PROGRESS")

    def stack(self, name: str, tags: dict[str, str], resources: list[Params], region: str = "") -> EmulatedResource:
        """A stack. A resource has LogicalResourceId, PhysicalResourceId, ResourceType, and `delete`: service,
        operation, parameters; one without `delete` goes with the stack."""
        region = region or self.world.region
        identity = f"arn:aws:cloudformation:{region}:{self.world.account}:stack/{name}/{self.world.new_id(12).lower()}"
        return plant(
            self, "Stack", (name,), tags, region, StackId=identity, resources=resources, status="CREATE_COMPLETE"
        )

    @operation("DescribeStacks")
    def stacks(self, call: Request) -> Params:
        """One stack by name or id, or all if the request names none."""
        self._settle(call)
        wanted = call.params.get("StackName")
        found = [each for each in call.store.all("Stack") if wanted in (None, each.key[0], each["StackId"])]
        if wanted and not found:
            raise ApiError("ValidationError", f"Stack with id {wanted} does not exist")
        answer = listing(call, found)
        for entry, record in zip(answer["Stacks"], found, strict=False):
            entry["StackStatus"] = record["status"]
        return answer

    @operation("ListStackResources")
    def resources(self, call: Request) -> Params:
        stack = self._stack(call)
        now = datetime.fromtimestamp(self.world.clock(), UTC)
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": each["LogicalResourceId"],
                    "PhysicalResourceId": each["PhysicalResourceId"],
                    "ResourceType": each["ResourceType"],
                    "ResourceStatus": each.get("status", "CREATE_COMPLETE"),
                    "LastUpdatedTimestamp": now,
                }
                for each in stack["resources"]
            ]
        }

    @operation("DeleteStack")
    def delete_stack(self, call: Request) -> None:
        """Begins; how it ends shows after the delay `delete`."""
        stack = self._stack(call)
        stack.members |= {"status": "DELETE_IN_PROGRESS"}
        stack.ready_at = self.world.clock() + call.store.delay(stack.kind, "delete")

    def _settle(self, call: Request) -> None:
        for stack in call.store.all("Stack"):
            if stack["status"] == "DELETE_IN_PROGRESS" and self.world.clock() >= stack.ready_at:
                self._finish(call, stack)

    def _finish(self, call: Request, stack: EmulatedResource) -> None:
        """In no particular order, as without DependsOn."""
        for each in stack["resources"]:
            each["status"] = "DELETE_COMPLETE" if self._gone(call, each) else "DELETE_FAILED"
        if any(each["status"] == "DELETE_FAILED" for each in stack["resources"]):
            stack.members["status"] = "DELETE_FAILED"
        else:
            # The delay has passed already.
            stack.gone_at = self.world.clock()

    def _gone(self, call: Request, resource: Params) -> bool:
        if "delete" not in resource or resource.get("status") == "DELETE_COMPLETE":
            return True
        service, name, params = resource["delete"]
        owner = self.neighbours[service]
        missing = {owner.codes.missing, "ResourceNotFound", "ResourceNotFoundException", "ValidationException"}
        try:
            # Straight to the operation: faults that a test injects are for the caller, not for CloudFormation.
            owner.run(name, params, call.region)
        except ApiError as error:
            return error.code in missing and "could not be found" in error.message
        return True

    def _stack(self, call: Request) -> EmulatedResource:
        wanted = call.params["StackName"]
        for stack in call.store.all("Stack"):
            if wanted in (stack.key[0], stack["StackId"]):
                return stack
        raise ApiError("ValidationError", f"Stack with id {wanted} does not exist")
