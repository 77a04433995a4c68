# The whole program for a CPU: Python packages and both models included.
#
# On x86-64 plain `torch` is a CUDA build of several gigabytes. Name an index of CPU
# wheels and pip prefers those, for their versions ("2.x.y+cpu") sort as newer:
#
#     docker build --build-arg PIP_EXTRA_INDEX_URL=<index of CPU wheels> -t article-bot .
#
# It runs on a read-only root: only /tmp and the volume /data are ever written.


FROM python:3.11-slim-bookworm AS base
# The standard library comes without .pyc files, and a read-only root could never keep
# them: every start would compile it again.
RUN python -m compileall -q -x site-packages /usr/local/lib/python3.11


# Nothing but the list of dependencies goes on from here: no other change of
# pyproject.toml installs torch again.
FROM base AS requirements
WORKDIR /src
COPY pyproject.toml ./
RUN python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*project['dependencies'], *project['optional-dependencies']['webhook'], sep='\n')" > requirements.txt


FROM base AS build
ARG PIP_EXTRA_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY --from=requirements /src/requirements.txt ./
# Left out: the tests of all packages, and what torch has for building extensions.
# torch_shm_manager must stay, for `import torch` looks for it.
RUN python -m venv --without-pip /opt/article-bot \
    && pip --python /opt/article-bot install --requirement requirements.txt \
    && packages=/opt/article-bot/lib/python3.11/site-packages \
    && rm -rf "$packages"/torch/include "$packages"/torch/test \
    && find "$packages"/torch/bin -type f ! -name torch_shm_manager -delete \
    && find "$packages" -type d -name tests -prune -exec rm -rf {} +

COPY README.md LICENSE THIRD_PARTY_NOTICES.md pyproject.toml ./
COPY index ./index
COPY bot ./bot
# Beside the environment and without the reader, so that a change of code makes a layer of
# kilobytes, and that of the exports.
RUN pip --python /opt/article-bot install --no-deps --prefix /opt/code . \
    && rm -rf /opt/code/lib/python3.11/site-packages/index/reading/shipped


FROM base
LABEL org.opencontainers.image.title="article-bot" \
      org.opencontainers.image.description="Ask an article questions: verbatim, cited answers, or an honest no." \
      org.opencontainers.image.licenses="Apache-2.0"

RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin article-bot \
    && install --directory --owner=article-bot --group=article-bot /data

COPY --from=build /opt/article-bot /opt/article-bot
COPY index/reading/shipped /opt/article-bot/lib/python3.11/site-packages/index/reading/shipped
COPY --from=build /opt/code /opt/article-bot

# What libraries scatter in the home directory may vanish with /tmp. What must last,
# the program's data and models fetched from a hub, goes to /data.
ENV PATH=/opt/article-bot/bin:$PATH \
    HOME=/tmp \
    HF_HOME=/data/huggingface \
    XDG_DATA_HOME=/data \
    ARTICLE_BOT_HEARTBEAT_FILE=/tmp/article-bot-heartbeat

# So that no container has to prepare the models when it first starts. A data folder that the
# program makes is its owner's alone; this one is for the user below.
RUN install --directory /opt/article-bot/share/article-bot \
    && ARTICLE_BOT_DATA_DIR=/opt/article-bot/share/article-bot article-bot model export

USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --retries=3 CMD ["article-bot", "health"]
ENTRYPOINT ["article-bot"]
CMD ["telegram"]
