# SPDX-License-Identifier: MIT
"""A call of every command that has keys. Keys that it reads begin with `r:`, those that it writes with `w:`.

`k` and `k2` are strings, `n` is a number, `l` a list, `h` a hash, `s` a set, `z` a sorted set, `g` places, `x` a stream with the group
`g`, `p` a HyperLogLog; `new` is none. DUMPED stands for what DUMP says of a string. What a `~` call replies is a matter of chance or
of the server. A command that a server does not know is left out."""
import redis

_TEXT = """
    GET r:k · MGET r:k r:new r:l · STRLEN r:k · GETRANGE r:k 0 1 · SUBSTR r:k 0 1 · LCS r:k r:k2 · EXISTS r:k r:l r:new
    TTL r:k · PTTL r:h · EXPIRETIME r:k · PEXPIRETIME r:l · TYPE r:k · TYPE r:z · TOUCH r:k r:l · DUMP r:k · WATCH r:k
    OBJECT ENCODING r:k · OBJECT ENCODING r:n · OBJECT REFCOUNT r:k · OBJECT IDLETIME r:k · OBJECT FREQ r:k · ~MEMORY USAGE r:k
    SET w:k v · SET w:new v · SET w:k v GET · SETEX w:k 1000 v · PSETEX w:k 1000000 v · SETNX w:new v · GETSET w:k v2 · GETDEL w:k
    GETEX w:k EX 1000 · MSET w:k v w:new v · MSETNX w:new v w:new2 v · APPEND w:k v · SETRANGE w:k 1 v · INCR w:n · DECR w:n
    INCRBY w:n 5 · DECRBY w:n 5 · INCRBYFLOAT w:n 1.5 · DEL w:k w:l · UNLINK w:k w:h · EXPIRE w:k 1000 · PEXPIRE w:l 1000000
    EXPIREAT w:k 22222222222 · PEXPIREAT w:k 22222222222000 · PERSIST w:k · RENAME w:k w:k2 · RENAME w:l w:new · RENAMENX w:k w:new
    COPY r:k w:k REPLACE · COPY r:l w:new · MOVE w:k 1 · RESTORE w:new 0 DUMPED · RESTORE w:k 0 DUMPED REPLACE
    RESTORE-ASKING w:new 0 DUMPED · SETBIT w:k 3 1 · GETBIT r:k 3 · BITCOUNT r:k · BITPOS r:k 1 · BITOP AND w:k r:k r:k2
    BITFIELD w:k SET u8 0 65 · BITFIELD r:k GET u8 0 · BITFIELD_RO r:k GET u8 0 · PFADD w:p a · PFCOUNT r:p · PFMERGE w:p r:p · ~PFDEBUG GETREG w:p
    RPUSH w:l c · LPUSH w:l c · RPUSHX w:l c · LPUSHX w:l c · LPOP w:l · RPOP w:l · LLEN r:l · LRANGE r:l 0 -1 · LINDEX r:l 0
    LSET w:l 0 c · LINSERT w:l BEFORE a c · LREM w:l 0 a · LTRIM w:l 0 0 · LPOS r:l a · LMOVE w:l w:l LEFT LEFT · RPOPLPUSH w:l w:new
    LMPOP 1 w:l LEFT · BLPOP w:l 0.01 · BRPOP w:l 0.01 · BLMOVE w:l w:new LEFT LEFT 0.01 · BRPOPLPUSH w:l w:new 0.01 · BLMPOP 0.01 1 w:l LEFT
    SORT r:l ALPHA · SORT_RO r:l ALPHA · SORT r:l ALPHA STORE w:new · SORT r:l BY r:* GET #
    HSET w:h g 1 · HSETNX w:h g 1 · HMSET w:h g 1 · HGET r:h f · HMGET r:h f g · HGETALL r:h · HDEL w:h f · HEXISTS r:h f
    HINCRBY w:h n 2 · HINCRBYFLOAT w:h n 1.5 · HKEYS r:h · HVALS r:h · HLEN r:h · HSTRLEN r:h f · HRANDFIELD r:h · HSCAN r:h 0
    HEXPIRE w:h 1000 FIELDS 1 f · HPEXPIRE w:h 1000000 FIELDS 1 f · HEXPIREAT w:h 22222222222 FIELDS 1 f · HPERSIST w:h FIELDS 1 f
    HPEXPIREAT w:h 22222222222000 FIELDS 1 f · HTTL r:h FIELDS 1 f · HPTTL r:h FIELDS 1 f · HEXPIRETIME r:h FIELDS 1 f
    HPEXPIRETIME r:h FIELDS 1 f · HGETDEL w:h FIELDS 1 f · HGETEX w:h EX 1000 FIELDS 1 f · HSETEX w:h EX 1000 FIELDS 1 f v
    SADD w:s c · SREM w:s v · SMEMBERS r:s · SCARD r:s · SISMEMBER r:s v · SMISMEMBER r:s v c · SPOP w:s · SRANDMEMBER r:s
    SMOVE w:s w:new v · SINTER r:s · SUNION r:s · SDIFF r:s · SINTERCARD 1 r:s · SSCAN r:s 0 · SINTERSTORE w:new r:s
    SUNIONSTORE w:s r:s · SDIFFSTORE w:k r:s
    ZADD w:z 2 b · ZINCRBY w:z 2 m · ZREM w:z m · ZCARD r:z · ZCOUNT r:z 0 9 · ZSCORE r:z m · ZMSCORE r:z m b · ZRANK r:z m
    ZREVRANK r:z m · ZRANGE r:z 0 -1 · ZREVRANGE r:z 0 -1 · ZRANGEBYSCORE r:z 0 9 · ZREVRANGEBYSCORE r:z 9 0 · ZRANGEBYLEX r:z - +
    ZREVRANGEBYLEX r:z + - · ZLEXCOUNT r:z - + · ZPOPMIN w:z · ZPOPMAX w:z · ZMPOP 1 w:z MIN · BZPOPMIN w:z 0.01 · BZPOPMAX w:z 0.01
    BZMPOP 0.01 1 w:z MIN · ZRANDMEMBER r:z · ZSCAN r:z 0 · ZRANGESTORE w:new r:z 0 -1 · ZREMRANGEBYRANK w:z 0 0
    ZREMRANGEBYSCORE w:z 0 9 · ZREMRANGEBYLEX w:z - + · ZUNION 1 r:z · ZINTER 1 r:z · ZDIFF 1 r:z · ZINTERCARD 1 r:z
    ZUNIONSTORE w:z 1 r:z · ZINTERSTORE w:new 1 r:z · ZDIFFSTORE w:k 1 r:z
    GEOADD w:g 2 2 q · GEODIST r:g p p · GEOHASH r:g p · GEOPOS r:g p · GEOSEARCH r:g FROMMEMBER p BYRADIUS 9 km
    GEORADIUS w:g 1 1 9 km · GEORADIUS_RO r:g 1 1 9 km · GEORADIUSBYMEMBER w:g p 9 km · GEORADIUSBYMEMBER_RO r:g p 9 km
    GEOSEARCHSTORE w:new r:g FROMMEMBER p BYRADIUS 9 km
    XADD w:x 9-1 f v · XLEN r:x · XRANGE r:x - + · XREVRANGE r:x + - · XREAD STREAMS r:x 0 · XDEL w:x 1-1 · XTRIM w:x MAXLEN 1
    XACK w:x g 1-1 · XCLAIM w:x g c 0 1-1 JUSTID · XAUTOCLAIM w:x g c 0 0 JUSTID · XPENDING r:x g · XSETID w:x 99-1
    XREADGROUP GROUP g c STREAMS w:x > · XGROUP CREATE w:x g2 $ · XGROUP CREATE w:new g $ MKSTREAM · XGROUP SETID w:x g 0
    XGROUP DESTROY w:x g · XGROUP CREATECONSUMER w:x g c2 · XGROUP DELCONSUMER w:x g c · XINFO STREAM r:x · XINFO GROUPS r:x
    ~XINFO CONSUMERS r:x g · XDELEX w:x IDS 1 1-1 · XACKDEL w:x g IDS 1 1-1
    EVAL return(1) 1 r:k · EVAL_RO return(1) 1 r:k · EVALSHA none 1 r:k · EVALSHA_RO none 1 r:k · FCALL none 1 r:k · FCALL_RO none 1 r:k
"""

