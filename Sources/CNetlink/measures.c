// SPDX-License-Identifier: Apache-2.0

#include "measures.h"

#include <stdlib.h>

struct cnl_latency {
    /// The rows from the first to the last that was counted in: memory that was never used stays so.
    unsigned used_rows;
    bool lacks_peer_windows;
    struct cst_latency rows[CST_PORT_SLOTS];
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

static uint32_t signs(struct cnl_latency *latency, unsigned state, const struct cnl_info *info)
{
    uint32_t signs = cnl_info_number(info, offsetof(struct tcp_info, tcpi_unacked)) != 0 ? CST_UNACKNOWLEDGED : 0;
    if (cnl_info_number(info, offsetof(struct tcp_info, tcpi_retrans)) != 0 ||
        info->bytes[offsetof(struct tcp_info, tcpi_retransmits)] != 0)
        signs |= CST_RETRANSMITTING;
    if (info->size < CNL_INFO_PEER_WINDOW + sizeof(uint32_t))
        latency->lacks_peer_windows = true;
    else if (1u << state & CST_WINDOW_STATES && cnl_info_number(info, CNL_INFO_PEER_WINDOW) == 0)
        signs |= CST_ZERO_WINDOW;
    return signs;
}

void cnl_latency_count(struct cnl_latency *latency, unsigned slot, unsigned state, const struct cnl_info *info)
{
    if (slot >= CST_PORT_SLOTS || !(1u << state & CST_MEASURED_STATES))
        return;
    if (latency->used_rows <= slot)
        latency->used_rows = slot + 1;
    struct cst_connection connection = {
        .round_trip = cnl_info_number(info, offsetof(struct tcp_info, tcpi_rtt)),
        .window = cnl_info_number(info, offsetof(struct tcp_info, tcpi_snd_cwnd)),
        .lost = cnl_info_number(info, offsetof(struct tcp_info, tcpi_lost)),
        .signs = signs(latency, state, info),
    };
    cst_add_connection(&latency->rows[slot], &connection);
}

struct cst_latency cnl_latency_of(const struct cnl_latency *latency, unsigned slot)
{
    return slot < CST_PORT_SLOTS ? latency->rows[slot] : (struct cst_latency){0};
}

bool cnl_latency_has_peer_windows(const struct cnl_latency *latency)
{
    return !latency->lacks_peer_windows;
}

struct cnl_idleness {
    unsigned used_rows;
    struct cst_idleness rows[CST_PORT_SLOTS][CST_IDLE_ROWS];
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
    unsigned row = state == CST_ESTABLISHED ? CST_IDLE_ESTABLISHED : CST_IDLE_CLOSE_WAIT;
    uint32_t sent = cnl_info_number(info, offsetof(struct tcp_info, tcpi_last_data_sent));
    uint32_t received = cnl_info_number(info, offsetof(struct tcp_info, tcpi_last_data_recv));
    cst_add_idle_time(&idleness->rows[slot][row], sent < received ? sent : received);
}

struct cst_idleness cnl_idleness_of(const struct cnl_idleness *idleness, unsigned slot, unsigned state)
{
    if (slot < CST_PORT_SLOTS && state == CST_ESTABLISHED)
        return idleness->rows[slot][CST_IDLE_ESTABLISHED];
    if (slot < CST_PORT_SLOTS && state == CST_CLOSE_WAIT)
        return idleness->rows[slot][CST_IDLE_CLOSE_WAIT];
    return (struct cst_idleness){0};
}
