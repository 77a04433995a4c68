# The bot for a CPU, from an empty root: no shell, no package manager, nothing that never runs.
#
#     docker build -t article-bot .
#     docker build -t article-bot:torch --target torch \
#         --build-arg PIP_EXTRA_INDEX_URL=<index of CPU wheels> .
#
# The first has the program and the models that come with it, the second PyTorch, too, for other
# models. The root may be read-only: only /tmp and the volume /data are ever written.

# Python 3.11.17: the index of all platforms, from October 2026. To renew it, see docs/operating.md.
ARG BASE=docker.io/library/python:3.11-slim-bookworm@sha256:0a310eeecf4e1f5a0743f9a6520c90c88d089c903ca5fd283f501e3a805f5f89


FROM $BASE AS base
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
# The standard library comes without .pyc files, and a read-only root could never keep them:
# every start would compile it again.
RUN python -m compileall -q -x site-packages /usr/local/lib/python3.11
WORKDIR /src


# What builds the wheel and lists what is inside.
FROM base AS tools
COPY docker/build.lock ./docker/
RUN python -m venv --without-pip /opt/tools \
    && pip --python /opt/tools install --require-hashes --requirement docker/build.lock


# The libraries. tokenizers brings the client of a hub, with which nothing is fetched here.
FROM base AS libraries
COPY docker/requirements.lock docker/trim.sh ./docker/
RUN python -m venv --without-pip /opt/article-bot \
    && pip --python /opt/article-bot install --require-hashes --requirement docker/requirements.lock \
    && pip --python /opt/article-bot uninstall --yes \
        huggingface-hub hf-xet httpx2 httpcore2 truststore fsspec filelock tqdm \
    && sh docker/trim.sh /opt/article-bot


FROM base AS torch-libraries
ARG PIP_EXTRA_INDEX_URL
COPY --from=libraries /opt/article-bot /opt/article-bot
COPY docker/torch.lock docker/trim.sh ./docker/
RUN pip --python /opt/article-bot install --prefix /opt/torch --require-hashes --requirement docker/torch.lock \
    && sh docker/trim.sh /opt/torch


# The program. Its models are copied on their own, so that a change of code makes a small layer.
FROM tools AS code
COPY --from=libraries /opt/article-bot /opt/article-bot
COPY README.md LICENSE THIRD_PARTY_NOTICES.md pyproject.toml ./
COPY index ./index
COPY bot ./bot
RUN pip --python /opt/tools wheel --no-build-isolation --no-deps --wheel-dir /tmp . \
    && pip --python /opt/article-bot install --no-deps --prefix /opt/code /tmp/*.whl \
    && rm -rf /opt/code/lib/python3.11/site-packages/index/models/shipped \
        /opt/code/lib/python3.11/site-packages/index/reading/shipped


# The system below: interpreter, shared libraries, certificates, and a user.
FROM libraries AS system
COPY docker/rootfs.py ./docker/
RUN python docker/rootfs.py /system /opt/article-bot \
    && echo "article-bot:x:10001:10001::/data:/sbin/nologin" > /system/etc/passwd \
    && echo "article-bot:x:10001:" > /system/etc/group \
    && install --directory --owner=10001 --group=10001 /system/data


# What is in each image, and under which licences: a package without an allowed one ends the build.
FROM code AS contents
COPY docker/list.sh docker/sbom.py ./docker/
COPY --from=system /system /system
COPY index/models/shipped /opt/code/lib/python3.11/site-packages/index/models/shipped
RUN cp -a /opt/code/. /opt/article-bot \
    && sh docker/list.sh /system /opt/article-bot


FROM contents AS torch-contents
COPY --from=torch-libraries /opt/torch /opt/article-bot
RUN sh docker/list.sh /system /opt/article-bot


FROM scratch AS slim
LABEL org.opencontainers.image.title="article-bot" \
      org.opencontainers.image.description="Ask an article questions: verbatim, cited answers, or an honest no." \
      org.opencontainers.image.licenses="Apache-2.0"

# In the order of change: a new release of the program is its last layers, of a megabyte.
COPY --from=system /system /
COPY --from=system --chown=10001:10001 /system/data /data
COPY --from=libraries /opt/article-bot /opt/article-bot
COPY index/models/shipped /opt/article-bot/lib/python3.11/site-packages/index/models/shipped
COPY index/reading/shipped/manifest.json index/reading/shipped/tokenizer.json \
     /opt/article-bot/lib/python3.11/site-packages/index/reading/shipped/
COPY --from=code /opt/code /opt/article-bot
COPY --from=contents /opt/article-bot/share /opt/article-bot/share

# What libraries scatter in the home directory may vanish with /tmp. What must last goes to /data.
ENV PATH=/opt/article-bot/bin:/usr/local/bin \
    LANG=C.UTF-8 \
    HOME=/tmp \
    XDG_DATA_HOME=/data \
    ARTICLE_BOT_HEARTBEAT_FILE=/tmp/article-bot-heartbeat

USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --retries=3 CMD ["article-bot", "health"]
ENTRYPOINT ["article-bot"]
CMD ["telegram"]


FROM slim AS torch
ENV HF_HOME=/data/huggingface
COPY --from=torch-libraries /opt/torch /opt/article-bot
COPY index/reading/shipped /opt/article-bot/lib/python3.11/site-packages/index/reading/shipped
COPY --from=torch-contents /opt/article-bot/share /opt/article-bot/share


# What is built where no target is named.
FROM slim