CALLS = [line.split() for line in _TEXT.replace("·", "\n").strip().splitlines()]

# Keys have no part in what these do, or they look at the server's own on purpose.
WITHOUT = {"migrate", "pfselftest", "spublish", "ssubscribe", "sunsubscribe"}


def name_of(call):
    return call[0].lstrip("~")


def with_keys(client):
    """The names of a server's own commands that have keys."""
    raw = redis.Redis(connection_pool=client.connection_pool)
    raw.response_callbacks.clear()
    names = set()
    for about in raw.execute_command("COMMAND"):
        if b"module" in about[2]:
            continue
        first, flags, specs = about[3], about[2], about[8] if len(about) > 8 else []
        for sub in about[9] if len(about) > 9 else []:
            specs = specs or sub[8]
        if first or specs or b"movablekeys" in flags:
            names.add(about[0].decode())
    return names


def prepare(client, prefixes=("r:", "w:")):
    pipe = client.pipeline(transaction=False)
    pipe.flushall()
    for prefix in prefixes:
        for words in ("SET k v", "SET k2 v2", "SET n 1", "RPUSH l b a", "HSET h f v", "SADD s v", "ZADD z 1 m", "GEOADD g 1 1 p",
                      "PFADD p v", "XADD x 1-1 f v", "XADD x 2-1 f v", "XGROUP CREATE x g 0", "XREADGROUP GROUP g c COUNT 1 STREAMS x >"):
            words = words.split()
            at = {"XGROUP": 2, "XREADGROUP": 7}.get(words[0], 1)
            words[at] = prefix + words[at]
            pipe.execute_command(*words)
    pipe.execute()


def calls(client, more=()):
    """Those calls that the server of this client knows, each with its words."""
    commands = with_keys(client)
    client.set("{bar}", "v")
    dumped = client.dump("{bar}")
    client.delete("{bar}")
    return [(" ".join(call), [dumped if word == "DUMPED" else word.lstrip("~") for word in call])
            for call in (*CALLS, *more) if name_of(call).lower() in commands]
