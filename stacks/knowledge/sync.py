"""Sync without hands: a changed document or a new data source starts an ingestion job, one at a time, and a failure is
not lost."""

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from contract import DOCUMENTS_PREFIX
from stacks.common.acknowledge import acknowledge
from stacks.common.customer_key import CustomerKey
from stacks.common.functions import PythonFunction

DEBOUNCE = cdk.Duration.seconds(10)
FUNCTION_TIMEOUT = cdk.Duration.seconds(20)
RETRY_AFTER = cdk.Duration.minutes(2)
"""Visibility timeout: a running job answers with a conflict, and the change waits this long for its next turn.
At least six times the function's timeout: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
ATTEMPTS = 15
"""Half an hour of conflicts or failures before a change goes to the dead-letter queue."""


class DocumentSync(Construct):
    """Bucket event → EventBridge rule → queue → function → ingestion job; what fails ends in a dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        bucket: s3.IBucket,
        knowledge_base: bedrock.CfnKnowledgeBase,
        data_source: bedrock.CfnDataSource,
        alarm_topic: sns.ITopic,
        key: CustomerKey | None,
    ) -> None:
        """Create the construct.

        Args:
            bucket: sends its events to EventBridge.
            alarm_topic: hears when a change could not be ingested.
        """
        super().__init__(scope, construct_id)
        encryption = sqs.QueueEncryption.KMS if key else sqs.QueueEncryption.SQS_MANAGED
        encryption_key = key.imported(self, "Key") if key else None
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
            encryption=encryption,
            encryption_master_key=encryption_key,
        )
        queue = sqs.Queue(
            self,
            "Changes",
            enforce_ssl=True,
            visibility_timeout=RETRY_AFTER,
            encryption=encryption,
            encryption_master_key=encryption_key,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=ATTEMPTS),
        )
        # The L1: the module with the targets of the L2 loads every service that can be one, which takes 0.15 s.
        self.rule = events.CfnRule(
            self,
            "DocumentChanged",
            description="A document of the knowledge base was uploaded or deleted",
            state="ENABLED",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created", "Object Deleted"],
                "detail": {
                    "bucket": {"name": [bucket.bucket_name]},
                    "object": {"key": [{"prefix": DOCUMENTS_PREFIX}]},
                },
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="Changes",
                    arn=queue.queue_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
                )
            ],
        )
        from_rule = iam.ServicePrincipal(
            "events.amazonaws.com", conditions={"ArnEquals": {"aws:SourceArn": self.rule.attr_arn}}
        )
        for receiver in (queue, self.dead_letters):
            receiver.grant(from_rule, "sqs:SendMessage")
        function = PythonFunction(
            self,
            "Function",
            workshop_id=workshop_id,
            folder="knowledge_sync",
            description="Starts an ingestion job for changed documents and watches it",
            timeout=FUNCTION_TIMEOUT,
            key=key,
            environment={
                "KNOWLEDGE_BASE_ID": knowledge_base.attr_knowledge_base_id,
                "DATA_SOURCE_ID": data_source.attr_data_source_id,
                "QUEUE_URL": queue.queue_url,
            },
            statements=[
                iam.PolicyStatement(
                    actions=["bedrock:StartIngestionJob", "bedrock:GetIngestionJob", "bedrock:ListIngestionJobs"],
                    resources=[knowledge_base.attr_knowledge_base_arn],
                ),
                iam.PolicyStatement(
                    actions=[
                        "sqs:ReceiveMessage",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:ChangeMessageVisibility",
                        "sqs:SendMessage",
                    ],
                    resources=[queue.queue_arn],
                ),
                *(key.use_through("sqs") if key else []),
            ],
        )
        self.fill = cdk.CustomResource(
            self,
            "Fill",
            resource_type="Custom::FillKnowledgeBase",
            service_token=function.function_arn,
            service_timeout=cdk.Duration.minutes(1),
            properties={"DataSourceId": data_source.attr_data_source_id},
        )
        self.event_source = lambda_.EventSourceMapping(
            self,
            "ChangesToFunction",
            target=function,
            event_source_arn=queue.queue_arn,
            batch_size=100,
            max_batching_window=DEBOUNCE,
            report_batch_item_failures=True,
        )
        acknowledge(
            self.event_source,
            "Serverless-LambdaEventSourceMappingDestination",
            "A queue takes no failure destination: what fails stays in it until its dead-letter queue takes over",
        )
        acknowledge(
            self.dead_letters,
            "Serverless-SQSRedrivePolicy",
            "This is the dead-letter queue itself; an alarm watches it",
        )
        self._alarm(alarm_topic)

    def _alarm(self, topic: sns.ITopic) -> None:
        alarm = cloudwatch.Alarm(
            self,
            "SyncFailed",
            alarm_description="A changed document was not ingested; the dead-letter queue says which",
            metric=self.dead_letters.metric_approximate_number_of_messages_visible(
                period=cdk.Duration.minutes(1), statistic="Maximum"
            ),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(cloudwatch_actions.SnsAction(topic))
