// SPDX-License-Identifier: Apache-2.0

#include "measures.h"

#include <stdlib.h>

struct cnl_latency {
    /// The rows from the first to the last that was counted in: memory that was never used stays so.
    unsigned used_rows;
    bool lacks_peer_windows;
    struct cnl_latency_counts rows[CST_PORT_SLOTS];
};

struct cnl_latency *cnl_latency_new(void)
{
    return calloc(1, sizeof(struct cnl_latency));
}

void cnl_latency_free(struct cnl_latency *latency)
{
    free(latency);
}

void cnl_latency_begin(struct cnl_latency *latency)
{
    memset(latency->rows, 0, latency->used_rows * sizeof *latency->rows);
    latency->used_rows = 0;
    latency->lacks_peer_windows = false;
}

static void count_peer_window(struct cnl_latency *latency, struct cnl_latency_counts *row, unsigned state,
                              const struct cnl_info *info)
{
    if (info->size < CNL_INFO_PEER_WINDOW + sizeof(uint32_t))
        latency->lacks_peer_windows = true;
    else if (1u << state & CST_WINDOW_STATES)
        row->zero_windows += cnl_info_number(info, CNL_INFO_PEER_WINDOW) == 0;
}

void cnl_latency_count(struct cnl_latency *latency, unsigned slot, unsigned state, const struct cnl_info *info)
{
    if (slot >= CST_PORT_SLOTS || !(1u << state & CST_MEASURED_STATES))
        return;
    if (latency->used_rows <= slot)
        latency->used_rows = slot + 1;
    struct cnl_latency_counts *row = &latency->rows[slot];
    uint32_t us = cnl_info_number(info, offsetof(struct tcp_info, tcpi_rtt));
    if (us != 0) {
        row->round_trips[cst_round_trip_bucket(us)]++;
        row->round_trip_us += us;
    }
    uint32_t segments = cnl_info_number(info, offsetof(struct tcp_info, tcpi_snd_cwnd));
    row->windows[cst_window_bucket(segments)]++;
    row->window_segments += segments;
    row->lost_segments += cnl_info_number(info, offsetof(struct tcp_info, tcpi_lost));
    row->unacknowledged += cnl_info_number(info, offsetof(struct tcp_info, tcpi_unacked)) != 0;
    row->retransmitting += cnl_info_number(info, offsetof(struct tcp_info, tcpi_retrans)) != 0 ||
                           info->bytes[offsetof(struct tcp_info, tcpi_retransmits)] != 0;
    count_peer_window(latency, row, state, info);
}

struct cnl_latency_counts cnl_latency_of(const struct cnl_latency *latency, unsigned slot)
{
    return slot < CST_PORT_SLOTS ? latency->rows[slot] : (struct cnl_latency_counts){0};
}

bool cnl_latency_has_peer_windows(const struct cnl_latency *latency)
{
    return !latency->lacks_peer_windows;
}

struct cnl_idleness {
    unsigned used_rows;
    struct {
        struct cnl_idle_counts established;
        struct cnl_idle_counts close_wait;
    } rows[CST_PORT_SLOTS];
};

struct cnl_idleness *cnl_idleness_new(void)
{
    return calloc(1, sizeof(struct cnl_idleness));
}

void cnl_idleness_free(struct cnl_idleness *idleness)
{
    free(idleness);
}

void cnl_idleness_begin(struct cnl_idleness *idleness)
{
    memset(idleness->rows, 0, idleness->used_rows * sizeof *idleness->rows);
    idleness->used_rows = 0;
}

void cnl_idleness_count(struct cnl_idleness *idleness, unsigned slot, unsigned state, const struct cnl_info *info)
{
    if (slot >= CST_PORT_SLOTS || !(1u << state & CST_IDLE_STATES))
        return;
    if (idleness->used_rows <= slot)
        idleness->used_rows = slot + 1;
    struct cnl_idle_counts *counts =
        state == CST_ESTABLISHED ? &idleness->rows[slot].established : &idleness->rows[slot].close_wait;
    uint32_t sent = cnl_info_number(info, offsetof(struct tcp_info, tcpi_last_data_sent));
    uint32_t received = cnl_info_number(info, offsetof(struct tcp_info, tcpi_last_data_recv));
    uint32_t ms = sent < received ? sent : received;
    counts->connections[cst_idle_bucket(ms)]++;
    counts->ms += ms;
}

struct cnl_idle_counts cnl_idleness_of(const struct cnl_idleness *idleness, unsigned slot, unsigned state)
{
    if (slot < CST_PORT_SLOTS && state == CST_ESTABLISHED)
        return idleness->rows[slot].established;
    if (slot < CST_PORT_SLOTS && state == CST_CLOSE_WAIT)
        return idleness->rows[slot].close_wait;
    return (struct cnl_idle_counts){0};
}
