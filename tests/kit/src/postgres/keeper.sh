# Keeps one Postgres for all test processes of a run, and ends with the last of them.
# $1: folder of the Postgres programs. $2: folder of the cluster, to be made. $3: file that every test process holds
# a shared lock on. Says "ready" when the server answers.

trap '' HUP INT TERM # Ctrl-C is for the tests: this one ends when they have
umask 077
mkdir "$2" || exit 1
log="$2/log"
"$1/initdb" --pgdata "$2/data" --username bt --auth trust --encoding UTF8 --no-locale --no-sync >"$log" 2>&1 || exit 1
settings="-c listen_addresses= -c unix_socket_directories=$2 -c max_connections=200 -c fsync=off"
settings="$settings -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=256MB"
"$1/pg_ctl" --pgdata "$2/data" --wait --log "$log" --options "$settings" start >>"$log" 2>&1 || exit 1
chmod 755 "$2"
echo ready
exec >/dev/null 2>&1

while :; do
    flock --exclusive "$3" true # waits until no test process is left
    sleep 3                     # the next one may be just starting
    exec 9<"$3"
    if flock --exclusive --nonblock 9; then
        break # and whoever starts from here on waits until this one is gone
    fi
    exec 9<&-
done
"$1/pg_ctl" --pgdata "$2/data" --mode immediate stop
rm -rf "$2"
