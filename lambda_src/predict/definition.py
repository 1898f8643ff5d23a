"""Asks the workshop's own model, served by a SageMaker endpoint, for one prediction."""

from dataclasses import dataclass

from pydantic import Field

from lambda_src.common.tool import Tool, ToolGroup, ToolInput


@dataclass(frozen=True)
class Feature:
    """One column, with the range in which the model was trained."""

    name: str
    lowest: float
    highest: float
    yes_or_no: bool = False
    """Only 0 and 1 mean something."""

    @property
    def allowed(self) -> str:
        """Such as `0 to 15`, for descriptions and refusals."""
        return f"{self.lowest:g} {'or' if self.yes_or_no else 'to'} {self.highest:g}"

    def takes(self, number: float) -> bool:
        """True if the number is allowed."""
        return number in (self.lowest, self.highest) if self.yes_or_no else self.lowest <= number <= self.highest


COLUMNS = (
    Feature("programming_years", 0, 15),
    Feature("cloud_months", 0, 60),
    Feature("notebook_before", 0, 1, yes_or_no=True),
    Feature("setup_minutes", 2, 45),
    Feature("halfway_percent", 0, 100),
    Feature("helpers_per_ten", 0.5, 3),
)
"""The columns that the model was trained with, in their order (`ml/README.md`)."""
FEATURES = tuple(f"{column.name} ({column.allowed})" for column in COLUMNS)
"""The same for people and models."""


class Predict(ToolInput):
    features: list[float] = Field(
        min_length=len(FEATURES),
        max_length=len(FEATURES),
        description=f"The numbers about the attendee, in this order: {', '.join(FEATURES)}.",
    )


PREDICT = Tool(
    name="predict",
    description=(
        "Predicts with the workshop's own XGBoost model whether an attendee will finish a lab in time; the answer is a "
        "probability between 0 and 1. Needs all six numbers; ask the person for the ones that are missing."
    ),
    input_model=Predict,
    confirm=False,
)

GROUP = ToolGroup(
    name="predict",
    description="Predictions of the model that the workshop trains and deploys.",
    tools=(PREDICT,),
)
