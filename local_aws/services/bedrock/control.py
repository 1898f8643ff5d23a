"""Bedrock's control plane: guardrails and their versions, model and profile lists, application profiles, logging.

Real here: versions are snapshots of the draft, STANDARD needs a cross-Region profile, PROMPT_ATTACK judges input only,
patterns must compile, one logging setting per region. Models are those of the project's region table, all ACTIVE.
Not here: access to models, throughput, jobs.
"""

import re
from typing import Any, ClassVar

from local_aws.framework import ApiError, Call, Codes, Kind, Life, Params, Record, StandIn, Tagging, World, operation
from local_aws.framework.crud import answer, listing, new_record
from local_aws.services.bedrock.models import Served, resolve, served

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


def _guardrail(call: Call, members: Params) -> Params:
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


def _snapshot(call: Call, members: Params) -> Params:
    draft = call.store.need("Guardrail", (members["guardrailId"],))
    last = int(draft.get("lastVersion", 0)) + 1
    draft.members["lastVersion"] = last
    kept = {name: value for name, value in draft.members.items() if name != "description"}
    return {**kept, "version": str(last)}


def _profile(call: Call, members: Params) -> Params:
    source = members["modelSource"]["copyFrom"]
    model = resolve(call.region, source)
    arn = f"arn:aws:bedrock:{call.region}::foundation-model/{model.foundation_model_id}"
    return {"models": [{"modelArn": arn}], "type": "APPLICATION", "status": "ACTIVE"}


