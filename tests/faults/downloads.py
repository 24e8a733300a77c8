#!/usr/bin/env python3
"""Takes copies of what is held about people, by `GET /v1/me/export`, one for each access token on standard input, all at
once and again until the time is over: `downloads.py PORT SECONDS`. Prints how many were whole, their size and what
failed, as JSON. It is a process of its own, so that what it reads slows down nobody who measures."""

import collections
import http.client
import json
import sys
import threading
import time


def copy(port, token):
    """One copy; returns its size in bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/v1/me/export", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise http.client.HTTPException(f"status {answer.status}")
        size, end = 0, b""
        while piece := answer.read(1 << 16):
            size, end = size + len(piece), piece[-1:]
        if end != b"}":
            raise http.client.HTTPException("cut off")
        return size
    finally:
        connection.close()


def main():
    """Copies for as long as was asked for."""
    port, until = int(sys.argv[1]), time.monotonic() + float(sys.argv[2])
    sizes, failures = [], collections.Counter()

    def again(token):
        while True:
            try:
                sizes.append(copy(port, token))
            except (OSError, http.client.HTTPException) as error:
                failures[f"{type(error).__name__}: {error}"] += 1
            if time.monotonic() > until:
                return

    threads = [threading.Thread(target=again, args=(token,)) for token in sys.stdin.read().split()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"copies": len(sizes), "megabytes": sum(sizes) >> 20, "failures": failures}))


if __name__ == "__main__":
    main()
