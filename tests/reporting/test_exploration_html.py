"""The page of an exploration: its contents, and how it looks in a real browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from pytest_appintegrations.exploration.findings import Findings
from pytest_appintegrations.exploration.outcomes import ADVICE
from pytest_appintegrations.reporting.exploration_html import page
from tests.support.browser import CHROMIUM, CONTRASTS, Browser
from tests.support.findings import ASSOCIATE, EXPORTS, findings


class Reader(HTMLParser):
    """Gathers cells as (row, column, tone, text), and checks that all is closed that was opened."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.text, self.cells = [], [], "", {}
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in ("meta", "wbr"):
            self.open.append(tag)
        if attributes.get("role") == "rowheader":
            self.rows.append("")
        if tag == "td":
            self.cell = (len(self.rows) - 1, attributes["data-column"], attributes["class"])
            self.cells[self.cell] = ""

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if "td" in self.open:
            self.cells[self.cell] += data
        elif self.open[-1:] == ["th"] and self.rows and "tbody" in self.open:
            self.rows[-1] += data


def test_each_test_has_a_matrix_of_its_calls_by_the_errors():
    reader = Reader(page(findings()))
    rows = [row.strip() for row in reader.rows]
    assert rows == [f"1. {ASSOCIATE}", "2. TagResource", "3. TagResource", f"1. {ASSOCIATE}"]
    assert reader.cells[0, "InternalServiceError", "bad"] == (
        "✗ crashedInternalServiceError: crashed, an error that nobody raised on purpose came out of the code under test"
        "exporter.py:34 KeyError: 'Detail'left: 1 data integration"
        f'@pytest.mark.appint_fault("InternalServiceError", operation="{ASSOCIATE}", calls=1)'
    )
    assert "exporter.py:30 ThrottlingException: no" in reader.cells[0, "ThrottlingException", "good"]
    assert "a store ended with more records" in reader.cells[0, "ReadTimeoutError, response lost always", "bad"]
    assert "left: 2 data integrations" in reader.cells[0, "ReadTimeoutError, response lost once", "good"]
    assert reader.cells[1, "InternalServiceError", "absent"] == "n/a"
    assert "after_calls=1" in reader.cells[2, "AccessDeniedException", "bad"]
    assert "accepted by the test's marker" in reader.cells[3, "AccessDeniedException", "none"]


def test_it_shows_totals_and_what_was_left_out_or_not_explored():
    text = Reader(page(findings())).text
    for part in (
        "5 findings in 9 runs of 2 tests",
        "12 more runs were left out.",
        "made no call (2)",
        "does not repeat (1)",
        "test_it.py::test_three: a second run made other calls",
        EXPORTS,
    ):
        assert part in text
    assert "Not explored" not in Reader(page(Findings())).text


def test_it_says_what_to_do_about_each_kind_of_finding_that_there_is():
    text = Reader(page(findings())).text
    for outcome in ("crashed", "lost", "duplicated"):
        assert f"What to do about {outcome}: {ADVICE[outcome]}." in text
    assert "What to do about endless" not in text
    assert "What to do about" not in page(Findings())


def test_it_is_self_contained_and_escapes_what_it_shows():
    text = page(findings())
    assert not re.search(r"(?i)<script|<link|<img|url\(|@import|https?:|javascript:", text)
    assert "&lt;script&gt;" in text
    assert "AssertionError: &lt;b&gt;" in text


def test_equal_findings_make_equal_pages():
    assert page(findings()) == page(findings())


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("no chromium and no google-chrome on this machine")
    browser = Browser(tmp_path_factory.mktemp("profile"))
    file = tmp_path_factory.mktemp("page") / "out.html"
    file.write_text(page(findings()), encoding="utf-8")
    browser.open(file)
    yield browser
    browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1400, 900), (1280, 800), (1000, 800), (390, 844), (320, 640)], ids=str)
def test_it_fits_the_window_and_is_legible(browser, size, scheme):
    browser.size(*size)
    browser.colours(scheme)
    browser.evaluate('document.querySelectorAll("details").forEach(one => one.open = true)')
    assert browser.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    contrasts = browser.evaluate(CONTRASTS)
    assert len(contrasts) > 40
    assert min(contrasts) >= 4.5
    back = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (back == "rgb(255, 255, 255)") is (scheme == "light")
    browser.evaluate('document.querySelectorAll("details").forEach(one => one.open = false)')


def test_a_cell_opens_by_keyboard_below_the_cells_of_its_row(browser):
    browser.size(1400, 900)
    browser.press("Tab", 9)
    label = f"{ASSOCIATE}, call 1, AccessDeniedException: crashed"
    assert browser.evaluate("document.activeElement.ariaLabel") == label
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("Enter", 13, "\r")
    [line] = browser.evaluate(
        '[...document.querySelectorAll("pre")].filter(one => one.checkVisibility()).map(one => one.textContent)'
    )
    assert line == f'@pytest.mark.appint_fault("AccessDeniedException", operation="{ASSOCIATE}", calls=1)'
    # All of it is visible: no other cell overlaps it, and it overlaps no text of another.
    assert browser.evaluate("""
        (() => {
          const row = document.querySelector("details[open]").closest("tr").getBoundingClientRect();
          const panel = document.querySelector("details[open] .panel").getBoundingClientRect();
          const summaries = [...document.querySelectorAll("details[open]")].map(one => one.querySelector("summary"));
          return panel.bottom <= row.bottom + 1 && panel.width > row.width * .9
            && summaries.every(one => one.getBoundingClientRect().bottom <= panel.top);
        })()""")