class Bedrock(StandIn):
    """Guardrails, model lists, profiles, logging."""

    service = "bedrock"
    codes = Codes()
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceARN"),)
    kinds: ClassVar[tuple[Kind, ...]] = (
        Kind(
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
        Kind(
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
        Kind(
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

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._logging: dict[str, Params] = {}

    def guardrail(self, region: str, identifier: str, version: str = DRAFT) -> Record:
        """The draft or a numbered version of a guardrail, by id or ARN; ResourceNotFoundException otherwise."""
        store = self.store(region)
        draft = store.need("Guardrail", (identifier,))
        return draft if version == DRAFT else store.need("GuardrailVersion", (draft.key[0], version))

    @operation("GetGuardrail")
    def get_guardrail(self, call: Call) -> Params:
        """The draft, or the version that the request names."""
        version = call.params.get("guardrailVersion") or DRAFT
        record = self.guardrail(call.region, call.params["guardrailIdentifier"], version)
        return self._shown(call, record)

    @operation("ListGuardrails")
    def list_guardrails(self, call: Call) -> Params:
        """All drafts, or the draft and the versions of one guardrail."""
        identifier = call.params.get("guardrailIdentifier")
        model = self.model.operation_model(call.operation)
        if not identifier:
            found = call.store.all("Guardrail")
        else:
            draft = call.store.need("Guardrail", (identifier,))
            versions = [each for each in call.store.all("GuardrailVersion") if each.key[0] == draft.key[0]]
            found = [draft, *versions]
        page = listing(call, model, found)
        arns = {record.key[0]: record.arn for record in call.store.all("Guardrail")}
        page["guardrails"] = [{**each, "arn": arns[each["id"]]} for each in page["guardrails"]]
        return page

    @operation("DeleteGuardrail")
    def delete_guardrail(self, call: Call) -> None:
        """One version, or without a version the guardrail with all of them."""
        record = call.store.need("Guardrail", (call.params["guardrailIdentifier"],))
        version = call.params.get("guardrailVersion")
        chosen = call.store.need("GuardrailVersion", (record.key[0], version)) if version else record
        for child in call.store.children(chosen):
            call.store.remove(child)
        call.store.remove(chosen)

    def _shown(self, call: Call, record: Record) -> Params:
        shape = self.model.operation_model("GetGuardrail").output_shape
        shown = answer(shape, record, call.store.status(record))
        return {**shown, "guardrailArn": call.store.need("Guardrail", record.key[:1]).arn}

    @operation("PutModelInvocationLoggingConfiguration")
    def put_logging(self, call: Call) -> None:
        """Replace the region's setting."""
        self._logging[call.region] = call.params["loggingConfig"]

    @operation("GetModelInvocationLoggingConfiguration")
    def get_logging(self, call: Call) -> Params:
        """The region's setting; nothing if there is none."""
        setting = self._logging.get(call.region)
        return {"loggingConfig": setting} if setting else {}

    @operation("DeleteModelInvocationLoggingConfiguration")
    def delete_logging(self, call: Call) -> None:
        """Remove the region's setting."""
        self._logging.pop(call.region, None)

    @operation("ListFoundationModels")
    def list_models(self, call: Call) -> Params:
        """The region table's models; filters by provider, output and inference type."""
        summaries = [_summary(call.region, model) for model in _foundation(call.region)]
        for param, member in (("byOutputModality", "outputModalities"), ("byInferenceType", "inferenceTypesSupported")):
            if param in call.params:
                summaries = [each for each in summaries if call.params[param] in each[member]]
        if "byProvider" in call.params:
            wanted = call.params["byProvider"].lower()
            summaries = [each for each in summaries if each["providerName"].lower() == wanted]
        return {"modelSummaries": summaries}

    @operation("GetFoundationModel")
    def get_model(self, call: Call) -> Params:
        """One model of the region table."""
        name = call.params["modelIdentifier"].rpartition("/")[2]
        for model in _foundation(call.region):
            if model.foundation_model_id == name:
                return {"modelDetails": _summary(call.region, model)}
        raise ApiError("ResourceNotFoundException", f"Could not resolve the foundation model {name}.")

    @operation("GetFoundationModelAvailability")
    def availability(self, call: Call) -> Params:
        """Every model of the region table is available; no other is."""
        name = call.params["modelId"]
        there = any(model.foundation_model_id == name for model in _foundation(call.region))
        state = "AVAILABLE" if there else "NOT_AVAILABLE"
        return {
            "modelId": name,
            "agreementAvailability": {"status": state},
            "authorizationStatus": "AUTHORIZED" if there else "NOT_AUTHORIZED",
            "entitlementAvailability": state,
            "regionAvailability": state,
        }

    @operation("ListInferenceProfiles")
    def list_profiles(self, call: Call) -> Params:
        """System profiles of the region table, and application profiles, in one page each kind."""
        wanted = call.params.get("typeEquals", "SYSTEM_DEFINED")
        if wanted == "APPLICATION":
            found = call.store.all("InferenceProfile")
            return listing(call, self.model.operation_model(call.operation), found)
        profiles = [model for model in served(call.region).values() if model.is_profile]
        return {"inferenceProfileSummaries": [_system_profile(call, model) for model in profiles]}

    @operation("GetInferenceProfile")
    def get_profile(self, call: Call) -> Params:
        """A system or an application profile."""
        name = call.params["inferenceProfileIdentifier"].rpartition("/")[2]
        model = served(call.region).get(name)
        if model and model.is_profile:
            return _system_profile(call, model)
        record = call.store.need("InferenceProfile", (name,))
        return answer(self.model.operation_model(call.operation).output_shape, record, "")

    @operation("CreateGuardrailVersion")
    def create_version(self, call: Call) -> Params:
        """A snapshot of the draft under the next number."""
        with self.world.lock:
            shape = self.model.operation_model(call.operation).input_shape
            record = new_record(self.kind_of["GuardrailVersion"], call, shape)
        return {"guardrailId": record.key[0], "version": record.key[1]}


def _foundation(region: str) -> list[Served]:
    """One entry for each foundation model, whichever of its profiles the table names."""
    return list({model.foundation_model_id: model for model in served(region).values()}.values())


def _summary(region: str, model: Served) -> Params:
    name = model.foundation_model_id
    direct = any(each.id == name for each in served(region).values())
    return {
        "modelArn": f"arn:aws:bedrock:{region}::foundation-model/{name}",
        "modelId": name,
        "modelName": name.partition(".")[2][:20],
        "providerName": name.partition(".")[0].title(),
        "inputModalities": ["TEXT"],
        "outputModalities": ["EMBEDDING"] if model.is_embedding else ["TEXT"],
        "responseStreamingSupported": not model.is_embedding,
        "customizationsSupported": [],
        "inferenceTypesSupported": ["ON_DEMAND"] if direct else [],
        "modelLifecycle": {"status": "ACTIVE"},
    }


def _system_profile(call: Call, model: Served) -> Params:
    foundation = f"arn:aws:bedrock:{call.region}::foundation-model/{model.foundation_model_id}"
    return {
        "inferenceProfileName": model.id,
        "inferenceProfileArn": call.arn("bedrock", f"inference-profile/{model.id}"),
        "models": [{"modelArn": foundation}],
        "inferenceProfileId": model.id,
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }
