"""The tool groups of the workshop: the one list that stacks, tests and smoke checks take them from.

Read at synth and in tests only. The asset of a function is `lambda_src/common` and its own folder, so no handler may
import this module (`tests/lambda_src/test_assets.py`).
"""

from lambda_src.common.tool import ToolGroup
from lambda_src.document_search.definition import GROUP as DOCUMENT_SEARCH
from lambda_src.language.definition import GROUP as LANGUAGE
from lambda_src.predict.definition import GROUP as PREDICT
from lambda_src.workshop_desk.definition import GROUP as WORKSHOP_DESK

__all__ = ["DOCUMENT_SEARCH", "LANGUAGE", "PREDICT", "TOOL_GROUPS", "WORKSHOP_DESK"]

TOOL_GROUPS: tuple[ToolGroup, ...] = (WORKSHOP_DESK, LANGUAGE, PREDICT, DOCUMENT_SEARCH)
"""Each one is a folder of `lambda_src/` and a Lambda function; `tests/test_tool_groups.py` says what belongs to it."""
