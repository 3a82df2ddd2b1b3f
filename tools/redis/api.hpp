// SPDX-License-Identifier: MIT
// The part of the Redis module interface that the module uses, declared by hand. It is a C ABI whose functions are
// found by name.
//
// RedisModule_OnLoad gets a context. The first pointer in it is a function that finds the others:
//
//   context  | GetApi* | ...          GetApi("RedisModule_<name>", &pointer) = 0 if there is such a function
//
// A function that the server does not know stays null. DUMMYCACHE_REDIS_OPTIONAL lists the functions that a server may
// lack. This is version 1 of the interface, as Redis 7.0 has it. All functions are for the server's main thread, except
// where a comment says otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dummycache::redis {

struct Context;
struct String;
struct CommandHandle;
struct FilterContext;
struct Filter;
struct InfoContext;
struct CallReply;
struct Key;
struct BlockedClient;

using CommandFunction = int (*)(Context*, String**, int);

enum KeysBegin : int { kEndOfSpecs = 0, kAtIndex = 2, kAtKeyword = 3 };
enum KeysFind : int { kByRange = 2, kByCount = 3 };  ///< by count: as many as an argument says

/// One group of keys of a command; a list ends with one of zeros.
struct KeySpec {
    const char* notes;
    std::uint64_t flags;
    int begin;  ///< a KeysBegin
    union {
        struct {
            int position;
        } index;
        struct {
            const char* word;
            int from;
        } keyword;
    } begin_at;
    int find;  ///< a KeysFind
    union {
        struct {
            int last, step, limit;
        } range;
        struct {
            int number, first, step;
        } count;
    } keys;
};
static_assert(sizeof(KeySpec) == 56);

struct HistoryItem {
    const char *since, *changes;
};

/// As Redis 7.2 and later have it. Redis 7.0 has no display_text; it reads as many bytes as `InfoVersion` says.
struct ArgumentInfo {
    const char* name;
    int type;
    int key_spec;
    const char *token, *summary, *since;
    int flags;
    const char* deprecated_since;
    ArgumentInfo* parts;
    const char* display_text;
};
static_assert(sizeof(ArgumentInfo) == 72);

struct InfoVersion {
    int version;
    std::size_t history_bytes, key_spec_bytes, argument_bytes;
};

inline constexpr InfoVersion kInfoVersion{1, sizeof(HistoryItem), sizeof(KeySpec), sizeof(ArgumentInfo)};

struct CommandInfo {
    const InfoVersion* version;
    const char *summary, *complexity, *since;
    HistoryItem* history;
    const char* tips;
    int arity;
    KeySpec* keys;
    ArgumentInfo* arguments;
};
static_assert(sizeof(CommandInfo) == 72);

enum ContextFlag : int {
    kInScript = 1 << 0,
    kInTransaction = 1 << 1,
    kFromMaster = 1 << 12,  ///< the command comes over the link of replication
    kDenyBlocking = 1 << 21
};
using TimerFunction = void (*)(Context*, void*);

struct ServerEvent {
    std::uint64_t id, version;
};
inline constexpr ServerEvent kCronLoop{8, 1};        ///< about ten times a second
inline constexpr ServerEvent kConfigChanged{16, 1};  ///< by CONFIG SET
using EventFunction = void (*)(Context*, ServerEvent, std::uint64_t, void*);
enum KeyMode : int { kReadKey = 1, kWriteKey = 2 };
enum ModuleOption : int { kTellsOfChangesItself = 2 };
enum KeyType : int { kNoKey = 0, kStringKey = 1, kListKey = 2, kSetKey = 4, kSortedSetKey = 5 };
enum Notification : int {
    kGenericEvent = 1 << 2,
    kStringEvent = 1 << 3,
    kExpiredEvent = 1 << 8,
    kMissEvent = 1 << 11,
    kNewEvent = 1 << 14
};
enum ConfigFlag : unsigned { kMayBeSet = 0 };
enum FilterFlag : int { kNotOwnCalls = 1 };

