# Two images: `database` is PostgreSQL with pgTAP, `loader` is the command. docker-compose.yml uses both.

FROM postgres:18 AS database
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-18-pgtap \
    && rm -rf /var/lib/apt/lists/*

# Not alpine: there are no server programs for its libc.
FROM python:3.13-slim AS loader
COPY pyproject.toml README.md LICENSE /source/
COPY loader /source/loader
COPY sql /source/sql
COPY migrations /source/migrations
RUN pip install --no-cache-dir /source && rm -rf /source && useradd --create-home loader
USER loader
WORKDIR /home/loader
ENTRYPOINT ["loader"]
CMD ["--help"]
