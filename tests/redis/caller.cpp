// SPDX-License-Identifier: MIT
// Another module beside the cache's: CALLER.CALL COMMAND ARGUMENT... calls a command as modules do, for no user.
#include <cerrno>
#include <cstring>
#include <string>

#include "tools/redis/api.hpp"

namespace {

using namespace dummycache::redis;

int call(Context* context, String** arguments, int count) {
    if (count < 2) return api::ReplyWithError(context, "ERR which command?");
    const char* name = api::StringPtrLen(arguments[1], nullptr);
    CallReply* reply = api::Call(context, name, "v!", arguments + 2, static_cast<std::size_t>(count - 2));
    if (reply == nullptr)
        return api::ReplyWithError(context, (std::string("ERR not called: ") + std::strerror(errno)).c_str());
    const int done = api::ReplyWithCallReply(context, reply);
    api::FreeCallReply(reply);
    return done;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int RedisModule_OnLoad(Context* context, String**, int) {
    if (find_api(context) != nullptr) return kError;
    api::SetModuleAttribs(context, "caller", 1, 1);
    return api::CreateCommand(context, "caller.call", call, "write", 0, 0, 0);
}
