"""Asks the workshop's own model, served by a SageMaker endpoint, for one prediction."""

from pydantic import Field

from lambda_src.common.tool import Tool, ToolGroup, ToolInput

FEATURES = (
    "programming_years (0 to 15)",
    "cloud_months (0 to 60)",
    "notebook_before (0 or 1)",
    "setup_minutes (2 to 45)",
    "halfway_percent (0 to 100)",
    "helpers_per_ten (0.5 to 3)",
)
"""The columns that the model was trained with, in their order (`ml/README.md`)."""


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
