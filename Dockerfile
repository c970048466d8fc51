# Trợ lý Nghị quyết as an image: an ordinary user, a read-only root, /data and /tmp the only places written.
#
#   docker build --build-arg TORCH_INDEX=ADDRESS -t nghiquyet .
#
# TORCH_INDEX is an index of CPU builds of torch: the public default on Linux is a CUDA build of several GB, which this image refuses
# unless it is built with ALLOW_CUDA=1. EXTRAS=milvus adds what `--store milvus://…` takes.

ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
ARG TORCH_INDEX=
ARG ALLOW_CUDA=0
ARG EXTRAS=
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/nghiquyet
ENV PATH=/opt/nghiquyet/bin:$PATH
# What changes seldom comes first, so that a change of the program fetches nothing again.
COPY constraints.txt ./
RUN pip install -c constraints.txt 'setuptools>=77' wheel && \
    pip install -c constraints.txt ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch && \
    python -c "import sys, torch; sys.exit(0 if torch.version.cuda is None or '$ALLOW_CUDA' == '1' else 'a CUDA build of torch came: name an index of CPU builds with --build-arg TORCH_INDEX=…, or take it with ALLOW_CUDA=1')"
COPY pyproject.toml README.md LICENSE ./
COPY documents documents
COPY index index
COPY qa qa
COPY prompts prompts
COPY eval eval
RUN pip install -c constraints.txt --no-build-isolation ".${EXTRAS:+[$EXTRAS]}" && nghiquyet --help >/dev/null

FROM python:${PYTHON}
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends antiword libgomp1 tesseract-ocr tesseract-ocr-vie tini && \
    rm -rf /var/lib/apt/lists/* && \
    groupadd --gid 10001 nghiquyet && \
    useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin nghiquyet && \
    install -d -o 10001 -g 10001 -m 700 /data
COPY --from=build /opt/nghiquyet /opt/nghiquyet
ENV PATH=/opt/nghiquyet/bin:$PATH \
    HOME=/tmp \
    LANG=C.UTF-8 \
    NGHIQUYET_DATA=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /tmp
VOLUME /data
USER 10001:10001
EXPOSE 7860
# A new data folder is indexed first.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:7860/healthz', timeout=4)"]
# tini takes in what a reading process leaves behind when it is ended.
ENTRYPOINT ["/usr/bin/tini", "--", "nghiquyet"]
CMD ["chat", "--host", "0.0.0.0", "--port", "7860"]
