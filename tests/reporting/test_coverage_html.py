"""The page of error-path coverage: its contents, and how it looks in a real browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from pytest_appintegrations.model import service
from pytest_appintegrations.reporting.coverage import Coverage
from pytest_appintegrations.reporting.coverage_html import page
from tests.support.browser import CHROMIUM, CONTRASTS, Browser

GET, LIST = "GetDataIntegration", "ListDataIntegrations"
SLY = "test_it.py::test[<script>alert('x')</script>&\"]"


def document():
    coverage = Coverage()
    coverage.add("test_it.py::test_recovers", {LIST: {"calls": 2, "errors": {"ThrottlingException": (2, 0)}}})
    coverage.add(SLY, {GET: {"calls": 1, "errors": {"ResourceNotFoundException": (0, 1)}}})
    coverage.add("test_it.py::test_fails", {GET: {"calls": 1, "errors": {"InternalServiceError": (0, 1)}}})
    coverage.note_not_passed("test_it.py::test_fails")
    return coverage.document()


class Reader(HTMLParser):
    """Gathers the cells by operation and error, and checks that all is closed that was opened."""

    def __init__(self):
        super().__init__()
        self.open, self.attributes, self.cells, self.text = [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.attributes += attributes
        if tag not in ("meta", "wbr"):
            self.open.append(tag)
        if tag == "td":
            self.cells.append([dict(attributes), ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)
        if "td" in self.open:
            self.cells[-1][1] += data


def read(text):
    reader = Reader()
    reader.feed(text)
    assert not reader.open
    return reader


def test_a_matrix_has_a_cell_for_each_operation_called_and_each_error():
    reader = read(page(document()))
    cells = {(cell["data-column"], cell["class"]): text for cell, text in reader.cells}
    assert cells["ThrottlingException", "good"] == "↻ retriedCalls: 2 retried, 0 raisedtest_it.py::test_recovers"
    assert cells["ResourceNotFoundException", "good"] == f"✓ handledCalls: 0 retried, 1 raised{SLY}"
    assert cells["InternalServiceError", "bad"] == "✗ failedCalls: 0 retried, 1 raisedtest_it.py::test_fails"
    assert cells["ResourceNotFoundException", "absent"] == "n/a"  # A list finds what there is.
    assert cells["AccessDeniedException", "none"] == "○ not covered"
    modelled = len(service.errors(GET)) + len(service.errors(LIST))
    text = "".join(reader.text)
    assert f"3 of {modelled} modelled errors covered" in text
    assert f"{round(300 / modelled, 1)} %" in text
    assert all(name in text for name in service.operations())


def test_it_lists_the_operations_never_called_where_there_are_any():
    coverage = Coverage()
    every = {name: {"calls": 1, "errors": {}} for name in service.operations()}
    coverage.add("test_it.py::test_most", {name: seen for name, seen in every.items() if name != GET})
    assert read(page(coverage.document())).text.count("Never called, not counted") == 1
    coverage.add("test_it.py::test_the_rest", {GET: every[GET]})
    assert "Never called, not counted" not in read(page(coverage.document())).text


def test_it_is_self_contained_and_escapes_what_it_shows():
    text = page(document())
    assert not re.search(r"(?i)<script|<link|<img|url\(|@import|https?:|javascript:", text)
    assert "&lt;script&gt;" in text


def test_equal_documents_make_equal_pages():
    assert page(document()) == page(document())


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("no chromium and no google-chrome on this machine")
    browser = Browser(tmp_path_factory.mktemp("profile"))
    file = tmp_path_factory.mktemp("page") / "out.html"
    file.write_text(page(document()), encoding="utf-8")
    browser.open(file)
    yield browser
    browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "size", [(1400, 900), (1280, 800), (390, 844), (320, 640)], ids=["wide desk", "desk", "phone", "small phone"]
)
def test_it_fits_the_window_and_is_legible(browser, size, scheme):
    browser.size(*size)
    browser.colours(scheme)
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    contrasts = browser.evaluate(CONTRASTS)
    assert len(contrasts) > 40
    assert min(contrasts) >= 4.5
    back = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (back == "rgb(255, 255, 255)") is (scheme == "light")
    # On a narrow screen, each cell repeats the heading of its column.
    heading = browser.evaluate('getComputedStyle(document.querySelector("td"), "::before").content')
    assert (heading == "none") is (size[0] >= 1280)
    assert browser.evaluate('getComputedStyle(document.querySelector("summary .mark")).display') == "inline-block"


def test_a_cell_opens_by_keyboard_and_by_click(browser):
    browser.size(1280, 800)
    opened = 'document.querySelectorAll("details[open]").length'
    shown = '[...document.querySelectorAll("details li")].filter(item => item.checkVisibility()).map(item => item.textContent)'
    assert browser.evaluate(shown) == []
    browser.press("Tab", 9)
    assert browser.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert browser.evaluate("document.activeElement.ariaLabel") == f"{GET}, InternalServiceError: failed"
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("Enter", 13, "\r")
    assert browser.evaluate(shown) == ["test_it.py::test_fails"]
    browser.evaluate('document.querySelectorAll("summary")[1].click()')
    assert browser.evaluate(opened) == 2
    assert SLY in browser.evaluate(shown)


def test_the_names_of_the_operations_never_called_stay_in_their_columns(browser):
    browser.size(1400, 900)
    beyond = """[...document.querySelectorAll(".names li")].filter(item => {
        const range = document.createRange(); range.selectNodeContents(item);
        const box = item.getBoundingClientRect();
        return [...range.getClientRects()].some(text => text.right > box.right + 1);
    }).map(item => item.textContent)"""
    assert browser.evaluate(beyond) == []
