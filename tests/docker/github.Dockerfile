# The fake GitHub judges what it is asked by GitHub's own description: our scanner's image, and what that takes.
ARG SCANNER_IMAGE=reporeel-test-scanner:latest
FROM ${SCANNER_IMAGE}
USER 0:0
COPY requirements/dev.txt /tmp/
RUN sed -n -E '/^(attrs|jsonschema|jsonschema-specifications|referencing|rpds-py)==/,/[^\\]$/p' /tmp/dev.txt >/tmp/judge.txt \
 && pip --python /opt/reporeel/bin/python install --no-deps --no-cache-dir --only-binary=:all: --require-hashes -r /tmp/judge.txt
WORKDIR /checkout
ENTRYPOINT ["python", "-m", "tests.support.fake_github"]
USER 10001:10001
