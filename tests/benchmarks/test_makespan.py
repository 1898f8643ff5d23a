"""The simulated deploy."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.makespan import Latencies, longest_chain, makespan, stack_seconds

LATENCIES = Latencies({"AWS::SageMaker::Endpoint": 600, "AWS::IAM::Role": 10}, default=1, stack=5)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, set[str]], dict[str, float]]:
    """Stacks that depend on earlier ones, and how long each takes."""
    names = [f"stack-{number}" for number in range(draw(st.integers(1, 12)))]
    graph = {name: draw(st.sets(st.sampled_from(names[:at]))) if at else set() for at, name in enumerate(names)}
    return graph, {name: draw(st.integers(1, 1000)) for name in names}


@given(graphs(), st.integers(1, 12))
def test_a_deploy_takes_at_least_the_longest_chain_and_at_most_one_by_one(
    drawn: tuple[dict[str, set[str]], dict[str, float]], at_a_time: int
) -> None:
    graph, seconds = drawn

    assert longest_chain(graph, seconds) <= makespan(graph, seconds, at_a_time) <= sum(seconds.values())


@given(graphs())
def test_the_extremes(drawn: tuple[dict[str, set[str]], dict[str, float]]) -> None:
    graph, seconds = drawn

    assert makespan(graph, seconds, 1) == sum(seconds.values())
    assert makespan(graph, seconds, len(graph)) == longest_chain(graph, seconds)


def test_two_at_a_time_by_hand() -> None:
    graph: dict[str, set[str]] = {"a": set(), "b": set(), "c": set(), "d": {"a"}}

    # a and b start; c takes b's place at 2 and d takes c's at 3; a ends at 4 unblocks d, which ends at 9.
    assert makespan(graph, {"a": 4, "b": 2, "c": 1, "d": 5}, 2) == 9


def test_a_stack_takes_its_longest_chain_of_resources() -> None:
    template = {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role"},
            "Other": {"Type": "AWS::IAM::Role"},
            "Model": {"Type": "AWS::SageMaker::Model", "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}},
            "Config": {"Type": "Config", "Properties": {"Name": {"Fn::Sub": "${Model}-${AWS::Region}"}}},
            "Endpoint": {"Type": "AWS::SageMaker::Endpoint", "DependsOn": ["Config"]},
            "Alarm": {"Type": "Alarm", "Properties": {"Of": [{"Ref": "Endpoint"}]}, "DependsOn": "Other"},
        }
    }

    assert stack_seconds(template, LATENCIES) == 5 + 10 + 1 + 1 + 600 + 1
