#!/usr/bin/env bash
# Installs what the CDK app, its checks and the rehearsal need into .venv-aws, the Python parts and
# the CDK command (an npm package), both from hashed locks.
# Apart from `make setup`, since it weighs more than all the rest and the product has no part in it.
# Assumes `make setup` has run; costs nothing when nothing changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

LOCK=infra/aws/requirements.txt
ENVIRONMENT=.venv-aws
PYTHON=$ENVIRONMENT/bin/python
COMMAND=$ENVIRONMENT/cdk
STAMP=$ENVIRONMENT/signet-setup

fingerprint() {
    { pwd; cat "$LOCK" infra/aws/package-lock.json infra/aws/setup.sh; } | git hash-object --stdin
}

wanted=$(fingerprint)
if [[ -f $STAMP && $(<"$STAMP") == "$wanted" && -d $COMMAND/node_modules/aws-cdk ]] &&
    "$PYTHON" -c '' 2>/dev/null; then
    exit 0
fi
rm -f "$STAMP"
echo "setup-aws: installing the Python parts (about half a gigabyte)"
"$PYTHON" -c '' 2>/dev/null || .venv/bin/python -m venv --clear --without-pip "$ENVIRONMENT"
.venv/bin/uv pip sync --quiet --no-config --python "$PYTHON" --require-hashes "$LOCK"
echo "setup-aws: installing the CDK command"
mkdir -p "$COMMAND"
cp infra/aws/package.json infra/aws/package-lock.json .npmrc "$COMMAND"
"$PYTHON" -m infra.aws.node npm ci --ignore-scripts --loglevel=error --prefix "$COMMAND"
echo "$wanted" >"$STAMP"
echo "setup-aws: done"
