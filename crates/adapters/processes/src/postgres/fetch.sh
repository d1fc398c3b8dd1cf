# Asks bt for a file of the journal, while the database is restored.
# $1: the folder of questions and answers, $2: the file, $3: where it is to go.
# Ends with 1 when there is none of this name, which ends the restore well, and with 200 when bt cannot say, which must
# not: the server then stops.
: >"$1/$2.ask" || exit 200
tries=0
while [ "$tries" -lt 12000 ]; do # ten minutes
    if [ -f "$1/$2" ]; then
        cp "$1/$2" "$3" || exit 200
        rm -f "$1/$2.ask"
        exit 0
    fi
    if [ -f "$1/$2.none" ]; then
        rm -f "$1/$2.none"
        exit 1
    fi
    [ -f "$1/failed" ] && exit 200
    sleep 0.05
    tries=$((tries + 1))
done
exit 200
