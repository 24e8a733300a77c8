"""Servers, networks, people and phones for the stories."""

import pathlib
import shutil
import sys
import tempfile

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests"), str(pathlib.Path(__file__).parent)]

from relay import Relay  # noqa: E402
from stage import BINARY, Organisation, Phone  # noqa: E402
from throwaway import Cluster, Server  # noqa: E402


def pytest_configure(config):
    """Names the mark of stories that are played on PostgreSQL too."""
    # Machines that do much else at once are slow.
    expect.set_options(timeout=15_000)
    config.addinivalue_line("markers", "postgres: played on PostgreSQL too")


def pytest_generate_tests(metafunc):
    """Each story is played on SQLite; those with the mark on PostgreSQL too."""
    if "database" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("postgres") is not None
        metafunc.parametrize("database", ["sqlite", "postgres"] if both else ["sqlite"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def database(request):
    """The URL of a new database."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="quotidien-web-"))
    folder.chmod(0o755)
    try:
        if request.param == "sqlite":
            yield f"sqlite://{folder / 'quotidien.db'}", folder
        else:
            with Cluster(folder) as cluster:
                cluster.sql("postgres", "CREATE DATABASE quotidien")
                yield cluster.url("quotidien"), folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(database):
    """The service."""
    url, folder = database
    with Server(BINARY, url, folder) as running:
        yield running


@pytest.fixture
def organisation(server, database):
    """An organisation that no other story knows."""
    return Organisation(server, database[0])


@pytest.fixture
def network(server):
    """The network between phones and the service."""
    with Relay(server.port) as relay:
        yield relay


@pytest.fixture(scope="session")
def playwright():
    """What drives the browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture
def phones(playwright, network, tmp_path):
    """Makes phones, and sees at the end that no policy refused anything on them and no script failed."""
    made = []

    def make(**options):
        phone = Phone(playwright, tmp_path / f"phone-{len(made)}", network.address, **options)
        made.append(phone)
        return phone

    yield make
    for phone in made:
        phone.stop()
        assert phone.refused == [], "the policy of the page refused something"
        assert phone.faults == [], "a script failed"


@pytest.fixture
def phone(phones):
    """One phone."""
    return phones()