// clang-format off
#define DUMMYCACHE_REDIS_NEEDED(X)                                                                              \
    X(void, SetModuleAttribs, Context*, const char* name, int version, int api)                                 \
    X(int, IsModuleNameBusy, const char* name)                                                                  \
    X(void, SetModuleOptions, Context*, int options)                                                            \
    X(int, GetNotifyKeyspaceEvents)                                                                             \
    X(int, CreateCommand, Context*, const char* name, CommandFunction, const char* flags, int, int, int)        \
    X(int, ReplyWithError, Context*, const char* error)                                                         \
    X(int, ReplyWithSimpleString, Context*, const char* text)                                                   \
    X(int, ReplyWithStringBuffer, Context*, const char* bytes, std::size_t size)                                \
    X(int, ReplyWithNull, Context*)                                                                             \
    X(int, ReplyWithLongLong, Context*, long long)                                                              \
    X(int, ReplyWithArray, Context*, long size)                                                                 \
    X(int, ReplyWithCallReply, Context*, CallReply*)                                                            \
    X(const char*, StringPtrLen, const String*, std::size_t*)                                                   \
    X(String*, CreateString, Context*, const char* bytes, std::size_t size)                                     \
    X(void, FreeString, Context*, String*)                                                                      \
    X(void, RetainString, Context*, String*)                                                                    \
    X(int, GetSelectedDb, Context*)                                                                             \
    X(int, SelectDb, Context*, int db)                                                                          \
    X(int, GetContextFlags, Context*)                                                                           \
    X(CallReply*, Call, Context*, const char* command, const char* format, ...)                                 \
    X(void, FreeCallReply, CallReply*)                                                                          \
    X(int, CallReplyType, CallReply*)                                                                           \
    X(long long, CallReplyInteger, CallReply*)                                                                  \
    X(std::size_t, CallReplyLength, CallReply*)                                                                 \
    X(CallReply*, CallReplyArrayElement, CallReply*, std::size_t)                                               \
    X(const char*, CallReplyStringPtr, CallReply*, std::size_t*)                                                \
    X(int*, GetCommandKeysWithFlags, Context*, String** argv, int argc, int* keys, int** flags)                 \
    X(int, IsKeysPositionRequest, Context*)                                                                     \
    X(void, KeyAtPosWithFlags, Context*, int at, int flags)                                                     \
    X(void, Free, void*)                                                                                        \
    X(Key*, OpenKey, Context*, String* name, int mode)                                                          \
    X(void, CloseKey, Key*)                                                                                     \
    X(int, KeyType, Key*)                                                                                       \
    X(int, UnlinkKey, Key*)                                                                                     \
    X(char*, StringDMA, Key*, std::size_t*, int mode)                                                           \
    X(int, StringSet, Key*, String* value)                                                                      \
    X(long long, GetExpire, Key*)                                                                               \
    X(int, SetExpire, Key*, long long ms)                                                                       \
    X(int, Replicate, Context*, const char* command, const char* format, ...)                                   \
    X(int, SignalModifiedKey, Context*, String* key)                                                            \
    X(int, NotifyKeyspaceEvent, Context*, int type, const char* event, String* key)                             \
    X(Filter*, RegisterCommandFilter, Context*, void (*)(FilterContext*), int flags)                            \
    X(int, UnregisterCommandFilter, Context*, Filter*)                                                          \
    X(int, CommandFilterArgsCount, FilterContext*)                                                              \
    X(String*, CommandFilterArgGet, FilterContext*, int at)                                                     \
    X(int, CommandFilterArgReplace, FilterContext*, int at, String*)                                            \
    X(int, RegisterInfoFunc, Context*, void (*)(InfoContext*, int crash))                                       \
    X(int, InfoAddSection, InfoContext*, const char* name)                                                      \
    X(int, InfoAddFieldULongLong, InfoContext*, const char* name, unsigned long long)                           \
    X(int, InfoAddFieldCString, InfoContext*, const char* name, const char*)                                    \
    X(BlockedClient*, BlockClient, Context*, CommandFunction reply, CommandFunction timeout,                    \
      void (*free_data)(Context*, void*), long long timeout_ms)                                                 \
    X(void, SetDisconnectCallback, BlockedClient*, void (*)(Context*, BlockedClient*))                          \
    X(BlockedClient*, GetBlockedClientHandle, Context*)                                                         \
    X(int, ReplyWithNullArray, Context*)                                                                        \
    X(int, UnblockClient, BlockedClient*, void* data)  /* any thread */                                         \
    X(void*, GetBlockedClientPrivateData, Context*)                                                             \
    X(Context*, GetThreadSafeContext, BlockedClient*)                                                           \
    X(void, FreeThreadSafeContext, Context*)                                                                    \
    X(Context*, GetDetachedThreadSafeContext, Context*)                                                         \
    X(int, SubscribeToServerEvent, Context*, ServerEvent, EventFunction)                                        \
    X(std::uint64_t, CreateTimer, Context*, long long ms, TimerFunction, void* data)                            \
    X(void, Log, Context*, const char* level, const char* format, ...)

#define DUMMYCACHE_REDIS_OPTIONAL(X)                                                                            \
    X(CommandHandle*, GetCommand, Context*, const char* name)                                                   \
    X(int, SetCommandInfo, CommandHandle*, const CommandInfo*)                                                  \
    X(int, SetCommandACLCategories, CommandHandle*, const char* categories)                                     \
    X(unsigned long long, DbSize, Context*)                                                                     \
    X(const char*, CallReplyVerbatim, CallReply*, std::size_t*, const char** format)                            \
    X(int, ReplyWithVerbatimString, Context*, const char* bytes, std::size_t size)                              \
    X(int, ReplyWithMap, Context*, long size)                                                                   \
    X(int, RegisterStringConfig, Context*, const char* name, const char* initial, unsigned flags,               \
      String* (*get)(const char*, void*), int (*set)(const char*, String*, void*, String**),                    \
      int (*apply)(Context*, void*, String**), void* data)                                                      \
    X(int, LoadConfigs, Context*)
// clang-format on

#define DUMMYCACHE_REDIS_DECLARE(Result, name, ...) extern Result (*name)(__VA_ARGS__);
namespace api {
DUMMYCACHE_REDIS_NEEDED(DUMMYCACHE_REDIS_DECLARE)
DUMMYCACHE_REDIS_OPTIONAL(DUMMYCACHE_REDIS_DECLARE)
}  // namespace api
#undef DUMMYCACHE_REDIS_DECLARE

/// Finds the functions. Returns the name of a needed function that the server lacks, or null.
[[nodiscard]] const char* find_api(Context* context) noexcept;

inline constexpr int kOk = 0;
inline constexpr int kError = 1;

}  // namespace dummycache::redis
