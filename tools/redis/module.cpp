// SPDX-License-Identifier: MIT
// What the server calls: load, unload, INFO.
#include <chrono>
#include <filesystem>
#include <limits>
#include <memory>

#include <dummycache/clock.hpp>
#include <dummycache/version.hpp>

#include <fmt/format.h>

#include "tools/redis/argument_text.hpp"
#include "tools/redis/commands.hpp"
#include "tools/redis/configuration.hpp"
#include "tools/redis/module_state.hpp"
#include "tools/redis/reply_error.hpp"
#include "tools/redis/server_keyspace.hpp"
#include "tools/redis/stats_fields.hpp"
#include "tools/redis/takeover.hpp"

namespace dummycache::redis {

namespace {

struct Module {
    ModuleState state;
    Configuration configuration{state.settings};
    ProxyCommands proxies;
};
std::unique_ptr<Module> module;

const char* text_of(Takeover::Kind kind) noexcept {
    switch (kind) {
        case Takeover::Kind::off: return "off";
        case Takeover::Kind::prefix: return "prefix";
        case Takeover::Kind::db: return "db";
        case Takeover::Kind::all: return "all";
    }
    return "";
}

/// INFO dummycache. While the server reports its own crash, the cache is not touched.
void show_info(InfoContext* context, int crash) noexcept {
    if (crash != 0 || module == nullptr) return;
    try {
        const Stats stats = state().caches.of_db(state().settings.takeover.db).stats();
        api::InfoAddSection(context, "cache");
        api::InfoAddFieldCString(context, "name", state().settings.cache.c_str());
        api::InfoAddFieldCString(context, "takeover", text_of(state().settings.takeover.kind));
        for (const StatsField& field : kStatsFields)
            api::InfoAddFieldULongLong(context, field.name, stats.*field.value);
    } catch (const std::exception&) {
        state().caches.forget_all();
    }
}

/// The server reckons absolute times (EXPIREAT) by its own clock, and the cache goes by the machine's.
void note_faked_clock(Context* context, const Cache& cache) {
    const auto ahead = std::chrono::duration_cast<std::chrono::seconds>(Clock(cache).read().process_ahead);
    if (ahead != ahead.zero())
        api::Log(context, "warning",
                 "the clock of this server is faked, by %lld s; the cache goes by the machine's clock",
                 static_cast<long long>(ahead.count()));
}

/// A field of INFO, of this section of it. Empty if there is none of that name.
std::string field_in_info(Context* context, const char* section, const std::string& name) {
    const ServerReply info(api::Call(context, "INFO", "Ec", section));
    const std::size_t at = info.text().find("\n" + name + ":");
    if (at == std::string_view::npos) return {};
    const std::string_view text = info.text().substr(at + name.size() + 2);
    return std::string(text.substr(0, text.find_first_of("\r\n")));
}

/// INT64_MAX if there is none of that name.
std::int64_t number_in_info(Context* context, const char* section, const std::string& name) {
    constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();
    return number_in<std::int64_t>(field_in_info(context, section, name)).value_or(kUnknown);
}

/// Why the module may not be unloaded now; null if it may. Commands that were queued for a transaction hold on to the
/// module's commands, and would run them when these are gone: no server looks for that.
const char* why_not_now(Context* context) noexcept {
    if ((api::GetContextFlags(context) & kInTransaction) != 0) return "not within a transaction";
    if (state().slow_commands.is_busy()) return "a DC.DUMP or DC.LOAD is under way";
    if (number_in_info(context, "clients", "connected_clients") > 1)
        return "other clients are connected, and may have commands of the module queued for a "
               "transaction; let them end, or restart the server";
    return nullptr;
}

/// About ten times a second. Of many keys each is looked at once a second.
void look_around(Context* context, ServerEvent, std::uint64_t, void*) noexcept {
    constexpr std::size_t kMany = 10'000;
    constexpr unsigned kTimesInSecond = 10;
    static unsigned times = 0;
    if (module == nullptr) return;
    const bool is_full_second = ++times % kTimesInSecond == 0;
    try {
        if (is_full_second && state().tracks)
            state().tracks = number_in_info(context, "clients", "tracking_clients") > 0;
        if (is_full_second || state().watched.size() + state().tracked.size() <= kMany)
            tell_of_changes(context);
        state().expiring.tell(context);
    } catch (const std::exception&) {  // the next time may go better
    }
}

/// 801 for 8.1 of Valkey; 0 if the server is Redis.
int valkey_version(Context* context) {
    const std::string version = field_in_info(context, "server", "valkey_version");  // 8.1.1
    const std::size_t dot = version.find('.');
    if (dot == version.npos) return 0;
    const std::string_view rest = std::string_view(version).substr(dot + 1);
    const int major = number_in<int>(std::string_view(version).substr(0, dot)).value_or(0);
    return major * 100 + number_in<int>(rest.substr(0, rest.find('.'))).value_or(0);
}

/// Strings are as long as the server lets its own be.
void read_limits(Context* context, ServerEvent, std::uint64_t, void*) noexcept {
    const ServerReply setting(api::Call(context, "CONFIG", "Ecc", "GET", "proto-max-bulk-len"));
    if (module == nullptr || setting.is_error() || setting.size() != 2) return;
    state().longest_string =
        number_in<std::uint64_t>(ServerReply::text_of(setting.at(1))).value_or(state().longest_string);
}

bool load(Context* context, String** argv, int argc) {
    api::SetModuleOptions(context, kTellsOfChangesItself);
    module->configuration.create(context);
    module->configuration.take_arguments(argv, argc);
    const std::string& folder = state().settings.folder;
    if (!folder.empty() && !std::filesystem::is_directory(folder))
        throw Error(ErrorCode::invalid_argument, fmt::format("folder: '{}' is no folder", folder));
    // Attached now, so that a wrong name or file fails the load.
    note_faked_clock(context, state().caches.of_db(0));
    state().caches.log_news(context, 0);
    if (!create_dc_commands(context)) return false;
    api::RegisterInfoFunc(context, show_info);
    api::SubscribeToServerEvent(context, kCronLoop, look_around);
    api::SubscribeToServerEvent(context, kConfigChanged, read_limits);
    read_limits(context, kConfigChanged, 0, nullptr);
    const int valkey = valkey_version(context);
    state().past_stores_nothing = valkey >= 800;
    state().past_expires = valkey >= 801;
    return state().settings.takeover.kind == Takeover::Kind::off || module->proxies.create(context);
}

}  // namespace

}  // namespace dummycache::redis

