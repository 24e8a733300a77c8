# Builds from the sources alone; SQLite, libpq and OpenSSL are compiled in, so the second stage needs no library but libc.
# CI runs the same build commands in a bare folder (`just container-build`), since no engine runs there.
FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY Cargo.toml Cargo.lock build.rs ./
COPY .cargo .cargo
COPY src src
COPY data data
COPY migrations migrations
COPY web web
RUN cargo build --release --locked --bin quotidien

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/quotidien --create-home quotidien
COPY --from=build /source/target/release/quotidien /usr/local/bin/quotidien
# What the certificates of mail servers are checked against.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
USER quotidien
WORKDIR /var/lib/quotidien
VOLUME /var/lib/quotidien
ENV DATABASE_URL=sqlite:///var/lib/quotidien/quotidien.db \
    QUOTIDIEN_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["quotidien", "health"]
ENTRYPOINT ["quotidien"]
CMD ["serve"]
