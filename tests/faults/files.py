"""Faults of the database's files: a header and pages that are overwritten, a write-ahead log of another file."""

import os
import shutil
import time

from stage import POSTGRES, SQLITE, fault

PAGE = {"sqlite": 4096, "postgres": 8192}


def write_and_stop(stage):
    """Has reports written, and the service stopped; returns the service."""
    service = stage.serve()
    with stage.load():
        time.sleep(2)
    service.__exit__()
    return service


def overwrite(file, offset, length):
    """Puts what makes no sense into a file."""
    with file.open("r+b") as opened:
        opened.seek(offset)
        opened.write(os.urandom(length))


def serve_again(stage, service):
    """Starts the service, which must write as ever."""
    service.__enter__()
    with stage.load() as load:
        stage.await_service(load)


@fault("SQLite's header is overwritten", SQLITE, short=SQLITE)
def overwrite_the_header(stage):
    service = write_and_stop(stage)
    shutil.copy(stage.file, stage.folder / "sound.db")
    overwrite(stage.file, 0, 100)
    stage.refuses_in_words(["not a database"], "serve", "--listen", f"127.0.0.1:{service.port}")
    shutil.copy(stage.folder / "sound.db", stage.file)
    serve_again(stage, service)


@fault("pages in the middle of SQLite's file are overwritten", SQLITE, short=SQLITE)
def overwrite_the_middle(stage):
    service = write_and_stop(stage)
    shutil.copy(stage.file, stage.folder / "sound.db")
    pages = stage.file.stat().st_size // PAGE["sqlite"]
    for page in range(pages // 4, pages // 4 * 3, 5):
        overwrite(stage.file, page * PAGE["sqlite"], 512)
    stage.refuses_in_words(["malformed", "corrupt", "not sound", "integrity"], "check")
    shutil.copy(stage.folder / "sound.db", stage.file)
    serve_again(stage, service)


@fault("a copy takes the place of SQLite's file, beside a stale write-ahead log", SQLITE,
       allowed={"401 unauthenticated"}, short=SQLITE)
def leave_a_stale_write_ahead_log(stage):
    service = stage.serve()
    copy = stage.folder / "copy.db"
    with stage.load():
        time.sleep(1)
    code, said = stage.command("backup", copy)
    stage.require(code == 0, f"backup exits {code}: {said.strip()[:100]}")
    if code != 0:
        stage.execute(f"VACUUM INTO '{copy}'")
    with stage.load():
        time.sleep(2)
    stage.loads.pop()  # What came after the copy goes with the file, as docs/operations.md says.
    service.supervised = False
    service.process.kill()
    service.process.wait()
    log = stage.file.with_name(stage.file.name + "-wal")
    stage.require(log.exists(), "there is no write-ahead log, which this fault is about")
    left = stage.file.read_bytes(), log.read_bytes()
    shutil.copy(copy, stage.file)
    stage.refuses_in_words(["malformed", "corrupt", "not sound", "integrity", "write-ahead log"], "check")
    # And now as it should be done.
    stage.file.write_bytes(left[0])
    log.write_bytes(left[1])
    code, said = stage.command("restore", copy)
    stage.require(code == 0, f"restore exits {code}: {said.strip()[:100]}")
    if code != 0:
        log.unlink(missing_ok=True)
        shutil.copy(copy, stage.file)
    serve_again(stage, service)


@fault("a page of a table of PostgreSQL is overwritten", POSTGRES, short=POSTGRES)
def overwrite_a_table(stage):
    service = write_and_stop(stage)
    [table] = stage.query("SELECT pg_relation_filepath('interventions')")
    stage.cluster.stop()
    file = stage.cluster.data / table
    sound = file.read_bytes()
    overwrite(file, file.stat().st_size // PAGE["postgres"] // 2 * PAGE["postgres"], 512)
    stage.cluster.start()
    stage.refuses_in_words(["invalid page", "corrupt", "not sound"], "check")
    stage.cluster.stop()
    file.write_bytes(sound)
    stage.cluster.start()
    serve_again(stage, service)
