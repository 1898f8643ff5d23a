"""Reads `fixtures/*.yaml`: for each rule, resources that it refuses and resources that it accepts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from stacks.checks.catalog import RULES
from stacks.checks.rule import Context, Rule, RuleFinding, Settings, apply_rules
from stacks.checks.template import Assembly, Template
from stacks.regions import regions

FIXTURES = Path(__file__).parent / "fixtures"
BY_ID = {rule.id: rule for rule in RULES}
SETTINGS = Settings(region=regions()["ap-southeast-1"], boundaries=True, trusted_accounts=frozenset({"111122223333"}))


@dataclass(frozen=True)
class Case:
    """One fixture; `says` is None where the rule accepts it."""

    rule_id: str
    name: str
    resources: Mapping[str, Any]
    says: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.name}"


def cases() -> list[Case]:
    """All fixtures; a rule appears once with `says` and once without at least, or a test fails."""
    found = []
    for path in sorted(FIXTURES.glob("*.yaml")):
        for rule_id, sides in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for name, body in sides["fails"].items():
                found.append(Case(rule_id, name, _expand(body["resources"]), tuple(body["says"])))
            for name, resources in sides["passes"].items():
                found.append(Case(rule_id, name, _expand(resources)))
    return found


def _expand(value: Any) -> Any:
    """`x*201` stands for 201 times x."""
    if isinstance(value, dict):
        return {key: _expand(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_expand(child) for child in value]
    if isinstance(value, str) and (match := re.fullmatch(r"(\w)\*(\d+)", value)):
        return match.group(1) * int(match.group(2))
    return value


def findings(
    rules: Mapping[str, Rule] | Rule, settings: Settings = SETTINGS, **stacks: Mapping[str, Any]
) -> list[RuleFinding]:
    """Apply rules to stacks, given as `name=resources` or `name={"Resources": …, "Outputs": …}`."""
    bodies = {name: body if "Resources" in body else {"Resources": body} for name, body in stacks.items()}
    assembly = Assembly({name: Template(name, body) for name, body in bodies.items()})
    chosen = [rules] if isinstance(rules, Rule) else list(rules.values())
    return list(apply_rules(chosen, Context(settings, assembly)))
