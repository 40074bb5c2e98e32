#!/bin/sh
# Makes user and password of the scrapyd daemon in FOLDER, once: scrapyd_login.sh FOLDER. `. FOLDER/login` then sets the
# two variables in a shell; ~/.netrc tells curl and scrapyd-deploy the same. Run again it changes nothing.
set -eu
umask 077
login=$1/login
netrc=${HOME}/.netrc

if [ ! -s "$login" ]; then
    password=$(python3 -c 'import secrets; print(secrets.token_urlsafe())')
    printf "export SCRAPYD_USERNAME='phx'\nexport SCRAPYD_PASSWORD='%s'\n" "$password" >"$login"
fi
. "$login"
touch "$netrc"
{
    # First, because curl takes the first line of a machine.
    for host in 127.0.0.1 localhost; do
        echo "machine $host login $SCRAPYD_USERNAME password $SCRAPYD_PASSWORD"
    done
    grep -vE "^machine (127\.0\.0\.1|localhost) login $SCRAPYD_USERNAME " "$netrc" || :
} >"$netrc.new"
cat "$netrc.new" >"$netrc"
rm "$netrc.new"
