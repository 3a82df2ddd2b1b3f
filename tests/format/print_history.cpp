// SPDX-License-Identifier: MIT
#include "store/layout/history.hpp"

#include "printing.hpp"

void print_history() {
    STRUCT(WriteTime);
    FIELD(WriteTime, id);
    FIELD(WriteTime, when);
    STRUCT(WriteTimes);
    FIELD(WriteTimes, revision);
    FIELD(WriteTimes, count);
    FIELD(WriteTimes, samples);
    STRUCT(RemovalRecord);
    FIELD(RemovalRecord, key_hash);
    FIELD(RemovalRecord, what);
    FIELD(RemovalRecord, id);
    FIELD(RemovalRecord, end);
    STRUCT(WholeRecord);
    FIELD(WholeRecord, era);
    FIELD(WholeRecord, what);
    STRUCT(RemovalRings);
    FIELD(RemovalRings, whole_head);
    FIELD(RemovalRings, clock_moved_ms);
    FIELD(RemovalRings, whole);
    FIELD(RemovalRings, heads);
    CONSTANT(kSpanBits);
    CONSTANT(kSpanShift);
    CONSTANT(kRemovalMsShift);
    CONSTANT(kRemovalShift);
    CONSTANT(kRemoverShift);
    CONSTANT(kEndEraBits);
    print_constant("removals_for(2^26)", layout::removals_for(std::uint64_t{1} << 26));
}
