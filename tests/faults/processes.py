"""Faults of the service's own process: killed, told to stop, frozen."""

import os
import random
import signal
import time

from stage import BOTH, POSTGRES, PROCESS_ENDS, Failure, fault, wait_until
from writers import HUNG


@fault("kill -9 under load", allowed=PROCESS_ENDS, short=BOTH)
def kill_under_load(stage):
    service = stage.serve()
    with stage.load() as load:
        for _ in range(stage.choose(100, 5)):
            time.sleep(random.uniform(0.05, 0.6))
            since = time.monotonic()
            service.process.kill()
            stage.await_service(load, since=since)


@fault("SIGTERM under load", allowed=PROCESS_ENDS, short=BOTH)
def stop_under_load(stage):
    service = stage.serve()
    with stage.load() as load:
        for _ in range(stage.choose(10, 2)):
            time.sleep(random.uniform(0.1, 0.6))
            since, process = time.monotonic(), service.process
            process.terminate()
            stage.require(wait_until(lambda: process.poll() is not None, 10), "SIGTERM is not obeyed within 10 s")
            stage.require(process.poll() in (0, None), f"SIGTERM: exit code {process.poll()}")
            stage.await_service(load, since=since)


@fault("two instances, one frozen while it holds an organisation's lock", POSTGRES, allowed={HUNG},
       short=POSTGRES)
def freeze_the_lock_holder(stage):
    frozen, other = stage.serve(), stage.serve()
    stage.service = other
    first, second = stage.organisations
    theirs = [advisor for advisor in stage.advisors if advisor.organisation == first]
    with stage.load(frozen, theirs) as stopped, stage.load(other) as load:
        if not wait_until(lambda: holds_lock_while_frozen(stage, frozen), 30, every=0.01):
            raise Failure("the instance never held a lock when it was frozen")
        began = time.monotonic()
        free = load.seconds_until_all_write(time.monotonic(), 20, load.of(second))
        stage.require(free is not None and free < 5, f"the other organisation waits for {free or 'more than 20'} s")
        # PostgreSQL ends the frozen session after 3 s without a word from it, as the service asked it to.
        stage.await_service(load, since=began)
        if free is not None:
            stage.remark(f"the other organisation waits {free:.1f} s at most; the locked one is free again after"
                         f" {max(stage.serves_again, default=0):.0f} s")
        frozen.process.send_signal(signal.SIGCONT)
        since = time.monotonic()
        again = stopped.seconds_until_all_write(since, 60)
        stage.require(again is not None, "the instance that was frozen does not write again")
        stage.require(not load.refused, f"the instance that was not frozen refuses writes: {dict(load.refused)}")


def holds_lock_while_frozen(stage, service):
    """Freezes a service; lets it go on at once when none of its sessions holds a row's lock."""
    os.kill(service.process.pid, signal.SIGSTOP)
    port_of_session = "SELECT client_port FROM pg_stat_activity WHERE state = 'idle in transaction'" \
                      " AND backend_xid IS NOT NULL AND now() - state_change > interval '100 ms'"
    time.sleep(0.15)
    ports = stage.cluster.sql("quotidien", port_of_session).split()
    if ports:
        return True
    os.kill(service.process.pid, signal.SIGCONT)
    time.sleep(random.uniform(0.02, 0.1))
    return False
