# The binary in a small image. Build: docker build -t loadline .
FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
ENV SQLX_OFFLINE=true
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package server && cp target/release/loadline /usr/local/bin/loadline

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home --shell /usr/sbin/nologin loadline
COPY --from=build /usr/local/bin/loadline /usr/local/bin/loadline
USER loadline
EXPOSE 3000
# SIGTERM ends the event streams and finishes the commit in flight.
STOPSIGNAL SIGTERM
ENTRYPOINT ["loadline"]
# All addresses of the container, which is refused until it is said how passwords travel: LOADLINE_TLS_CERT and _KEY, or
# LOADLINE_TRUSTED_PROXIES and _PUBLIC_URL, or LOADLINE_INSECURE=true where the port is published on this machine alone.
CMD ["serve", "--listen", "0.0.0.0:3000"]
