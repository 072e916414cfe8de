#!/bin/sh
# Ends what a test run started, however that run ended.
#
# Started with a folder as its argument and its standard input held open by the run. Reads
#   started GROUP   a process group that must not outlive the run
#   ended GROUP     it is gone
# and, once the input ends (the run is over, or was killed), kills the groups that are left and
# removes the folder.
groups=' '
while read -r verb group; do
  case $verb in
    started) groups="$groups$group " ;;
    ended) groups=$(printf '%s' "$groups" | sed "s/ $group / /") ;;
  esac
done
for group in $groups; do
  kill -KILL "-$group" 2>/dev/null
done
rm -rf "$1"
