"""What a workshop day is taken to be: every number that no template has."""

from pydantic import BaseModel, ConfigDict, Field


class Assumptions(BaseModel):
    """Stated with every result. The first three come from the configuration, the rest is the same for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attendees: int = Field(ge=1, description="attendees who work all the time")
    hours: float = Field(gt=0, description="hours of the workshop; Studio runs that long for everybody")
    forgotten_hours: float = Field(gt=0, description="hours that a forgotten workshop stays deployed")
    hours_around: float = Field(default=4, description="hours of being deployed before and after the workshop")

    questions: int = Field(default=40, description="questions per attendee to each agent")
    model_calls: float = Field(default=2, description="model calls per question")
    input_tokens: int = Field(
        default=2_500, description="input tokens per model call, with instruction, tools and passages"
    )
    output_tokens: int = Field(default=150, description="output tokens per model call")
    guardrail_text_units: int = Field(default=3, description="guardrail text units (1,000 characters) per model call")
    gateway_calls: float = Field(
        default=3, description="calls of the gateway per question: tools, and the list of tools"
    )
    memory_events: int = Field(default=2, description="events in the agent's memory per question")
    agent_session_hours: float = Field(default=2, description="hours per attendee in which an agent session is open")
    agent_gb: float = Field(default=1, description="GB of memory of an agent session")
    agent_cpu_seconds: float = Field(default=10, description="vCPU seconds of the agent per question")
    notebook_calls: int = Field(default=30, description="model calls per attendee from notebooks")

    document_tokens: int = Field(default=20_000, description="tokens of all documents, embedded once")
    question_tokens: int = Field(default=50, description="tokens of a question, embedded for the search")

    studio_instance: str = Field(default="ml.t3.medium", description="instance of a JupyterLab space")
    job_instance: str = Field(default="ml.m5.large", description="instance of attendees' training jobs")
    job_hours: float = Field(default=0.25, description="hours of training jobs per attendee")
    predictions: int = Field(default=50, description="predictions per attendee")
    prediction_seconds: float = Field(default=0.2, description="seconds per prediction on a serverless endpoint")

    tool_calls: int = Field(default=20, description="calls of each Lambda function per attendee, of one second")
    translated_characters: int = Field(default=2_000, description="characters translated per attendee")
    detected_units: int = Field(default=15, description="units of language detection per attendee")
    table_requests: int = Field(default=20, description="reads and writes in a DynamoDB table per attendee, each")
    log_gb: float = Field(default=0.001, description="GB per attendee in each log group")
    bucket_gb: float = Field(default=0.1, description="GB in each bucket")
    bucket_requests: int = Field(default=100, description="requests per attendee in each bucket")
    document_events: int = Field(default=200, description="recorded accesses to documents per attendee")
    key_requests: int = Field(default=500, description="uses of a customer key per attendee")
    indexing_hours: float = Field(default=1, description="hours in which OpenSearch Serverless indexes")
    teardown_minutes: int = Field(default=60, description="minutes of the scheduled teardown")

    def described(self) -> list[tuple[str, str, str]]:
        """Name, value and meaning of each."""
        fields = type(self).model_fields
        return [(name, _text(getattr(self, name)), str(field.description)) for name, field in fields.items()]


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
