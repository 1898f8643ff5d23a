"""Translation and language detection with Amazon Translate and Amazon Comprehend."""

from typing import Literal

from pydantic import Field

from lambda_src.common.tool import Tool, ToolGroup, ToolInput

MAX_TEXT = 2_000


class TranslateText(ToolInput):
    text: str = Field(min_length=1, max_length=MAX_TEXT, description="The text to translate, in any language.")
    target_language: Literal["vi", "en"] = Field(description="Language of the translation: Vietnamese or English.")


class DetectLanguage(ToolInput):
    text: str = Field(min_length=1, max_length=MAX_TEXT, description="The text whose language is asked for.")


TRANSLATE_TEXT = Tool(
    name="translate_text",
    description="Translates a text into Vietnamese or English with Amazon Translate. The source language is detected.",
    input_model=TranslateText,
    confirm=False,
)
DETECT_LANGUAGE = Tool(
    name="detect_language",
    description="Says in which languages a text is probably written, with a score from 0 to 1 for each.",
    input_model=DetectLanguage,
    confirm=False,
)

GROUP = ToolGroup(
    name="language",
    description="Translation between Vietnamese, English and other languages; language detection.",
    tools=(TRANSLATE_TEXT, DETECT_LANGUAGE),
)
