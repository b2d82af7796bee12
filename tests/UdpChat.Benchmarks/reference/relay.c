// What the kernel allows on one processor: a relay of the plain profile that does nothing but receive, look up and send, in
// batches of 64, and promises nothing. No limits, no removal of silent clients, no line peers, names as they are written.
//
//     cc -O2 -o relay relay.c && ./relay PORT          0 takes any free port; prints "listening on 127.0.0.1:PORT"

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, DATAGRAM = 2048, NAME = 64, SLOTS = 1 << 21, MOST = SLOTS / 2 };

struct client {
    uint64_t address;
    int64_t seen;
    uint8_t length;
    char name[NAME];
};

static struct client *clients;
static uint32_t count, room, by_address[SLOTS], by_name[SLOTS]; // a client's place and one, 0 where there is none

static uint64_t key(const struct sockaddr_in *a) { return (uint64_t)a->sin_addr.s_addr << 16 | a->sin_port; }

static uint32_t mix(uint64_t h) { return (uint32_t)(h * 0x9E3779B97F4A7C15u >> 32) & (SLOTS - 1); }

static uint32_t hash(const char *s, size_t n)
{
    uint64_t h = n;
    for (; n >= 8; s += 8, n -= 8) {
        uint64_t word;
        memcpy(&word, s, 8);
        h = (h ^ word) * 0xD6E8FEB86659FD93u;
        h ^= h >> 32;
    }
    for (; n > 0; s++, n--)
        h = (h ^ (uint8_t)*s) * 0x100000001B3u;
    return mix(h);
}

// Each gives the slot where it is, or is to be.
static uint32_t *find_address(uint64_t address)
{
    uint32_t i = mix(address);
    while (by_address[i] && clients[by_address[i] - 1].address != address)
        i = (i + 1) & (SLOTS - 1);
    return &by_address[i];
}

static uint32_t *find_name(const char *name, size_t n)
{
    uint32_t i = hash(name, n);
    for (; by_name[i]; i = (i + 1) & (SLOTS - 1)) {
        const struct client *c = &clients[by_name[i] - 1];
        if (c->length == n && memcmp(c->name, name, n) == 0)
            break;
    }
    return &by_name[i];
}

static void add(uint32_t *at_address, uint32_t *at_name, uint64_t address, const char *name, size_t n)
{
    if (count == MOST) {
        fprintf(stderr, "too many clients\n");
        exit(1);
    }
    if (count == room) {
        room = room ? room * 2 : 1024;
        clients = realloc(clients, room * sizeof *clients);
        if (!clients)
            exit(1);
    }
    struct client *c = &clients[count++];
    c->address = address;
    c->length = (uint8_t)n;
    memcpy(c->name, name, n);
    *at_address = *at_name = count;
}

static int begins(const char *data, size_t n, const char *verb, size_t verb_length)
{
    return n >= verb_length && memcmp(data, verb, verb_length) == 0;
}
#define BEGINS(data, n, verb) begins(data, n, verb, sizeof verb - 1)

// Makes of a datagram what is sent for it; 0 bytes is nothing.
static size_t answer(const char *in, size_t n, struct sockaddr_in *peer, char *out, int64_t now)
{
    uint64_t address = key(peer);
    uint32_t *from = find_address(address);
    if (*from)
        clients[*from - 1].seen = now;
    if (BEGINS(in, n, "SENDTO:")) {
        const char *name = in + 7, *end = in + n, *colon = memchr(name, ':', (size_t)(end - name));
        if (!*from || !colon)
            return 0;
        uint32_t to = *find_name(name, (size_t)(colon - name));
        if (!to)
            return 0;
        const char *text = colon + 1 + (colon + 1 < end && colon[1] == ' ');
        const struct client *sender = &clients[*from - 1];
        char *at = out;
        memcpy(at, "FROM:", 5), at += 5;
        memcpy(at, sender->name, sender->length), at += sender->length;
        memcpy(at, ": ", 2), at += 2;
        memcpy(at, text, (size_t)(end - text)), at += end - text;
        peer->sin_addr.s_addr = (uint32_t)(clients[to - 1].address >> 16);
        peer->sin_port = (uint16_t)clients[to - 1].address;
        return (size_t)(at - out);
    }
    if (BEGINS(in, n, "REGISTER: ")) {
        const char *name = in + 10;
        n -= 10;
        uint32_t *at = n > 0 && n <= NAME ? find_name(name, n) : NULL;
        if (at && !*at && !*from) {
            add(from, at, address, name, n);
            clients[count - 1].seen = now;
        }
        int welcome = at && *at && *at == *from;
        return (size_t)sprintf(out, welcome ? "INFO: Welcome." : "INFO: Not registered.");
    }
    return 0; // A heartbeat has been seen above; nothing else is known.
}

int main(int argc, char **argv)
{
    int s = socket(AF_INET, SOCK_DGRAM, 0), buffer = 8 << 20;
    struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof local;
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (bind(s, (struct sockaddr *)&local, sizeof local) || getsockname(s, (struct sockaddr *)&local, &length)) {
        perror("relay");
        return 1;
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(local.sin_port));
    fflush(stdout);

    static char in[BATCH][DATAGRAM], out[BATCH][DATAGRAM + NAME + 16];
    static struct sockaddr_in peers[BATCH], targets[BATCH];
    static struct iovec in_parts[BATCH], out_parts[BATCH];
    static struct mmsghdr received[BATCH], sent[BATCH];
    for (int i = 0; i < BATCH; i++) {
        in_parts[i] = (struct iovec){ in[i], DATAGRAM };
        received[i].msg_hdr = (struct msghdr){ .msg_name = &peers[i], .msg_iov = &in_parts[i], .msg_iovlen = 1 };
        sent[i].msg_hdr = (struct msghdr){ .msg_name = &targets[i], .msg_namelen = sizeof targets[i], .msg_iov = &out_parts[i], .msg_iovlen = 1 };
    }
    for (;;) {
        for (int i = 0; i < BATCH; i++)
            received[i].msg_hdr.msg_namelen = sizeof peers[i];
        int n = recvmmsg(s, received, BATCH, MSG_WAITFORONE, NULL), m = 0;
        if (n < 0 && errno != EINTR) {
            perror("relay");
            return 1;
        }
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
        for (int i = 0; i < n; i++) {
            targets[m] = peers[i];
            size_t bytes = answer(in[i], received[i].msg_len, &targets[m], out[m], now.tv_sec);
            if (bytes) {
                out_parts[m] = (struct iovec){ out[m], bytes };
                m++;
            }
        }
        // What can't be sent is lost, as datagrams are.
        for (int i = 0; i < m;) {
            int done = sendmmsg(s, sent + i, (unsigned)(m - i), 0);
            i += done > 0 ? done : 1;
        }
    }
}
