"""The two functions of the page: one that answers at once, and one whose answer is a stream."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambda_src.common.identity import TICKET_PREFIX
from lambda_src.groups import TOOL_GROUPS
from stacks.agent.deployed import Agent
from stacks.common.customer_key import CustomerKey
from stacks.common.functions import PythonFunction
from stacks.identity.platform_boundary import CHAT_FOLDER
from stacks.web.users import Users
from stacks.web.vendored import copy_vendored

ITEMS = ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")
CHAT_TIMEOUT = cdk.Duration.seconds(300)
WRAPPER = "/var/task/lambda_src/common/stream.sh"
"""Started by Lambda in place of its own Python program, which cannot stream."""


@dataclass(frozen=True)
class Tables:
    """Where the functions read and write."""

    web: dynamodb.ITable
    desk: dynamodb.ITable


class PageFunction(PythonFunction):
    """Page, sign-in, conversations and board."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        title: str,
        tokens_per_day: int,
        tables: Tables,
        users: Users,
        key: CustomerKey | None,
    ) -> None:
        """Create the function.

        Args:
            title: of the workshop, any script.
            tokens_per_day: what one person may use.
        """
        copy_vendored()
        super().__init__(
            scope,
            construct_id,
            workshop_id=workshop_id,
            folder="web",
            more_files=("web", "knowledge/docs"),
            description="The page of the workshop, its sign-in and its board",
            timeout=cdk.Duration.seconds(15),
            environment={
                "TABLE_NAME": tables.web.table_name,
                "USER_POOL_ID": users.pool.user_pool_id,
                "USER_POOL_CLIENT_ID": users.client.user_pool_client_id,
                "DAILY_BUDGET": str(tokens_per_day),
                "TITLE": title,
            },
            statements=[
                _items(tables.web),
                iam.PolicyStatement(actions=["cognito-idp:AdminInitiateAuth"], resources=[users.pool.user_pool_arn]),
                *(key.use_through("dynamodb") if key else []),
            ],
            key=key,
        )


class ChatFunction(PythonFunction):
    """A question to the agent, and its answer as a stream."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        tokens_per_day: int,
        tables: Tables,
        agent: Agent,
        key: CustomerKey | None,
    ) -> None:
        """Its role may call this one harness, and write tickets, not requests, into the desk's table."""
        tools = sorted(tool.name for group in TOOL_GROUPS for tool in group.tools)
        super().__init__(
            scope,
            construct_id,
            workshop_id=workshop_id,
            folder="chat",
            description="Answers of the agent, streamed",
            role_folder=CHAT_FOLDER,
            timeout=CHAT_TIMEOUT,
            environment={
                "AWS_LAMBDA_EXEC_WRAPPER": WRAPPER,
                "TABLE_NAME": tables.web.table_name,
                "DESK_TABLE_NAME": tables.desk.table_name,
                "DAILY_BUDGET": str(tokens_per_day),
                "TOOL_NAMES": ",".join(tools),
                "HARNESS_ARN": agent.harness_arn,
                "GATEWAY_URL": agent.gateway_url,
            },
            statements=[
                _items(tables.web),
                iam.PolicyStatement(
                    actions=["dynamodb:PutItem"],
                    resources=[tables.desk.table_arn],
                    conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{TICKET_PREFIX}*"]}},
                ),
                # Both are asked for: docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-security.html
                iam.PolicyStatement(
                    actions=["bedrock-agentcore:InvokeAgentRuntime", "bedrock-agentcore:InvokeHarness"],
                    resources=[agent.harness_arn],
                ),
                *(key.use_through("dynamodb") if key else []),
            ],
            key=key,
        )


def _items(table: dynamodb.ITable) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=[f"dynamodb:{name}" for name in ITEMS], resources=[table.table_arn])
