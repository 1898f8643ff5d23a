"""A living resource is never called gone: every kind, by a real ARN, against a service that answers as its model says.

The ARNs are written down beside this file and held against what cfn-lint has of the service authorization reference and
against the patterns in botocore's models; they owe nothing to the kinds' own templates.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import cfnlint.data
import pytest

from workshop.teardown.aws import Aws, Clock
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.check import ServiceModels
from workshop.teardown.kinds.kind import Kind, Phase
from workshop.teardown.verify.ask import answers_to_its_arn
from workshop.teardown.verify.tag_index import TagHit, readings

REGION = "ap-southeast-1"
REAL: dict[str, Any] = tomllib.loads(Path(__file__).with_name("arns.toml").read_text(encoding="utf-8"))
ARNS = {
    name: f"arn:aws:{form}".replace(":RA:", f":{REGION}:111122223333:").replace("::A:", "::111122223333:")
    for name, form in REAL["arns"].items()
}
# An autoscaling target is asked for by what it scales, and its ARN does not tell that.
MUTE = {"sm-scalable-target"}
MODELS = ServiceModels()


class Door:
    """Stands in for a boto3 session and its events: real clients, made once, whose requests `service` answers."""

    def __init__(self) -> None:
        self._session = boto3.Session("testing", "testing", region_name="us-east-1")
        self._clients: dict[str, Any] = {}
        self.events = self
        self.service: Service

    def register_first(self, *_: Any, **__: Any) -> None:
        """Nothing changes anything here."""

    def client(self, name: str, **_: Any) -> Any:
        """Of one region; which one is of no account here."""
        if name not in self._clients:
            client = self._session.client(name)  # type: ignore[call-overload]  # any service
            client.meta.events.register("provide-client-params", lambda **call: self.service.remember(**call))
            client.meta.events.register("before-call", lambda **call: self.service.answer(**call))
            self._clients[name] = client
        return self._clients[name]


class Service:
    """Whatever is asked by the right names answers, and everything else does not exist."""

    def __init__(self, kind: Kind, arn: str, status: str) -> None:
        self.kind, self.arn, self.status = kind, arn, status
        self.asked: dict[str, Any] = {}

    def hit(self) -> TagHit:
        """As the tag index of the region shows it."""
        return TagHit(self.arn, REGION, readings(self.arn))

    def said(self) -> bool | None:
        """What teardown makes of the hit."""
        DOOR.service = self
        return answers_to_its_arn(Aws(DOOR, "us-east-1", Clock(sleep=lambda _: None), reads=1e6), self.hit())

    def remember(self, params: dict[str, Any], **_: Any) -> None:
        """What is asked for, before botocore makes a request of it."""
        self.asked = dict(params)

    def answer(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        """What botocore would have read from the wire."""
        described = self.kind.describe
        same = described and model.name == MODELS.service(self.kind.service)[1][described.call.operation]
        if not same or not self._is_known():
            error = {"Code": "ResourceNotFoundException", "Message": "There is no such thing."}
            return SimpleNamespace(status_code=404), {"Error": error, "ResponseMetadata": {}}
        assert described
        answer = _at(model.output_shape, described.path.split(".") if described.path else [], self)
        return SimpleNamespace(status_code=200), {**answer, "ResponseMetadata": {}}

    def _is_known(self) -> bool:
        wanted = REAL["asked"].get(self.kind.name)
        if wanted is not None:
            return bool(self.asked == wanted)
        last = re.split(r"[/:]", self.arn)[-1]
        texts = {each for value in self.asked.values() for each in (value if isinstance(value, list) else [value])}
        return bool(texts) and texts <= {self.arn, last}

    def member(self, name: str, shape: Any) -> Any:
        """A member of the answer; text that is not told in the table fits nothing."""
        told = REAL["told"].get(self.kind.name, {})
        if name in told:
            return told[name]
        if name == self.kind.status.removeprefix("describe:"):
            return self.status
        if name == self.kind.arn:
            return self.arn
        return self.asked.get(name, f"another-{name}") if shape.type_name == "string" else None


DOOR = Door()


def _at(shape: Any, path: list[str], service: Service) -> Any:
    if path:
        return {path[0]: _at(shape.members[path[0]], path[1:], service)}
    if shape.type_name == "list":
        return [_at(shape.member, [], service)]
    if shape.type_name != "structure":
        return {"Name": "value"}
    members = {name: service.member(name, member) for name, member in shape.members.items()}
    return {name: value for name, value in members.items() if value is not None}


def _statuses(kind: Kind) -> list[str]:
    """Every status that a living resource of the kind may have, by AWS's own model."""
    assert kind.describe
    operation = MODELS.operation(kind.service, kind.describe.call.operation)
    shape = operation.output_shape if operation else None
    for step in kind.describe.path.split(".") if kind.describe.path else ():
        shape = shape.members[step] if shape else None
        shape = shape.member if shape is not None and shape.type_name == "list" else shape
    members: Mapping[str, Any] = getattr(shape, "members", {})
    status = members.get(kind.status.removeprefix("describe:"))
    known = [each for each in getattr(status, "enum", ()) if kind.phase(each) not in (Phase.GONE, Phase.SETTLED)]
    return known or ["ACTIVE" if kind.delete or kind.prepare else kind.running[0]]


