"""Is every metric that the dashboard and the alert rules of deploy/ name in what the release server publishes?

    metrics.py [BINARY]
"""

import pathlib
import re
import sys
import tempfile
import urllib.request

from throwaway import Failure, Server, free_port

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = ("grafana/quotidien.json", "prometheus/quotidien.rules.yml")
# The endings of the samples of each kind of metric.
ENDINGS = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}


def published(text):
    """The names of the samples that a text of /metrics declares."""
    kinds = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    return {name + ending for name, kind in kinds for ending in ENDINGS[kind]}


def main(binary):
    with tempfile.TemporaryDirectory(prefix="quotidien-metrics-") as name:
        folder = pathlib.Path(name)
        server = Server(binary, f"sqlite://{folder}/quotidien.db", folder)
        port = free_port()
        server.environment["QUOTIDIEN_METRICS_LISTEN"] = f"127.0.0.1:{port}"
        with server, urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            exist = published(answer.read().decode())
    for file in FILES:
        asked = set(re.findall(r"\bquotidien_[a-z_]+", (ROOT / "deploy" / file).read_text()))
        if not asked or asked - exist:
            raise Failure(f"{file} asks for {sorted(asked - exist) or 'nothing'}; there are {sorted(exist)}")
        print(f"{file} asks for {len(asked)} metrics, all of which exist")


if __name__ == "__main__":
    try:
        main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target" / "release" / "quotidien").resolve())
    except Failure as failure:
        sys.exit(f"metrics.py: {failure}")
