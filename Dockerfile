# The image of every service, and of the files that the edge reads; the arguments say which of them is wanted, such as
# `-m services.kyc` or `-m envoy.contract /contract`. Builds with: docker build --tag loanflow:0.1.0 .
# A release gives the base by its digest, as python@sha256:…
ARG BASE=python:3.11.14-slim-bookworm

FROM ${BASE} AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
COPY stack/services.txt /tmp/services.txt
# Wheels alone, and only those that the lock names: nothing is compiled or run here. pip itself stays behind.
RUN python -m venv --without-pip /opt/loanflow \
 && python -m pip --python /opt/loanflow/bin/python install \
      --no-cache-dir --no-deps --only-binary=:all: --require-hashes --requirement /tmp/services.txt

FROM ${BASE}
LABEL org.opencontainers.image.title="LoanFlow"
RUN groupadd --gid 10001 loanflow \
 && useradd --uid 10001 --gid loanflow --no-create-home --no-log-init --shell /usr/sbin/nologin loanflow
COPY --from=packages /opt/loanflow /opt/loanflow
WORKDIR /app
COPY envoy envoy
COPY gen gen
COPY services services
# What is imported is compiled now: the root file system is read-only when it runs.
RUN /opt/loanflow/bin/python -m compileall -q /app /opt/loanflow/lib
ENV PATH=/opt/loanflow/bin:$PATH \
    PYTHONPATH=/app:/app/gen \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
ENTRYPOINT ["python"]
CMD ["--version"]
