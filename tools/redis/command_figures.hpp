// SPDX-License-Identifier: MIT
// What the server has counted of each command: INFO commandstats and latencystats, LATENCY HISTOGRAM. It counts `dc:get`; it is asked for
// `get`.
#pragma once

#include <string>

namespace dummycache::redis {

/// In a text of INFO, the figures of a proxy command take the place of those of the command that it stands for, which count what the module
/// itself has called.
///
///   cmdstat_dc_get:calls=7,usec=..      ->   cmdstat_get:calls=7,usec=..
///   cmdstat_get:calls=1,usec=..
void show_plain_names(std::string& text);

}  // namespace dummycache::redis
