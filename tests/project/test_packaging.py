"""The built wheel and source archive: their files, and their metadata."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "pytest_appintegrations"
REPOSITORY = "https://github.com/pytest-appintegrations/pytest-appintegrations"


def build(target, folder):
    """Build a distribution and return its path."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder], cwd=ROOT, check=True)
    [path] = folder.iterdir()
    return path


def files_of(folder):
    """Return the source files below a folder, relative to the project's."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    with zipfile.ZipFile(build("wheel", tmp_path_factory.mktemp("wheel"))) as archive:
        yield archive


@pytest.fixture(scope="module")
def sdist_names(tmp_path_factory):
    """Return the names of the files in the source archive, without the folder that holds them all."""
    with tarfile.open(build("sdist", tmp_path_factory.mktemp("sdist"))) as archive:
        return {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}


@pytest.fixture(scope="module")
def metadata(wheel):
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return HeaderParser().parsestr(wheel.read(name).decode())


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == files_of(PACKAGE)


def test_the_wheel_holds_the_licence(wheel):
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel.namelist())


def test_the_plugin_is_registered_with_pytest(wheel):
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt")]
    assert wheel.read(name).decode().split() == ["[pytest11]", "appintegrations", "=", "pytest_appintegrations.plugin"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("Name", "pytest-appintegrations"), ("License-Expression", "MIT"), ("Requires-Python", ">=3.10")],
)
def test_metadata_names_the_project(metadata, field, value):
    assert metadata[field] == value


def test_the_run_time_dependencies_are_four(metadata):
    required = {line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line}
    assert {name.split(">")[0] for name in required} == {"botocore", "pytest", "jsonschema", "freezegun"}
    assert {"botocore>=1.35", "pytest>=8"} <= required


def test_the_extras_are_provided(metadata):
    assert set(metadata.get_all("Provides-Extra")) == {"test", "aio"}


@pytest.mark.parametrize(
    ("label", "address"),
    [
        ("Homepage", REPOSITORY),
        ("Documentation", "https://pytest-appintegrations.readthedocs.io"),
        ("Source", REPOSITORY),
        ("Issues", f"{REPOSITORY}/issues"),
        ("Changelog", f"{REPOSITORY}/blob/main/CHANGELOG.rst"),
    ],
)
def test_metadata_links_to_the_pages_of_the_project(metadata, label, address):
    assert f"{label}, {address}" in metadata.get_all("Project-URL")


def test_the_long_description_is_the_readme(metadata):
    assert metadata["Description-Content-Type"] == "text/x-rst"
    assert metadata.get_payload().strip() == (ROOT / "README.rst").read_text(encoding="utf-8").strip()


def test_every_python_promised_has_a_classifier_and_a_step_of_ci(metadata):
    steps = subprocess.run([ROOT / ".ci" / "run", "--list"], capture_output=True, text=True, check=True).stdout
    versions = {line.rpartition(" ")[2] for line in steps.splitlines() if line.startswith("python ")}
    prefix = "Programming Language :: Python :: "
    classifiers = [line.removeprefix(prefix) for line in metadata.get_all("Classifier") if line.startswith(prefix)]
    assert {name for name in classifiers if name.startswith("3.")} == versions


@pytest.mark.parametrize("folder", ["pytest_appintegrations", "tests", "examples", "docs", ".ci", ".github"])
def test_the_source_archive_holds_every_folder_whole(sdist_names, folder):
    assert files_of(ROOT / folder) <= sdist_names


@pytest.mark.parametrize("name", ["README.rst", "CONTRIBUTING.rst", "CHANGELOG.rst", "LICENSE", "pyproject.toml"])
def test_the_source_archive_holds_the_documents(sdist_names, name):
    assert name in sdist_names
