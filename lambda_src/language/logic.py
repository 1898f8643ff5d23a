"""Translate and Comprehend. Neither keeps text; Comprehend detects Vietnamese although it analyses nothing in it."""

from typing import Any

from botocore.exceptions import ClientError

from lambda_src.common.dispatch import Caller
from lambda_src.common.errors import ErrorCode, ToolError
from lambda_src.language.definition import DetectLanguage, TranslateText

LANGUAGE_ERRORS = frozenset({"UnsupportedLanguagePairException", "DetectedLanguageLowConfidenceException"})
MAX_LANGUAGES = 3


class Linguist:
    """The language tools.

    With the source language `auto`, Translate calls Comprehend as the same role, which needs
    comprehend:DetectDominantLanguage for it (docs.aws.amazon.com/translate/latest/APIReference/API_TranslateText.html).
    """

    def __init__(self, translate: Any, comprehend: Any) -> None:
        self._translate = translate
        self._comprehend = comprehend

    def translate_text(self, wanted: TranslateText, caller: Caller) -> dict[str, object]:
        """The translation and the language codes of both sides. Raises ToolError if the language is not recognised."""
        try:
            response = self._translate.translate_text(
                Text=wanted.text, SourceLanguageCode="auto", TargetLanguageCode=wanted.target_language
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in LANGUAGE_ERRORS:
                raise ToolError(ErrorCode.LANGUAGE_UNCLEAR) from None
            raise
        return {
            "translation": response["TranslatedText"],
            "source_language": response["SourceLanguageCode"],
            "target_language": response["TargetLanguageCode"],
        }

    def detect_language(self, wanted: DetectLanguage, caller: Caller) -> dict[str, object]:
        """The three most probable languages, best first; scores from 0 to 1."""
        languages = self._comprehend.detect_dominant_language(Text=wanted.text)["Languages"]
        best = sorted(languages, key=lambda language: float(language["Score"]), reverse=True)[:MAX_LANGUAGES]
        return {
            "languages": [
                {"language": language["LanguageCode"], "score": round(language["Score"], 3)} for language in best
            ]
        }
