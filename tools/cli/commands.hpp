// SPDX-License-Identifier: MIT
// All commands by name; each is defined in the file of its family.
#pragma once

#include "tools/cli/command.hpp"

namespace dummycache::cli {

extern const Command kGet, kTake;                                     // get.cpp
extern const Command kSet, kAdd, kReplace, kAppend;                   // set.cpp
extern const Command kDel, kClear;                                    // del.cpp
extern const Command kExists, kTtl, kTouch, kPersist;                 // ttl.cpp
extern const Command kWait;                                           // wait.cpp
extern const Command kIncr, kDecr;                                    // incr.cpp
extern const Command kLs;                                             // ls.cpp
extern const Command kShow;                                           // show.cpp
extern const Command kWhy;                                            // why.cpp
extern const Command kMonitor, kLog, kJournal;                        // monitor.cpp
extern const Command kRecord;                                         // record.cpp
extern const Command kReport;                                         // report.cpp
extern const Command kStats;                                          // stats.cpp
extern const Command kDump;                                           // dump.cpp
extern const Command kLoad;                                           // load.cpp
extern const Command kImport, kExport;                                // transfer.cpp
extern const Command kDiff, kAssert;                                  // diff.cpp
extern const Command kSum, kVerify;                                   // sum.cpp
extern const Command kCheckpoint, kRollback, kRelease, kCheckpoints;  // checkpoint.cpp
extern const Command kFork;                                           // fork.cpp
extern const Command kClock;                                          // clock.cpp
extern const Command kExec;                                           // exec.cpp
extern const Command kInfo, kCheck;                                   // info.cpp
extern const Command kCaches, kCreate, kRm;                           // caches.cpp
extern const Command kDoctor, kGc;                                    // doctor.cpp
extern const Command kBench;                                          // bench.cpp
extern const Command kHelp;                                           // help.cpp
extern const Command kCompletion;                                     // completion.cpp

}  // namespace dummycache::cli
