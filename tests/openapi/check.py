#!/usr/bin/env python3
"""Does the committed OpenAPI document satisfy linters, and do generators make clients of it, all without a warning?

Redocly, Spectral and openapi-generator's validator read it; openapi-typescript, openapi-python-client and
openapi-generator (Java, Rust, Swift, Kotlin) write clients into a temporary folder. Needs what requirements.txt and
package-lock.json install beside it, and Java.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "openapi" / "openapi.json"
NODE_TOOLS = HERE / "node_modules" / ".bin"
PYTHON_TOOLS = pathlib.Path(sys.executable).parent
LANGUAGES = ("java", "rust", "swift6", "kotlin")

WARNING = re.compile(r"\b(WARN|WARNING|ERROR|[Ww]arnings?|[Ee]rror)\b")
# The two warnings that our document cannot avoid.
UNAVOIDABLE = (
    # openapi-generator warns of every document of version 3.1.
    "OpenAPI 3.1 support is still in beta",
    # openapi-generator's Rust generator warns of every media type of an answer that has more than one.
    "cannot be used as a model name",
)
# Names of the document that are no identifiers in Rust: two are keywords (RFC 9457 and RFC 7517 chose these names), the
# others begin with a digit.
RUST_NAMES = {"type": "r#type", "use": "r#use", "12_17": "from_12_to_17", "18_24": "from_18_to_24",
              "25_39": "from_25_to_39", "40_59": "from_40_to_59", "60_69": "from_60_to_69", "70_plus": "from_70"}
# The tools send nothing to their makers.
ENVIRONMENT = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def run(folder, *command):
    """Runs a tool to its end in a folder; returns how it ended, with its output as text."""
    return subprocess.run([str(part) for part in command], cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended_badly(done):
    """The tool's output, where its exit code says that something is wrong."""
    return [] if done.returncode == 0 else [done.stdout, done.stderr]


def warned(done):
    """The warnings in the output of a tool, which may end well all the same."""
    lines = (done.stdout + done.stderr).splitlines()
    avoidable = [line for line in lines if not any(text in line for text in UNAVOIDABLE)]
    return ended_badly(done) or [line for line in avoidable if WARNING.search(line)]


def redocly(folder):
    """Redocly. Its JSON report has the findings alone, without what it says of itself, such as that Node.js is old."""
    done = run(folder, NODE_TOOLS / "redocly", "lint", "--extends=recommended", "--format=json", DOCUMENT)
    return ended_badly(done) or [json.dumps(problem) for problem in json.loads(done.stdout)["problems"]]


def spectral(folder):
    """Spectral, whose hints count as findings too."""
    (folder / "ruleset.json").write_text('{"extends": "spectral:oas"}')
    return ended_badly(run(folder, NODE_TOOLS / "spectral", "lint", "--ruleset", "ruleset.json",
                           "--fail-severity=hint", DOCUMENT))


def validator(folder):
    """The validator of openapi-generator."""
    return warned(run(folder, PYTHON_TOOLS / "openapi-generator-cli", "validate", "-i", DOCUMENT))


def typescript(folder):
    """openapi-typescript, which makes types for programs in TypeScript."""
    return warned(run(folder, NODE_TOOLS / "openapi-typescript", DOCUMENT, "-o", "client.ts"))


def python(folder):
    """openapi-python-client, which looks for its formatter, ruff, on the path."""
    path = f"{PYTHON_TOOLS}{os.pathsep}{ENVIRONMENT['PATH']}"
    # It knows no bodies of text: the table of an import is sent as the file that it is.
    (folder / "python.json").write_text('{"content_type_overrides": {"text/csv": "application/octet-stream"}}')
    return warned(run(folder, "env", f"PATH={path}", "openapi-python-client", "generate", "--path", DOCUMENT,
                      "--output-path", "python", "--config", "python.json", "--fail-on-warning"))


def generator(language):
    """openapi-generator for a language."""
    names = [f"--name-mappings={','.join(f'{name}={rust}' for name, rust in RUST_NAMES.items())}"]

    def generate(folder):
        return warned(run(folder, PYTHON_TOOLS / "openapi-generator-cli", "generate", "-g", language, "-i", DOCUMENT,
                          "-o", language, *(names if language == "rust" else [])))
    return generate


def main():
    """Runs every tool, also after one that found something; returns the exit code."""
    tools = {"Redocly": redocly, "Spectral": spectral, "openapi-generator validate": validator,
             "openapi-typescript": typescript, "openapi-python-client": python}
    tools |= {f"openapi-generator {language}": generator(language) for language in LANGUAGES}
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="quotidien-openapi-") as name:
        for tool, check in tools.items():
            findings = check(pathlib.Path(name))
            print(f"{tool}: {'no warning' if not findings else 'failed'}", flush=True)
            for finding in findings:
                print(finding, file=sys.stderr)
            wrong += bool(findings)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
