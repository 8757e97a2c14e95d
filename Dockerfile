# The image of every service, and of the files that the edge reads; the arguments say which of them is wanted, such as
# `-m services.kyc` or `-m envoy.contract /contract`. `make image` builds it; so does: docker build --tag loanflow:0.1.0 .
# A builder makes it, of Debian's packages and wheels by their hashes, and nothing of the builder stays.
# A release gives the builder by its digest, as python@sha256:…
ARG BASE=python:3.11.14-slim-bookworm

FROM ${BASE} AS builder
WORKDIR /project
COPY stack/__init__.py stack/folders.py stack/install.py stack/services.txt stack/
COPY stack/image stack/image
RUN ["python", "-m", "stack.image.root", "/made", "base", "packages"]
COPY envoy /made/app/app/envoy
COPY gen /made/app/app/gen
COPY services /made/app/app/services
# What is imported is compiled now: the root file system is read-only when it runs.
RUN ["python", "-m", "stack.image.root", "/made", "app"]

FROM scratch
LABEL org.opencontainers.image.title="LoanFlow"
COPY --from=builder /made/base /
COPY --from=builder /made/packages /
COPY --from=builder /made/app /
WORKDIR /app
ENV PATH=/opt/loanflow/bin:/usr/bin \
    PYTHONPATH=/app:/app/gen \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
ENTRYPOINT ["python"]
CMD ["--version"]
