#!/bin/sh
# One index of a large file of JSON lines, its parts made on all cores: parallel.sh FILE DIR
# More machines: add --sshlogin HOST,HOST --transferfile '{}' and the like; a part that is made twice is the same.
set -e
parts=$(mktemp -d)
trap 'rm -r "$parts"' EXIT
parallel --pipepart --keep-order --halt now,fail=1 --block 10M --arg-file "$1" \
  "xunzi build --part {#} --quiet --out $parts/{#}" >&2
xunzi join --quiet --out "$2" "$parts"/*
