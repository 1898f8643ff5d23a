"""Templates that differ when what they read from other stacks may differ.

A weak reference (`Fn::GetStackOutput`) is resolved when its resource is updated, and a resource whose template has not
changed is not updated: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
So each resource that reads an output carries a digest of what makes that output in its metadata. A construct that needs
such a digest in a property of its own, such as a name or a description, writes `digest_of(...)` there.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk

METADATA_KEY = "workshop:reads"
"""Metadata of a resource: digest of everything that the outputs which it reads are made of."""

_MARKER = re.compile(r"<digest of ([A-Za-z,]*)>")
_SUBSTITUTED = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")
DIGEST_LENGTH = 12


def digest_of(*properties: str) -> str:
    """A text for a property that becomes a digest of the resource at synthesis.

    It changes with the named properties of the same resource (all, if none is named) and with every resource that they
    refer to, also in other stacks. In a name it keeps a replacement from meeting its predecessor, in a description it
    makes CloudFormation update what would otherwise look unchanged.
    """
    return f"<digest of {','.join(properties)}>"


class ReferenceSynthesizer(cdk.DefaultStackSynthesizer):
    """Writes the digests into the template of one stack, after the stacks that it reads have been written."""

    def reusable_bind(self, stack: cdk.Stack) -> cdk.IBoundStackSynthesizer:
        # The CDK would bind a copy, which Python does not see.
        self.bind(stack)
        return self

    def _synthesize_template(
        self,
        session: cdk.ISynthesisSession,
        lookup_role_arn: str | None = None,
        lookup_role_external_id: str | None = None,
        lookup_role_additional_options: Any = None,
    ) -> cdk.FileAssetSource:
        source = super()._synthesize_template(
            session, lookup_role_arn, lookup_role_external_id, lookup_role_additional_options
        )
        folder, stack = Path(session.assembly.outdir), self._bound_stack
        template = _read(folder / stack.template_file)
        mark_readers(template, {other.stack_name: _read(folder / other.template_file) for other in stack.dependencies})
        fill_digests(template)
        text = json.dumps(template, indent=1)
        (folder / stack.template_file).write_text(text, encoding="utf-8")
        return cdk.FileAssetSource(
            file_name=source.file_name,
            packaging=source.packaging,
            deploy_time=source.deploy_time,
            source_hash=hashlib.sha256(text.encode()).hexdigest(),
        )


def _read(path: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return template


def mark_readers(template: dict[str, Any], others: dict[str, Any]) -> None:
    """Put the digest on every resource of `template` that reads an output of `others`, by stack name."""
    for resource in template["Resources"].values():
        read = sorted(set(outputs_read(resource)))
        if not read:
            continue
        made_of = [_made_of(others[stack], output) for stack, output in read]
        resource.setdefault("Metadata", {})[METADATA_KEY] = _digest(made_of)


def fill_digests(template: dict[str, Any]) -> None:
    """Replace what `digest_of` has left in the properties of resources."""
    declared = _declared(template)
    for resource in template["Resources"].values():
        resource["Properties"] = _filled(resource.get("Properties", {}), resource, declared)


def _filled(value: Any, resource: dict[str, Any], declared: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return _MARKER.sub(lambda found: _digest_of(found[1], resource, declared), value)
    if isinstance(value, list):
        return [_filled(each, resource, declared) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, resource, declared) for name, each in value.items()}
    return value


def _digest_of(names: str, resource: dict[str, Any], declared: dict[str, Any]) -> str:
    properties = resource["Properties"]
    chosen = {name: properties.get(name) for name in names.split(",")} if names else properties
    return _digest([chosen, resource.get("Metadata", {}).get(METADATA_KEY), _behind(chosen, declared)])


def outputs_read(value: Any) -> Iterator[tuple[str, str]]:
    """(stack name, output name) of every weak reference below `value`."""
    if isinstance(value, list):
        for each in value:
            yield from outputs_read(each)
    elif isinstance(value, dict):
        if (reference := value.get("Fn::GetStackOutput")) is not None:
            yield reference["StackName"], reference["OutputName"]
        for each in value.values():
            yield from outputs_read(each)


def _made_of(template: dict[str, Any], output: str) -> list[Any]:
    value = template["Outputs"][output]["Value"]
    return [value, _behind(value, _declared(template))]


def _declared(template: dict[str, Any]) -> dict[str, Any]:
    return {**template.get("Parameters", {}), **template["Resources"]}


def _behind(value: Any, declared: dict[str, Any]) -> dict[str, Any]:
    """Every resource and parameter that `value` names, directly or through others."""
    found: dict[str, Any] = {}
    left = [value]
    while left:
        for name in _names(left.pop()):
            if name in declared and name not in found:
                found[name] = _without_foreign_metadata(declared[name])
                left.append(found[name])
    return found


def _without_foreign_metadata(declaration: dict[str, Any]) -> dict[str, Any]:
    """The metadata of the CDK and its tools, such as paths of assets, do not change what is deployed."""
    kept = {name: value for name, value in declaration.items() if name != "Metadata"}
    mark = declaration.get("Metadata", {}).get(METADATA_KEY)
    return {**kept, "Metadata": {METADATA_KEY: mark}} if mark else kept


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _names(each)
    elif isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        if (attribute := value.get("Fn::GetAtt")) is not None:
            yield attribute[0] if isinstance(attribute, list) else attribute.split(".")[0]
        if (text := value.get("Fn::Sub")) is not None:
            yield from _SUBSTITUTED.findall(text[0] if isinstance(text, list) else text)
        for each in value.values():
            yield from _names(each)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:DIGEST_LENGTH]