using namespace dummycache::redis;

extern "C" {

int RedisModule_OnLoad(Context* context, String** argv, int argc);
int RedisModule_OnUnload(Context* context);

__attribute__((visibility("default"))) int RedisModule_OnLoad(Context* context, String** argv, int argc) {
    constexpr const char* kName = "dummycache";
    constexpr int kVersion =
        DUMMYCACHE_VERSION_MAJOR * 10'000 + DUMMYCACHE_VERSION_MINOR * 100 + DUMMYCACHE_VERSION_PATCH;
    const char* const missing = find_api(context);
    if (api::SetModuleAttribs == nullptr ||
        (api::IsModuleNameBusy != nullptr && api::IsModuleNameBusy(kName) != 0))
        return kError;
    api::SetModuleAttribs(context, kName, kVersion, 1);
    if (missing != nullptr) {
        if (api::Log != nullptr) api::Log(context, "warning", "this server has no RedisModule_%s", missing);
        return kError;
    }
    const char* problem = "the server refused a command";
    std::string text;
    try {
        module = std::make_unique<Module>();
        if (load(context, argv, argc)) return kOk;
    } catch (const ReplyError& error) {
        text = error.text;
        problem = text.c_str();
    } catch (const std::exception& error) {
        text = error.what();
        problem = text.c_str();
    }
    api::Log(context, "warning", "dummycache is not loaded: %s", problem);
    if (module != nullptr) module->proxies.remove(context);
    module.reset();
    return kError;
}

__attribute__((visibility("default"))) int RedisModule_OnUnload(Context* context) {
    if (module == nullptr) return kOk;
    if (const char* const reason = why_not_now(context)) {
        api::Log(context, "warning", "dummycache is not unloaded: %s", reason);
        return kError;
    }
    module->proxies.remove(context);
    module.reset();
    return kOk;
}

}  // extern "C"
