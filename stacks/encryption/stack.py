"""Encryption: the customer key, only where the configuration asks for one."""

from constructs import Construct

from contract import Output, StackName
from stacks.common.base import WorkshopStack
from stacks.config import WorkshopConfig
from stacks.encryption.key import WorkshopKey


class EncryptionStack(WorkshopStack):
    """First of all stacks: the others are handed the key's ARN."""

    def __init__(self, scope: Construct, *, config: WorkshopConfig) -> None:
        """Create the stack.

        Args:
            config: the workshop's id decides who may use the key.
        """
        super().__init__(scope, StackName.ENCRYPTION, config=config, description="Customer key of the workshop")
        key = WorkshopKey(self, "Key", workshop_id=config.workshop_id, admin_role_arns=config.access.admin_role_arns)
        self.customer_key = key.customer_key
        self.publish(Output.ENCRYPTION_KEY_ARN, key.key_arn, "Encrypts what the workshop stores")
