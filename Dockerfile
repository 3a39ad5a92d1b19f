# The service: nginx in front of gunicorn, as a user without rights.
#
# Works with the classic builder and with BuildKit, on a context that holds this file and service/.

FROM --platform=linux/amd64 debian:bookworm-slim AS packages

RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv \
 && python3 -m venv /opt/imgmeta/venv

COPY service/config/requirements.lock /tmp/requirements.lock

# --only-binary: nothing is compiled, so nothing but the hashed wheels is trusted.
RUN /opt/imgmeta/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-compile \
        --only-binary :all: --require-hashes -r /tmp/requirements.lock \
 && /opt/imgmeta/venv/bin/pip uninstall --yes --quiet pip setuptools

# botocore describes every service of AWS, 400 of them. The store needs S3; the others are the ways
# by which botocore can come to credentials. A test runs the store in the image.
RUN cd /opt/imgmeta/venv/lib/python3.11/site-packages \
 && find botocore/data -mindepth 1 -maxdepth 1 -type d \
        ! -name s3 ! -name sts ! -name sso ! -name sso-oidc ! -name signin -exec rm -r {} + \
 && find boto3/data -mindepth 1 -maxdepth 1 -type d ! -name s3 -exec rm -r {} + \
 && rm -r boto3/examples

COPY service /opt/imgmeta/service

# unchecked-hash: the files never change, and a run never has to look whether they did.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /opt/imgmeta


FROM --platform=linux/amd64 debian:bookworm-slim

RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx python3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /var/log/nginx/* \
 && groupadd --gid 10001 imgmeta \
 && useradd --uid 10001 --gid imgmeta --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin imgmeta \
 && install -d -o imgmeta -g imgmeta /var/lib/imgmeta

COPY --from=packages /opt/imgmeta /opt/imgmeta

ENV PATH=/opt/imgmeta/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /opt/imgmeta
USER 10001:10001

# So that the default store works without a further option, on a read-only root filesystem too.
VOLUME /var/lib/imgmeta
EXPOSE 8888
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
    CMD ["python", "-m", "service.healthcheck"]

CMD ["python", "-m", "service.supervise"]

ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="imgmeta" \
      org.opencontainers.image.description="Image metadata over HTTP" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION"
