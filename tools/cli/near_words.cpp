// SPDX-License-Identifier: MIT
#include "tools/cli/near_words.hpp"

#include <array>
#include <string>

namespace dummycache::cli {

namespace {

struct Meaning {
    std::string_view words;  ///< a blank before and after each
    std::string_view meant;
};

constexpr std::array kCommands{
    Meaning{" keys list scan dir find search entries names ", "'ls'"},
    Meaning{" mget read fetch lookup gets value print ", "'get'"},
    Meaning{" cat view inspect describe ", "'get' or 'show'"},
    Meaning{" explain reason who whence blame history log ", "'why' or 'show'"},
    Meaning{" getset ", "'get' (read it first), or 'set'"},
    Meaning{" put store write mset save-value assign update upsert ", "'set'"},
    Meaning{" setex psetex ", "'set K V --ttl S'"},
    Meaning{" expire pexpire expireat pexpireat expires getex ",
            "'touch' (a new time to live), or 'set K V --ttl S'"},
    Meaning{" setnx msetnx insert putifabsent ", "'add'"},
    Meaning{" delete remove destroy drop erase unlink ", "'del' (keys) or 'rm' (a whole cache)"},
    Meaning{" getdel pop getanddelete ", "'take'"},
    Meaning{" flush flushall flushdb reset empty wipe truncate flush_all purge ", "'clear'"},
    Meaning{" has contains exist test ", "'exists'"},
    Meaning{" pttl expiretime pexpiretime timeout ", "'ttl'"},
    Meaning{" incrby increment inc plus hincrby ", "'incr'"},
    Meaning{" decrby decrement dec minus ", "'decr'"},
    Meaning{" concat prepend ", "'append'"},
    Meaning{" dbsize size count len length metrics statistics ", "'stats'"},
    Meaning{" status stat ", "'stats' or 'info'"},
    Meaning{" new make mk init open ", "'create'"},
    Meaning{" databases dbs instances show-caches ", "'caches'"},
    Meaning{" save snapshot backup bgsave ", "'dump' (to a file) or 'checkpoint'"},
    Meaning{" restore ", "'load' (a file) or 'rollback'"},
    Meaning{" compare expect equal equals same cmp ", "'assert' or 'diff'"},
    Meaning{" undo revert back ", "'rollback'"},
    Meaning{" commit discard ", "'release'"},
    Meaning{" run sandbox ", "'exec'"},
    Meaning{" copy cp clone duplicate ", "'fork'"},
    Meaning{" watch block await blpop ", "'wait'"},
    Meaning{" time date now ", "'clock'"},
    Meaning{" freeze pause stop ", "'clock freeze'"},
    Meaning{" advance sleep forward travel skip ", "'clock advance'"},
    Meaning{" resume unfreeze continue ", "'clock resume'"},
    Meaning{" repair fix ", "'doctor --repair'"},
    Meaning{" fsck health ", "'check' or 'doctor'"},
    Meaning{" prune clean cleanup collect ", "'gc'"},
    Meaning{" benchmark perf ", "'bench'"},
    Meaning{" digest hash checksum ", "'sum'"},
    Meaning{" man usage commands ", "'help'"},
    Meaning{" version ", "'--version'"},
};

constexpr std::array kOptions{
    Meaning{" --ex --px --expire --expires --expiry --timeout --time ", "--ttl"},
    Meaning{" --pattern --glob --filter --prefix --keys ", "--match"},
    Meaning{" --size --memory --maxmemory --max-memory --limit ", "--capacity"},
    Meaning{" --out --file --to ", "--output"},
    Meaning{" --dry --simulate --pretend ", "--dry-run"},
    Meaning{" --age --older --idle --unused-for ", "--older-than"},
    Meaning{" --strict --bytes --spelling ", "--exact"},
    Meaning{" --name --db --path ", "--cache"},
    Meaning{" --silent ", "--quiet"},
};

template <class Table>
std::string_view meant_by(const Table& table, std::string_view word) {
    if (word.empty() || word.find(' ') != std::string_view::npos) return {};
    std::string wanted = " ";
    for (const char letter : word)
        wanted += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    wanted += ' ';
    for (const Meaning& meaning : table) {
        if (meaning.words.find(wanted) != std::string_view::npos) return meaning.meant;
    }
    return {};
}

}  // namespace

std::string_view command_meant(std::string_view word) { return meant_by(kCommands, word); }

std::string_view option_meant(std::string_view word) { return meant_by(kOptions, word); }

}  // namespace dummycache::cli
