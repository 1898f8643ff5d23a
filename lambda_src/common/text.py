"""Text as a person sees it: what cannot be seen is removed before anything is judged, stored or searched."""

import unicodedata

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
"""Controls; format characters (zero-width, bidirectional, tags); lone surrogates, which cannot be sent as UTF-8."""

_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing, so a word can be hidden or split with them."""


def clean(text: str) -> str:
    """`text` in NFC without invisible characters; line breaks and tabs stay. `clean(clean(t)) == clean(t)`."""
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", "".join(character for character in text if _visible(character)))


def clean_value(value: object) -> object:
    """`clean` on every string inside a JSON value, keys of objects included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(key)): clean_value(item) for key, item in value.items()}
    return value


def _visible(character: str) -> bool:
    if character in "\n\t":
        return True
    if character in _BLANK_LETTERS or _is_variation_selector(character):
        return False
    return unicodedata.category(character) not in _INVISIBLE_CATEGORIES


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
