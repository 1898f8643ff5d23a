"""The shape of `workshop.toml`. The description of a field is what an error message says is allowed."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from stacks.config.attendee_names import from_address, numbered
from stacks.config.rules import ascii_only, broken_rules, first_repeated
from stacks.regions import ChatModel, EmbeddingModel, Region, regions

MAX_ATTENDEES = 200
DEFAULT_INSTANCE_TYPE = "ml.m5.large"


class AgentEngine(StrEnum):
    """Service that runs the agent and its tools."""

    AGENTCORE = "agentcore"
    BEDROCK_AGENTS = "bedrock-agents"


class VectorStoreKind(StrEnum):
    """What keeps the vectors of the knowledge base."""

    S3_VECTORS = "s3-vectors"
    OPENSEARCH = "opensearch"


class EndpointKind(StrEnum):
    """How SageMaker serves the model."""

    SERVERLESS = "serverless"
    REAL_TIME = "real-time"


class EncryptionMode(StrEnum):
    """Whose keys encrypt what the workshop stores."""

    AWS_MANAGED = "aws-managed"
    CUSTOMER_KEY = "customer-key"


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Atoms with dots only between them (RFC 5322, 3.2.3), and a domain as DNS has it; a top-level domain may be in its
# ASCII form, such as xn--p1ai.
EmailAddress = Annotated[
    str,
    Field(
        max_length=254,
        pattern=rf"^{_ATOM}(\.{_ATOM})*@({_LABEL}\.)+([A-Za-z]{{2,63}}|[Xx][Nn]--[A-Za-z0-9-]{{1,57}}[A-Za-z0-9])$",
    ),
]
# The parts of a role ARN that IAM allows, without wildcards:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
RoleArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$")
]
VpcEndpointId = Annotated[str, Field(pattern=r"^vpce-([0-9a-f]{8}|[0-9a-f]{17})$")]


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    if repeated := first_repeated(values):
        raise PydanticCustomError("repeated", "{value} is there more than once", {"value": repeated})
    return values


class Section(BaseModel):
    """Base of all sections: immutable, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkshopSection(Section):
    """`[workshop]`: which workshop this is, where and when it runs."""

    id: str = Field(
        pattern=r"^ws-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{4}$",
        description="ws-<year>-<month>-<day>-<4 lower-case hex digits>, such as ws-2026-11-28-ab12; "
        "`python -m workshop init` makes one",
    )
    title: str = Field(min_length=1, max_length=100, description="1 to 100 printable characters of any script")
    region: str = Field(description="one of " + ", ".join(regions()))
    start: AwareDatetime = Field(
        strict=True, description="date and time with its distance from UTC, such as 2026-11-28T08:30:00+07:00"
    )
    end: AwareDatetime = Field(
        strict=True,
        description="date and time after workshop.start with its distance from UTC, such as 2026-11-28T12:00:00+07:00",
    )

    @field_validator("title")
    @classmethod
    def _printable(cls, title: str) -> str:
        if not title.isprintable() or not title.strip():
            raise PydanticCustomError("unprintable", "has nothing to print, or something that cannot be printed")
        if ascii_only(title).lower().startswith("aws:"):
            raise PydanticCustomError("reserved", "AWS refuses tags that begin with aws:")
        return title

    @field_validator("region")
    @classmethod
    def _known_region(cls, region: str) -> str:
        if region not in regions():
            raise PydanticCustomError("unknown_region", "not a region that this workshop has data for")
        return region


