"""Bedrock's control plane: guardrails and their versions, model and profile lists, application profiles, logging.

Real here: versions are snapshots of the draft, STANDARD needs a cross-Region profile, PROMPT_ATTACK judges input only,
patterns must compile, one logging setting per region. Models are those of the project's region table, all ACTIVE.
Not here: access to models, throughput, jobs.
"""

from local_aws.framework import (
    ApiError,
    Codes,
    EmulatedResource,
    Params,
    Request,
    StandIn,
    Tagging,
    World,
    answer,
    listing,
    new_record,
    operation,
)
from local_aws.services.bedrock.kinds import DRAFT, KINDS
from local_aws.services.bedrock.models import Served, served


class Bedrock(StandIn):
    """Guardrails, model lists, profiles, logging."""

    service = "bedrock"
    codes = Codes()
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceARN"),)
    kinds = KINDS

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._logging: dict[str, Params] = {}

    def guardrail(self, region: str, identifier: str, version: str = DRAFT) -> EmulatedResource:
        """The draft or a numbered version of a guardrail, by id or ARN; ResourceNotFoundException otherwise."""
        store = self.store(region)
        draft = store.need("Guardrail", (identifier,))
        return draft if version == DRAFT else store.need("GuardrailVersion", (draft.key[0], version))

    @operation("GetGuardrail")
    def get_guardrail(self, call: Request) -> Params:
        """The draft, or the version that the request names."""
        version = call.params.get("guardrailVersion") or DRAFT
        record = self.guardrail(call.region, call.params["guardrailIdentifier"], version)
        return self._shown(call, record)

    @operation("ListGuardrails")
    def list_guardrails(self, call: Request) -> Params:
        """All drafts, or the draft and the versions of one guardrail."""
        identifier = call.params.get("guardrailIdentifier")
        if not identifier:
            found = call.store.all("Guardrail")
        else:
            draft = call.store.need("Guardrail", (identifier,))
            versions = [each for each in call.store.all("GuardrailVersion") if each.key[0] == draft.key[0]]
            found = [draft, *versions]
        page = listing(call, found)
        arns = {record.key[0]: record.arn for record in call.store.all("Guardrail")}
        page["guardrails"] = [{**each, "arn": arns[each["id"]]} for each in page["guardrails"]]
        return page

    @operation("DeleteGuardrail")
    def delete_guardrail(self, call: Request) -> None:
        """One version, or without a version the guardrail with all of them."""
        record = call.store.need("Guardrail", (call.params["guardrailIdentifier"],))
        version = call.params.get("guardrailVersion")
        chosen = call.store.need("GuardrailVersion", (record.key[0], version)) if version else record
        for child in call.store.children(chosen):
            call.store.remove(child)
        call.store.remove(chosen)

    def _shown(self, call: Request, record: EmulatedResource) -> Params:
        shape = self.model.operation_model("GetGuardrail").output_shape
        shown = answer(shape, record, call.store.status(record))
        return {**shown, "guardrailArn": call.store.need("Guardrail", record.key[:1]).arn}

    @operation("PutModelInvocationLoggingConfiguration")
    def put_logging(self, call: Request) -> None:
        self._logging[call.region] = call.params["loggingConfig"]

    @operation("GetModelInvocationLoggingConfiguration")
    def get_logging(self, call: Request) -> Params:
        """The region's setting; nothing if there is none."""
        setting = self._logging.get(call.region)
        return {"loggingConfig": setting} if setting else {}

    @operation("DeleteModelInvocationLoggingConfiguration")
    def delete_logging(self, call: Request) -> None:
        self._logging.pop(call.region, None)

    @operation("ListFoundationModels")
    def list_models(self, call: Request) -> Params:
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
    def get_model(self, call: Request) -> Params:
        """One model of the region table."""
        name = call.params["modelIdentifier"].rpartition("/")[2]
        for model in _foundation(call.region):
            if model.foundation_model_id == name:
                return {"modelDetails": _summary(call.region, model)}
        raise ApiError("ResourceNotFoundException", f"Could not resolve the foundation model {name}.")

    @operation("GetFoundationModelAvailability")
    def availability(self, call: Request) -> Params:
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
    def list_profiles(self, call: Request) -> Params:
        """System profiles of the region table, and application profiles, in one page each kind."""
        wanted = call.params.get("typeEquals", "SYSTEM_DEFINED")
        if wanted == "APPLICATION":
            found = call.store.all("InferenceProfile")
            return listing(call, found)
        profiles = [model for model in served(call.region).values() if model.is_profile]
        return {"inferenceProfileSummaries": [_system_profile(call, model) for model in profiles]}

    @operation("GetInferenceProfile")
    def get_profile(self, call: Request) -> Params:
        """A system or an application profile."""
        name = call.params["inferenceProfileIdentifier"].rpartition("/")[2]
        model = served(call.region).get(name)
        if model and model.is_profile:
            return _system_profile(call, model)
        record = call.store.need("InferenceProfile", (name,))
        return answer(self.model.operation_model(call.operation).output_shape, record, "")

    @operation("CreateGuardrailVersion")
    def create_version(self, call: Request) -> Params:
        """A snapshot of the draft under the next number."""
        with self.world.lock:
            record = new_record(self.kind_of["GuardrailVersion"], call)
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


def _system_profile(call: Request, model: Served) -> Params:
    foundation = f"arn:aws:bedrock:{call.region}::foundation-model/{model.foundation_model_id}"
    return {
        "inferenceProfileName": model.id,
        "inferenceProfileArn": call.arn("bedrock", f"inference-profile/{model.id}"),
        "models": [{"modelArn": foundation}],
        "inferenceProfileId": model.id,
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }
