// SPDX-License-Identifier: Apache-2.0

#include "udp_ports.h"

#include <sys/mman.h>

// Not from the heap, which would clear all of it, and keep it.
struct cnl_udp_ports *cnl_udp_ports_new(void)
{
    void *memory = mmap(NULL, sizeof(struct cnl_udp_ports), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void cnl_udp_ports_free(struct cnl_udp_ports *ports)
{
    munmap(ports, sizeof *ports);
}

size_t cnl_udp_ports_count(const struct cnl_udp_ports *ports)
{
    return ports->count;
}

uint32_t cnl_udp_bound_port(const struct cnl_udp_ports *ports, unsigned family, uint32_t port)
{
    if (family >= CST_FAMILIES || port >= CST_PORTS)
        return CST_PORTS;
    const uint64_t *words = ports->bound[family];
    size_t index = port / CNL_PORTS_IN_WORD;
    uint64_t word = words[index] & ~UINT64_C(0) << port % CNL_PORTS_IN_WORD;
    while (word == 0) {
        if (++index == CST_PORTS / CNL_PORTS_IN_WORD)
            return CST_PORTS;
        word = words[index];
    }
    return (uint32_t)(index * CNL_PORTS_IN_WORD) + (uint32_t)__builtin_ctzll(word);
}

uint64_t cnl_udp_port_drops(const struct cnl_udp_ports *ports, unsigned family, uint32_t port)
{
    return family < CST_FAMILIES && port < CST_PORTS ? ports->drops[family][port] : 0;
}
