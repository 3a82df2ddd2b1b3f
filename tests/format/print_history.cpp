// SPDX-License-Identifier: MIT
#include "store/layout/history.hpp"
#include "store/layout/journal.hpp"

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
    STRUCT(Event);
    FIELD(Event, seq);
    FIELD(Event, when_us);
    FIELD(Event, key_hash);
    FIELD(Event, what);
    FIELD(Event, value_bytes);
    FIELD(Event, check);
    FIELD(Event, key);
    STRUCT(JournalHead);
    FIELD(JournalHead, next);
    FIELD(JournalHead, whole);
    CONSTANT(kJournalWhole);
    STRUCT(Journal);
    FIELD(Journal, head);
    FIELD(Journal, events);
    CONSTANT(kEventEraShift);
    CONSTANT(kEventEraBits);
    CONSTANT(kEventClientShift);
    CONSTANT(kEventOutcomeShift);
    CONSTANT(kEventCallShift);
    CONSTANT(Call::reclaim);
    CONSTANT(Outcome::rolled_back);
    print_constant("journal_bytes_for(2^26)", layout::journal_bytes_for(std::uint64_t{1} << 26));
    CONSTANT(kSpanBits);
    CONSTANT(kSpanShift);
    CONSTANT(kRemovalMsShift);
    CONSTANT(kRemovalShift);
    CONSTANT(kRemoverShift);
    CONSTANT(kEndEraBits);
    print_constant("removals_for(2^26)", layout::removals_for(std::uint64_t{1} << 26));
}
