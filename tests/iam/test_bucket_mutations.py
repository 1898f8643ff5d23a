"""Whatever is taken out of the knowledge bucket's policy, a case notices."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.iam.bucket_cases import CDK_GRANT, CONFIGURATIONS, STRAY_ALLOW, Case, cases, mismatches, outcome, statements
from tests.iam.evaluator import Named, applies, names
from tests.iam.mutations import Statement, mutants

pytestmark = pytest.mark.xdist_group("knowledge bucket")  # one worker, which computes the cases once
EQUIVALENT: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("bucket_equivalents.toml").read_text(encoding="utf-8")
)
Mutant = tuple[str, Statement, Statement | None]
"""Configuration, the statement, what becomes of it."""


def all_mutants() -> dict[tuple[str, str], list[Mutant]]:
    """Mutants by Sid and name; one that exists in both configurations is one mutant."""
    found: dict[tuple[str, str], list[Mutant]] = {}
    for configuration in CONFIGURATIONS:
        for statement in statements(configuration):
            for name, mutant in mutants(statement) if statement is not CDK_GRANT else ():
                found.setdefault((statement["Sid"], name), []).append((configuration, statement, mutant))
    return found


def is_killed(configuration: str, statement: Statement, mutant: Statement | None) -> bool:
    """True if a case has another outcome than intended, with or without a stray Allow."""
    changed = [one for one in statements(configuration) if one != statement] + ([mutant] if mutant else [])
    return any(
        outcome(case, changed) != case.granted or outcome(case, [*changed, STRAY_ALLOW]) != case.granted_if_stray
        for index, case in enumerate(cases(configuration, exhaustive=False))
        if said(configuration, statement["Sid"], index) != (says(case, mutant) if mutant else Named.NOT)
    )


@cache
def said(configuration: str, sid: str, index: int) -> Named:
    """What the unmutated statement has to say about a case."""
    statement = next(one for one in statements(configuration) if one.get("Sid") == sid)
    return says(cases(configuration, exhaustive=False)[index], statement)


def says(case: Case, statement: Statement) -> Named:
    """How the statement names the caller of a case, if it applies at all."""
    named = names(statement, case.request.principal)
    return named if named is not Named.NOT and applies(statement, case.request, case.request.keys) else Named.NOT


def survivors(found: dict[tuple[str, str], list[Mutant]]) -> dict[str, set[str]]:
    """Mutants that no case notices, by Sid."""
    alive: dict[str, set[str]] = {}
    for (sid, name), versions in found.items():
        if not any(is_killed(*version) for version in versions):
            alive.setdefault(sid, set()).add(name)
    return alive


@pytest.fixture(autouse=True)
def unmutated_policy_is_green() -> None:
    """A policy that fails without a mutation would kill every mutant."""
    for configuration in CONFIGURATIONS:
        for stray in (False, True):
            assert mismatches(configuration, stray=stray, exhaustive=False) == ()


def test_every_statement_is_needed() -> None:
    found = {key: versions for key, versions in all_mutants().items() if key[1] == "drop the statement"}
    assert len(found) >= 20
    assert survivors(found) == {}


@pytest.mark.proof
def test_every_mutant_is_killed_or_changes_nothing() -> None:
    found = all_mutants()
    assert len(found) >= 120
    assert survivors(found) == {sid: set(entries) for sid, entries in EQUIVALENT.items()}
