/*
 * The receiver of the uploads: counts and discards the bytes of PUT requests, and answers with 201 and an ETag. It is
 * fast, so that the sender is the limit on two cores. With -DWITH_TLS it takes a certificate and a key and uses TLS.
 *
 *   sink [--delay MS] [--cert FILE --key FILE]
 *
 * Prints {"port":N}, and then its new counts for each line on stdin. Ends when stdin ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/ssl.h>
static SSL_CTX *tls = NULL;
#endif

#define HEAD_BYTES 16384
#define SCRATCH_BYTES (256 * 1024)

static atomic_llong bytes, puts_done, open_now, open_peak;
static int delay_ms = 0;

struct connection {
  int fd;
#ifdef WITH_TLS
  SSL *ssl;
#endif
  char head[HEAD_BYTES];
  size_t held; /* bytes in head */
  char scratch[SCRATCH_BYTES];
};

static ssize_t take(struct connection *c, char *into, size_t room) {
#ifdef WITH_TLS
  if (c->ssl) return SSL_read(c->ssl, into, (int)room);
#endif
  return recv(c->fd, into, room, 0);
}

static int give(struct connection *c, const char *text) {
  size_t length = strlen(text);
#ifdef WITH_TLS
  if (c->ssl) return SSL_write(c->ssl, text, (int)length) > 0;
#endif
  return send(c->fd, text, length, 0) == (ssize_t)length;
}

/* Reads and discards `left` bytes of a body. On Linux, a plain socket discards them without a copy. */
static int drop(struct connection *c, long long left) {
  int flags = 0;
#ifdef __linux__
  flags = MSG_TRUNC;
#endif
#ifdef WITH_TLS
  if (c->ssl) flags = -1;
#endif
  while (left > 0) {
    size_t room = left < SCRATCH_BYTES ? (size_t)left : SCRATCH_BYTES;
    ssize_t got = flags < 0 ? take(c, c->scratch, room) : recv(c->fd, c->scratch, room, flags);
    if (got <= 0) return 0;
    left -= got;
    atomic_fetch_add(&bytes, got);
  }
  return 1;
}

/* Reads up to the empty line. Returns the length of the head, or 0 if the connection has ended. */
static size_t read_head(struct connection *c) {
  for (;;) {
    c->head[c->held] = 0;
    char *end = strstr(c->head, "\r\n\r\n");
    if (end) return (size_t)(end - c->head) + 4;
    if (c->held >= HEAD_BYTES - 1) return 0;
    ssize_t got = take(c, c->head + c->held, HEAD_BYTES - 1 - c->held);
    if (got <= 0) return 0;
    c->held += (size_t)got;
  }
}

static int answer_one(struct connection *c) {
  size_t head = read_head(c);
  if (head == 0) return 0;
  char *length = strcasestr(c->head, "\ncontent-length:");
  long long body = length ? atoll(length + 16) : 0;
  size_t early = c->held - head;
  if ((long long)early > body) return 0; /* pipelining is not supported */
  if (early == 0 && strcasestr(c->head, "\nexpect: 100-continue") && !give(c, "HTTP/1.1 100 Continue\r\n\r\n")) return 0;
  c->held = 0;
  atomic_fetch_add(&bytes, (long long)early);
  if (!drop(c, body - (long long)early)) return 0;
  if (delay_ms > 0) usleep((useconds_t)delay_ms * 1000);
  atomic_fetch_add(&puts_done, 1);
  return give(c, "HTTP/1.1 201 Created\r\nETag: \"0123456789abcdef0123456789abcdef\"\r\nContent-Length: 0\r\n\r\n");
}

static void *serve(void *given) {
  struct connection *c = given;
  long long now = atomic_fetch_add(&open_now, 1) + 1, peak = atomic_load(&open_peak);
  while (now > peak && !atomic_compare_exchange_weak(&open_peak, &peak, now));
  int on = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int ready = 1;
#ifdef WITH_TLS
  if (tls) {
    c->ssl = SSL_new(tls);
    SSL_set_fd(c->ssl, c->fd);
    ready = SSL_accept(c->ssl) == 1;
  }
#endif
  while (ready && answer_one(c));
#ifdef WITH_TLS
  if (c->ssl) SSL_free(c->ssl);
#endif
  close(c->fd);
  free(c);
  atomic_fetch_sub(&open_now, 1);
  return NULL;
}

static void *accept_all(void *given) {
  int listener = *(int *)given;
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) continue;
    struct connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, c) == 0) pthread_detach(thread);
  }
  return NULL;
}

static int listen_somewhere(int *port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&at, size) != 0 || listen(listener, 256) != 0) exit(1);
  getsockname(listener, (struct sockaddr *)&at, &size);
  *port = ntohs(at.sin_port);
  return listener;
}

int main(int count, char **words) {
  const char *cert = NULL, *key = NULL;
  for (int i = 1; i + 1 < count; i += 2) {
    if (strcmp(words[i], "--delay") == 0) delay_ms = atoi(words[i + 1]);
    if (strcmp(words[i], "--cert") == 0) cert = words[i + 1];
    if (strcmp(words[i], "--key") == 0) key = words[i + 1];
  }
  signal(SIGPIPE, SIG_IGN);
  if (cert && key) {
#ifdef WITH_TLS
    tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_read_ahead(tls, 1);
    if (SSL_CTX_use_certificate_chain_file(tls, cert) != 1) return 1;
    if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) return 1;
#else
    return 1;
#endif
  }
  int port, listener = listen_somewhere(&port);
  pthread_t thread;
  pthread_create(&thread, NULL, accept_all, &listener);
  printf("{\"port\":%d}\n", port);
  fflush(stdout);
  for (char line[64]; fgets(line, sizeof line, stdin);) {
    printf("{\"puts\":%lld,\"bytes\":%lld,\"connections\":%lld}\n", atomic_exchange(&puts_done, 0),
           atomic_exchange(&bytes, 0), atomic_exchange(&open_peak, 0));
    fflush(stdout);
  }
  return 0;
}
