"""Words of Vietnamese and English text: with diacritics, without them, and without the words that say nothing."""

import re
import unicodedata
from difflib import SequenceMatcher
from pathlib import Path

_WORD = re.compile(r"\w+")
_VIETNAMESE = re.compile("[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)

STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())
"""Words of both languages that say nothing; without diacritics, because that is how they are compared."""


def fold(text: str) -> str:
    """Lower case without diacritics: `Lịch trình` and `lich trinh` are the same."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("đ", "d")


def words(text: str) -> list[str]:
    """Words in lower case, composed (NFC), in their order."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def stem(word: str) -> str:
    """English plurals like their singulars; nothing else."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def distinctive_words(text: str) -> list[str]:
    """Folded words without stop words, in their order."""
    return [word for word in _WORD.findall(fold(text)) if word not in STOP_WORDS]


def is_vietnamese(text: str) -> bool:
    """True if the text has letters that English does not; Vietnamese without any diacritics looks like English."""
    return bool(_VIETNAMESE.search(unicodedata.normalize("NFC", text)))


def common_run(left: str, right: str) -> int:
    """Length in words of the longest phrase that two texts share, diacritics or not."""
    one, other = words(fold(left)), words(fold(right))
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
