"""Whose is it? Only an exact proof counts, and what cannot be told is never ours."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contract import WORKSHOP_TAG
from workshop.teardown.judge.ownership import (
    MANAGED_TAG,
    WORKSHOP_ID,
    Evidence,
    OwnershipVerdict,
    Standing,
    Unreadable,
    judge,
)
from workshop.teardown.kinds.kind import Claim

IDS = st.builds(
    lambda day, tail: f"ws-{day:%Y-%m-%d}-{tail}",
    st.dates(min_value=datetime(2024, 1, 1, tzinfo=UTC).date()),
    st.text("0123456789abcdef", min_size=4, max_size=4),
)
TAGS = st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=4)
VERDICTS = st.builds(OwnershipVerdict, st.sampled_from(Standing), st.just("test"))
NOW = datetime(2026, 11, 28, tzinfo=UTC)


@st.composite
def lookalikes(draw: st.DrawFn) -> tuple[str, str]:
    """(an id, a text that is nearly it)."""
    real = draw(IDS)
    position = draw(st.integers(0, len(real)))
    extra = draw(st.sampled_from([*string.ascii_lowercase, *string.digits, "-", " ", "*", "/", "\n"]))
    near = draw(
        st.sampled_from(
            [
                real[:-1],
                real[1:],
                real + extra,
                extra + real,
                real[:position] + extra + real[position:],
                real.upper(),
                "",
            ]
        )
    )
    assume(near != real)
    return real, near


@given(IDS, TAGS)
def test_the_exact_tag_is_a_proof(workshop: str, others: dict[str, str]) -> None:
    verdict = judge(workshop, Evidence(tags={**others, WORKSHOP_TAG: workshop}))
    assert (verdict.standing, verdict.channel) == (Standing.OURS, "tag")


@given(lookalikes(), TAGS)
def test_a_value_that_is_nearly_the_id_is_no_proof(pair: tuple[str, str], others: dict[str, str]) -> None:
    workshop, near = pair
    assert judge(workshop, Evidence(tags={**others, WORKSHOP_TAG: near})).standing is Standing.FOREIGN


@given(IDS, st.sampled_from(["Workshop:Id", "workshop:ID", "WORKSHOP:ID", "workshop-id", "workshop:id ", "workshop"]))
def test_a_key_in_another_spelling_is_no_proof(workshop: str, key: str) -> None:
    assert judge(workshop, Evidence(tags={key: workshop})).standing is Standing.FOREIGN


@given(IDS, VERDICTS, st.text(max_size=40), st.text(max_size=40))
def test_unreadable_tags_are_unknown_whatever_else_speaks_for_it(
    workshop: str, owner: OwnershipVerdict, path: str, name: str
) -> None:
    claim = Claim("x", "y", "z")
    evidence = Evidence(tags=Unreadable("denied"), owner=owner, path=path, name=name, claim=claim)
    assert judge(workshop, evidence).standing is Standing.UNKNOWN


@given(IDS, IDS, VERDICTS)
def test_another_workshops_tag_outranks_every_weaker_proof(workshop: str, other: str, owner: OwnershipVerdict) -> None:
    assume(workshop != other)
    evidence = Evidence(
        tags={WORKSHOP_TAG: other},
        owner=owner,
        path=f"/workshop/{workshop}/",
        name=workshop,
        claim=Claim("x", "y", "z"),
    )
    assert judge(workshop, evidence).standing is Standing.FOREIGN


@given(lookalikes())
def test_a_path_needs_its_separator(pair: tuple[str, str]) -> None:
    workshop, near = pair
    assert judge(workshop, Evidence(path=f"/workshop/{workshop}/")).standing is Standing.OURS
    assert judge(workshop, Evidence(path=f"/workshop/{workshop}/lab/")).standing is Standing.OURS
    assert judge(workshop, Evidence(path=f"/workshop/{workshop}")).standing is Standing.FOREIGN
    if not near.startswith(f"{workshop}/"):
        assert judge(workshop, Evidence(path=f"/workshop/{near}/")).standing is Standing.FOREIGN


@given(lookalikes())
def test_a_name_needs_its_separator(pair: tuple[str, str]) -> None:
    workshop, near = pair
    assert judge(workshop, Evidence(name=f"{workshop}-vectors")).standing is Standing.OURS
    if not near.startswith(f"{workshop}-"):
        assert judge(workshop, Evidence(name=near)).standing is Standing.FOREIGN


@given(IDS, VERDICTS)
def test_a_child_is_whose_its_parent_is(workshop: str, parent: OwnershipVerdict) -> None:
    assert judge(workshop, Evidence(owner=parent, owner_name="sm-domain d-1")).standing is parent.standing


@given(IDS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900)))
def test_a_claim_does_not_reach_back_in_time(workshop: str, before: timedelta) -> None:
    claim = Claim("log-group", "/aws/lambda/x", "lambda-function x", since=NOW)
    assert judge(workshop, Evidence(claim=claim, created=NOW + before)).ours
    if before:
        assert judge(workshop, Evidence(claim=claim, created=NOW - before)).standing is Standing.UNKNOWN


@given(IDS, st.integers(0, 999_999), st.integers(0, 999_999))
def test_in_the_same_second_nothing_is_older(workshop: str, owner: int, leaf: int) -> None:
    # S3 and IAM tell the second, CloudWatch Logs the millisecond, others the microsecond.
    claim = Claim("log-group", "/aws/lambda/x", "lambda-function x", since=NOW.replace(microsecond=owner))
    assert judge(workshop, Evidence(claim=claim, created=NOW.replace(microsecond=leaf))).ours


@given(IDS)
def test_sagemakers_own_tag_proves_only_for_our_domains(workshop: str) -> None:
    tags = {MANAGED_TAG: "arn:aws:sagemaker:r:1:domain/d-1"}
    assert judge(workshop, Evidence(tags=tags, domains=frozenset(tags.values()))).ours
    assert judge(workshop, Evidence(tags=tags, domains=frozenset())).standing is Standing.FOREIGN


@given(IDS)
def test_nothing_known_is_foreign(workshop: str) -> None:
    assert judge(workshop, Evidence()).standing is Standing.FOREIGN


@pytest.mark.parametrize("text", ["", "*", "ws-", "ws-2026-11-28", "ws-2026-11-28-ab1", "ws-2026-11-28-AB12", "%"])
def test_no_pattern_and_no_prefix_is_ever_a_workshop(text: str) -> None:
    with pytest.raises(ValueError, match="not a workshop id"):
        judge(text, Evidence(tags={WORKSHOP_TAG: text}))


@given(st.text(max_size=30))
def test_only_complete_ids_are_accepted(text: str) -> None:
    assume(not WORKSHOP_ID.fullmatch(text))
    with pytest.raises(ValueError, match="not a workshop id"):
        judge(text, Evidence())
