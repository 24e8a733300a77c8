# Lists the recipes.
default:
    @just --list

# The one list of checks; a change that passes it is ready.
ci: fmt deny native openapi-tools checked web-speed

# Compiles the C libraries for the release. Where ccache is in use, the tests' build then finds them in its cache.
[private]
native:
    cargo build --release --locked --package openssl-sys --package aws-lc-sys --package libsqlite3-sys --package pq-src

# Both at once: the release is optimised as one, on one core and for long; what needs no release uses the other meanwhile.
[parallel]
[private]
checked: read-and-tested tried

[private]
read-and-tested: read test recount instructions openapi-check

# What most checks wait for is the release: what compiles beside it stands back.
[private]
read:
    nice just lint docs
    nice cargo test --locked --no-run

[private]
tried: container-build demo fuzz national calendars faults-short web

# Is the code formatted?
fmt:
    cargo fmt --check

# Does clippy find nothing?
lint:
    cargo clippy --all-targets --locked -- -D warnings

# Do the doc comments build without a warning?
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --locked

# Runs every test; the tests on PostgreSQL are skipped where it is not installed.
test:
    # Many tests wait, for a deadline or for a process: one more runs at once than there are cores.
    RUST_TEST_THREADS=$(($(nproc) + 1)) cargo test --locked

# Do programs in another language count the same figures and digests? (needs Python)
recount:
    cargo test --locked --test api -- --ignored recount

# Do libraries of others read the calendars right, over both changes of the hour? (needs Python)
calendars: container-build field-tools
    target/field-tools/bin/python tests/field/calendars.py

# Installs the Python libraries of the recipe above.
[private]
field-tools:
    test -x target/field-tools/bin/python || python3 -m venv target/field-tools
    target/field-tools/bin/pip install --quiet --requirement tests/field/requirements.txt

# Does the demo print the annex of summer 2022, to the figure?
demo: container-build
    tests/demo_prints_the_annex.sh

# Writes the committed OpenAPI document anew.
openapi:
    # The document is first written to another file, so that a failure leaves the old one.
    cargo run --locked -- openapi > target/openapi.json
    mv target/openapi.json openapi/openapi.json

# Do linters and generators of clients take the committed OpenAPI document? (needs npm and Java)
openapi-check: openapi-tools
    npm --prefix tests/openapi ls >/dev/null 2>&1 || npm --prefix tests/openapi ci
    target/openapi-tools/bin/python tests/openapi/check.py

# Does the release server keep to its OpenAPI document, on both databases? (needs PostgreSQL)
fuzz: container-build openapi-tools
    target/openapi-tools/bin/python tests/openapi/fuzz.py

# Do the two national validators of places take what the release exports? (needs npm)
national: container-build national-tools
    npm --prefix tests/national ls >/dev/null 2>&1 || npm --prefix tests/national ci
    target/national-tools/bin/python tests/national/check.py

# Installs the Python tools of the recipe above: their versions differ from those of the OpenAPI tools.
[private]
national-tools:
    test -x target/national-tools/bin/python || python3 -m venv target/national-tools
    target/national-tools/bin/pip install --quiet --requirement tests/national/requirements.txt

# What happens to machines, while many report: is no report lost, and does the release come back by itself?
# Plays kills, frozen and full databases, disks, broken files, stalled clients and clocks, for half an hour; `--write`
# keeps the table (needs root, PostgreSQL and a C compiler).
faults *options: container-build
    python3 tests/faults/run.py {{options}}

# Plays the short form of the faults, on both databases at once; `--may-skip disks` where one is not root.
faults-short *options: container-build
    python3 tests/faults/run.py --short {{options}}

# Does the release serve an hour at half of what it can, beside idle and stalled clients, with memory that stays flat?
# `--database postgres`, `--minutes 5`, `--rate 500` (needs wrk and PostgreSQL).
soak *options: container-build
    python3 tests/faults/soak.py {{options}}

# A thousand histories are recounted on each database, and fifty advisors do 10,000 operations each over a bad network.
# Runs these long tests, and fuzzes with more examples and more seeds; takes hours.
long: container-build openapi-tools
    QUOTIDIEN_TEST_HISTORIES=1000 cargo test --release --locked --test api -- --ignored recount
    QUOTIDIEN_TEST_OPERATIONS=10000 QUOTIDIEN_TEST_SEEDS=50 cargo test --release --locked --test api -- offline::proof --nocapture
    target/openapi-tools/bin/python tests/openapi/fuzz.py --examples 500 --seeds 3

# Installs the Python tools of the recipes above.
[private]
openapi-tools:
    test -x target/openapi-tools/bin/python || python3 -m venv target/openapi-tools
    target/openapi-tools/bin/pip install --quiet --requirement tests/openapi/requirements.txt

