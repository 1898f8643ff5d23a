"""Amazon Comprehend's DetectDominantLanguage, by script, letters and small words. ministack lacks it."""

from local_aws.framework import ApiError, Codes, Params, Request, StandIn, operation
from local_aws.services.shared.languages import detect

MAX_BYTES = 100_000


class Comprehend(StandIn):
    """Amazon Comprehend: DetectDominantLanguage and nothing else."""

    service = "comprehend"
    codes = Codes(invalid="InvalidRequestException")

    @operation("DetectDominantLanguage")
    def detect_dominant_language(self, call: Request) -> Params:
        """Languages of a text with their scores."""
        text = call.params["Text"]
        if len(text.encode()) > MAX_BYTES:
            raise ApiError("TextSizeLimitExceededException", "The text is too long.")
        return {"Languages": [{"LanguageCode": code, "Score": score} for code, score in detect(text)]}
