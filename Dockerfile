# dost in a container. Not part of the automated tests yet.
#   docker build -t dost .
#   docker run -p 127.0.0.1:8765:8765 -v dost-data:/data dost

FROM node:22-bookworm AS wheel
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /build && /build/bin/pip install --no-cache-dir build
WORKDIR /src
COPY . .
RUN /build/bin/python -m build --wheel --outdir /dist

FROM python:3.12-slim-bookworm
# What kernels are confined by, where the container may make namespaces.
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap \
    && rm -rf /var/lib/apt/lists/*
# PostgreSQL does not run as root, so neither does dost.
RUN useradd --uid 1000 --create-home dost && install -d -o dost -g dost -m 700 /data
COPY requirements/litellm.txt /tmp/litellm.txt
COPY --from=wheel /dist/*.whl /tmp/
RUN pip install --no-cache-dir --no-deps --require-hashes -r /tmp/litellm.txt \
    && pip install --no-cache-dir /tmp/*.whl \
    && dost model install \
    && rm -rf /tmp/*.whl /tmp/litellm.txt /root/.cache
USER dost
ENV DOST_DATA_DIR=/data
VOLUME /data
EXPOSE 8765
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --start-period=60s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8765/dost/api/v1/health', timeout=5)"]
CMD ["dost", "--no-browser", "--ip", "0.0.0.0"]
