"""What Bedrock's control plane declares: guardrails and their versions, application inference profiles."""

import re
from typing import Any

from local_aws.framework import ApiError, EmulatedKind, Life, Params, Request
from local_aws.services.bedrock.models import resolve

DRAFT = "DRAFT"
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
_POLICIES = (
    "topicPolicy",
    "contentPolicy",
    "wordPolicy",
    "sensitiveInformationPolicy",
    "contextualGroundingPolicy",
    "automatedReasoningPolicy",
)


def _guardrail(call: Request, members: Params) -> Params:
    """The policies under the names of GetGuardrail, which drops every "Config"."""
    _check_filters(members)
    _check_patterns(members)
    added: Params = {"version": DRAFT}
    for policy in _POLICIES:
        added[policy] = _without_config(members.get(f"{policy}Config"))
    profile = (members.get("crossRegionConfig") or {}).get("guardrailProfileIdentifier")
    if profile:
        profile_id = profile.rpartition("/")[2]
        arn = call.arn("bedrock", f"guardrail-profile/{profile_id}")
        added["crossRegionDetails"] = {"guardrailProfileId": profile_id, "guardrailProfileArn": arn}
    elif any(_tier(added[policy]) == "STANDARD" for policy in _POLICIES):
        raise ApiError("ValidationException", "The STANDARD tier requires a crossRegionConfig.")
    return added


def _tier(policy: Params | None) -> str:
    return str(((policy or {}).get("tier") or {}).get("tierName", ""))


def _without_config(value: Any) -> Any:
    if isinstance(value, dict):
        return {name.removesuffix("Config"): _without_config(item) for name, item in value.items()}
    return [_without_config(item) for item in value] if isinstance(value, list) else value


def _check_filters(members: Params) -> None:
    for each in (members.get("contentPolicyConfig") or {}).get("filtersConfig", ()):
        if each["type"] == "PROMPT_ATTACK" and each["outputStrength"] != "NONE":
            raise ApiError("ValidationException", "PROMPT_ATTACK judges input only: its outputStrength must be NONE.")


def _check_patterns(members: Params) -> None:
    for each in (members.get("sensitiveInformationPolicyConfig") or {}).get("regexesConfig", ()):
        try:
            re.compile(each["pattern"])
        except re.error as error:
            raise ApiError("ValidationException", f"The pattern of regex {each['name']} is not valid.") from error


def _snapshot(call: Request, members: Params) -> Params:
    draft = call.store.need("Guardrail", (members["guardrailId"],))
    last = int(draft.get("lastVersion", 0)) + 1
    draft.members["lastVersion"] = last
    kept = {name: value for name, value in draft.members.items() if name != "description"}
    return {**kept, "version": str(last)}


def _profile(call: Request, members: Params) -> Params:
    source = members["modelSource"]["copyFrom"]
    model = resolve(call.region, source)
    arn = f"arn:aws:bedrock:{call.region}::foundation-model/{model.foundation_model_id}"
    return {"models": [{"modelArn": arn}], "type": "APPLICATION", "status": "ACTIVE"}


KINDS = (
    EmulatedKind(
        "Guardrail",
        ("guardrailId",),
        create="CreateGuardrail",
        update="UpdateGuardrail",
        arn="guardrail/{guardrailId}",
        arn_member="guardrailArn",
        id_prefix="",
        id_length=12,
        id_alphabet=LOWER,
        unique="name",
        params={"guardrailIdentifier": "guardrailId"},
        outputs={"id": "guardrailId", "arn": "guardrailArn"},
        life=Life("CREATING", "READY", "DELETING", "UPDATING"),
        prepare=_guardrail,
    ),
    EmulatedKind(
        "GuardrailVersion",
        ("guardrailId", "version"),
        create="CreateGuardrailVersion",
        params={"guardrailIdentifier": "guardrailId"},
        outputs={"id": "guardrailId", "arn": "guardrailArn"},
        parents=("Guardrail",),
        orphan="delete",
        life=Life("CREATING", "READY", "DELETING"),
        prepare=_snapshot,
    ),
    EmulatedKind(
        "InferenceProfile",
        ("inferenceProfileId",),
        create="CreateInferenceProfile",
        delete="DeleteInferenceProfile",
        arn="application-inference-profile/{inferenceProfileId}",
        arn_member="inferenceProfileArn",
        id_prefix="",
        id_length=12,
        id_alphabet=LOWER,
        unique="inferenceProfileName",
        params={"inferenceProfileIdentifier": "inferenceProfileId"},
        prepare=_profile,
    ),
)
