"""What the documents' tests find: each mistake of a page fails."""

from __future__ import annotations

import os

import pytest

from tests.support.document_links import dead_links
from tests.support.document_runs import PageRun, check_console, check_syntax, check_tests
from tests.support.document_signatures import check_signature
from tests.support.documents import Page, modules_of_tests

CONSOLE = ".. code-block:: console\n\n    $ cat orders.txt\n"


def only_block(text):
    [block] = Page("page.rst", text).blocks
    return block


@pytest.mark.parametrize("language", ["python", "sh", "javascript", "text"])
def test_a_block_that_nothing_checks_is_found(language):
    block = only_block(f"Text.\n\n.. code-block:: {language}\n\n    x = 1\n")
    with pytest.raises(AssertionError, match=rf"^page\.rst:3: nothing checks this block \({language}\)"):
        _ = block.kind


def test_a_literal_block_that_nothing_checks_is_found():
    with pytest.raises(AssertionError, match=r"^page\.rst:1: nothing checks this block \(text\)"):
        _ = only_block("So::\n\n    pip install it\n").kind


def test_output_that_is_not_printed_is_found(tmp_path):
    page = Page("page.rst", f".. file: orders.txt\n\n.. code-block:: text\n\n    1 order\n\n{CONSOLE}    2 orders\n")
    console = page.blocks[1]
    run = PageRun(page, lambda: tmp_path)
    with pytest.raises(AssertionError, match=r"page\.rst:7: the output of\n    \$ cat orders\.txt\nis another"):
        check_console(console, run.output(console)[0])


def test_output_that_is_printed_is_not_found_with_what_differs_left_out(tmp_path):
    page = Page("page.rst", f".. file: orders.txt\n\n.. code-block:: text\n\n    1 order\n\n{CONSOLE}    ... order\n")
    console = page.blocks[1]
    check_console(console, PageRun(page, lambda: tmp_path).output(console)[0])


@pytest.mark.parametrize(
    "body", ["assert False", "import warnings; warnings.warn('old')", "import pytest; pytest.skip()"]
)
def test_a_test_that_does_not_pass_is_found(pytester, body):
    page = Page("page.rst", f".. code-block:: python\n\n    def test_it():\n        {body}\n")
    [block] = page.blocks
    with pytest.raises(AssertionError, match=r"page\.rst:1: its tests don't all pass"):
        check_tests(block, PageRun(page, lambda: None).module(block), {}, pytester)


def test_a_page_leaves_the_environment_as_it_was(pytester):
    page = Page("page.rst", ".. code-block:: python\n\n    def test_it(): pass\n")
    files = {"conftest.py": b"import os; os.environ['LEFT_BY_A_PAGE'] = 'yes'"}
    [block] = page.blocks
    check_tests(block, PageRun(page, lambda: None).module(block), files, pytester)
    assert "LEFT_BY_A_PAGE" not in os.environ


def test_a_block_continues_the_one_before_it():
    first = ".. code-block:: python\n\n    def test_one(): assert ONE\n\n"
    page = Page("page.rst", f"{first}.. continues\n\n.. code-block:: python\n\n    ONE = 1\n")
    assert PageRun(page, lambda: None).module(page.blocks[1]) == "def test_one(): assert ONE\n\n\nONE = 1\n"


@pytest.mark.parametrize(
    ("language", "text"), [("json", "{"), ("ini", "no section"), ("toml", "= 1"), ("python", "def"), ("yaml", "- [")]
)
def test_a_block_of_data_that_can_not_be_read_is_found(language, text):
    with pytest.raises(Exception, match=r"."):
        check_syntax(only_block(f".. file: it\n\n.. code-block:: {language}\n\n    {text}\n"))


@pytest.mark.parametrize(
    "signature",
    [
        "Fault.latency(seconds)",
        "Fault.latency(seconds, *, attempts=None)",
        "Fault.sequence(*errors, operation='ListApplications', when=None, after_calls=0, optional=False)",
    ],
)
def test_a_signature_that_the_code_does_not_have_is_found(signature):
    block = only_block(f".. code-block:: python\n\n    {signature}\n")
    with pytest.raises(AssertionError, match=r"page\.rst:1: the parameters of Fault\.\w+ are others"):
        check_signature(block, signature.partition("(")[0])


@pytest.mark.parametrize("target", ["nowhere.rst", "page.rst#nothing", "page.rst#orders-and-returns"])
def test_a_link_that_leads_nowhere_is_found(tmp_path, target):
    page = tmp_path / "page.rst"
    page.write_text(f"Orders and returns\n==================\n\n`Here <{target}>`__ and `here <page.rst>`__.\n")
    assert list(dead_links(page)) == ([] if target.endswith("returns") else [target])


def test_test_modules_of_a_page_are_known():
    page = Page("page.rst", ".. file: tests/test_it.py\n\n.. code-block:: python\n\n    x = 1\n")
    assert modules_of_tests(page) == ["tests/test_it.py"]
