"""What the resources of a workshop use, in the units of the price list."""

from collections.abc import Sequence
from dataclasses import dataclass

from stacks.config import WorkshopConfig
from workshop.cost.assembly import DeclaredResource
from workshop.cost.assumptions import Assumptions

AGENTS = ("AWS::BedrockAgentCore::Harness", "AWS::Bedrock::Agent")
STUDIO = "AWS::SageMaker::Domain"


@dataclass(frozen=True)
class Usage:
    """How much of one price a resource uses."""

    row: str
    """Row of the result that it belongs to, in words."""
    price: str
    """Name of the price."""
    always: float = 0
    """Units per hour while it is deployed, whether anybody uses it or not."""
    day: float = 0
    """Units that the workshop day uses besides."""
    left: float = 0
    """Units per hour, besides `always`, that attendees leave behind if nobody removes the workshop."""


@dataclass(frozen=True)
class Circumstances:
    """What the use of one resource depends on besides itself."""

    config: WorkshopConfig
    assumptions: Assumptions
    agents: int
    """How many agents the attendees ask."""
    studio: bool
    """True if the attendees have notebooks."""

    @property
    def questions(self) -> float:
        """Questions that all attendees ask one agent."""
        return self.assumptions.attendees * self.assumptions.questions

    @property
    def notebook_calls(self) -> float:
        """Model calls of all attendees from notebooks."""
        return self.assumptions.attendees * self.assumptions.notebook_calls if self.studio else 0

    @property
    def model_calls(self) -> float:
        """All model calls: of every agent, and from notebooks."""
        return self.agents * self.questions * self.assumptions.model_calls + self.notebook_calls


def circumstances(
    config: WorkshopConfig, assumptions: Assumptions, resources: Sequence[DeclaredResource]
) -> Circumstances:
    """What these resources mean for each other."""
    return Circumstances(
        config=config,
        assumptions=assumptions,
        agents=sum(resource.type in AGENTS for resource in resources),
        studio=any(resource.type == STUDIO for resource in resources),
    )