@pytest.mark.parametrize("name", sorted(ARNS.keys() - MUTE))
def test_a_living_resource_is_never_called_gone(name: str) -> None:
    kind = KINDS[name]
    called = {status: Service(kind, ARNS[name], status).said() for status in _statuses(kind)}
    assert called == dict.fromkeys(called, True)


@pytest.mark.parametrize("name", sorted(MUTE))
def test_what_an_arn_does_not_tell_is_not_called_gone(name: str) -> None:
    assert Service(KINDS[name], ARNS[name], "").said() is None


@pytest.mark.parametrize("name", sorted(ARNS.keys() - MUTE))
def test_what_is_gone_is_called_gone(name: str) -> None:
    service = Service(KINDS[name], ARNS[name], "")
    service._is_known = lambda: False  # type: ignore[method-assign]
    assert service.said() is False


def test_every_kind_has_an_arn_here_or_can_have_none_in_the_index() -> None:
    assert set(ARNS) & set(REAL["never"]["kinds"]) == set()
    known = set(ARNS) | set(REAL["never"]["kinds"])
    assert set(KINDS) - known == set(), "not in tests/workshop/teardown/arns.toml"
    assert known - set(KINDS) == set(), "in tests/workshop/teardown/arns.toml, but not in workshop/teardown/kinds"


def test_the_arns_are_of_their_kinds_and_of_no_other() -> None:
    shared = {"alarm", "composite-alarm"}
    wrong = {
        name: found
        for name, arn in ARNS.items()
        if (found := {reading.kind.name for reading in readings(arn)}) != ({name} if name not in shared else shared)
    }
    assert wrong == {}, "workshop/teardown/verify/tag_index.toml understands them otherwise"


def test_the_arns_have_the_form_of_the_authorization_reference() -> None:
    reference = Path(cfnlint.data.__file__).parent / "AdditionalSpecs" / "Policies.json"
    services = json.loads(reference.read_text(encoding="utf-8"))
    formats = [
        form.replace("${Partition}", "aws").replace("${Region}", REGION).replace("${Account}", "111122223333")
        for service in services.values()
        for resource in service.get("Resources", {}).values()
        for form in resource.get("ARNFormats", ())
    ]
    # Newer than the reference that is installed; botocore's model has its pattern.
    known = {"sm-inference-router"}
    strange = {name for name, arn in ARNS.items() if not any(_fits(form, arn) for form in formats)}
    assert strange == known


# Here the service's model and the authorization reference do not agree; either form is understood.
BY_THE_MODEL = {
    "ac-apikey-provider": "arn:aws:acps:us-east-1:111122223333:token-vault/default/apikeycredentialprovider/key",
    "ac-oauth2-provider": "arn:aws:acps:us-east-1:111122223333:token-vault/default/oauth2credentialprovider/login",
    "br-prompt-router": "arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/abcdefghij12",
}


def _fits(form: str, arn: str) -> bool:
    return arn.startswith(form.partition(".*")[0]) and bool(re.fullmatch(form, arn))


def test_the_arns_fit_the_patterns_of_the_service_models() -> None:
    strange = {name for name, arn in ARNS.items() if not re.fullmatch(_pattern(KINDS[name]), arn)}
    assert strange == set(BY_THE_MODEL)
    assert {name for name, arn in BY_THE_MODEL.items() if not re.fullmatch(_pattern(KINDS[name]), arn)} == set()
    assert {name: [each.kind.name for each in readings(arn)] for name, arn in BY_THE_MODEL.items()} == {
        name: [name] for name in BY_THE_MODEL
    }


def _pattern(kind: Kind) -> str:
    """What the service's model says of the ARN that its listing shows."""
    operation = MODELS.operation(kind.service, kind.find.operation)
    shape = operation.output_shape if operation else None
    for step in kind.find.items.split("."):
        shape = shape.members.get(step) if shape is not None else None
    shape = shape.member if shape is not None and shape.type_name == "list" else shape
    member = getattr(shape, "members", {}).get(kind.arn)
    pattern = str(getattr(member, "metadata", {}).get("pattern", ".*"))
    try:
        re.compile(pattern)
    except re.error:
        # Written for another engine.
        return ".*"
    return pattern
