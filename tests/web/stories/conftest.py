"""Servers, networks, people and phones for the stories."""

import pathlib
import shutil
import sys
import tempfile

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests"), str(pathlib.Path(__file__).parent)]

from proxied import SETTINGS, Direct, Proxy  # noqa: E402
from relay import Relay  # noqa: E402
from stage import BINARY, Organisation, Phone  # noqa: E402
from throwaway import Cluster, Server  # noqa: E402


# As long as for an act: a machine that is busy is no fault of the application.
expect.set_options(timeout=15_000)


def pytest_configure(config):
    """Names the marks of stories that are played elsewhere too."""
    config.addinivalue_line("markers", "postgres: played on PostgreSQL too")
    config.addinivalue_line("markers", "nginx: played behind nginx with TLS too")
    config.addinivalue_line("markers", "timed: measures time, and is played alone")


def pytest_generate_tests(metafunc):
    """Each story is played on SQLite; those with a mark on PostgreSQL too, or behind nginx."""
    if "place" in metafunc.fixturenames:
        more = [name for name in ("postgres", "nginx") if metafunc.definition.get_closest_marker(name) is not None]
        metafunc.parametrize("place", ["sqlite", *more], indirect=True, scope="session")


@pytest.fixture(scope="session")
def place(request):
    """Where the stories are played, and a folder that is gone afterwards."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="quotidien-web-"))
    folder.chmod(0o755)
    try:
        yield request.param, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database(place):
    """The URL of a new database."""
    name, folder = place
    if name == "postgres":
        with Cluster(folder) as cluster:
            cluster.sql("postgres", "CREATE DATABASE quotidien")
            yield cluster.url("quotidien")
    else:
        yield f"sqlite://{folder / 'quotidien.db'}"


@pytest.fixture(scope="session")
def server(database, place):
    """The service."""
    name, folder = place
    with Server(BINARY, database, folder, SETTINGS if name == "nginx" else {}) as running:
        yield running


@pytest.fixture(scope="session")
def front(server, place):
    """What phones reach: the service itself, or nginx before it."""
    name, folder = place
    if name == "nginx":
        with Proxy(folder, server.port) as proxy:
            yield proxy
    else:
        yield Direct(server.port)


@pytest.fixture
def organisation(server, database):
    """An organisation that no other story knows."""
    return Organisation(server, database)


@pytest.fixture
def network(front):
    """The network between phones and the service."""
    with Relay(front.port, front.origin) as relay:
        yield relay


@pytest.fixture(scope="session")
def playwright():
    """What drives the browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture
def phones(playwright, network, front, tmp_path):
    """Makes phones, and sees at the end that no policy refused anything on them and no script failed."""
    made = []

    def make(**options):
        phone = Phone(playwright, tmp_path / f"phone-{len(made)}", network.address, **front.browser, **options)
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
