"""Budgets, trails and flow logs: what watches the workshop."""

from local_aws.cloudformation import shapes
from local_aws.cloudformation.api import Api
from local_aws.cloudformation.model import Applied, Part, Properties, ResourceType

SELECTORS = {
    "EventSelectors": "PutEventSelectors",
    "AdvancedEventSelectors": "PutEventSelectors",
    "InsightSelectors": "PutInsightSelectors",
}


def _select_and_log(applied: Applied) -> None:
    """What a trail records, and whether it does, are operations of their own."""
    trail = applied.attributes["TrailName"]
    for name, operation in SELECTORS.items():
        if name in applied.new and applied.new[name] != applied.old.get(name):
            shape = shapes.input_members(applied.api.operation(operation))
            applied.api.call(operation, {"TrailName": trail} | shapes.to_api({name: applied.new[name]}, shape))
    if applied.new["IsLogging"] != applied.old.get("IsLogging"):
        logging = str(applied.new["IsLogging"]).lower() == "true"
        applied.api.call("StartLogging" if logging else "StopLogging", {"Name": trail})


def _flow_log_request(properties: Properties, _: Api) -> Properties:
    """EC2 takes several resources at once."""
    rest = {name: value for name, value in properties.items() if name != "ResourceId"}
    return {**rest, "ResourceIds": [properties["ResourceId"]]}


TYPES = (
    ResourceType(
        name="AWS::Budgets::Budget",
        service="budgets",
        create="CreateBudget",
        read="DescribeBudget",
        update="UpdateBudget",
        delete="DeleteBudget",
        identify={"BudgetName": Part("BudgetName")},
        at="Budget",
        ref=("BudgetName",),
        attributes={"BudgetName": ("BudgetName", "Budget.BudgetName"), "Id": ("BudgetName", "Budget.BudgetName")},
        update_renames={"Budget": "NewBudget"},
        generated_name="Budget.BudgetName",
        arn="arn:aws:budgets::{account}:budget/{BudgetName}",
    ),
    ResourceType(
        name="AWS::CloudTrail::Trail",
        service="cloudtrail",
        create="CreateTrail",
        read="GetTrail",
        update="UpdateTrail",
        delete="DeleteTrail",
        identify={"Name": Part("TrailName")},
        at="Trail",
        attributes={"TrailName": ("Name",), "Arn": ("TrailARN",)},
        renames={"TrailName": "Name"},
        generated_name="TrailName",
        arn="{Arn}",
        hooked=frozenset({"EventSelectors", "AdvancedEventSelectors", "InsightSelectors", "IsLogging"}),
        apply=_select_and_log,
    ),
    ResourceType(
        name="AWS::EC2::FlowLog",
        service="ec2",
        create="CreateFlowLogs",
        read="DescribeFlowLogs",
        delete="DeleteFlowLogs",
        identify={"FlowLogIds": Part("Id")},
        at="FlowLogs.0",
        attributes={"Id": ("FlowLogId", "FlowLogIds.0")},
        prepare=_flow_log_request,
        arn="{Id}",
        status="DeliverLogsStatus",
    ),
)
