"""Faults of migrations: by two at once, killed half-way, longer than every timeout; and a schema that is newer."""

import contextlib
import os
import random
import subprocess
import time

from stage import BOTH, POSTGRES, ROOT, Failure, Service, fault, wait_until

# How many of the newest migrations are undone, to have an older database with reports.
UNDONE = 2
# Within these seconds a migration has certainly begun and may have ended.
KILLED_WITHIN = {"sqlite": 0.15, "postgres": 0.6}


def migrate(stage):
    """Starts `quotidien migrate`."""
    return subprocess.Popen([stage.binary, "migrate"], env=os.environ | {"DATABASE_URL": stage.url},
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


@fault("an empty database migrated by four at once", short=BOTH)
def migrate_at_once(stage):
    stage.make_database()
    programs = [migrate(stage) for _ in range(4)]
    for program in programs:
        _, said = program.communicate(timeout=120)
        stage.require(program.returncode == 0, f"migrate exits {program.returncode}: {said.strip()[-200:]}")
    stage.serve()
    with stage.load() as load:
        stage.await_service(load)


@fault("migrations of an older database killed half-way", short=BOTH)
def kill_migrations(stage):
    service = stage.serve()
    with stage.load():
        time.sleep(1)
    service.__exit__()
    migrations = sorted((ROOT / "migrations" / stage.database).iterdir())[-UNDONE:]
    killed = 0
    for _ in range(stage.choose(25, 5)):
        undo(stage, migrations)
        program = migrate(stage)
        time.sleep(random.uniform(0, KILLED_WITHIN[stage.database]))
        program.kill()
        killed += program.wait() != 0
        program.stderr.close()
        settle(stage)
    stage.remark(f"{killed} of {stage.choose(25, 5)} were killed before they had ended")
    service.__enter__()
    with stage.load() as load:
        stage.await_service(load)


def undo(stage, migrations):
    """Brings the schema back to before these migrations, of those that were run."""
    for migration in reversed(migrations):
        version = migration.name.split("_")[0].replace("-", "")
        if version in stage.query("SELECT version FROM __diesel_schema_migrations"):
            down = (migration / "down.sql").read_text()
            stage.execute(f"{down}; DELETE FROM __diesel_schema_migrations WHERE version = '{version}';")


def settle(stage):
    """Waits until PostgreSQL has noticed that a program which it served is gone."""
    if stage.database == "postgres":
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'quotidien' AND pid <> pg_backend_pid()"
        if not wait_until(lambda: stage.query(others) == ["0"], 60):
            raise Failure("PostgreSQL still works for a program that was killed")


@fault("a migration of 65 s, and a second instance that starts meanwhile", POSTGRES)
def migrate_longer_than_every_timeout(stage):
    stage.make_database()
    stage.execute("""
        CREATE FUNCTION sleep_once() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
            IF to_regclass('public.slept') IS NULL THEN CREATE TABLE public.slept (); PERFORM pg_sleep(65); END IF;
        END $$;
        CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION sleep_once()""")
    instances = [Service(stage.binary, stage.url, stage.folder) for _ in range(2)]
    began = time.monotonic()
    for instance in instances:
        instance.log = stage.folder / f"server{instance.port}.log"
        instance.start()
        stage.blocks.push(instance)
    for instance in instances:
        ready = wait_until(lambda: is_ready(instance), 150, every=0.5)
        stage.require(ready and instance.restarts == 0, f"an instance is not ready or had to be started again"
                                                        f" ({instance.restarts} times): {instance.said()[-300:]}")
    stage.remark(f"both are ready after {time.monotonic() - began:.0f} s")
    stage.service = instances[1]
    stage.make_people()
    with stage.load() as load:
        stage.await_service(load)


def is_ready(service):
    with contextlib.suppress(OSError):
        return service.ask("GET", "/readyz")[0] == 200
    return False


@fault("a database of a newer version", short=BOTH)
def start_on_a_newer_schema(stage):
    service = stage.serve()
    with stage.load():
        time.sleep(1)
    service.__exit__()
    stage.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')")
    stage.refuses_in_words(["older than the database"], "serve", "--listen", f"127.0.0.1:{service.port}")
    stage.execute("DELETE FROM __diesel_schema_migrations WHERE version = '99991231000000'")
    service.__enter__()
    with stage.load() as load:
        stage.await_service(load)
