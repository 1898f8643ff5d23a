"""Web: the one page on which attendees sign in, talk to the agent and find their way on."""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from contract import Output, StackName
from stacks.agent.deployed import Agent
from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.config import WorkshopConfig
from stacks.web.api import WebApi
from stacks.web.functions import ChatFunction, PageFunction, Tables
from stacks.web.table import PageTable
from stacks.web.users import Users


class WebStack(WorkshopStack):
    """Pool, table, two functions and one REST API."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: WorkshopConfig,
        agent: Agent,
        desk_table: dynamodb.ITable,
        key: CustomerKey | None,
    ) -> None:
        """Create the stack.

        Args:
            desk_table: has the requests for a lab helper, and the tickets that say who asks.
        """
        super().__init__(scope, StackName.WEB, config=config, description="Page, sign-in and chat of the workshop")
        users = Users(self, "Users")
        tables = Tables(web=PageTable(self, "Table", key=key), desk=desk_table)
        tokens = config.web.tokens_per_attendee
        page = PageFunction(
            self,
            "Page",
            workshop_id=config.workshop_id,
            title=config.workshop.title,
            tokens_per_day=tokens,
            tables=tables,
            users=users,
            key=key,
        )
        chat = ChatFunction(
            self,
            "Chat",
            workshop_id=config.workshop_id,
            tokens_per_day=tokens,
            tables=tables,
            agent=agent,
            key=key,
        )
        api = WebApi(self, "Api", users=users, page=page, chat=chat)
        self.publish(Output.WEB_ADDRESS, api.address, "Where attendees sign in")
        self.publish(Output.USER_POOL_ID, users.pool.user_pool_id, "Who may sign in")
        self.publish(Output.WEB_TABLE_NAME, tables.web.table_name, "Conversations, budgets and messages")