# Does the application of web/ do what it should: its types, its modules, its stories in a real browser?
# `--only "keyboard"` plays the stories with that word (needs npm, Chromium, PostgreSQL, nginx, openssl and certutil).
web *options: container-build web-tools
    npm --prefix tests/web ls >/dev/null 2>&1 || npm --prefix tests/web ci
    npm --prefix tests/web run types
    npm --prefix tests/web run unit
    target/web-tools/bin/python -m pytest --quiet -m "not timed" {{ replace(options, "--only", "-k") }} tests/web/stories

# Is the application of web/ as quick as docs/web.md says? Nothing else may run meanwhile, so it is the last of the list.
web-speed: container-build web-tools
    target/web-tools/bin/python -m pytest --quiet -m timed --capture no tests/web/stories

# Installs the Python tools of the recipe above.
[private]
web-tools:
    test -x target/web-tools/bin/python || python3 -m venv target/web-tools
    target/web-tools/bin/pip install --quiet --requirement tests/web/requirements.txt

# Takes a picture of every page of the application, to be looked at; `--write` takes those of the README anew.
web-pictures *options: container-build web-tools
    target/web-tools/bin/python tests/web/pictures.py {{options}}

# Writes anew what web/ must do as the service does.
web-vectors:
    QUOTIDIEN_UPDATE_VECTORS=1 cargo test --locked --test api -- vectors

# `--write` keeps the table, dated, in benches/results/; `--database sqlite`, `--rounds 1`, `--named` (needs wrk and PostgreSQL).
# Loads the release server with reports and questions, with pgbench and a plain loop on SQLite in turn.
bench *options: container-build
    python3 benches/load.py {{options}}

# Do 4,000 advisors who report at the same moment have their answers within a second? (needs PostgreSQL)
seventeen *options: container-build
    python3 benches/seventeen.py {{options}}

# `--histories 100x1 100x10` (needs PostgreSQL and 8 GB of disk).
# Are the annex, breakdowns, completeness, lists and changes as fast after ten years, over ten million interventions?
figures *options: container-build
    python3 benches/figures.py {{options}}

# `just history sqlite:///tmp/history.db --advisors 100 --years 10`
# Loads years of history into a new database, to look at.
history *options: container-build
    python3 benches/history.py {{options}}

# What does a report take of the processor, thread by thread? (needs PostgreSQL and wrk)
bench-threads *options: container-build
    python3 benches/threads.py {{options}}

# Do reports stay fast while 200 people sign in at once with wrong passwords? (needs PostgreSQL)
sign-in-storm *options: container-build
    python3 benches/sign_in_storm.py {{options}}

# Do several instances behind nginx give the figures of one, and does a stopped one slow nobody? (needs nginx, wrk and PostgreSQL)
bench-instances *options: container-build
    python3 benches/instances.py {{options}}

# How do PocketBase and a service of FastAPI take the same reports? (needs wrk and PostgreSQL)
bench-peers *options: container-build
    test -x target/peers/bin/python || python3 -m venv target/peers
    target/peers/bin/pip install --quiet --requirement benches/peers/requirements.txt
    target/peers/bin/python benches/peers/run.py {{options}}

# Measures all that docs/scale.md tells, and keeps the tables; takes some hours, on a machine that does nothing else.
scale *options:
    just bench --write {{options}}
    just seventeen --write {{options}}
    just bench-threads --write {{options}}
    just figures --write {{options}}
    just bench-instances --write {{options}}
    just bench-peers --write {{options}}

# Noise does not change the counts; `--write` records them anew.
# Does a report cost as many instructions as before, within 5 %? (needs valgrind)
instructions *options:
    cargo build --locked --example instructions
    python3 benches/instructions.py {{options}}

# Are the licences and sources of the dependencies allowed, and with QUOTIDIEN_ADVISORIES=CLONE no advisory is open?
deny:
    tests/deny.sh

# Do the README's commands run on a machine with what the README names and nothing else? (needs root and debootstrap)
bare:
    tests/bare_machine.sh

# Runs the Dockerfile's build commands in a bare folder, with the files that it copies and no other.
container-build:
    tests/container_build.sh

# Does the Debian package install, serve, upgrade and go? (needs root, debootstrap, systemd-container, cargo-deb)
package: container-build
    tests/package.sh

# Does nginx with the files of deploy/ do what a proxy owes? (needs root, nginx, openssl and iproute2)
proxy: container-build
    python3 tests/proxy.py

# Do the alert rules of deploy/ fire when they should? (needs promtool; Debian: prometheus)
alerts:
    promtool check config deploy/prometheus/scrape.yml
    promtool test rules tests/alerts.yml

# Writes target/quotidien.cdx.json, what the program is made of, as CycloneDX (needs cargo-cyclonedx).
sbom:
    tests/sbom.sh

# Do two builds in two folders give the same program? (needs root; takes as long as two release builds)
reproducible:
    tests/reproducible.sh
