"""Is everything there that the configuration promises: the endpoint's numbers, the attendees, the budget?"""

import json
import math
from pathlib import Path

from pydantic import BaseModel

from contract import Output, StackName
from stacks.config import WorkshopConfig
from workshop.smoke.check import Check, require
from workshop.smoke.deployed import Deployed

EXPECTED_FILE = Path(__file__).parents[2] / "ml" / "expected.json"
TOLERANCE = 1e-5
"""The model counts with 32-bit floats and the endpoint writes them as text."""
ENDPOINT = (StackName.INFERENCE, Output.ENDPOINT_NAME)
DOMAIN = (StackName.STUDIO, Output.DOMAIN_ID)
BUDGET = (StackName.BUDGET, Output.BUDGET_NAME)


class Expected(BaseModel):
    """One CSV row and what the model in `ml/` answers to it."""

    row: list[float]
    prediction: float


def expected_predictions() -> list[Expected]:
    """What `ml/train.py` wrote down when it trained the model."""
    return [Expected.model_validate(each) for each in json.loads(EXPECTED_FILE.read_text(encoding="utf-8"))]


def checks(config: WorkshopConfig) -> list[Check]:
    """For the parts that the configuration has."""
    found = []
    if config.features.budget:
        found.append(Check("the budget exists", (BUDGET,), _budget))
    if config.features.inference:
        found.append(Check("the endpoint answers like the model in ml/", (ENDPOINT,), _endpoint))
    if config.features.studio:
        found.append(Check("each attendee has a profile", (DOMAIN,), _profiles))
    return found


def _endpoint(deployed: Deployed) -> str:
    runtime, name = deployed.client("sagemaker-runtime"), deployed.output(*ENDPOINT)
    expected = expected_predictions()
    for each in expected:
        row = ",".join(map(repr, each.row))
        response = runtime.invoke_endpoint(EndpointName=name, ContentType="text/csv", Accept="text/csv", Body=row)
        answer = response["Body"].read(1000).decode(errors="replace").strip()
        try:
            prediction = float(answer)
        except ValueError:
            prediction = math.nan
        same = math.isclose(prediction, each.prediction, abs_tol=TOLERANCE)
        require(same, f"{row}: expected {each.prediction}, the endpoint says {answer}")
    return f"{len(expected)} rows, within {TOLERANCE:g}"


def _profiles(deployed: Deployed) -> str:
    pages = deployed.client("sagemaker").get_paginator("list_user_profiles")
    found = {
        profile["UserProfileName"]: profile["Status"]
        for page in pages.paginate(DomainIdEquals=deployed.output(*DOMAIN))
        for profile in page["UserProfiles"]
    }
    wanted = deployed.config.attendee_names
    missing = [name for name in wanted if found.get(name) != "InService"]
    require(not missing, f"{len(missing)} of {len(wanted)} are not there or not in service: {', '.join(missing[:10])}")
    if deployed.config.attendees.roster:
        return f"{len(wanted)} attendees; `python -m workshop attendees` lists who is who"
    return f"{len(wanted)} attendees, {wanted[0]} to {wanted[-1]}"


def _budget(deployed: Deployed) -> str:
    account_id = deployed.client("sts").get_caller_identity()["Account"]
    name = deployed.output(*BUDGET)
    budget = deployed.client("budgets").describe_budget(AccountId=account_id, BudgetName=name)["Budget"]
    limit, wanted = float(budget["BudgetLimit"]["Amount"]), deployed.config.budget.limit_usd
    require(math.isclose(limit, wanted), f"{name} has a limit of {limit:g} USD, the configuration says {wanted:g}")
    return f"{name}, {limit:g} USD"