class AttendeesSection(Section):
    """`[attendees]`: how many, or who. Exactly one of the two."""

    count: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_ATTENDEES, description=f"whole number, 1 to {MAX_ATTENDEES}"
    )
    roster: tuple[EmailAddress, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_ATTENDEES,
        description=f"list of 1 to {MAX_ATTENDEES} different e-mail addresses",
    )

    @field_validator("roster")
    @classmethod
    def _all_different(cls, roster: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return roster and _unique(roster)


class AgentSection(Section):
    """`[agent]`: what runs the agent."""

    engines: tuple[AgentEngine, ...] = Field(
        default=(AgentEngine.AGENTCORE,),
        min_length=1,
        description="list of one or more of agentcore, bedrock-agents, each once",
    )

    _all_different = field_validator("engines")(_unique)


class KnowledgeSection(Section):
    """`[knowledge]`: where the vectors are, and from where the documents may be read."""

    vector_store: VectorStoreKind = Field(default=VectorStoreKind.S3_VECTORS, description="s3-vectors or opensearch")
    organization_id: str | None = Field(
        default=None, pattern=r"^o-[a-z0-9]{10,32}$", description="id of an AWS organization, such as o-a1b2c3d4e5"
    )
    vpc_endpoint_ids: tuple[VpcEndpointId, ...] = Field(
        default=(), description="list of ids of S3 VPC endpoints, such as vpce-0123456789abcdef0"
    )

    _all_different = field_validator("vpc_endpoint_ids")(_unique)


class ModelsSection(Section):
    """`[models]`: which models; without a key, the default of the region."""

    chat: str | None = Field(default=None, description="id of a chat model of the region, see stacks/regions.toml")
    embedding: str | None = Field(
        default=None, description="id of an embedding model of the region, see stacks/regions.toml"
    )
    embedding_dimensions: int | None = Field(
        default=None, strict=True, description="length of the vectors, one that the embedding model offers"
    )


class EndpointSection(Section):
    """`[endpoint]`: how SageMaker serves the model."""

    kind: EndpointKind = Field(default=EndpointKind.SERVERLESS, description="serverless or real-time")
    instance_type: str = Field(
        default=DEFAULT_INSTANCE_TYPE, description="instance type that the region offers, for kind = real-time only"
    )


class BudgetSection(Section):
    """`[budget]`: how much the workshop may cost, and who hears of it."""

    limit_usd: float = Field(strict=True, gt=0, le=1_000_000, description="US dollars, more than 0 and at most 1000000")
    alert_emails: tuple[EmailAddress, ...] = Field(
        min_length=1,
        max_length=10,  # https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html
        description="list of 1 to 10 different e-mail addresses",
    )

    _all_different = field_validator("alert_emails")(_unique)


class AccessSection(Section):
    """`[access]`: who may administer what is deployed."""

    admin_role_arns: tuple[RoleArn, ...] = Field(
        default=(),
        description="list of ARNs of IAM roles without wildcards, such as arn:aws:iam::111122223333:role/Admin",
    )

    _all_different = field_validator("admin_role_arns")(_unique)


class EncryptionSection(Section):
    """`[encryption]`: whose keys encrypt what the workshop stores."""

    mode: EncryptionMode = Field(default=EncryptionMode.AWS_MANAGED, description="aws-managed or customer-key")


class TeardownSection(Section):
    """`[teardown]`: removes the workshop by itself, should nobody have done it before. No section, no removal."""

    hours_after_end: int = Field(
        strict=True, ge=1, le=168, description="whole hours after workshop.end, 1 to 168: when the removal begins"
    )
    dedicated_account: bool = Field(
        strict=True, description="true or false; true says that nothing but the workshop lives in the account"
    )


class WebSection(Section):
    """`[web]`: the page on which attendees sign in."""

    tokens_per_attendee: int = Field(
        default=200_000,
        strict=True,
        ge=10_000,
        le=10_000_000,
        description="whole number of tokens that one person may use in a day, 10000 to 10000000",
    )


class FeaturesSection(Section):
    """`[features]`: parts that can be left out."""

    audit: bool = Field(
        default=True,
        strict=True,
        description="true or false; false leaves out the trail and the log of model calls, not the budget",
    )
    budget: bool = Field(
        default=True,
        strict=True,
        description="true or false; false leaves out the budget, for an account that may not have one, not the alarms",
    )
    studio: bool = Field(default=True, strict=True, description="true or false")
    inference: bool = Field(
        default=True,
        strict=True,
        description="true or false; false also leaves out the agent's `predict` tool, which needs it",
    )
    ml: bool = Field(
        default=True, strict=True, description="true or false; false leaves out the lab's data, queries and pipelines"
    )
    web: bool = Field(
        default=True,
        strict=True,
        description="true or false; false leaves out the page on which attendees sign in and talk to the agent",
    )


class WorkshopConfig(Section):
    """The whole configuration. Use `load_config` to read one: it reports every problem of a file at once."""

    workshop: WorkshopSection
    attendees: AttendeesSection
    agent: AgentSection = AgentSection()
    knowledge: KnowledgeSection = KnowledgeSection()
    models: ModelsSection = ModelsSection()
    endpoint: EndpointSection = EndpointSection()
    budget: BudgetSection
    access: AccessSection = AccessSection()
    encryption: EncryptionSection = EncryptionSection()
    web: WebSection = WebSection()
    teardown: TeardownSection | None = None
    features: FeaturesSection = FeaturesSection()

    @model_validator(mode="after")
    def _rules_across_keys_hold(self) -> Self:
        given: dict[str, Any] = self.model_dump(exclude_unset=True)
        if broken := broken_rules(given):
            raise ValueError("; ".join(f"{problem.key}: {problem.text}" for problem in broken))
        return self

    @property
    def workshop_id(self) -> str:
        """Id of the workshop: value of its tag, prefix of its stacks."""
        return self.workshop.id

    @property
    def region(self) -> str:
        """Name of the AWS region that everything is deployed to."""
        return self.workshop.region

    @property
    def region_data(self) -> Region:
        """Models, images and profiles that the region has."""
        return regions()[self.region]

    @property
    def attendee_names(self) -> tuple[str, ...]:
        """By number, such as `att-07`, or by the addresses of the roster, in its order."""
        if self.attendees.roster:
            return tuple(from_address(address) for address in self.attendees.roster)
        return numbered(self.attendees.count or 0)

    @property
    def ascii_title(self) -> str:
        """The title in the alphabet of AWS tags and descriptions; the workshop id if nothing of it is left."""
        return ascii_only(self.workshop.title) or self.workshop_id

    @property
    def teardown_time(self) -> datetime | None:
        """When the workshop begins to remove itself; None if it does not."""
        return self.workshop.end + timedelta(hours=self.teardown.hours_after_end) if self.teardown else None

    @property
    def chat_model(self) -> ChatModel:
        """The chosen chat model, or the default of the region."""
        model = self.region_data.chat_model(self.models.chat)
        if model is None:  # unreachable for a validated configuration
            raise ValueError(f"{self.region} does not serve {self.models.chat}")
        return model

    @property
    def embedding_model(self) -> EmbeddingModel:
        """The chosen embedding model with the chosen dimensions, or the defaults of the region."""
        model = self.region_data.embedding_model(self.models.embedding)
        if model is None:  # unreachable for a validated configuration
            raise ValueError(f"{self.region} does not serve {self.models.embedding}")
        return replace(model, dimensions=self.models.embedding_dimensions or model.dimensions)
