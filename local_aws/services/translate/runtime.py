"""Amazon Translate's TranslateText, without a translation. ministack lacks it; moto has a fixed answer only."""

from local_aws.framework import ApiError, Codes, Params, Request, StandIn, operation
from local_aws.services.shared.languages import TRANSLATED, detect, translate

MAX_BYTES = 10_000


class Translate(StandIn):
    """Amazon Translate: TranslateText and nothing else."""

    service = "translate"
    codes = Codes(invalid="InvalidRequestException")

    @operation("TranslateText")
    def translate_text(self, call: Request) -> Params:
        """Mark a text as translated; `auto` detects the source. Text that is already in the target stays as it is."""
        text, target = call.params["Text"], call.params["TargetLanguageCode"]
        source = call.params["SourceLanguageCode"]
        if len(text.encode()) > MAX_BYTES:
            message = f"Input text size exceeds limit. Max length of request text allowed is {MAX_BYTES} bytes."
            raise ApiError("TextSizeLimitExceededException", message)
        source = detect(text)[0][0] if source == "auto" else source
        if not {source, target} <= TRANSLATED:
            raise ApiError("UnsupportedLanguagePairException", f"Unsupported language pair: {source} to {target}.")
        translated = text if source == target else translate(text, target)
        return {"TranslatedText": translated, "SourceLanguageCode": source, "TargetLanguageCode": target}
