#!/bin/sh
# Makes the passwords of docker-compose.yml, once, in a folder that only its owner may enter: secrets.sh [FOLDER].
# The files in it are readable, since each container has a user of its own and sees its own files alone.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p -m 700 "$folder"
umask 022
made() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
kept() { [ -s "$folder/$1" ] || made >"$folder/$1"; }
kept postgres_password
kept redis_password
kept s3_secret
kept grafana_password
# The key of Prometheus is made by the API's own command, later: until then it is refused, and nothing else is.
[ -e "$folder/metrics_key" ] || : >"$folder/metrics_key"
postgres=$(cat "$folder/postgres_password")
redis=$(cat "$folder/redis_password")
s3=$(cat "$folder/s3_secret")
cat >"$folder/phx.toml" <<TOML
[settings]
PHX_CATALOGUE_URL = "postgresql+psycopg://phx:$postgres@postgres/phx"
PHX_REDIS_URL = "redis://:$redis@redis:6379/0"
TOML
cat >"$folder/redis.conf" <<CONF
requirepass $redis
CONF
cat >"$folder/aws_credentials" <<CREDENTIALS
[default]
aws_access_key_id = phx
aws_secret_access_key = $s3
CREDENTIALS
cat >"$folder/s3.json" <<JSON
{"identities": [{"name": "phx", "credentials": [{"accessKey": "phx", "secretKey": "$s3"}], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
JSON
echo "The secrets are in $folder; those that were there are kept."
