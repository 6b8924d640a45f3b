#!/bin/sh
# Starts Redis with one user, that of docs/redis-keys.md. The password comes from the environment and goes to a file
# that only this user can read: the command line is seen by all.
set -eu
umask 077
cat >/tmp/users.acl <<ACL
user default off
user warmer on >$REDIS_PASSWORD ~session:* ~warmer:* -@all +hello +auth +ping +info +time +client|setname +client|tracking +scan +get +mget +set +psetex +del +exists +pttl +pexpire +zadd +zrem +zcard +zscan +zrevrange +zrevrank +zremrangebyrank +dbsize +memory|usage +eval +evalsha +script|load +cluster|nodes +cluster|slots +cluster|info +cluster|myid +asking
ACL
unset REDIS_PASSWORD
exec redis-server --aclfile /tmp/users.acl --dir /data --appendonly yes --maxmemory "$REDIS_MAXMEMORY" --maxmemory-policy noeviction
