"""Faults of the mail server: it accepts connections and says nothing."""

import socket
import time

from stage import BOTH, PROCESS_ENDS, create_account, fault, wait_until
from writers import Advisor, sign_in

COORDINATOR = ("coordinator@example.org", "staple correct horse")


@fault("a mail server that accepts and hangs", allowed=PROCESS_ENDS, short=BOTH)
def hang_the_mail_server(stage):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stage.make_database()
        stage.make_people()
        email, password = COORDINATOR
        account = create_account(stage.binary, stage.url, stage.organisations[0], "coordinator", email, "Dominique",
                                 password)
        service = stage.serve({"QUOTIDIEN_SMTP_URL": f"smtp://127.0.0.1:{listener.getsockname()[1]}",
                               "QUOTIDIEN_MAIL_FROM": "Quotidien <quotidien@example.org>",
                               "QUOTIDIEN_PUBLIC_URL": "http://localhost"})
        token = sign_in(service, Advisor(stage.organisations[0], account, email, password))
        with stage.load() as load:
            slowest = max(invite(service, token, number) for number in range(stage.choose(100, 20)))
            stage.remark(f"an invitation is answered within {slowest:.1f} s")
            stage.require(slowest < 5, f"an invitation waits for the mail server: {slowest:.1f} s")
            stage.require(not load.refused, "writes of others are refused meanwhile")
            stage.await_service(load)
            process, began = service.process, time.monotonic()
            process.terminate()
            ended = wait_until(lambda: process.poll() is not None, 15)
            stage.require(ended, "SIGTERM is not obeyed within 15 s while messages wait")
            process.kill()
            stage.await_service(load, since=began)


def invite(service, token, number):
    """Invites somebody; how many seconds the answer took."""
    began = time.monotonic()
    person = {"role": "coordinator", "email": f"invited{number}@example.org", "name": f"Invited {number}"}
    service.ask_json(201, "POST", "/v1/accounts", token, person)
    return time.monotonic() - began
