"""What the scheduled teardown may do: look at everything, remove what the workshop's tag, path or name proves.

This is the second wall of docs/teardown.md: a bug in the teardown meets an AccessDenied here. The actions are data,
written by `python -m workshop.teardown.kinds.permissions`; what is not granted, and why, is said there too.
"""

import tomllib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from contract import WORKSHOP_TAG
from stacks.identity.platform_boundary import PlatformScope
from stacks.identity.scope import MAX_POLICY_CHARACTERS, Document
from stacks.identity.statements import allow, document

_ACTIONS = Path(__file__).with_name("permissions.toml")
_GLOBAL = "us-east-1"
"""IAM, CloudFront and Budgets answer there."""
_ROOM = MAX_POLICY_CHARACTERS - 500
"""Characters of actions in one document; the rest of it fits into what is left."""
_TAG = f"aws:ResourceTag/{WORKSHOP_TAG}"
_WIDE = ("List", "Describe")
_AI = frozenset({"sagemaker", "bedrock", "bedrock-agentcore"})

ROLES = ("iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy")
POLICIES = ("iam:DeletePolicy", "iam:DeletePolicyVersion")
BUCKETS = ("s3:DeleteBucket", "s3:PutBucketPolicy")
OBJECTS = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion")
VECTORS = ("s3vectors:DeleteIndex", "s3vectors:DeleteVectorBucket", "s3vectors:DeleteVectorBucketPolicy")
SETTING = (
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:PutModelInvocationLoggingConfiguration",
)
BUCKET_NAMES = ("s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions")
FUNCTIONS = ("lambda:GetFunctionConfiguration",)
PARAMETERS = ("ssm:GetParameter",)
LOG = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
RECORD = ("s3:GetObject", "s3:PutObject")


@dataclass(frozen=True, kw_only=True)
class TeardownScope(PlatformScope):
    """Workshop, account and region that the teardown works for."""

    @property
    def here(self) -> Document:
        """Condition: the workshop's region, or where global services answer."""
        return {"aws:RequestedRegion": list(dict.fromkeys((self.region, _GLOBAL)))}

    @property
    def nobody_elses(self) -> Document:
        """Condition: here, and not tagged as another workshop's."""
        return {"StringEqualsIfExists": {_TAG: self.workshop_id}, "StringEquals": self.here}

    def arn(self, service: str, resource: str) -> str:
        """ARN of a resource in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def iam(self, kind: str) -> str:
        """Everything of a kind below the workshop's path."""
        return f"arn:{self.partition}:iam::{self.account_id}:{kind}/workshop/{self.workshop_id}/*"

    @property
    def buckets(self) -> str:
        """CloudFormation begins the names of buckets with the name of their stack."""
        return f"arn:{self.partition}:s3:::{self.workshop_id}-*"


def actions(group: str) -> list[str]:
    """One of the lists of permissions.toml: look, tagged, untagged."""
    return _lists()[group]


@cache
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = tomllib.loads(_ACTIONS.read_text(encoding="utf-8"))
    return lists


def look_policies(scope: TeardownScope) -> list[Document]:
    """Reading: of everything, because whose something is can only be told from its tags."""
    return [
        document([allow("Look", part, "*", {"StringEquals": scope.here})])
        for part in _parts(each for each in actions("look") if each != "tag:GetResources")
    ]


def remove_policies(scope: TeardownScope) -> list[Document]:
    """Removing: what carries the workshop's tag; what lies below its path, has its name, or is nobody's by tag."""
    ours = {"StringEquals": {_TAG: scope.workshop_id, **scope.here}}
    tagged = [document([allow("RemoveTagged", part, "*", ours)]) for part in _parts(actions("tagged"))]
    return [*tagged, _by_name(scope)]


def _by_name(scope: TeardownScope) -> Document:
    return document(
        [
            allow("RemoveUntagged", actions("untagged"), "*", scope.nobody_elses),
            allow("RemoveRoles", ROLES, scope.iam("role")),
            allow("RemovePolicies", POLICIES, scope.iam("policy")),
            allow("RemoveBuckets", BUCKETS, scope.buckets),
            allow("RemoveObjects", OBJECTS, f"{scope.buckets}/*"),
            allow("RemoveVectors", VECTORS, scope.arn("s3vectors", f"bucket/{scope.workshop_id}-*")),
            allow("LookIntoBuckets", BUCKET_NAMES, scope.buckets),
            allow("LookAtFunctions", FUNCTIONS, scope.arn("lambda", f"function:{scope.workshop_id}-*")),
            allow("ReadSetting", PARAMETERS, scope.arn("ssm", f"parameter/workshop/{scope.workshop_id}/*")),
            allow("RestoreSetting", SETTING, "*", {"StringEquals": scope.here}),
            # Verification asks every region that is enabled.
            allow("ReadTagIndex", ["tag:GetResources"], "*"),
        ]
    )


def teardown_boundary(scope: TeardownScope, project_arn: str) -> Document:
    """The most that a role of the Teardown stack can ever do, whatever is attached to it. Reads are patterns here, and
    so is what the AI services delete; nothing is created, nothing is granted."""
    services = {name.partition(":")[0] for name in actions("look")} - {"s3"}  # whose lists tell names of objects
    look = _widened(actions("look"), _WIDE, services)
    removed = _widened([*actions("tagged"), *actions("untagged")], ("Delete", "Stop"), _AI)
    return document(
        [
            allow("Look", look, "*"),
            allow("Remove", [*removed, *SETTING], "*", scope.nobody_elses),
            # One statement: each action knows one of the kinds of resource, and a boundary has 6,144 characters.
            allow(
                "Named",
                [*ROLES, *POLICIES, *VECTORS, *FUNCTIONS, *PARAMETERS],
                [
                    scope.iam("role"),
                    scope.iam("policy"),
                    scope.arn("s3vectors", f"bucket/{scope.workshop_id}-*"),
                    scope.arn("lambda", f"function:{scope.workshop_id}-*"),
                    scope.arn("ssm", f"parameter/workshop/{scope.workshop_id}/*"),
                ],
            ),
            allow("Buckets", ["s3:Get*", "s3:List*", *BUCKETS, *OBJECTS, "s3:PutObject"], scope.buckets),
            allow("Source", ["s3:GetObject*", "s3:GetBucket*"], f"arn:{scope.partition}:s3:::cdk-*"),
            allow("Log", LOG, "*", {"StringEquals": scope.here}),
            allow("Start", ["codebuild:StartBuild"], project_arn),
            allow("Tell", ["sns:Publish"], scope.arn("sns", f"{scope.workshop_id}-*")),
        ]
    )


def _parts(names: Iterable[str]) -> Iterator[list[str]]:
    """The names in as few lists as fit into a document each."""
    part: list[str] = []
    for name in names:
        if sum(len(each) + 3 for each in [*part, name]) > _ROOM:
            yield part
            part = []
        part.append(name)
    yield part


def _widened(names: Iterable[str], verbs: Sequence[str], services: Set[str]) -> list[str]:
    """The names, those of these services that begin with one of the verbs as patterns."""
    return list(dict.fromkeys(_pattern(name, verbs) if name.partition(":")[0] in services else name for name in names))


def _pattern(name: str, verbs: Sequence[str]) -> str:
    service, _, action = name.partition(":")
    verb = next((verb for verb in verbs if action.startswith(verb)), None)
    return f"{service}:{verb}*" if verb else name
