// SPDX-License-Identifier: MIT
#include "tools/redis/configuration.hpp"

#include <dummycache/error.hpp>

#include <fmt/format.h>

#include "tools/redis/argument_text.hpp"
#include "tools/redis/module_state.hpp"

namespace dummycache::redis {

namespace {

bool may_change(std::string_view setting) { return setting == "lock-timeout"; }

}  // namespace

Configuration::~Configuration() {
    for (const auto& [name, value] : shown_) api::FreeString(nullptr, value);
}

void Configuration::show(const std::string& name, std::string_view value) {
    String*& shown = shown_[name];
    if (shown != nullptr) api::FreeString(nullptr, shown);
    shown = api::CreateString(nullptr, value.data(), value.size());
}

String* Configuration::get(const char* name, void* self) noexcept {
    return static_cast<Configuration*>(self)->shown_[name];
}

int Configuration::set(const char* name, String* value, void* self, String** error) noexcept {
    auto* const configuration = static_cast<Configuration*>(self);
    try {
        if (configuration->is_loaded_ && !may_change(name)) {
            if (text_of(get(name, self)) == text_of(value)) return kOk;
            throw Error(ErrorCode::invalid_argument,
                        fmt::format("{} cannot change while the server runs", name));
        }
        configuration->settings_.set(name, text_of(value));
        configuration->show(name, text_of(value));
        if (configuration->is_loaded_)
            state().caches.forget_all();  // an open handle keeps the lock timeout it was opened with
        return kOk;
    } catch (const std::exception& problem) {
        const std::string_view text = problem.what();
        *error = api::CreateString(nullptr, text.data(), text.size());
        return kError;
    }
}

void Configuration::create(Context* context) {
    for (const SettingInfo& setting : kSettings) show(setting.name, setting.initial);
    if (api::RegisterStringConfig == nullptr || api::LoadConfigs == nullptr) return;
    for (const SettingInfo& setting : kSettings) {
        if (api::RegisterStringConfig(context, setting.name, setting.initial, kMayBeSet, get, set, nullptr,
                                      this) != kOk)
            throw Error(ErrorCode::system,
                        fmt::format("the server does not take the setting {}", setting.name));
    }
    if (api::LoadConfigs(context) != kOk)
        throw Error(ErrorCode::invalid_argument, "the server did not take the settings of redis.conf");
    is_loaded_ = true;
}

void Configuration::take_arguments(String** argv, int argc) {
    for (int at = 0; at < argc; at += 2) {
        const std::string name(text_of(argv[at]));
        if (at + 1 == argc)
            throw Error(ErrorCode::invalid_argument, fmt::format("'{}' has no value after it", name));
        settings_.set(name, text_of(argv[at + 1]));
        show(name, text_of(argv[at + 1]));
    }
}

}  // namespace dummycache::redis
