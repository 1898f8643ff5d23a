"""Markdown documents as GitHub renders them: headings with their anchors, links, tables, and what is set as code.

The parser is the one that rich brings along.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")
_COMMENT = re.compile(r"(^|\s+)#.*$")


@dataclass
class Section:
    """A heading and what stands below it, up to the next heading."""

    level: int
    """1 for a title."""
    title: str
    """The heading's text without markup."""
    spans: set[str] = field(default_factory=set)
    """What is set as code in the heading, in sentences and in tables."""
    commands: list[str] = field(default_factory=list)
    """The lines of `console` blocks that begin with `$`, without the comment."""


class Document:
    """One file, parsed once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tokens = _PARSER.parse(path.read_text(encoding="utf-8"))

    @cached_property
    def sections(self) -> list[Section]:
        """The sections in their order; what stands before the first heading belongs to none."""
        found: list[Section] = []
        for token, following in zip(self.tokens, [*self.tokens[1:], Token("", "", 0)], strict=True):
            if token.type == "heading_open":
                found.append(Section(int(token.tag[1:]), _text(following)))
            elif token.type == "inline" and found:
                found[-1].spans |= {child.content for child in token.children or () if child.type == "code_inline"}
            elif token.type == "fence" and token.info == "console" and found:
                found[-1].commands += _commands(token.content)
        return found

    @cached_property
    def anchors(self) -> set[str]:
        """The fragments that a link may name: https://docs.github.com/en/get-started/writing-on-github"""
        seen: Counter[str] = Counter()
        found = set()
        for section in self.sections:
            slug = re.sub(r"[^\w\- ]", "", section.title.lower()).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        return found

    @cached_property
    def links(self) -> list[str]:
        """The targets of all links, not percent-encoded."""
        inner = (child for token in self.tokens for child in token.children or ())
        return [unquote(str(child.attrs["href"])) for child in inner if child.type == "link_open"]

    @cached_property
    def tables(self) -> list[list[str]]:
        """The first column of each table, its head included."""
        found: list[list[str]] = []
        for at, token in enumerate(self.tokens):
            if token.type == "table_open":
                found.append([])
            elif token.type == "tr_open":
                found[-1].append(_text(self.tokens[at + 2]))
        return found


def _text(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


def _commands(block: str) -> list[str]:
    return [_COMMENT.sub("", line[2:]) for line in block.splitlines() if line.startswith("$ ")]
