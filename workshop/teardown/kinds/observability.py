"""Logs, alarms, dashboards, the trail and the budget."""

# fmt: off
from workshop.teardown.kinds.kind import Cost, Describe, Kind, Lister, Named, Tagged, call
from workshop.teardown.kinds.tags import RESOURCE_ARN, RESOURCE_ARN_CAPITAL, RESOURCE_ARN_PASCAL

_WRITERS = ("sm-*", "br-*", "ac-*", "lambda-function", "codebuild-project", "sfn", "log-delivery*", "cfn-stack",
            "trail")

KINDS = (
    Kind(
        name="log-delivery", service="logs", find=Lister("describe_deliveries", "deliveries"), id="id", arn="arn",
        proofs=(RESOURCE_ARN,), describe=Describe(call("get_delivery", id="{id}"), "delivery"),
        delete=call("delete_delivery", id="{id}"), cfn="AWS::Logs::Delivery",
    ),
    Kind(
        name="log-delivery-source", service="logs", find=Lister("describe_delivery_sources", "deliverySources"),
        id="name",
        arn="arn", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_delivery_source", name="{id}"), "deliverySource"),
        delete=call("delete_delivery_source", name="{id}"), after=("log-delivery",), cfn="AWS::Logs::DeliverySource",
    ),
    Kind(
        name="log-delivery-destination", service="logs", id="name", arn="arn", proofs=(RESOURCE_ARN,),
        find=Lister("describe_delivery_destinations", "deliveryDestinations"), cfn="AWS::Logs::DeliveryDestination",
        describe=Describe(call("get_delivery_destination", name="{id}"), "deliveryDestination"),
        delete=call("delete_delivery_destination", name="{id}"), after=("log-delivery",),
    ),
    Kind(
        # In groups that the whole account shares, a job is a stream.
        name="log-stream", service="logs", id="logStreamName", arn="arn", created="creationTime", proofs=(),
        find=Lister("describe_log_streams", "logStreams",
                    {"logGroupName": "{Group}", "logStreamNamePrefix": "{Prefix}"},
                    container="Group"),
        claim=r"(?P<Group>/aws/[^:]+):(?P<Prefix>.*[^/]/)",
        delete=call("delete_log_stream", logGroupName="{Group}", logStreamName="{id}"), cost=Cost.STORED,
        after=("sm-*",),
    ),
    Kind(
        # After everything that writes: a late line brings a deleted group back.
        name="log-group", service="logs", find=Lister("describe_log_groups", "logGroups"), id="logGroupName",
        arn="logGroupArn", created="creationTime", proofs=(RESOURCE_ARN,), after=_WRITERS, cost=Cost.STORED,
        describe=Describe(call("describe_log_groups", logGroupNamePrefix="{id}"), "logGroups"),
        delete=call("delete_log_group", logGroupName="{id}"), cfn="AWS::Logs::LogGroup",
    ),
    Kind(
        name="composite-alarm", service="cloudwatch", id="AlarmName", arn="AlarmArn", proofs=(RESOURCE_ARN_CAPITAL,),
        find=Lister("describe_alarms", "CompositeAlarms", {"AlarmTypes": ["CompositeAlarm"]}),
        describe=Describe(call("describe_alarms", AlarmNames=["{id}"], AlarmTypes=["CompositeAlarm"]),
                          "CompositeAlarms"),
        delete=call("delete_alarms", AlarmNames=["{id}"]), cost=Cost.STORED, cfn="AWS::CloudWatch::CompositeAlarm",
    ),
    Kind(
        name="alarm", service="cloudwatch", id="AlarmName", arn="AlarmArn", proofs=(RESOURCE_ARN_CAPITAL,),
        find=Lister("describe_alarms", "MetricAlarms", {"AlarmTypes": ["MetricAlarm"]}), after=("composite-alarm",),
        describe=Describe(call("describe_alarms", AlarmNames=["{id}"], AlarmTypes=["MetricAlarm"]), "MetricAlarms"),
        delete=call("delete_alarms", AlarmNames=["{id}"]), cost=Cost.STORED, cfn="AWS::CloudWatch::Alarm",
    ),
    Kind(
        name="dashboard", service="cloudwatch", find=Lister("list_dashboards", "DashboardEntries"), id="DashboardName",
        arn="DashboardArn", proofs=(Named(),), describe=Describe(call("get_dashboard", DashboardName="{id}")),
        delete=call("delete_dashboards", DashboardNames=["{id}"]), cost=Cost.STORED, cfn="AWS::CloudWatch::Dashboard",
    ),
    Kind(
        name="trail", service="cloudtrail", find=Lister("list_trails", "Trails"), id="Name", arn="TrailARN",
        proofs=(Tagged(call("list_tags", ResourceIdList=["{arn}"]), "ResourceTagList.0.TagsList"),),
        describe=Describe(call("get_trail", Name="{arn}"), "Trail"), delete=call("delete_trail", Name="{arn}"),
        after=("sm-*", "br-*", "ac-*"), cfn="AWS::CloudTrail::Trail",
    ),
    Kind(
        name="budget", service="budgets", find=Lister("describe_budgets", "Budgets", {"AccountId": "{account}"}),
        id="BudgetName", arn="arn:aws:budgets::{account}:budget/{BudgetName}", home="us-east-1",
        proofs=(Tagged(call("list_tags_for_resource", ResourceARN="{arn}"), "ResourceTags"), Named()),
        describe=Describe(call("describe_budget", AccountId="{account}", BudgetName="{id}"), "Budget"),
        delete=call("delete_budget", AccountId="{account}", BudgetName="{id}"), cfn="AWS::Budgets::Budget",
    ),
    Kind(
        name="sns-topic", service="sns", find=Lister("list_topics", "Topics"), id="TopicArn", arn="TopicArn",
        proofs=(RESOURCE_ARN_PASCAL,), describe=Describe(call("get_topic_attributes", TopicArn="{arn}"), "Attributes"),
        delete=call("delete_topic", TopicArn="{arn}"), after=("alarm",), cfn="AWS::SNS::Topic",
    ),
    Kind(
        name="sqs-queue", service="sqs", find=Lister("list_queues", "QueueUrls"), id="id",
        arn="arn:aws:sqs:{region}:{account}:{id}", proofs=(Tagged(call("list_queue_tags", QueueUrl="{id}"), "Tags"),),
        describe=Describe(call("get_queue_attributes", QueueUrl="{id}", AttributeNames=["QueueArn"]), "Attributes"),
        delete=call("delete_queue", QueueUrl="{id}"), after=("lambda-function",), cfn="AWS::SQS::Queue",
    ),
    Kind(
        # Keeps the account's former logging setting until the Audit stack has put it back.
        name="ssm-parameter", service="ssm", find=Lister("describe_parameters", "Parameters"), id="Name", arn="ARN",
        proofs=(Tagged(call("list_tags_for_resource", ResourceType="Parameter", ResourceId="{id}"), "TagList"),),
        describe=Describe(call("get_parameter", Name="{id}"), "Parameter"), after=("cfn-stack",),
        delete=call("delete_parameter", Name="{id}"), cfn="AWS::SSM::Parameter",
    ),
)
