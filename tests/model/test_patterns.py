"""A pattern of the model matches what the service matches, and in bounded time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appintegrations.model import patterns, service

PATTERNS = [
    *{pattern for name in service.model().shape_names if (pattern := service.shape(name).metadata.get("pattern"))},
    "[ab]+[abc]+", "[ab]+[bc]+", "[ab]+[cb]+", "[ba]+[bc]+", "[^ab]+[abc]+", "[ab]+[^ab]+", r"[a\]]+[a\]b]+", "[a-c]+[b]+",
    "[b]+[a-c]+", r"\[[a]+[ab]+\]", "[ab]+[abc]*",
]  # fmt: skip


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_pattern_matches_the_same_texts_as_pythons_own_reading(pattern, data):
    whole = re.compile(rf"^(?:{pattern})\Z", re.ASCII)
    text = data.draw(st.one_of(st.from_regex(whole), st.from_regex(pattern), st.text("abc^[]-", max_size=6)))[:60]
    assert bool(patterns.compiled(pattern).match(text)) == bool(whole.match(text))


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("a|b", ["a", "b"], ["ab", "a\n", "xa", ""]),
        ("^a$", ["a"], ["a\n"]),
        (r"\w", ["a", "_", "7"], ["ü", "\N{ARABIC-INDIC DIGIT ONE}"]),
        (r"\d", ["7"], ["\N{ARABIC-INDIC DIGIT ONE}"]),
        (r"\s", [" ", "\t"], ["\N{NO-BREAK SPACE}"]),
    ],
)
def test_patterns_are_ascii_and_taken_as_a_whole(pattern, matching, other):
    assert [text for text in [*matching, *other] if patterns.compiled(pattern).match(text)] == matching


def test_a_pattern_that_python_cannot_read_is_none():
    assert patterns.compiled(r"^\p{L}+$") is None


@pytest.mark.parametrize("text", ["a" * 990 + " ", "a-" * 450 + "\n"], ids=["letters", "letters and hyphens"])
def test_a_text_that_does_not_match_is_refused_at_once(text):
    """As Python reads it, this pattern takes hours for such texts."""
    pattern = service.shape("DestinationURI").metadata["pattern"]
    assert patterns.compiled(pattern).match(f"s3://{text}") is None
