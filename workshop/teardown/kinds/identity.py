"""Roles, policies, keys, and the stacks: what everything else needs to be deleted, so it goes late."""

# fmt: off
from workshop.teardown.kinds import hooks
from workshop.teardown.kinds.kind import Cost, Describe, Inline, Kind, Linked, Lister, Pathed, Tagged, call

_PATH = {"PathPrefix": "/workshop/{workshop}/"}
_CONSUMERS = ("sm-*", "br-*", "ac-*", "aoss-*", "lambda-function", "codebuild-project", "sfn", "schedule-group",
              "eventbridge-rule", "trail", "athena-workgroup", "glue-*", "cfn-stack")

# What cannot be read any more, nor always deleted, once its key is gone.
_ENCRYPTED = ("sm-*", "br-*", "ac-*", "s3-*", "s3v-*", "aoss-*", "secret", "dynamodb-table", "ecr-repository", "log-*",
              "efs", "sns-topic", "sqs-queue", "cfn-stack")

KINDS = (
    Kind(
        name="iam-role", service="iam", find=Lister("list_roles", "Roles", _PATH), id="RoleName", arn="Arn",
        created="CreateDate", proofs=(Tagged(call("list_role_tags", RoleName="{id}"), "Tags"), Pathed()),
        home="us-east-1",
        describe=Describe(call("get_role", RoleName="{id}"), "Role"), prepare=hooks.strip_role, uses=(
            "detach_role_policy", "delete_role_policy", "remove_role_from_instance_profile"),
        delete=call("delete_role", RoleName="{id}"), after=_CONSUMERS, cfn="AWS::IAM::Role",
    ),
    Kind(
        name="iam-policy", service="iam", find=Lister("list_policies", "Policies", {"Scope": "Local", **_PATH}),
        id="PolicyName", arn="Arn", created="CreateDate", proofs=(Pathed(),), home="us-east-1",
        describe=Describe(call("get_policy", PolicyArn="{arn}"), "Policy"), prepare=hooks.drop_versions,
        uses=("delete_policy_version",), delete=call("delete_policy", PolicyArn="{arn}"), after=("iam-role",),
        cfn="AWS::IAM::ManagedPolicy",
    ),
    Kind(
        name="kms-alias", service="kms", find=Lister("list_aliases", "Aliases"), id="AliasName", arn="AliasArn",
        created="CreationDate", proofs=(Linked("kms-key", "TargetKeyId"),), cfn="AWS::KMS::Alias",
        describe=Describe(call("list_aliases", KeyId="{TargetKeyId}"), "Aliases"),
        delete=call("delete_alias", AliasName="{id}"), after=_ENCRYPTED,
    ),
    Kind(
        # Seven days is the shortest wait there is; a key that waits costs nothing.
        name="kms-key", service="kms", find=Lister("list_keys", "Keys"), id="KeyId", arn="KeyArn",
        status="describe:KeyState", settled={"PendingDeletion": "scheduled", "PendingReplicaDeletion": "scheduled"},
        proofs=(Tagged(call("list_resource_tags", KeyId="{id}"), "Tags"),), cost=Cost.STORED, cfn="AWS::KMS::Key",
        describe=Describe(call("describe_key", KeyId="{id}"), "KeyMetadata"),
        delete=call("schedule_key_deletion", KeyId="{id}", PendingWindowInDays=7), after=("kms-alias", *_ENCRYPTED),
    ),
    Kind(
        # Last of the big things: it takes along what attendees' resources were using. Nested stacks go with their root.
        name="cfn-stack", service="cloudformation", find=Lister("describe_stacks", "Stacks"), id="StackName",
        arn="StackId", created="CreationTime", status="StackStatus", proofs=(Inline("Tags"),),
        describe=Describe(call("describe_stacks", StackName="{arn}"), "Stacks"), prepare=hooks.stack_may_go,
        uses=("update_termination_protection",), delete=call("delete_stack", StackName="{arn}"),
        after=("sm-*", "br-*", "ac-*", "s3v-*", "aoss-*", "efs", "efs-*", "nfs-sg", "eni", "vpc-endpoint",
               "nat-gateway"),
        cfn="AWS::CloudFormation::Stack",
    ),
)
